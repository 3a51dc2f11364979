"""A day in half hours: calls expected, seats needed; and centres merged against apart (SEAT-02).

Pure. Rule: each half hour is planned for itself with the goal's two constraints.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time

from acd.forecast import HALF_HOURS
from acd.staffing import Goal, Load, erlang_a, seats_needed, seats_on_duty

_HALF_HOUR_S = 1800


@dataclass(frozen=True, slots=True)
class Handling:
    """Ring + talk + wrap-up, and after what time callers give up on average; seconds."""

    aht_s: float
    patience_s: float


@dataclass(frozen=True, slots=True)
class HalfHour:
    """`manned`: people at the phones; `seats`: to plan, with absences. Shares are for `manned`."""

    n: int
    calls: float
    erlangs: float
    manned: int
    seats: int
    answered: float
    in_time: float

    @property
    def start(self) -> time:
        return time(self.n // 2, self.n % 2 * 30)

    @property
    def label(self) -> str:
        """14:30-15:00; the last ends at 24:00."""
        after = self.n + 1
        return f"{self.start:%H:%M}-{after // 2:02}:{after % 2 * 30:02}"


def load_of(calls: float, handling: Handling) -> Load:
    """Of one half hour."""
    return Load(calls / _HALF_HOUR_S, handling.aht_s, handling.patience_s)


def plan_day(calls: Sequence[float], handling: Handling, goal: Goal) -> list[HalfHour]:
    """All 48 half hours. Raises BadLoad."""
    assert len(calls) == HALF_HOURS, "a day has 48 half hours"
    return [_half_hour(n, each, handling, goal) for n, each in enumerate(calls)]


def _half_hour(n: int, calls: float, handling: Handling, goal: Goal) -> HalfHour:
    load = load_of(calls, handling)
    manned = seats_needed(load, goal)
    got = erlang_a(load, manned, goal.in_time_s)
    seats = seats_on_duty(load, goal)
    return HalfHour(n, calls, load.erlangs, manned, seats, got.answered, got.in_time)


def peak_of(plan: Iterable[HalfHour]) -> HalfHour:
    """The half hour with the most seats, the first of several."""
    return max(plan, key=lambda each: (each.seats, -each.n))


def seat_hours(plan: Iterable[HalfHour]) -> float:
    return sum(each.seats for each in plan) / 2


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre, or a hotline that may be merged into one; calls of each half hour of a day."""

    name: str
    calls: tuple[float, ...]

    @property
    def calls_per_day(self) -> float:
        return sum(self.calls)


@dataclass(frozen=True, slots=True)
class Planned:
    name: str
    calls_per_day: float
    peak_seats: int
    seat_hours: float
    occupancy: float  # of the seat hours planned


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`apart`: each by itself; `together`: one line for all."""

    apart: tuple[Planned, ...]
    together: Planned

    @property
    def seats_apart(self) -> int:
        return sum(each.peak_seats for each in self.apart)

    @property
    def seats_saved(self) -> int:
        return self.seats_apart - self.together.peak_seats

    @property
    def hours_apart(self) -> float:
        return sum(each.seat_hours for each in self.apart)

    @property
    def hours_saved(self) -> float:
        return self.hours_apart - self.together.seat_hours


def what_if(centres: Sequence[Centre], handling: Handling, goal: Goal) -> WhatIf:
    """What merging them would save. Raises BadLoad."""
    together = Centre(
        "+", tuple(sum(each) for each in zip(*(c.calls for c in centres), strict=True))
    )
    apart = tuple(_planned(centre, handling, goal) for centre in centres)
    return WhatIf(apart, _planned(together, handling, goal))


def _planned(centre: Centre, handling: Handling, goal: Goal) -> Planned:
    plan = plan_day(centre.calls, handling, goal)
    hours = seat_hours(plan)
    worked = sum(each.erlangs * each.answered for each in plan) / 2
    share = worked / hours if hours else 0.0
    return Planned(centre.name, centre.calls_per_day, peak_of(plan).seats, hours, share)
