"""Seasonal and periodic requests (RPT-07): what the months ahead bring, by category and in all.

Pure. Rule: a month's index is its mean day against the mean day of the year. With a year of our own
figures it is measured; before that it is what config/staffing.yaml knows of the seasons.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Final

from acd.staffing_rules import Season

MONTHS: Final = 12
A_YEAR: Final = 330  # days with figures: enough of one to measure the months
LEVEL_DAYS: Final = 28
PEAK: Final = 1.5  # times the present month: worth a plan ahead (预案)


@dataclass(frozen=True, slots=True)
class MonthAhead:
    """`expected` requests of the whole month; `index` 1.0 is a mean month."""

    first: date
    expected: float
    index: float


@dataclass(frozen=True, slots=True)
class PeakAhead:
    """A peak that comes: when it begins, and by when a plan should stand."""

    starts: date
    prepare_by: date
    times: float  # as many a day as now


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """`category` "": all calls. `measured` False: from what is known of the seasons beforehand."""

    category: str
    season: str  # its name in config/staffing.yaml, "" for none
    per_day: float  # of late
    measured: bool
    months: tuple[MonthAhead, ...]
    peak: PeakAhead | None


def outlook(
    category: str,
    counts: Mapping[date, int],
    today: date,
    seasons: Mapping[str, Season],
    *,
    ahead: int = 6,
) -> Outlook:
    """From requests by day before `today`; a day that is missing had none."""
    name, season = season_of(category, seasons)
    known = {day: n for day, n in counts.items() if day < today}
    first = min(known, default=today)
    days = (today - first).days
    index = _measured(known, first, today) if days >= A_YEAR else _known(season, today.year)
    per_day = _level(known, first, today)
    mean_day = per_day / _index_of_late(index, first, today)
    months = tuple(
        MonthAhead(month, mean_day * index[month.month - 1] * _days(month), index[month.month - 1])
        for month in _months_from(today, ahead)
    )
    return Outlook(
        category=category,
        season=name,
        per_day=per_day,
        measured=days >= A_YEAR,
        months=months,
        peak=_peak(months, index[today.month - 1], today, season),
    )


def season_of(category: str, seasons: Mapping[str, Season]) -> tuple[str, Season | None]:
    for name, season in seasons.items():
        if category and any(category.startswith(code) for code in season.categories):
            return name, season
    return "", None


def _measured(counts: Mapping[date, int], first: date, today: date) -> list[float]:
    """Mean day of each month against that of the year. A month not seen is a mean one."""
    by_month: defaultdict[int, list[int]] = defaultdict(list)
    for day in _span(first, today):
        by_month[day.month].append(counts.get(day, 0))
    means = {month: fmean(days) for month, days in by_month.items()}
    year = fmean(means.values())
    return [means.get(month, year) / year if year else 1.0 for month in range(1, MONTHS + 1)]


def _known(season: Season | None, year: int) -> list[float]:
    """By the days of each month that lie in the season."""
    if season is None:
        return [1.0] * MONTHS
    means = [
        fmean(season.weight if season.holds(day) else 1.0 for day in _span(first, _next(first)))
        for first in (date(year, month, 1) for month in range(1, MONTHS + 1))
    ]
    return [mean / fmean(means) for mean in means]


def _level(counts: Mapping[date, int], first: date, today: date) -> float:
    """Requests a day of late."""
    since = max(first, today - timedelta(days=LEVEL_DAYS))
    days = [counts.get(day, 0) for day in _span(since, today)]
    return fmean(days) if days else 0.0


def _index_of_late(index: list[float], first: date, today: date) -> float:
    since = max(first, today - timedelta(days=LEVEL_DAYS))
    return fmean([index[day.month - 1] for day in _span(since, today)] or [1.0]) or 1.0


def _peak(
    months: Iterable[MonthAhead], now: float, today: date, season: Season | None
) -> PeakAhead | None:
    """The first month ahead that is a peak against the present one."""
    for month in months:
        if now and month.index / now >= PEAK:
            starts = month.first
            if season is not None and season.next_start(today).month == starts.month:
                starts = season.next_start(today)
            lead = timedelta(days=season.prepare_days if season is not None else 30)
            return PeakAhead(starts, max(today, starts - lead), month.index / now)
    return None


def _months_from(today: date, ahead: int) -> list[date]:
    """The first days of the months after this one."""
    found = [_next(today.replace(day=1))]
    while len(found) < ahead:
        found.append(_next(found[-1]))
    return found


def _next(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def _days(first: date) -> int:
    return (_next(first) - first).days


def _span(first: date, end: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((end - first).days)]
