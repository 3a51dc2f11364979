"""Puts every step of a duty into the journal, in order, at least once.

The step's fact is committed with the step; what was told twice after a crash has the same content.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import structlog

from callbacks.facts import FACTS
from callbacks.ports import OpensDutyRows
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.fact import Fact, FactKinds

log = structlog.get_logger()

_AT_ONCE: Final = 200
_EVERY: Final = timedelta(seconds=1)


class DutyTeller:
    """Runs in the leader alone. `write` is the journal's."""

    def __init__(
        self, store: OpensDutyRows, write: Callable[[Sequence[Fact]], None], clock: Clock
    ) -> None:
        self._store = store
        self._write = write
        self._clock = clock
        self._kinds = FactKinds(FACTS)

    async def run(self) -> None:
        while True:
            try:
                while await self.tell():
                    log.debug("more may wait to be told")
            except Unavailable as err:
                log.warning("duty steps wait to be told", why=str(err))
            await asyncio.sleep(_EVERY.total_seconds())

    async def tell(self) -> int:
        """One batch; how many were told. Raises DatabaseAway, JournalUnwritable."""
        found = await self._store.untold(_AT_ONCE)
        if not found:
            return 0
        self._write([self._kinds.decode(kind, body.encode()) for _, kind, body in found])
        await self._store.told([n for n, _, _ in found], self._clock.now())
        return len(found)
