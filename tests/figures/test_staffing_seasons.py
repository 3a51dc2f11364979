"""The months ahead by category: measured after a year, known beforehand until then (RPT-07)."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from acd.staffing_rules import load_staffing_rules
from figures.seasons import outlook, season_of

SEASONS = load_staffing_rules(Path(__file__).parents[2] / "config" / "staffing.yaml").seasons
HEATING = "0201"


def heating_days(
    first: date, days: int, *, winter: int = 90, summer: int = 10
) -> Mapping[date, int]:
    span = (first + timedelta(days=n) for n in range(days))
    return {day: winter if SEASONS["heating"].holds(day) else summer for day in span}


def test_rpt_07_after_a_year_the_heating_season_is_forecast_from_our_own_figures() -> None:
    today = date(2026, 9, 1)

    found = outlook(HEATING, heating_days(date(2025, 8, 1), 396), today, SEASONS)

    expected = {month.first: month.expected for month in found.months}
    assert (found.measured, found.season, found.per_day) == (True, "heating", 10)
    assert expected[date(2026, 11, 1)] == pytest.approx(90 * 30, rel=0.01)
    assert expected[date(2026, 10, 1)] == pytest.approx(14 * 10 + 17 * 90, rel=0.01)
    assert found.peak is not None
    assert (found.peak.starts, found.peak.prepare_by) == (date(2026, 10, 15), date(2026, 9, 15))
    assert found.peak.times > 5


def test_rpt_07_in_the_first_year_what_is_known_of_the_season_stands_in() -> None:
    today = date(2026, 9, 1)

    found = outlook(HEATING, heating_days(date(2026, 8, 1), 31), today, SEASONS)

    expected = {month.first: month.expected for month in found.months}
    assert not found.measured
    assert expected[date(2026, 11, 1)] == pytest.approx(10 * 3.0 * 30, rel=0.01)
    assert found.peak is not None
    assert found.peak.prepare_by == date(2026, 9, 15)


def test_in_the_season_its_end_is_no_peak() -> None:
    today = date(2026, 11, 21)

    found = outlook(HEATING, heating_days(date(2026, 10, 20), 32), today, SEASONS)

    assert found.peak is None
    assert found.months[-1].first == date(2027, 5, 1)
    assert found.months[-1].expected == pytest.approx(90 / 3 * 31, rel=0.1)


def test_a_category_of_no_season_goes_on_as_it_is() -> None:
    today = date(2026, 9, 1)
    steady = {date(2026, 8, 1) + timedelta(days=n): 20 for n in range(31)}

    found = outlook("0301", steady, today, SEASONS)

    assert (found.season, found.peak, {month.index for month in found.months}) == ("", None, {1.0})
    assert found.months[0].expected == 20 * 31  # October


def test_rpt_07_the_calls_of_all_categories_have_their_outlook_too() -> None:
    """Volume: measured over a year with a third more in winter."""
    today = date(2026, 9, 1)

    found = outlook(
        "", heating_days(date(2025, 8, 1), 396, winter=4000, summer=3000), today, SEASONS
    )

    assert (found.season, found.measured, found.peak) == ("", True, None)
    assert found.months[2].expected == pytest.approx(4000 * 31, rel=0.01)  # December


def test_nothing_is_known_and_nothing_is_expected() -> None:
    found = outlook(HEATING, {}, date(2026, 9, 1), SEASONS)

    assert (found.per_day, {month.expected for month in found.months}) == (0.0, {0.0})


def test_a_category_belongs_to_the_season_that_names_its_beginning() -> None:
    assert season_of("0201010101", SEASONS)[0] == "heating"
    assert season_of("0202", SEASONS) == ("", None)
    assert season_of("", SEASONS) == ("", None)
