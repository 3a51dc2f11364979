"""Surge plans to the call and to the second (SRG-01): borders that no other test stands on."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from acd.call_facts import (
    CallAbandoned,
    CallOverflowed,
    CallQueued,
    FallbackAnswered,
    Limit,
    SeatAnswered,
)
from acd.standing import Standing
from acd.surge import Figures, Lately, LineNow, Watch, is_calm, tripped
from acd.surge_facts import PlanName, SurgeActivated
from acd.surge_happenings import ReturnSurge
from acd.surge_plans import Back, Plan, Trigger
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, QueueName, SeatId
from tests.fakes.fake_clock import MONDAY_NINE

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
ONE, TWO = PlanName("one"), PlanName("two")


def queued(at: datetime, *, again: bool = False) -> CallQueued:
    return CallQueued(
        at=at, call=CallId("c"), queue=QueueName("general"), needs={}, priority=0, again=again,
        asked_at=at, turn_at=at,
    )  # fmt: skip


def answered(at: datetime, *, again: bool = False) -> SeatAnswered:
    return SeatAnswered(
        at=at, call=CallId("c"), queue=QueueName("general"), leg=LegId("7-000001"),
        seat=SeatId("S1"), agent=AgentNo("1"), waited=SECOND, again=again,
    )  # fmt: skip


def abandoned(at: datetime) -> CallAbandoned:
    return CallAbandoned(
        at=at, call=CallId("c"), queue=QueueName("general"), waited=SECOND, short=False,
        while_ringing=False,
    )  # fmt: skip


def lately(*facts: Fact) -> Lately:
    found = Lately()
    for fact in facts:
        found.see(fact)
    return found


def figures(
    waiting: int = 0,
    longest: float = 0.0,
    seen: Lately | None = None,
    expected: float | None = None,
) -> Figures:
    line = LineNow(waiting, timedelta(seconds=longest))
    return Figures(MONDAY_NINE, line, seen or Lately(), lambda _start, _end: expected)


def test_a_call_that_comes_back_is_no_second_request_and_no_second_answer() -> None:
    seen = lately(
        queued(MONDAY_NINE),
        queued(MONDAY_NINE, again=True),
        answered(MONDAY_NINE),
        answered(MONDAY_NINE, again=True),
    )

    assert seen.arrivals(MONDAY_NINE, MINUTE) == 1
    assert seen.answer_rate(MONDAY_NINE, MINUTE) == (1.0, 1)


def test_the_rate_is_of_those_who_met_their_fate_in_the_window_its_border_included() -> None:
    old, border = MONDAY_NINE - MINUTE - SECOND, MONDAY_NINE - MINUTE
    seen = lately(answered(old), abandoned(border), answered(MONDAY_NINE), answered(MONDAY_NINE))

    assert seen.answer_rate(MONDAY_NINE, MINUTE) == (2 / 3, 3)
    assert lately().answer_rate(MONDAY_NINE, MINUTE) == (None, 0)


def test_who_was_answered_elsewhere_was_answered() -> None:
    """D-07: by the plain queue while we were dead, and by another centre."""
    call: dict[str, Any] = {"at": MONDAY_NINE, "call": CallId("c"), "queue": QueueName("general")}
    seen = lately(
        FallbackAnswered(**call),
        CallOverflowed(**call, to="province", why=Limit.SURGE, waited=SECOND),
        answered(MONDAY_NINE),
        abandoned(MONDAY_NINE),
    )

    assert seen.answer_rate(MONDAY_NINE, MINUTE) == (0.75, 4)


def test_requests_count_to_the_border_of_the_window() -> None:
    seen = lately(
        queued(MONDAY_NINE - MINUTE - SECOND), queued(MONDAY_NINE - MINUTE), queued(MONDAY_NINE)
    )

    assert seen.arrivals(MONDAY_NINE, MINUTE) == 2


def test_an_hour_is_kept_and_no_second_more() -> None:
    """No window is longer; a day of calls must not lie in memory."""
    seen = lately(queued(MONDAY_NINE), answered(MONDAY_NINE))
    seen.see(queued(MONDAY_NINE + HOUR))
    kept = seen.arrivals(MONDAY_NINE + HOUR, 9 * HOUR), seen.answer_rate(MONDAY_NINE, 9 * HOUR)
    seen.see(queued(MONDAY_NINE + HOUR + SECOND))

    assert kept == (2, (1.0, 1))
    assert seen.arrivals(MONDAY_NINE + HOUR, 9 * HOUR) == 2
    assert seen.answer_rate(MONDAY_NINE, 9 * HOUR) == (None, 0)


@pytest.mark.parametrize(
    ("trigger", "seen", "says"),
    [
        ({"waiting": 10}, figures(waiting=10), "waiting 10"),
        ({"waiting": 10}, figures(waiting=9), ""),
        ({"longest_wait_s": 60}, figures(longest=60), "longest wait 60 s"),
        ({"longest_wait_s": 60}, figures(longest=59.9), ""),
    ],
)
def test_srg_01_a_mark_is_reached_when_it_is_stood_on(
    trigger: dict[str, Any], seen: Figures, says: str
) -> None:
    assert tripped(Trigger.model_validate(trigger), seen) == says


def test_srg_01_a_rate_at_its_mark_is_not_below_it() -> None:
    low = Trigger(answer_rate_below=0.5, at_least=2)
    half = lately(answered(MONDAY_NINE), abandoned(MONDAY_NINE))
    third = lately(answered(MONDAY_NINE), abandoned(MONDAY_NINE), abandoned(MONDAY_NINE))

    assert tripped(low, figures(seen=half)) == ""
    assert tripped(low, figures(seen=third)) == "answer rate 0.333 of 3"
    assert tripped(Trigger(answer_rate_below=0.5, at_least=4), figures(seen=third)) == ""


@pytest.mark.parametrize(
    ("at_least", "expected", "says"),
    [(3, 1.0, "arrivals 3.00 x forecast"), (4, 1.0, ""), (3, 1.5, ""), (3, None, ""), (3, 0.0, "")],
)
def test_srg_01_more_than_forecast_needs_enough_calls(
    at_least: int, expected: float | None, says: str
) -> None:
    seen = lately(*[queued(MONDAY_NINE)] * 3)
    trigger = Trigger(arrivals_over_forecast=2.0, at_least=at_least)

    assert tripped(trigger, figures(seen=seen, expected=expected)) == says


def test_a_trigger_of_the_line_looks_at_nothing_else() -> None:
    many = figures(seen=lately(*[queued(MONDAY_NINE)] * 99), expected=1.0)

    assert tripped(Trigger(waiting=1, at_least=1), many) == ""


@pytest.mark.parametrize(
    ("seen", "calm"),
    [
        (figures(waiting=2, longest=30), True),
        (figures(waiting=3), False),
        (figures(longest=30.1), False),
    ],
)
def test_srg_01_calm_is_at_its_marks_and_not_beyond(seen: Figures, calm: bool) -> None:
    assert is_calm(Back(waiting_at_most=2, longest_wait_at_most_s=30), seen) is calm


def test_srg_01_calm_asks_for_the_rate_only_where_a_rate_is_demanded_and_known() -> None:
    half = figures(seen=lately(answered(MONDAY_NINE), abandoned(MONDAY_NINE)))

    assert is_calm(Back(answer_rate_at_least=0.5), half)
    assert not is_calm(Back(answer_rate_at_least=0.51), half)
    assert is_calm(Back(), half)
    assert is_calm(Back(answer_rate_at_least=0.9), figures())


def test_srg_01_calm_asks_for_the_forecast_only_where_one_is_demanded_and_known() -> None:
    seen = lately(*[queued(MONDAY_NINE)] * 3)

    assert is_calm(Back(arrivals_at_most=1.5), figures(seen=seen, expected=2.0))
    assert not is_calm(Back(arrivals_at_most=1.5), figures(seen=seen, expected=1.9))
    assert is_calm(Back(), figures(seen=seen, expected=0.1))
    assert is_calm(Back(arrivals_at_most=1.5), figures(seen=seen))


def plan(**keys: Any) -> Plan:
    usual: dict[str, Any] = {
        "name_zh": "高峰",
        "name_en": "Surge",
        "triggers": [{"waiting": 10, "for_s": 5}],
        "back": {"waiting_at_most": 2, "for_s": 10, "stands_s": 0, "rests_s": 0},
        "actions": {"wrap_up_limit_s": 5},
    }
    return Plan.model_validate(usual | keys)


class Looked:
    """A watch and what stands; `look` at so many waiting, so many seconds after nine."""

    def __init__(self, **plans: Plan) -> None:
        self.watch = Watch({PlanName(name): one for name, one in plans.items()})
        self.standing = Standing()

    def look(self, second: float, waiting: int) -> list[Any]:
        now = MONDAY_NINE + timedelta(seconds=second)
        line = LineNow(waiting, timedelta(seconds=7))
        seen = Figures(now, line, Lately(), lambda _start, _end: None)
        return self.watch.look(lambda _: seen, self.standing)

    def stands(self, second: float, name: PlanName = ONE) -> None:
        self.standing.activated(
            SurgeActivated(
                at=MONDAY_NINE + timedelta(seconds=second), plan=name, by="system", why="",
                measures=plan().measures(),
            )
        )  # fmt: skip


def test_srg_01_it_returns_at_the_very_second_and_says_why() -> None:
    looked = Looked(one=plan())
    looked.stands(0)

    assert looked.look(10, waiting=1) == []
    assert looked.look(19, waiting=1) == []
    assert looked.look(20, waiting=1) == [ReturnSurge(ONE, "system", "waiting 1, longest wait 7 s")]


def test_srg_01_calm_that_was_broken_begins_anew() -> None:
    looked = Looked(one=plan())
    looked.stands(0)
    looked.look(10, waiting=1)
    looked.look(15, waiting=3)

    assert looked.look(20, waiting=1) == []
    assert looked.look(29, waiting=1) == []
    assert len(looked.look(30, waiting=1)) == 1


def test_srg_01_the_calm_of_one_spell_does_not_count_for_the_next() -> None:
    """Returned by hand amid its calm, and activated again."""
    looked = Looked(one=plan())
    looked.stands(0)
    looked.look(5, waiting=1)
    looked.standing.active.clear()
    looked.look(6, waiting=1)
    looked.stands(7)

    assert looked.look(15, waiting=1) == []
    assert len(looked.look(25, waiting=1)) == 1


def test_srg_01_what_was_too_much_before_a_plan_stood_does_not_count_after_it() -> None:
    looked = Looked(one=plan(), two=plan())
    looked.look(0, waiting=10)
    looked.stands(1)
    looked.look(2, waiting=10)
    looked.standing.active.clear()

    found = looked.look(5, waiting=10)

    assert [order.plan for order in found] == [TWO]  # it alone has been too much for 5 s
    assert [order.plan for order in looked.look(9, waiting=10)] == [TWO]
    assert [order.plan for order in looked.look(10, waiting=10)] == [ONE, TWO]
