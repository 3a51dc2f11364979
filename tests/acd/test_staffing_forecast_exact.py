"""The forecast's own arithmetic, reckoned by hand on days of a few calls."""

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
    corrected,
    learned,
    same_weekday_mean,
    weighted_error,
)

MONDAY = date(2026, 11, 23)
MON, TUE, SAT, SUN = DayClass.MON, DayClass.TUE, DayClass.SAT, DayClass.SUN


def day(of: DayClass, total: int, n: int = 0, *, slots: dict[int, int] | None = None) -> Day:
    """All calls in the first half hour, or as `slots` says."""
    counts = slots if slots is not None else {0: total}
    return Day(MONDAY + timedelta(days=n), of, tuple(counts.get(n, 0) for n in range(HALF_HOURS)))


def told(*days: Day, rules: ForecastRules | None = None) -> Forecaster:
    forecaster = Forecaster(rules)
    for each in days:
        forecaster.learn(each)
    return forecaster


def slots_of(profile: list[float]) -> dict[int, float]:
    return {n: share for n, share in enumerate(profile) if share}


def test_the_rules_are_those_of_the_field() -> None:
    assert ForecastRules() == ForecastRules(
        alpha=0.3,
        days_of_class=12,
        lean=1.0,
        trusted_after=4,
        at_most=2.0,
        settled_after=28,
        intraday=0.85,
        intraday_calls=60.0,
    )
    assert [each.value for each in WEEKDAYS] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def test_the_first_day_is_the_level_and_the_next_moves_it_by_three_tenths() -> None:
    first, second = told(day(MON, 480)), told(day(MON, 480), day(TUE, 960))

    assert (first.level, first.days) == (480, 1)
    assert second.factor(TUE) == pytest.approx(4 / 3)
    assert second.level == pytest.approx(480 + 0.3 * (960 / (4 / 3) - 480))
    assert second.days == 2


def test_a_weekday_that_was_never_seen_is_a_mean_one() -> None:
    assert Forecaster().factor(MON) == 1.0
    assert told(day(MON, 480)).factor(TUE) == 1.0


def test_the_first_day_of_all_may_be_a_holiday() -> None:
    forecaster = told(day(DayClass.HOLIDAY, 240))

    assert (forecaster.level, forecaster.factor(DayClass.HOLIDAY)) == (240, 1.0)


def test_holidays_move_the_level_little_and_only_when_some_have_been_seen() -> None:
    once = told(day(MON, 480), day(DayClass.HOLIDAY, 240))
    twice = told(day(MON, 480), day(DayClass.HOLIDAY, 240), day(DayClass.HOLIDAY, 240))

    assert once.level == 480
    assert once.factor(DayClass.HOLIDAY) == pytest.approx((1.0 + 0.5) / 2)
    assert twice.factor(DayClass.HOLIDAY) == pytest.approx((1.0 + 0.5 + 0.5) / 3)
    assert twice.level == pytest.approx(480 + 0.3 * (1 / 5) * (240 / (2 / 3) - 480))


def test_a_make_up_workday_leans_on_the_workdays() -> None:
    forecaster = told(day(MON, 500), day(SAT, 300))

    workdays = [forecaster.factor(of) for of in WEEKDAYS[:5]]
    assert forecaster.factor(DayClass.MAKE_UP) == pytest.approx(sum(workdays) / 5)


def test_a_surge_is_cut_at_twice_what_was_expected_once_the_level_is_settled() -> None:
    rules = ForecastRules(settled_after=2)
    settled = told(day(MON, 480), day(TUE, 960), day(TUE, 9600), rules=rules)
    unsettled = told(day(MON, 480), day(TUE, 9600), rules=rules)

    before = 480 + 0.3 * (720 - 480)
    cut = 2 * before * 4 / 3
    factor = (960 + cut) / 2 / ((480 + (960 + cut) / 2) / 2)
    assert settled.level == pytest.approx(before + 0.3 * (cut / factor - before))
    assert unsettled.factor(TUE) == pytest.approx(9600 / 5040)


def test_the_profile_is_the_mean_of_shares_not_of_calls() -> None:
    forecaster = told(day(MON, 0, slots={0: 1, 1: 3}), day(MON, 0, 7, slots={0: 40}))

    assert slots_of(forecaster.profile(MON)) == pytest.approx({0: 0.625, 1: 0.375})
    assert forecaster.forecast(MON)[1] == pytest.approx(forecaster.level * 0.375)


