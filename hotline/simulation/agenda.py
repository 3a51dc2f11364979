"""What is still to come, in order of time; equal times in the order in which they were set."""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any


class Agenda:
    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._n = 0
        self.now = 0.0

    def at(self, when: float, what: Callable[..., None], *given: Any) -> None:
        self._n += 1
        heappush(self._heap, (when, self._n, what, given))

    def next_at(self) -> float | None:
        return self._heap[0][0] if self._heap else None

    def step(self) -> bool:
        """Does the next thing. False: there is none."""
        if not self._heap:
            return False
        self.now, _, what, given = heappop(self._heap)
        what(*given)
        return True
