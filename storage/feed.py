"""Onlookers: who wants to hear every fact after it was written (boards, figures, metrics).

Rule: an onlooker's fault never reaches the writer. It is logged and counted.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

import structlog

from kernel.fact import Fact

log = structlog.get_logger()

Onlooker: TypeAlias = Callable[[Sequence[Fact]], None]  # must neither block nor wait


class FactFeed:
    def __init__(self) -> None:
        self._onlookers: dict[str, Onlooker] = {}
        self.faults: Counter[str] = Counter()  # by onlooker, for /metrics

    def add(self, name: str, onlooker: Onlooker) -> None:
        assert name not in self._onlookers, f"two onlookers are called {name}"
        self._onlookers[name] = onlooker

    def remove(self, name: str) -> None:
        self._onlookers.pop(name, None)

    def tell(self, facts: Sequence[Fact]) -> None:
        """Each onlooker in the order of `add`; one that raises spoils nothing for the others."""
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
        """Returns when the facts survive kill -9. Raises JournalUnwritable: then do not act.

        An onlooker that writes facts itself is heard after the facts it was told of.
        """
        if not facts:
            return
        self._journal_write(facts)
        self._feed.tell(facts)
