"""The members of emulated queues that may be rung, in the order of the queue's strategy."""

from bisect import bisect_left, insort
from collections.abc import Callable
from heapq import heappop, heappush
from typing import Protocol

Skip = Callable[[int], bool]


class Order(Protocol):
    """`add` a member that may be rung with its penalty; `pick` takes the next one off."""

    def add(self, seat: int, penalty: int, hung_up_at: float) -> None: ...
    def drop(self, seat: int) -> None: ...
    def pick(self, skip: Skip) -> int | None: ...


class LeastRecent:
    """Lowest penalty, then longest since its last call ended."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, float, int, int]] = []
        self._version: dict[int, int] = {}
        self._n = 0

    def add(self, seat: int, penalty: int, hung_up_at: float) -> None:
        self._n += 1
        self._version[seat] = self._n
        heappush(self._heap, (penalty, hung_up_at, seat, self._n))

    def drop(self, seat: int) -> None:
        self._version.pop(seat, None)

    def pick(self, skip: Skip) -> int | None:
        passed = []
        found = None
        while self._heap:
            entry = heappop(self._heap)
            if self._version.get(entry[2]) != entry[3]:
                continue
            if not skip(entry[2]):
                found = entry[2]
                del self._version[found]
                break
            passed.append(entry)
        for entry in passed:
            heappush(self._heap, entry)
        return found


class RoundRobin:
    """rrmemory: lowest penalty, then the next in the list after who was rung last."""

    def __init__(self) -> None:
        self._rows: dict[int, list[int]] = {}
        self._penalty: dict[int, int] = {}
        self._next = 0

    def add(self, seat: int, penalty: int, hung_up_at: float) -> None:
        insort(self._rows.setdefault(penalty, []), seat)
        self._penalty[seat] = penalty

    def drop(self, seat: int) -> None:
        penalty = self._penalty.pop(seat, None)
        if penalty is not None:
            row = self._rows[penalty]
            del row[bisect_left(row, seat)]

    def pick(self, skip: Skip) -> int | None:
        for penalty in sorted(self._rows):
            row = self._rows[penalty]
            begins = bisect_left(row, self._next)
            for seat in (*row[begins:], *row[:begins]):
                if not skip(seat):
                    self._next = seat + 1
                    self.drop(seat)
                    return seat
        return None
