"""Whom the floor still has: each place where a hang-up would change something, and no other."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from acd.facts import Withdrawal
from acd.happenings import CallbackTaken, CallbackWanted, CallerLeft, CallWithdrawn
from acd.memory import FORGET_AFTER
from acd.surge_happenings import OverflowReached
from kernel.ids import CallId, DutyId, LegId, QueueName
from tests.acd.centre import Centre, policies

C1 = CallId("c1")
FIRST = LegId("7-000001")


def waiting() -> Centre:
    centre = Centre()
    centre.call("c1")
    return centre


def ringing() -> Centre:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    return centre


def talking() -> Centre:
    centre = ringing()
    centre.answer(FIRST)
    return centre


def in_the_plain_queue() -> Centre:
    centre = waiting()
    centre.take(CallWithdrawn(C1, Withdrawal.TO_FALLBACK))
    return centre


def sent_over() -> Centre:
    rules = policies({"overflow": {"target": "jilin"}, "overflow_after_s": 20})
    centre = Centre(rules=rules)
    centre.call("c1")
    centre.wait(20)
    return centre


def talking_there() -> Centre:
    centre = sent_over()
    centre.take(OverflowReached(C1))
    return centre


def rung_back() -> Centre:
    """A seat is free for whom we owe a call: he is rung, and stands in no line."""
    centre = Centre()
    centre.staff(1)
    centre.take(
        CallbackWanted(
            call=C1,
            duty=DutyId("missed:c"),
            queue=QueueName("general"),
            needs={},
            priority=0,
            asked_at=centre.clock.now() - timedelta(seconds=60),
            citizen_first=True,
        )
    )
    return centre


def wrapping_up() -> Centre:
    centre = talking()
    centre.end(FIRST)
    return centre


def promised() -> Centre:
    centre = waiting()
    centre.take(CallbackTaken(C1))
    return centre


@pytest.mark.parametrize(
    "begun", [waiting, ringing, talking, in_the_plain_queue, sent_over, talking_there, rung_back]
)
def test_who_is_anywhere_is_here_until_he_has_hung_up(begun: Callable[[], Centre]) -> None:
    centre = begun()
    assert centre.floor.calls_here() == centre.folded().calls_here() == [C1]

    centre.take(CallerLeft(C1))

    assert centre.floor.calls_here() == []


@pytest.mark.parametrize("over", [wrapping_up, promised])
def test_who_has_met_his_end_is_not(over: Callable[[], Centre]) -> None:
    assert over().floor.calls_here() == []


def test_who_came_back_and_fell_into_the_plain_queue_is_not_forgotten_there() -> None:
    """His fate was met long ago, but he waits."""
    centre = talking()
    centre.call("c1", again=True)
    centre.take(CallWithdrawn(C1, Withdrawal.TO_FALLBACK))

    centre.wait(2 * FORGET_AFTER.total_seconds())
    centre.call("c2")

    assert C1 in centre.floor.calls_here()
