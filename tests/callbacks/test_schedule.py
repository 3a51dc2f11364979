"""When a number may be rung: each rule of G at its edges, then random calendars and outcomes."""

import random
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.duty import Duty, DutyKind, DutyState
from callbacks.schedule import (
    Ask,
    Never,
    Rule,
    Slot,
    Trunk,
    bundle,
    earliest,
    fresh_until,
    in_order,
    survey_lines,
    takes_its_place,
)
from callbacks.schedule_settings import ScheduleRules
from callbacks.workdays import DayKind, load_calendar
from kernel.ids import DutyId, NumberKey

CHINA = ZoneInfo("Asia/Shanghai")
CALENDAR = load_calendar(Path(__file__).parents[2] / "config" / "holidays.yaml")
RULES = ScheduleRules()
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
SURVEY = Ask(kind=DutyKind.SURVEY)
PEOPLE = (DutyKind.MISSED, DutyKind.PROMISED, DutyKind.FOLLOW_UP)


def at(text: str) -> datetime:
    """Local time of China, as UTC: "2026-11-18 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(UTC)


def when(ask: Ask, now: str) -> tuple[str, Rule]:
    slot = earliest(ask, at(now), RULES, CALENDAR)
    assert isinstance(slot, Slot)
    return f"{slot.at.astimezone(CHINA):%Y-%m-%d %H:%M}", slot.rule


@pytest.mark.parametrize(
    ("now", "then", "rule"),
    [
        # G, hours: a working day (Wednesday)
        ("2026-11-18 08:59", "2026-11-18 09:00", Rule.NIGHT),
        ("2026-11-18 09:00", "2026-11-18 09:00", Rule.FREE),
        ("2026-11-18 11:44", "2026-11-18 11:44", Rule.FREE),
        ("2026-11-18 11:45", "2026-11-18 14:00", Rule.WINDOW),
        ("2026-11-18 12:00", "2026-11-18 14:00", Rule.LUNCH),
        ("2026-11-18 13:59", "2026-11-18 14:00", Rule.LUNCH),
        ("2026-11-18 19:59", "2026-11-18 19:59", Rule.FREE),
        ("2026-11-18 20:00", "2026-11-19 09:00", Rule.WINDOW),
        ("2026-11-18 21:00", "2026-11-19 09:00", Rule.NIGHT),
        ("2026-11-20 20:30", "2026-11-21 10:00", Rule.WINDOW),  # Friday -> Saturday
        ("2026-11-21 09:30", "2026-11-21 10:00", Rule.WINDOW),
        ("2026-11-21 14:00", "2026-11-21 14:30", Rule.WINDOW),
        ("2026-11-21 18:00", "2026-11-22 10:00", Rule.WINDOW),
        # F3: holidays have no window, make-up workdays are workdays
        ("2026-02-14 09:30", "2026-02-14 09:30", Rule.FREE),  # Saturday, worked
        ("2026-02-14 20:00", "2026-02-24 09:00", Rule.WINDOW),  # the whole 春节
        ("2026-02-28 19:00", "2026-02-28 19:00", Rule.FREE),
        ("2026-01-04 09:05", "2026-01-04 09:05", Rule.FREE),  # Sunday, worked
        ("2025-10-08 15:00", "2025-10-09 09:00", Rule.WINDOW),
        ("2025-10-11 19:30", "2025-10-11 19:30", Rule.FREE),
    ],
)
def test_a_survey_keeps_to_its_windows(now: str, then: str, rule: Rule) -> None:
    assert when(SURVEY, now) == (then, rule)


@pytest.mark.parametrize("kind", PEOPLE)
@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-18 12:30", "2026-11-18 12:30"),  # no lunch
        ("2026-02-17 20:59", "2026-02-17 20:59"),  # no window: a holiday's evening
        ("2026-11-18 21:00", "2026-11-19 09:00"),
        ("2026-11-18 03:00", "2026-11-18 09:00"),
    ],
)
def test_people_obey_the_night_block_and_nothing_else(kind: DutyKind, now: str, then: str) -> None:
    rung = tuple(at("2026-11-18 00:00") + n * MINUTE for n in range(9))

    assert when(Ask(kind=kind, rung=rung, stopped=True), now)[0] == then


def test_an_urgent_missed_call_is_rung_back_at_any_hour_and_a_survey_never_is() -> None:
    assert when(Ask(kind=DutyKind.MISSED, urgent=True), "2026-11-18 03:00") == (
        "2026-11-18 03:00", Rule.FREE,
    )  # fmt: skip
    assert when(Ask(kind=DutyKind.SURVEY, urgent=True), "2026-11-18 03:00")[1] is Rule.NIGHT


def test_who_rang_by_day_may_be_rung_back_in_the_evening_until_it_is_due() -> None:
    """A16: missed until 21:30 is due within half an hour, in the night block of G."""
    missed_at = at("2026-11-18 21:20")
    day = (time(8), time(21, 30), "Asia/Shanghai")
    fresh = Ask(
        kind=DutyKind.MISSED,
        fresh_until=fresh_until(DutyKind.MISSED, missed_at, timedelta(minutes=30), day),
    )

    assert when(fresh, "2026-11-18 21:50")[0] == "2026-11-18 21:50"
    assert when(fresh, "2026-11-18 21:51")[0] == "2026-11-19 09:00"
    assert fresh_until(DutyKind.MISSED, at("2026-11-18 21:31"), HOUR, day) is None
    assert fresh_until(DutyKind.MISSED, at("2026-11-18 08:00"), HOUR, day) is not None
    assert fresh_until(DutyKind.MISSED, at("2026-11-18 07:59"), HOUR, day) is None
    assert fresh_until(DutyKind.SURVEY, missed_at, HOUR, day) is None
    strict = ScheduleRules.model_validate({"people": {"fresh_at_night": False}})
    slot = earliest(fresh, at("2026-11-18 21:40"), strict, CALENDAR)
    assert slot == Slot(at("2026-11-19 09:00"), Rule.NIGHT)


def test_two_hours_lie_between_attempts_at_a_number_over_all_duties() -> None:
    ask = Ask(kind=DutyKind.SURVEY, rung=(at("2026-11-18 14:10"),))

    assert when(ask, "2026-11-18 14:30") == ("2026-11-18 16:10", Rule.GAP)
    assert when(ask, "2026-11-18 16:10")[1] is Rule.FREE


def test_a_number_is_surveyed_no_more_than_twice_a_day() -> None:
    rung = (at("2026-11-18 09:00"), at("2026-11-18 14:00"))

    assert when(Ask(kind=DutyKind.SURVEY, rung=rung), "2026-11-18 17:00") == (
        "2026-11-19 09:00", Rule.NIGHT,
    )  # fmt: skip


def test_the_last_try_of_a_survey_falls_on_another_day_and_part_of_the_day() -> None:
    tries = (at("2026-11-18 09:00"), at("2026-11-18 11:00"))

    assert when(Ask(kind=DutyKind.SURVEY, tries=tries), "2026-11-18 14:00")[0] == (
        "2026-11-19 14:00"
    )
    two_days = (at("2026-11-18 09:00"), at("2026-11-19 09:30"))
    assert when(Ask(kind=DutyKind.SURVEY, tries=two_days), "2026-11-20 09:00")[0] == (
        "2026-11-20 14:00"
    )


def test_the_last_try_of_a_missed_call_falls_in_another_half_day() -> None:
    """MISS-02: three tries over two day-parts."""
    tries = (at("2026-11-18 09:00"), at("2026-11-18 10:00"))
    evening = tuple(at(f"2026-11-18 {h}:00") for h in (18, 19))

    assert when(Ask(kind=DutyKind.MISSED, tries=tries[:1]), "2026-11-18 10:00")[1] is Rule.FREE
    assert when(Ask(kind=DutyKind.MISSED, tries=tries), "2026-11-18 11:00") == (
        "2026-11-18 12:00", Rule.SPREAD,
    )  # fmt: skip
    assert when(Ask(kind=DutyKind.MISSED, tries=evening), "2026-11-18 20:00")[0] == (
        "2026-11-19 09:00"
    )


@pytest.mark.parametrize(
    ("ask", "rule"),
    [
        (Ask(kind=DutyKind.SURVEY, stopped=True), Rule.STOPPED),
        (Ask(kind=DutyKind.SURVEY, tries=(at("2026-11-17 09:00"),) * 3), Rule.EXHAUSTED),
        (
            Ask(
                kind=DutyKind.MISSED,
                tries=tuple(at(f"2026-11-17 {h}:00") for h in (10, 11, 13)),
            ),
            Rule.EXHAUSTED,
        ),
    ],
)
def test_some_are_never_dialled(ask: Ask, rule: Rule) -> None:
    assert earliest(ask, at("2026-11-18 09:00"), RULES, CALENDAR) == Never(rule)


def test_three_tries_in_one_half_day_leave_one_more() -> None:
    ask = Ask(kind=DutyKind.MISSED, tries=(at("2026-11-18 09:00"),) * 3)

    assert when(ask, "2026-11-18 10:00") == ("2026-11-18 12:00", Rule.SPREAD)


@pytest.mark.parametrize("kind", DutyKind)
def test_a_number_that_is_being_rung_waits(kind: DutyKind) -> None:
    ask = Ask(kind=kind, busy_until=at("2026-11-18 14:31"))

    assert when(ask, "2026-11-18 14:30") == ("2026-11-18 14:31", Rule.OUTSTANDING)


def test_a_duty_is_not_dialled_before_its_own_time() -> None:
    ask = Ask(kind=DutyKind.SURVEY, ready_at=at("2026-11-18 19:58"))

    assert when(ask, "2026-11-18 10:00") == ("2026-11-18 19:58", Rule.READY)


def test_an_uncertified_year_is_provisional_and_stops_nothing() -> None:
    """F3: no package knows 2027; intake never meets an error."""
    slot = earliest(SURVEY, at("2027-01-04 09:30"), RULES, CALENDAR)
    sure = earliest(SURVEY, at("2026-11-18 09:30"), RULES, CALENDAR)

    assert slot == Slot(at("2027-01-04 09:30"), Rule.FREE, True)
    assert isinstance(sure, Slot)
    assert not sure.provisional


def test_windows_that_leave_no_room_say_so_and_end() -> None:
    narrow = ScheduleRules.model_validate(
        {
            "survey": {
                "windows": {"workday": ["09:00-10:00"], "restday": [], "holiday": []},
                "tries": 3,
                "parts": 3,
            }
        }
    )
    ask = Ask(kind=DutyKind.SURVEY, tries=(at("2026-11-17 09:00"),))

    assert earliest(ask, at("2026-11-18 09:00"), narrow, CALENDAR) == Never(Rule.NO_WINDOW)


@pytest.mark.parametrize(
    ("lines", "free", "surveys", "rate", "wait", "more"),
    [
        (30, 30, 0, 1.0, 0, 9),
        (30, 30, 8, None, 0, 1),
        (30, 30, 12, None, 0, 0),
        (30, 2, 0, 0.95, 30, 2),
        (30, 30, 0, 0.9499, 0, 0),
        (30, 30, 0, 1.0, 31, 0),
        (3, 3, 0, 1.0, 0, 0),
        (10, 10, 0, 1.0, 0, 3),
    ],
)
def test_surveys_take_their_share_of_the_trunk_and_none_on_a_bad_day(
    lines: int, free: int, surveys: int, rate: float | None, wait: int, more: int
) -> None:
    trunk = Trunk(
        lines=lines, free=free, surveys=surveys, answer_rate=rate,
        longest_wait=timedelta(seconds=wait),
    )  # fmt: skip

    assert survey_lines(trunk, RULES) == more


def duty(n: int, kind: DutyKind = DutyKind.MISSED, *, due: int = 60, urgent: bool = False) -> Duty:
    """Opened n minutes after noon, due in so many minutes."""
    noon = at("2026-11-18 12:00")
    return Duty(
        id=DutyId(f"d{n}"), kind=kind, state=DutyState.OPEN, caller_key=NumberKey("k"),
        caller="138****5678", opened_at=noon + n * MINUTE, last_missed_at=noon,
        due_at=noon + due * MINUTE, urgent=urgent,
    )  # fmt: skip


def test_duties_are_worked_off_urgent_first_then_near_due_then_by_age() -> None:
    """I5."""
    found = [duty(1), duty(3, urgent=True), duty(2), duty(4, due=5)]

    ordered = in_order(found, at("2026-11-18 12:00"), RULES)

    assert [one.id for one in ordered] == ["d3", "d4", "d1", "d2"]


def test_a_missed_call_takes_its_place_by_age_ten_minutes_before_it_is_due() -> None:
    now = at("2026-11-18 12:00")

    assert takes_its_place(duty(1, due=10), now, RULES)
    assert not takes_its_place(duty(1, due=11), now, RULES)
    assert takes_its_place(duty(1, due=11, urgent=True), now, RULES)
    assert takes_its_place(duty(1, DutyKind.PROMISED), now, RULES)


def test_one_call_takes_two_cases_the_earliest_due() -> None:
    found = [duty(n, DutyKind.SURVEY, due=60 - n) for n in range(4)]

    together, rest = bundle(found, RULES)

    assert [one.id for one in together] == ["d3", "d2"]
    assert [one.id for one in rest] == ["d1", "d0"]


# The oracle below is written a second time, from G, and shares nothing with the schedule.
WINDOWS = {
    DayKind.WORKDAY: ((540, 705), (840, 1200)),
    DayKind.RESTDAY: ((600, 705), (870, 1080)),
    DayKind.HOLIDAY: (),
}


def violations(ask: Ask, moment: datetime) -> list[str]:
    local = moment.astimezone(CHINA)
    minute = local.hour * 60 + local.minute
    found = []
    if ask.kind is not DutyKind.SURVEY:
        if not ask.urgent and not 540 <= minute < 1260:
            found.append("night")
        return found
    if not any(a <= minute < b for a, b in WINDOWS[CALENDAR.kind(local.date())]):
        found.append("window")
    if any(abs(moment - one) < 2 * HOUR for one in ask.rung):
        found.append("gap")
    if sum(one.astimezone(CHINA).date() == local.date() for one in ask.rung) >= 2:
        found.append("two a day")
    tried = [*(one.astimezone(CHINA) for one in ask.tries), local]
    if len(tried) > 3 or (len(tried) == 3 and len({one.date() for one in tried}) < 2):
        found.append("three over two days")
    if ask.stopped:
        found.append("stop list")
    return found


@given(
    kind=st.sampled_from(DutyKind),
    start=st.integers(0, 3 * 365 * 24 * 60),
    steps=st.lists(st.tuples(st.integers(0, 5000), st.booleans()), max_size=12),
    urgent=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_no_history_of_a_number_breaks_a_rule(
    kind: DutyKind, start: int, steps: list[tuple[int, bool]], urgent: bool
) -> None:
    """`steps`: minutes later, and whether the attempt was at this duty or another of the number."""
    walk(kind, at("2025-01-01 00:00") + start * MINUTE, steps, urgent=urgent)


def test_a_hundred_thousand_decisions_break_no_rule() -> None:
    """Seeded, so that a red run can be run again; each restart forgets all but the attempts."""
    chance = random.Random(12345)
    decisions = 0
    while decisions < 100_000:
        start = at("2025-01-01 00:00") + chance.randrange(3 * 365 * 24 * 60) * MINUTE
        steps = [(chance.randrange(5000), chance.random() < 0.5) for _ in range(40)]
        decisions += walk(chance.choice(list(DutyKind)), start, steps, urgent=chance.random() < 0.1)


def walk(kind: DutyKind, now: datetime, steps: list[tuple[int, bool]], *, urgent: bool) -> int:
    tries: list[datetime] = []
    rung: list[datetime] = []
    decided = 0
    for later, own in steps:
        ask = Ask(kind=kind, urgent=urgent, tries=tuple(tries[-3:]), rung=tuple(rung[-9:]))
        slot = earliest(ask, now, RULES, CALENDAR)
        if isinstance(slot, Never):
            assert len(tries) >= 3, "nobody is forgotten before three tries"
            tries, decided = [], decided + 1  # the next case of the number
            continue
        assert slot.at >= now
        assert violations(ask, slot.at) == [], (ask, slot)
        again = earliest(ask, slot.at, RULES, CALENDAR)
        assert isinstance(again, Slot)
        assert again.at == slot.at, "what was allowed then is allowed then"
        decided += 2
        rung.append(slot.at)
        if own:
            tries.append(slot.at)
        now = slot.at + later * MINUTE
    return decided
