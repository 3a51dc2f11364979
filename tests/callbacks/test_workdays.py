"""China's working days (F3)."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from callbacks.workdays import Calendar, DayKind, load_calendar
from kernel.errors import BadSettings

SHIPPED = load_calendar(Path(__file__).parents[2] / "config" / "holidays.yaml")


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + timedelta(days=n) for n in range(365)]


@pytest.mark.parametrize("year", [2025, 2026])
def test_a_certified_year_has_248_working_days(year: int) -> None:
    assert sum(SHIPPED.kind(day) is DayKind.WORKDAY for day in days_of(year)) == 248
    assert not SHIPPED.is_provisional(date(year, 6, 1))


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        ("2026-02-12", 2, "2026-02-14"),
        ("2026-02-12", 6, "2026-02-27"),
        ("2026-02-12", 8, "2026-03-02"),
        ("2026-09-30", 2, "2026-10-09"),
        ("2026-09-30", 8, "2026-10-16"),
        ("2026-09-18", 2, "2026-09-21"),
        ("2026-09-18", 0, "2026-09-18"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: str, count: int, then: str) -> None:
    found = SHIPPED.plus_workdays(date.fromisoformat(day), count)

    assert found == date.fromisoformat(then)


@pytest.mark.parametrize(
    "day", ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
            "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
)  # fmt: skip
def test_make_up_workdays_are_workdays(day: str) -> None:
    assert SHIPPED.kind(date.fromisoformat(day)) is DayKind.WORKDAY


@pytest.mark.parametrize("year", [2027, 2031])
def test_a_year_without_a_notice_is_computed_and_provisional(year: int) -> None:
    assert SHIPPED.is_provisional(date(year, 1, 4))
    assert SHIPPED.kind(date(year, 10, 1)) is DayKind.HOLIDAY
    assert SHIPPED.kind(date(year, 3, 3)) is DayKind.WORKDAY
    assert Calendar().kind(date(2031, 3, 1)) is DayKind.RESTDAY


@pytest.mark.parametrize(
    "holiday",
    [
        "{name: x, first: 2028-02-01, last: 2028-01-31}",
        "{name: x, first: 2028-01-01, last: 2028-01-02, work: [2028-01-02]}",
        "{name: x, first: 2028-01-01, last: 2028-01-02, work: [2028-01-05]}",
        "{name: x, first: 2029-01-01, last: 2029-01-02}",
    ],
)
def test_a_wrong_calendar_stops_the_start_with_its_key(tmp_path: Path, holiday: str) -> None:
    file = tmp_path / "holidays.yaml"
    file.write_text(
        f"years: {{2028: {{certified: true, source: notice, holidays: [{holiday}]}}}}",
        encoding="utf-8",
    )

    with pytest.raises(BadSettings) as caught:
        load_calendar(file)

    assert "holidays.yaml" in caught.value.problem
    assert caught.value.remedy
