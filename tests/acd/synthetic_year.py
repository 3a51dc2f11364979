"""Calls of a made-up centre, day by day, for tests of the forecast: holidays and noise known."""

from datetime import date, timedelta
from math import exp, sin, sqrt, tau
from pathlib import Path
from random import Random

from acd.forecast import Day, DayClass, class_of
from callbacks.workdays import Calendar, load_calendar

CALENDAR = load_calendar(Path(__file__).parents[2] / "config" / "holidays.yaml")
FACTORS = dict(zip(tuple(DayClass), (1.16, 1.1, 1.06, 1.04, 1.06, 0.82, 0.76), strict=False)) | {
    DayClass.HOLIDAY: 0.58,
    DayClass.MAKE_UP: 0.98,
}


def shape(of: DayClass) -> list[float]:
    """Two humps; on days off it begins later and is flatter."""
    later = 1.5 if of in (DayClass.SAT, DayClass.SUN, DayClass.HOLIDAY) else 0.0
    hours = [n / 2 + 0.25 for n in range(48)]
    raw = [
        0.06
        + exp(-(((h - 9.8 - later) / 2.0) ** 2))
        + 0.85 * exp(-(((h - 15.3) / 2.4) ** 2))
        + 0.35 * exp(-(((h - 19.8) / 2.0) ** 2))
        for h in hours
    ]
    return [part / sum(raw) for part in raw]


def synthetic_days(
    first: date, days: int, seed: int, *, calls: float = 20_000, calendar: Calendar = CALENDAR
) -> list[Day]:
    """Day noise 6 %, half hours with a dispersion of 1.3, a season of +-12 %."""
    rng, found = Random(seed), []
    for n in range(days):
        day = first + timedelta(days=n)
        of = class_of(day, calendar.kind(day).value)
        season = 1 + 0.12 * sin(tau * n / 365)
        total = calls * season * FACTORS[of] * rng.gauss(1, 0.06)
        expected = [total * share for share in shape(of)]
        counts = tuple(max(0, round(rng.gauss(m, sqrt(1.3 * m)))) for m in expected)
        found.append(Day(day, of, counts))
    return found
