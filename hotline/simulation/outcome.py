"""What became of each citizen and each seat under one policy."""

from dataclasses import dataclass, field
from enum import IntEnum

from hotline.simulation.day import HALF_HOUR_S, Day


class Fate(IntEnum):
    UNRESOLVED = 0
    ANSWERED = 1
    ABANDONED = 2
    REFUSED = 3  # a limit of the queue's rules sent him away


@dataclass(frozen=True, slots=True)
class Guess:
    """Seconds until a ring: what was estimated on entry, and what it was in truth."""

    ours_s: float
    low_s: float
    high_s: float
    last_alike_s: float  # who last entered service of his queue and priority had waited so long
    last_s: float  # ... of all
    truth_s: float


@dataclass(slots=True)
class Outcome:
    """By number of the citizen and of the seat."""

    fate: list[Fate]
    wait_s: list[float]
    seat: list[int]
    rung_s: list[float]  # when a seat first rang for him; -1: none did
    busy_s: list[float]  # per seat: conversations and wrap-ups
    busy_half_hours: list[float]  # seat seconds at work in each half hour
    wasted_s: float = 0.0  # ringing that brought no conversation
    guesses: list[Guess] = field(default_factory=list)

    @classmethod
    def of(cls, day: Day) -> "Outcome":
        calls, seats = len(day.citizens), len(day.seats)
        return cls(
            fate=[Fate.UNRESOLVED] * calls,
            wait_s=[0.0] * calls,
            seat=[-1] * calls,
            rung_s=[-1.0] * calls,
            busy_s=[0.0] * seats,
            busy_half_hours=[0.0] * day.half_hours,
        )

    def rings(self, citizen: int, now: float) -> None:
        if self.rung_s[citizen] < 0:
            self.rung_s[citizen] = now

    def answered(self, citizen: int, seat: int, waited_s: float) -> None:
        self.fate[citizen] = Fate.ANSWERED
        self.wait_s[citizen] = waited_s
        self.seat[citizen] = seat

    def lost(self, citizen: int, waited_s: float, fate: Fate = Fate.ABANDONED) -> None:
        self.fate[citizen] = fate
        self.wait_s[citizen] = waited_s

    def worked(self, seat: int, since: float, until: float) -> None:
        """Counted within the day only; a conversation may outlast it."""
        until = min(until, HALF_HOUR_S * len(self.busy_half_hours))
        self.busy_s[seat] += max(0.0, until - since)
        while since < until:
            half = int(since // HALF_HOUR_S)
            end = min(until, (half + 1) * HALF_HOUR_S)
            self.busy_half_hours[half] += end - since
            since = end
