"""The borders of the schedule: midnight, the last minute, the sixtieth day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from callbacks.duty import Duty, DutyKind, DutyState
from callbacks.schedule import Ask, Never, Rule, Slot, earliest, fresh_until, in_order
from callbacks.schedule_settings import ScheduleRules
from callbacks.workdays import Calendar, Holiday, Year
from kernel.ids import DutyId, NumberKey

CHINA = ZoneInfo("Asia/Shanghai")
RULES = ScheduleRules()
WEDNESDAY = date(2026, 11, 18)
MINUTE = timedelta(minutes=1)
# A site that rings at all hours but one in the evening: midnight is an hour like any other.
ROUND_THE_CLOCK = ScheduleRules.model_validate(
    {
        "night": "23:00-23:30",
        "survey": {
            "windows": {
                kind: ["00:00-12:00", "12:00-23:59"] for kind in ("workday", "restday", "holiday")
            },
            "lunch": "12:00-12:01",
        },
    }
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def closed_for(days: int) -> Calendar:
    """Nobody works for so many days, from Wednesday on; the day after is a workday."""
    last = WEDNESDAY + timedelta(days=days - 1)
    holiday = Holiday(name="x", first=WEDNESDAY, last=last)
    return Calendar(years={2026: Year(certified=True, source="test", holidays=(holiday,))})


def when(ask: Ask, now: str, rules: ScheduleRules = RULES) -> tuple[str, Rule]:
    slot = earliest(ask, at(now), rules, Calendar())
    assert isinstance(slot, Slot)
    return f"{slot.at.astimezone(CHINA):%m-%d %H:%M}", slot.rule


def test_a_window_is_looked_for_during_sixty_days_and_no_longer() -> None:
    """No holiday of China is nearly so long: a calendar without an end must not hang the worker."""
    survey = Ask(kind=DutyKind.SURVEY)

    far = earliest(survey, at("2026-11-18 10:00"), RULES, closed_for(58))
    too_far = earliest(survey, at("2026-11-18 10:00"), RULES, closed_for(61))

    assert isinstance(far, Slot)
    assert far.at == at("2026-11-18 09:00") + timedelta(days=58)
    assert too_far == Never(Rule.NO_WINDOW)


def test_a_window_sixty_days_after_today_is_not_looked_at() -> None:
    """The days looked at are today and the fifty-nine after it."""
    survey = Ask(kind=DutyKind.SURVEY)
    ends_on_saturday, ends_on_sunday = closed_for(59), closed_for(60)

    last = earliest(survey, at("2026-11-18 12:00"), RULES, ends_on_saturday)

    assert isinstance(last, Slot)
    assert last.at == at("2027-01-16 10:00")
    assert earliest(survey, at("2026-11-18 12:00"), RULES, ends_on_sunday) == Never(Rule.NO_WINDOW)


def test_a_moment_exactly_sixty_days_ahead_is_near_enough() -> None:
    """From tomorrow on, because the number was rung twice today."""
    rung = (at("2026-11-17 05:00"), at("2026-11-17 06:00"))
    holiday = Holiday(name="x", first=WEDNESDAY, last=WEDNESDAY + timedelta(days=58))
    work = Holiday(
        name="y", first=date(2026, 1, 1), last=date(2026, 1, 1), work=(date(2027, 1, 16),)
    )
    year = Year(certified=True, source="test", holidays=(holiday, work))
    calendar = Calendar(years={2026: year})

    slot = earliest(
        Ask(kind=DutyKind.SURVEY, rung=rung), at("2026-11-17 09:00"), RULES, calendar
    )  # fmt: skip

    assert slot == Slot(at("2027-01-16 09:00"), Rule.WINDOW, True)


@pytest.mark.parametrize("kind", DutyKind)
def test_an_attempt_long_ago_or_a_time_far_ahead_stops_nothing(kind: DutyKind) -> None:
    long_ago = Ask(kind=kind, rung=(at("2026-07-01 10:00"),))
    far_ahead = Ask(kind=kind, ready_at=at("2027-03-03 10:00"))

    assert when(long_ago, "2026-11-18 03:00") == ("11-18 09:00", Rule.NIGHT)
    assert when(far_ahead, "2026-11-18 10:00") == ("03-03 10:00", Rule.READY)


def test_after_two_attempts_the_next_day_begins_at_midnight() -> None:
    rung = (at("2026-11-18 09:00"), at("2026-11-18 14:00"))

    assert when(Ask(kind=DutyKind.SURVEY, rung=rung), "2026-11-18 17:00", ROUND_THE_CLOCK) == (
        "11-19 00:00",
        Rule.DAY_CAP,
    )


def test_the_last_try_falls_on_another_day_from_midnight_on() -> None:
    tries = (at("2026-11-18 00:10"), at("2026-11-18 13:00"))

    assert when(Ask(kind=DutyKind.SURVEY, tries=tries), "2026-11-18 19:00", ROUND_THE_CLOCK) == (
        "11-19 00:00",
        Rule.SPREAD,
    )


def test_after_the_evening_the_next_part_of_a_day_begins_at_midnight() -> None:
    evening = tuple(at(f"2026-11-18 {hour}:00") for hour in (18, 19))

    found = when(Ask(kind=DutyKind.MISSED, tries=evening), "2026-11-18 20:00", ROUND_THE_CLOCK)

    assert found == ("11-19 00:00", Rule.SPREAD)


def test_the_second_try_of_a_survey_may_follow_on_the_same_half_day() -> None:
    """CBK: three over two days; as long as those left can still spread, none is moved."""
    ask = Ask(kind=DutyKind.SURVEY, tries=(at("2026-11-18 09:00"),))

    assert when(ask, "2026-11-18 11:30") == ("11-18 11:30", Rule.FREE)


@pytest.mark.parametrize("kind", [DutyKind.MISSED, DutyKind.PROMISED, DutyKind.FOLLOW_UP])
def test_people_too_wait_for_the_duty_s_own_time(kind: DutyKind) -> None:
    """PeopleRules.retry_after: half an hour after a try."""
    ask = Ask(kind=kind, ready_at=at("2026-11-18 10:30"))

    assert when(ask, "2026-11-18 10:00") == ("11-18 10:30", Rule.READY)


def test_what_is_due_in_ten_minutes_to_the_second_is_near() -> None:
    noon = at("2026-11-18 12:00")

    def due(name: str, opened: int, within: timedelta) -> Duty:
        return Duty(
            id=DutyId(name), kind=DutyKind.MISSED, state=DutyState.OPEN,
            caller_key=NumberKey("k"), caller="138****5678", opened_at=noon + opened * MINUTE,
            last_missed_at=noon, due_at=noon + within, urgent=False,
        )  # fmt: skip

    near, later = due("near", 2, 10 * MINUTE), due("later", 1, 10 * MINUTE + timedelta(seconds=1))

    assert [one.id for one in in_order([later, near], noon, RULES)] == ["near", "later"]


def test_half_past_nine_in_the_evening_is_still_by_day() -> None:
    """A16: until 21:30 included."""
    day = (time(8), time(21, 30), "Asia/Shanghai")
    missed_at = at("2026-11-18 21:30")

    until = fresh_until(DutyKind.MISSED, missed_at, 30 * MINUTE, day)

    assert until == at("2026-11-18 22:00")
