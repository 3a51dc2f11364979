"""Onlookers: who wants to hear every fact after it was written (boards, figures, metrics).

Rule: an onlooker's fault never reaches the writer. It is logged and counted.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import TypeAlias

import structlog

from kernel.fact import Fact

log = structlog.get_logger()

Onlooker: TypeAlias = Callable[[Sequence[Fact]], None]  # must neither block nor wait


class FactFeed:
    def __init__(self) -> None:
        self._onlookers: dict[str, Onlooker] = {}
        self._untold: deque[Sequence[Fact]] = deque()
        self._telling = False
        self.faults: Counter[str] = Counter()  # by onlooker, for /metrics

    def add(self, name: str, onlooker: Onlooker) -> None:
        assert name not in self._onlookers, f"two onlookers are called {name}"
        self._onlookers[name] = onlooker

    def remove(self, name: str) -> None:
        self._onlookers.pop(name, None)

    def tell(self, facts: Sequence[Fact]) -> None:
        """Each onlooker in the order of `add`; one that raises spoils nothing for the others.

        Facts that an onlooker itself causes are told when everybody has heard the present ones.
        """
        self._untold.append(facts)
        self._tell_all()

    def tell_soon(self, facts: Sequence[Fact]) -> None:
        """In the loop's next step, or before whatever facts come next."""
        self._untold.append(facts)
        asyncio.get_running_loop().call_soon(self._tell_all)

    def _tell_all(self) -> None:
        if self._telling:
            return
        self._telling = True
        try:
            while self._untold:
                self._tell_now(self._untold.popleft())
        finally:
            self._telling = False

    def _tell_now(self, facts: Sequence[Fact]) -> None:
        for name, onlooker in list(self._onlookers.items()):
            try:
                onlooker(facts)
            except Exception:
                self.faults[name] += 1
                log.exception(
                    "an onlooker failed", onlooker=name, kinds=sorted({f.kind for f in facts})
                )


class Recorder:
    """What every package is handed as `write`: the journal first, then the onlookers."""

    def __init__(self, journal_write: Onlooker, feed: FactFeed) -> None:
        self._journal_write = journal_write
        self._feed = feed

    def write(self, facts: Sequence[Fact]) -> None:
        """Returns when the facts survive kill -9. Raises JournalUnwritable: then do not act."""
        if not facts:
            return
        self._journal_write(facts)
        self._feed.tell(facts)

    def write_first(self, facts: Sequence[Fact]) -> None:
        """As `write`, but a deed goes before the onlookers: a phone rings half a millisecond
        sooner. They hear of it in the loop's next step, and always in the journal's order."""
        if not facts:
            return
        self._journal_write(facts)
        self._feed.tell_soon(facts)
