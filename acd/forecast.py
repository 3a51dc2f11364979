"""Calls by half hour, one day ahead and more: level x weekday x profile of the day. Pure.

Rules: the level is an EWMA over the days, each divided by the factor of its class; a class is a
weekday, a holiday, or a Saturday or Sunday that is worked instead (调休). A rare class leans on its
neighbours until it has been seen. A day out of all proportion counts only as far as `at_most`.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import fmean
from typing import Final

HALF_HOURS: Final = 48
_SATURDAY: Final = 5


class DayClass(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


WEEKDAYS: Final = tuple(DayClass)[:7]
# Before a rare class has been seen it is taken for the mean of these.
LEANS_ON: Final[dict[DayClass, tuple[DayClass, ...]]] = {
    DayClass.HOLIDAY: (DayClass.SAT, DayClass.SUN),
    DayClass.MAKE_UP: WEEKDAYS[:5],
}


def class_of(day: date, kind: str) -> DayClass:
    """`kind` as the calendar says: workday, restday, holiday (`callbacks/workdays.py: DayKind`)."""
    if kind == "holiday":
        return DayClass.HOLIDAY
    if kind == "workday" and day.weekday() >= _SATURDAY:
        return DayClass.MAKE_UP
    return WEEKDAYS[day.weekday()]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the past: calls in each half hour from 00:00."""

    day: date
    of: DayClass
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRules:
    """`lean`: a rare class counts its neighbours as so many days of its own."""

    alpha: float = 0.3
    days_of_class: int = 12
    lean: float = 1.0
    trusted_after: int = 4  # days of a rare class, before it moves the level by half
    at_most: float = 2.0  # times what was expected; more is a surge, not a level
    settled_after: int = 28  # days, before `at_most` is looked at
    intraday: float = 0.85  # weight of what has come today
    intraday_calls: float = 60.0  # expected calls at which it has half that weight


class Forecaster:
    """Learns day by day, in order; forecasts any class at any time."""

    def __init__(self, rules: ForecastRules | None = None) -> None:
        self.rules = rules or ForecastRules()
        self.days = 0
        self.level = 0.0
        self._totals = _by_class(self.rules.days_of_class)
        self._ratios = _by_class(self.rules.days_of_class)
        self._shares: defaultdict[DayClass, deque[tuple[float, ...]]] = defaultdict(
            lambda: deque(maxlen=self.rules.days_of_class)
        )

    def learn(self, day: Day) -> None:
        """A day without any call teaches nothing: nobody measured."""
        if not day.total:
            return
        total = float(day.total)
        if self.days >= self.rules.settled_after:
            total = min(total, self.rules.at_most * self.level * self.factor(day.of))
        is_rare, seen = day.of in LEANS_ON, len(self._ratios[day.of])
        if not is_rare:
            self._totals[day.of].append(total)
        elif self.level:
            self._ratios[day.of].append(total / self.level)
        self._shares[day.of].append(tuple(count / day.total for count in day.counts))
        trust = seen / (seen + self.rules.trusted_after) if is_rare else 1.0
        alpha = self.rules.alpha * trust if self.days else 1.0
        self.level += alpha * (total / self.factor(day.of) - self.level)
        self.days += 1

    def factor(self, of: DayClass) -> float:
        """Calls of such a day against the mean of a week."""
        if of in LEANS_ON:
            own = self._ratios[of]
            around = fmean(self.factor(near) for near in LEANS_ON[of])
            return (self.rules.lean * around + sum(own)) / (self.rules.lean + len(own))
        means = {near: fmean(self._totals[near]) for near in WEEKDAYS if self._totals[near]}
        if of not in means:
            return 1.0
        return means[of] / fmean(means.values())

    def profile(self, of: DayClass) -> list[float]:
        """Shares of the day, each half hour; even ones when nothing is known."""
        known = self._shares[of]
        if of in LEANS_ON:
            near = [self.profile(one) for one in LEANS_ON[of]]
            around = [self.rules.lean * fmean(shares) for shares in zip(*near, strict=True)]
            sums = [first + sum(s) for first, s in zip(around, _columns(known), strict=True)]
            return _to_one(sums)
        if known:
            return _to_one([sum(s) for s in _columns(known)])
        return self._profile_of_all()

    def _profile_of_all(self) -> list[float]:
        every = [shares for near in WEEKDAYS for shares in self._shares[near]]
        return _to_one([sum(s) for s in _columns(every)]) if every else [1 / 48] * HALF_HOURS

    def forecast(self, of: DayClass) -> list[float]:
        """Calls expected in each half hour of the next day of this class."""
        total = self.level * self.factor(of)
        return [total * share for share in self.profile(of)]


def learned(history: Iterable[Day], rules: ForecastRules | None = None) -> Forecaster:
    """From days in any order."""
    forecaster = Forecaster(rules)
    for day in sorted(history, key=lambda one: one.day):
        forecaster.learn(day)
    return forecaster


def corrected(
    forecast: Sequence[float], actual: Sequence[int], rules: ForecastRules | None = None
) -> list[float]:
    """The day with what has come: `actual` holds the half hours that are over.

    The rest is scaled by actual / forecast so far, the less the fewer calls stand behind it.
    """
    rules = rules or ForecastRules()
    expected = sum(forecast[: len(actual)])
    if not expected:
        return [*actual, *forecast[len(actual) :]]
    weight = rules.intraday * expected / (expected + rules.intraday_calls)
    scale = 1 - weight + weight * sum(actual) / expected
    return [*actual, *(scale * calls for calls in forecast[len(actual) :])]


def same_weekday_mean(history: Sequence[Day], day: date, weeks: int = 4) -> list[float]:
    """The plain method to beat: mean of the last same weekdays, whatever days those were."""
    same = [one.counts for one in history if one.day.weekday() == day.weekday()][-weeks:]
    return [fmean(counts) for counts in zip(*same, strict=True)] if same else [0.0] * HALF_HOURS


def weighted_error(pairs: Iterable[tuple[Sequence[float], Sequence[int]]]) -> float:
    """WAPE over half hours of (forecast, actual): sum of errors / sum of calls."""
    errors, calls = 0.0, 0
    for forecast, actual in pairs:
        errors += sum(abs(f - a) for f, a in zip(forecast, actual, strict=True))
        calls += sum(actual)
    return errors / calls if calls else 0.0


def back_test(
    history: Sequence[Day], last: int, rules: ForecastRules | None = None
) -> tuple[float, float]:
    """Day-ahead error over the last days, each known only the days before: ours, and the plain
    mean of four same weekdays."""
    forecaster = Forecaster(rules)
    ours: list[tuple[Sequence[float], Sequence[int]]] = []
    plain: list[tuple[Sequence[float], Sequence[int]]] = []
    for n, day in enumerate(history):
        if n >= len(history) - last:
            ours.append((forecaster.forecast(day.of), day.counts))
            plain.append((same_weekday_mean(history[:n], day.day), day.counts))
        forecaster.learn(day)
    return weighted_error(ours), weighted_error(plain)


def _by_class(at_most: int) -> defaultdict[DayClass, deque[float]]:
    return defaultdict(lambda: deque(maxlen=at_most))


def _columns(rows: Iterable[tuple[float, ...]]) -> list[tuple[float, ...]]:
    return list(zip(*rows, strict=True)) or [()] * HALF_HOURS


def _to_one(sums: Sequence[float]) -> list[float]:
    whole = sum(sums)
    return [part / whole for part in sums]
