"""All deadlines of the floor, in order. Dead ones are recognised when they come up, or swept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import heappop, heappush
from typing import Final

from acd.line import Caller
from acd.seat import Activity, Presence, Seat
from acd.surge_facts import BreakWished
from kernel.ids import AgentNo, LegId

SWEEP_FROM: Final = 1024
SWEPT_AT_ONCE: Final = 4
DEAD_BETWEEN: Final = 4  # taken off before one that is due; other rules may leave thousands there
DEAD_AT_ONCE: Final = 1_000  # ... and before the next turn


class SeatAlarm(StrEnum):
    RING_LIMIT = "ring_limit"
    WRAP_UP = "wrap_up"
    BREAK = "break"


class CallerAlarm(StrEnum):
    RELAX = "relax"
    GRACE = "grace"  # the sticky agent did not become free
    EXCLUSION = "exclusion"  # a seat that failed him may be tried again
    ANNOUNCE = "announce"
    CALLBACK = "callback"
    TOO_LONG = "too_long"
    OVERFLOW = "overflow"  # he may be sent to another centre
    DUE = "due"  # a callback is near its due time: from now on by age


@dataclass(frozen=True, slots=True)
class ForSeat:
    kind: SeatAlarm
    due: datetime
    seat: Seat
    leg: LegId | None = None

    @property
    def live(self) -> bool:
        match self.kind:
            case SeatAlarm.RING_LIMIT:
                return self.seat.activity is Activity.RINGING and self.seat.leg == self.leg
            case SeatAlarm.WRAP_UP:
                return self.seat.wrap_up_until == self.due
            case SeatAlarm.BREAK:
                paused = self.seat.presence is Presence.PAUSED
                return paused and self.seat.pause_until == self.due and not self.seat.pause_overrun


@dataclass(frozen=True, slots=True)
class ForCaller:
    kind: CallerAlarm
    due: datetime
    caller: Caller
    spell: int
    stage: int = 0
    offered_at: datetime | None = None  # the callback offer after which it was set

    @property
    def live(self) -> bool:
        caller = self.caller
        if not caller.waiting or caller.spell != self.spell:
            return False
        match self.kind:
            case CallerAlarm.RELAX:
                return caller.stage == self.stage
            case CallerAlarm.GRACE:
                return caller.held_until == self.due
            case CallerAlarm.CALLBACK:
                return caller.callback_offered_at == self.offered_at
            case CallerAlarm.OVERFLOW:
                return caller.look_over_at == self.due
            case _:
                return True


@dataclass(frozen=True, slots=True)
class ForBreaks:
    """The hour of a minimum ends: breaks that wait may be granted."""

    due: datetime
    wish: BreakWished
    wishes: Mapping[AgentNo, BreakWished]

    @property
    def live(self) -> bool:
        return self.wishes.get(self.wish.agent) is self.wish


Alarm = ForSeat | ForCaller | ForBreaks


Entry = tuple[datetime, int, Alarm]


class Alarms:
    """Swept a few at a time, each time one is set: no step pays for all the dead ones."""

    def __init__(self) -> None:
        self._heap: list[Entry] = []
        self._unswept: list[Entry] = []  # a heap too; taken off from behind, it stays one
        self._n = 0
        self._sweep_at = SWEEP_FROM

    def __len__(self) -> int:
        """With the dead ones that nobody has come across yet."""
        return len(self._heap) + len(self._unswept)

    def set(self, alarm: Alarm) -> None:
        self._n += 1
        heappush(self._heap, (alarm.due, self._n, alarm))
        if self._unswept:
            self._sweep()
        elif len(self._heap) > self._sweep_at:
            self._unswept, self._heap = self._heap, []

    def next_due(self) -> datetime | None:
        """No later than the next live one; earlier only where a great many dead ones stand."""
        first = self._first(DEAD_AT_ONCE)
        return first[0][0] if first is not None else None

    def pop_due(self, now: datetime) -> Alarm | None:
        """The next live alarm that is due at `now`, taken off. None: none, or so many dead ones
        stand before it that the next turn must go on."""
        first = self._first(DEAD_BETWEEN)
        if first is None or first[0][0] > now or not first[0][2].live:
            return None
        return heappop(first)[2]

    def _first(self, dead: int) -> list[Entry] | None:
        """The heap whose first entry is the next live one of all, if no more dead ones than that
        stand before it."""
        first: list[Entry] | None = None
        for heap in (self._heap, self._unswept):
            while dead and heap and not heap[0][2].live:
                heappop(heap)
                dead -= 1
            if heap and (first is None or heap[0] < first[0]):
                first = heap
        return first

    def _sweep(self) -> None:
        for _ in range(min(SWEPT_AT_ONCE, len(self._unswept))):
            entry = self._unswept.pop()
            if entry[2].live:
                heappush(self._heap, entry)
        self._sweep_at = max(SWEEP_FROM, 2 * len(self._heap))  # holds when all are swept
