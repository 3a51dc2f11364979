"""What nobody says is not so: the defaults of orders, callers and views."""

from datetime import time, timedelta

import pytest
from pydantic import ValidationError

from acd.happenings import CallbackWanted, SeatWanted
from acd.line import Caller
from acd.minimum_rules import Minimum
from acd.surge_facts import Measures, PlanName
from acd.surge_happenings import ActivateSurge
from acd.view import FloorView
from kernel.ids import CallId, DutyId, QueueName
from tests.fakes.fake_clock import MONDAY_NINE

GENERAL = QueueName("general")
C1 = CallId("c1")


def test_who_asks_for_a_person_comes_for_the_first_time_from_here_and_by_his_age() -> None:
    wanted = SeatWanted(call=C1, queue=GENERAL, needs={}, priority=0, asked_at=MONDAY_NINE)

    assert (wanted.again, wanted.stays, wanted.lowered) == (False, False, False)


def test_a_seat_is_found_before_the_citizen_is_rung_unless_his_duty_says_otherwise() -> None:
    owed = CallbackWanted(
        call=C1, duty=DutyId("d1"), queue=GENERAL, needs={}, priority=0, asked_at=MONDAY_NINE
    )

    assert owed.citizen_first is False


def test_a_caller_begins_outside_the_line_with_all_that_he_asks_for() -> None:
    caller = Caller(
        call=C1, queue=GENERAL, asked={}, needs={}, signature=0, priority=0,
        asked_at=MONDAY_NINE, queued_at=MONDAY_NINE, turn_at=MONDAY_NINE, n=1,
    )  # fmt: skip

    assert (caller.stage, caller.in_fallback, caller.citizen_first) == (0, False, False)
    assert (caller.turn_given, caller.stays, caller.lowered) == (False, False, False)


def test_srg_04_a_plan_is_no_drill_unless_it_is_said() -> None:
    order = ActivateSurge(plan=PlanName("surge"), measures=Measures(), by="chief", why="")

    assert order.drill is False


def test_seat_03_a_minimum_without_hours_holds_all_day_and_cannot_be_changed() -> None:
    rule = Minimum(queue=GENERAL, at_least=1)

    assert (rule.since, rule.until) == (time(0), time(0))
    assert all(rule.holds_at(MONDAY_NINE + timedelta(hours=n)) for n in range(24))
    with pytest.raises(ValidationError, match="frozen"):
        rule.at_least = 2


def test_a_view_of_an_empty_floor_has_nobody_elsewhere() -> None:
    assert FloorView(at=MONDAY_NINE, seats=(), waiting=(), queues=()).away == 0
