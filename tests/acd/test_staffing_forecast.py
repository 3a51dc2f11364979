"""Calls by half hour a day ahead: better than the plain mean, through holidays and surges."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from acd.forecast import (
    HALF_HOURS,
    WEEKDAYS,
    Day,
    DayClass,
    Forecaster,
    ForecastRules,
    back_test,
    class_of,
    corrected,
    learned,
    same_weekday_mean,
    weighted_error,
)
from callbacks.workdays import DayKind
from tests.acd.synthetic_year import CALENDAR, FACTORS, shape, synthetic_days

NEW_YEAR = date(2025, 1, 1)


@pytest.mark.parametrize("seed", range(3))
def test_seat_01_a_day_ahead_the_forecast_errs_by_less_than_eight_per_cent(seed: int) -> None:
    """A year with holidays and make-up workdays, day noise 6 %, dispersion 1.3; by half hour."""
    year = synthetic_days(date(2025, 6, 1), 500, seed)

    ours, plain = back_test(year, last=365)

    assert ours <= 0.08
    assert ours < 0.75 * plain, "better than the mean of four same weekdays"


def test_holidays_and_make_up_workdays_are_forecast_as_well_as_other_days() -> None:
    history = synthetic_days(NEW_YEAR, 600, 7)
    forecaster, special, plain = Forecaster(), [], []
    for n, day in enumerate(history):
        if n > 100 and day.of in (DayClass.HOLIDAY, DayClass.MAKE_UP):
            special.append((forecaster.forecast(day.of), day.counts))
            plain.append((same_weekday_mean(history[:n], day.day), day.counts))
        forecaster.learn(day)

    assert weighted_error(special) < 0.12
    assert weighted_error(plain) > 0.3


@pytest.mark.parametrize(
    ("day", "of"),
    [
        (date(2026, 2, 16), DayClass.HOLIDAY),  # a Monday in the Spring Festival
        (date(2026, 2, 14), DayClass.MAKE_UP),  # a Saturday worked instead
        (date(2026, 9, 20), DayClass.MAKE_UP),  # a Sunday
        (date(2026, 11, 20), DayClass.FRI),
        (date(2026, 11, 21), DayClass.SAT),
    ],
)
def test_the_calendar_says_which_class_a_day_is(day: date, of: DayClass) -> None:
    assert class_of(day, CALENDAR.kind(day).value) is of


def test_every_kind_of_the_calendar_has_a_class() -> None:
    kinds = {class_of(date(2026, 11, 21), kind.value) for kind in DayKind}

    assert kinds == {DayClass.MAKE_UP, DayClass.SAT, DayClass.HOLIDAY}


def test_a_holiday_that_was_never_seen_is_taken_for_a_weekend() -> None:
    forecaster = learned(synthetic_days(date(2025, 2, 20), 40, 1))  # none of them lies in here

    weekend = sum(sum(forecaster.forecast(of)) for of in (DayClass.SAT, DayClass.SUN)) / 2

    assert sum(forecaster.forecast(DayClass.HOLIDAY)) == pytest.approx(weekend)
    make_up = sum(forecaster.forecast(DayClass.MAKE_UP))
    workdays = [sum(forecaster.forecast(of)) for of in WEEKDAYS[:5]]
    assert make_up == pytest.approx(sum(workdays) / 5)


def test_a_surge_counts_only_as_far_as_twice_what_was_expected() -> None:
    """87,000 calls on one day are not the level of the next."""
    history = synthetic_days(NEW_YEAR, 80, 2)
    calm = learned(history).level
    last = history[-1]
    surge = replace(last, day=last.day + timedelta(days=1), counts=(87_000 // 48,) * HALF_HOURS)

    after = learned([*history, surge]).level

    assert calm < after <= calm * (1 + ForecastRules().alpha)


def test_days_without_a_call_teach_nothing() -> None:
    history = synthetic_days(NEW_YEAR, 30, 3)
    empty = Day(date(2025, 1, 31), DayClass.FRI, (0,) * HALF_HOURS)

    assert learned([*history, empty]).forecast(DayClass.MON) == learned(history).forecast(
        DayClass.MON
    )


def test_the_order_in_which_days_come_does_not_matter() -> None:
    history = synthetic_days(NEW_YEAR, 30, 3)

    backwards = learned(reversed(history))

    assert backwards.forecast(DayClass.TUE) == learned(history).forecast(DayClass.TUE)


def test_weekday_factors_and_the_profile_are_found() -> None:
    forecaster = learned(synthetic_days(NEW_YEAR, 365, 4))

    assert forecaster.factor(DayClass.MON) == pytest.approx(FACTORS[DayClass.MON], rel=0.06)
    assert forecaster.profile(DayClass.MON) == pytest.approx(shape(DayClass.MON), abs=0.003)
    assert sum(forecaster.profile(DayClass.HOLIDAY)) == pytest.approx(1)


def test_who_knows_nothing_forecasts_an_even_nothing() -> None:
    assert Forecaster().forecast(DayClass.MON) == [0.0] * HALF_HOURS
    assert same_weekday_mean([], NEW_YEAR) == [0.0] * HALF_HOURS
    assert weighted_error([]) == 0.0


def test_through_the_day_the_forecast_follows_what_has_come() -> None:
    forecast = [100.0] * HALF_HOURS

    more = corrected(forecast, [150] * 10)
    none_yet = corrected(forecast, [])
    one_call = corrected([1.0] * HALF_HOURS, [4])

    assert more[:10] == [150] * 10
    assert 140 < more[10] < 150, "85 % of the surplus, a little less"
    assert none_yet == forecast
    assert one_call[10] < 1.1, "four calls instead of one say little"


def test_the_rest_of_the_day_is_forecast_better_with_the_morning_known() -> None:
    history = synthetic_days(date(2025, 6, 1), 300, 5)
    forecaster, before, after = Forecaster(), [], []
    for n, day in enumerate(history):
        if n >= 200:
            forecast = forecaster.forecast(day.of)
            before.append((forecast[22:], day.counts[22:]))
            after.append((corrected(forecast, day.counts[:22])[22:], day.counts[22:]))
        forecaster.learn(day)

    assert weighted_error(after) < 0.9 * weighted_error(before)