def test_a_holidays_profile_leans_on_the_weekend() -> None:
    weekend = (day(SAT, 0, slots={0: 10}), day(SUN, 0, 1, slots={1: 10}))
    unseen = told(*weekend)
    seen = told(*weekend, day(DayClass.HOLIDAY, 0, 2, slots={2: 10}))

    assert slots_of(unseen.profile(DayClass.HOLIDAY)) == pytest.approx({0: 0.5, 1: 0.5})
    assert slots_of(seen.profile(DayClass.HOLIDAY)) == pytest.approx({0: 0.25, 1: 0.25, 2: 0.5})


def test_a_profile_that_was_never_seen_is_that_of_all_days_or_an_even_one() -> None:
    assert slots_of(told(day(SAT, 0, slots={5: 9})).profile(MON)) == {5: 1.0}
    assert Forecaster().profile(MON) == [1 / 48] * 48


def test_only_the_last_twelve_of_a_class_are_remembered() -> None:
    old = [day(MON, 0, 7 * n, slots={0: 10}) for n in range(3)]
    new = [day(MON, 0, 21 + 7 * n, slots={1: 10}) for n in range(12)]

    assert slots_of(told(*old, *new).profile(MON)) == {1: 1.0}
    assert 0 in slots_of(told(*old, *new[:11]).profile(MON))


def test_days_of_another_length_are_refused() -> None:
    short = Day(MONDAY, SAT, (1,) * 47)
    short_holiday = Day(MONDAY, DayClass.HOLIDAY, (1,) * 47)

    with pytest.raises(ValueError, match="zip"):
        told(day(SAT, 5), short).profile(SAT)
    with pytest.raises(ValueError, match="zip"):
        told(short, day(SUN, 5)).profile(DayClass.HOLIDAY)
    with pytest.raises(ValueError, match="zip"):
        told(day(SAT, 5), day(SUN, 5), short_holiday).profile(DayClass.HOLIDAY)
    with pytest.raises(ValueError, match="zip"):
        same_weekday_mean([day(MON, 5), Day(MONDAY, MON, (1,) * 47)], MONDAY)
    with pytest.raises(ValueError, match="zip"):
        weighted_error([([1.0], [1, 2])])


def test_the_rest_of_the_day_is_scaled_by_what_has_come() -> None:
    rest = corrected([100.0] * HALF_HOURS, [150] * 10)[10:]

    weight = 0.85 * 1000 / 1060
    assert rest == pytest.approx([100 * (1 - weight + weight * 1.5)] * 38)
    assert corrected([0.0] * 3 + [5.0], [1, 2, 3]) == [1, 2, 3, 5.0]


def test_the_plain_mean_is_that_of_the_last_four_same_weekdays() -> None:
    mondays = [day(MON, n, 7 * n - 42) for n in range(1, 6)]
    others = [day(TUE, 99, 7 * n - 41) for n in range(1, 6)]

    mean = same_weekday_mean([*mondays, *others], MONDAY)

    assert mean[0] == (2 + 3 + 4 + 5) / 4
    assert same_weekday_mean([*mondays, *others], MONDAY, weeks=2)[0] == 4.5
    assert same_weekday_mean(others, MONDAY) == [0.0] * HALF_HOURS


def test_the_error_is_weighted_by_the_calls() -> None:
    assert weighted_error([([1.0, 2.0], [2, 2]), ([0.0], [4])]) == 5 / 8


def test_the_back_test_forecasts_the_last_days_from_those_before() -> None:
    """28 days of a call each half hour, then one of two."""
    steady = [
        Day(MONDAY + timedelta(days=n), WEEKDAYS[n % 7], (1,) * HALF_HOURS) for n in range(28)
    ]
    history = [*steady, Day(MONDAY + timedelta(days=28), MON, (2,) * HALF_HOURS)]

    assert back_test(history, 1) == pytest.approx((0.5, 0.5))
    assert back_test(history, 2) == pytest.approx((1 / 3, 1 / 3))
    assert back_test(history, 0) == (0.0, 0.0)


def test_what_is_learned_in_one_go_is_what_is_learned_day_by_day() -> None:
    days = [day(MON, 480), day(TUE, 960, 1)]

    assert learned(days[::-1]).level == told(*days).level
