"""Minimums to the seat and to the second (SEAT-03): borders that no other test stands on."""

from datetime import UTC, datetime, timedelta

import pytest

from acd.minimum_rules import Minimum
from acd.minimums import Tally
from acd.seat import Activity, Presence, Seat
from kernel.ids import AgentNo, Extension, PauseReason, QueueName, SeatId
from tests.fakes.fake_clock import MONDAY_NINE

QUEUE = QueueName("enterprise")


def minimum(since: str, until: str, at_least: int = 1) -> Minimum:
    return Minimum.model_validate(
        {"queue": QUEUE, "at_least": at_least, "from": since, "to": until}
    )


def at(hour: str, day: int = 5) -> datetime:
    return datetime.fromisoformat(f"2026-01-{day:02d}T{hour}:00+08:00")


def seat(presence: Presence, *, reachable: bool = True, resting: bool = False) -> Seat:
    return Seat(
        id=SeatId("S001"),
        phone=Extension("8001"),
        agent=AgentNo("1001"),
        skills={},
        signature=0,
        auto_answer=False,
        presence=presence,
        presence_since=MONDAY_NINE,
        activity=Activity.IDLE,
        activity_since=MONDAY_NINE,
        idle_since=MONDAY_NINE,
        reachable=reachable,
        pause_reason=PauseReason("rest") if resting else None,
    )


def test_seat_03_a_night_begins_at_its_very_minute() -> None:
    assert minimum("22:00", "06:00").holds_at(at("22:00"))
    assert not minimum("22:00", "06:00").holds_at(at("21:59"))


def test_seat_03_a_whole_day_neither_begins_nor_ends() -> None:
    whole = minimum("08:00", "08:00")

    assert (whole.begins_after(at("09:00")), whole.ends_after(at("09:00"))) == (None, None)
    assert all(whole.holds_at(at(hour)) for hour in ("00:00", "08:00", "23:59"))


@pytest.mark.parametrize(
    ("now", "begins", "ends"),
    [
        (at("07:59"), at("08:00"), at("20:00")),
        (at("08:00"), at("08:00", 6), at("20:00")),
        (at("20:00"), at("08:00", 6), at("20:00", 6)),
        (at("23:00"), at("08:00", 6), at("20:00", 6)),
    ],
)
def test_seat_03_the_next_change_of_a_rule_lies_within_a_day(
    now: datetime, begins: datetime, ends: datetime
) -> None:
    rule = minimum("08:00", "20:00")

    assert (rule.begins_after(now), rule.ends_after(now)) == (begins, ends)


def test_the_next_change_is_told_in_the_zone_of_who_asks() -> None:
    found = minimum("08:00", "20:00").begins_after(at("07:00").astimezone(UTC))

    assert found is not None and found.tzinfo is UTC
    assert found == at("08:00")


@pytest.mark.parametrize(
    ("available", "others", "missing"),
    [(5, 0, -1), (4, 0, 0), (3, 0, 1), (4, 1, 1), (5, 2, 1), (1, 0, 3)],
)
def test_seat_03_who_is_there_may_go_while_enough_others_stay(
    available: int, others: int, missing: int
) -> None:
    tally = Tally(minimum("00:00", "00:00", 3), frozenset({0}), available, resting=0)

    assert tally.short(seat(Presence.AVAILABLE), others) == missing


def test_seat_03_who_cannot_be_rung_is_not_among_those_who_stay() -> None:
    tally = Tally(minimum("00:00", "00:00", 3), frozenset({0}), available=3, resting=0)

    assert tally.short(seat(Presence.AVAILABLE, reachable=False)) == 0
    assert tally.short(seat(Presence.AVAILABLE)) == 1


def test_seat_03_who_is_away_already_is_missed_by_nobody() -> None:
    tally = Tally(minimum("00:00", "00:00", 3), frozenset({0}), available=0, resting=0)

    assert tally.short(seat(Presence.PAUSED, resting=True)) == 0


@pytest.mark.parametrize(
    ("resting", "others", "missing"), [(0, 0, -1), (1, 0, 0), (2, 0, 1), (1, 1, 1), (0, 2, 1)]
)
def test_seat_03_so_many_may_be_on_a_break_at_once(resting: int, others: int, missing: int) -> None:
    rule = Minimum(queue=QUEUE, at_most_on_break=2)
    tally = Tally(rule, frozenset({0}), available=9, resting=resting)

    assert tally.short(seat(Presence.AVAILABLE), others) == max(-8 + others, missing)


def test_seat_03_who_changes_his_break_for_another_is_counted_once() -> None:
    tally = Tally(Minimum(queue=QUEUE, at_most_on_break=1), frozenset({0}), 5, resting=1)

    assert tally.short(seat(Presence.PAUSED, resting=True)) == 0


def test_a_minimum_of_none_and_of_no_break_at_all_says_something() -> None:
    assert Minimum(queue=QUEUE, at_most_on_break=0).at_least == 0
    assert Minimum(queue=QUEUE, at_least=1).at_most_on_break is None
    assert minimum("08:00", "20:00").ends_after(at("12:00")) == at("12:00") + timedelta(hours=8)
