"""The facts of recent calls, in memory; older calls are asked of the database.

Fits `console/ports.py: TracesCalls`; an onlooker of the journal, so a call is whole at once.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from kernel.fact import Fact, FactKinds
from kernel.ids import CallId
from storage.pool import Pool
from telephony.facts import CallArrived

ROOM: Final = 1_000  # calls; older ones are read from PostgreSQL
_OF_CALL: Final = """
    select kind, body from journal where body ->> 'call' = $1 order by epoch, n"""


class RecentFacts:
    def __init__(self, pool: Pool, kinds: FactKinds) -> None:
        self._pool = pool
        self._kinds = kinds
        self._calls: OrderedDict[CallId, list[Fact]] = OrderedDict()

    def see(self, facts: Sequence[Fact]) -> None:
        """A call whose beginning was not seen is left to the database: half of it would mislead."""
        for fact in facts:
            call: CallId | None = getattr(fact, "call", None)
            if call is None:
                continue
            if isinstance(fact, CallArrived):
                self._calls.setdefault(call, [])
            if call in self._calls:
                self._calls[call].append(fact)
        while len(self._calls) > ROOM:
            self._calls.popitem(last=False)

    async def facts_of(self, call: CallId) -> Sequence[Fact]:
        """In order; empty for an unknown call. Raises Unavailable for an old one."""
        if call in self._calls:
            return tuple(self._calls[call])
        rows = await self._pool.fetch(_OF_CALL, call)
        return [self._kinds.decode(row["kind"], row["body"].encode()) for row in rows]
