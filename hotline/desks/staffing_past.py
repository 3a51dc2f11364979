"""What the past tells of a day to come: calls by half hour, handling time, patience."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol

from acd.day_plan import Handling
from acd.forecast import HALF_HOURS, Day, Forecaster, class_of, learned
from acd.patience import Waits, patience_of
from acd.roster import CHINA
from acd.staffing_rules import StaffingRules
from callbacks.workdays import Calendar
from figures.staffing_store import HalfHourCounted
from kernel.ids import QueueName

HANDLING_DAYS: Final = 28
PATIENCE_DAYS: Final = 56
CALLS_FOR_HANDLING: Final = 200  # answered; fewer say too little of the mean


class ReadsPast(Protocol):
    """`figures/staffing_store.py: StaffingFigures` fits by shape. Raises Unavailable."""

    async def half_hours(self, start: datetime, end: datetime) -> list[HalfHourCounted]: ...

    async def waits(self, first: date, last: date) -> dict[QueueName, Waits]: ...

    async def tickets_by_category(
        self, start: datetime, end: datetime
    ) -> dict[str, dict[date, int]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """As it stood on the morning of `day`. `calls` by day, of the whole history."""

    day: date
    forecaster: Forecaster
    handling: Handling
    aht_measured: bool
    patience_measured: bool
    calls: Mapping[date, int]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


async def read_past(day: date, reads: ReadsPast, rules: StaffingRules, calendar: Calendar) -> Past:
    """All that is known before the day begins. Raises Unavailable."""
    first = day - timedelta(days=rules.forecast.history_days)
    counted = await reads.half_hours(midnight(first), midnight(day))
    waits = await reads.waits(day - timedelta(days=PATIENCE_DAYS), day - timedelta(days=1))
    days = days_of(counted, calendar)
    aht = _aht(counted, day, rules)
    patience = patience_of(sum(waits.values(), Waits()))
    known = patience is not None and patience.is_enough
    begin = rules.until_measured
    return Past(
        day=day,
        forecaster=learned(days, rules.forecast.rules()),
        handling=Handling(
            aht if aht is not None else begin.aht_s,
            patience.mean_s if patience is not None and known else begin.patience_s,
        ),
        aht_measured=aht is not None,
        patience_measured=known,
        calls={each.day: each.total for each in days},
    )


def days_of(counted: Iterable[HalfHourCounted], calendar: Calendar) -> list[Day]:
    """Whole days of China, in order; a half hour without a call counts none."""
    found: defaultdict[date, list[int]] = defaultdict(lambda: [0] * HALF_HOURS)
    for each in counted:
        local = each.start.astimezone(CHINA)
        found[local.date()][half_hour_of(local)] += each.offered
    return [
        Day(day, class_of(day, calendar.kind(day).value), tuple(found[day]))
        for day in sorted(found)
    ]


def half_hour_of(local: datetime) -> int:
    return local.hour * 2 + local.minute // 30


def _aht(counted: Iterable[HalfHourCounted], day: date, rules: StaffingRules) -> float | None:
    """Ring, talk and wrap-up of late; None: too few calls to say it."""
    since = midnight(day - timedelta(days=HANDLING_DAYS))
    late = [each for each in counted if each.start >= since]
    answered = sum(each.answered for each in late)
    if answered < CALLS_FOR_HANDLING:
        return None
    handled = sum((each.handled for each in late), timedelta())
    return handled.total_seconds() / answered + rules.until_measured.ring_s
