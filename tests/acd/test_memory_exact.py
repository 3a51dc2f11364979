"""Deadlines by rules of before: who needs them anew, and when that is over."""

from typing import Any

from acd.happenings import PolicyLoaded, TimePassed
from acd.order_happenings import MoveCaller
from acd.policy import QueuePolicies
from kernel.ids import CallId, QueueName
from tests.acd.centre import Centre, policies


def rules(budget: int, **general: Any) -> QueuePolicies:
    return policies(general, time_budget=budget)


def lined_up(centre: Centre, number: int) -> Centre:
    for n in range(number):
        centre.call(f"c{n}")
    return centre


def test_who_was_moved_after_a_release_has_deadlines_of_the_new_rules_already() -> None:
    """Two left, two in a turn: no turn more for him."""
    centre = lined_up(Centre(rules=rules(2)), 3)
    centre.take(PolicyLoaded(rules(2, max_wait_s=900)))
    centre.take(MoveCaller("leader", CallId("c2"), QueueName("enterprise"), "drill"))
    assert centre.floor.next_deadline() == centre.clock.now()

    centre.take(TimePassed())

    following = centre.floor.next_deadline()
    assert following is None or following > centre.clock.now()


def test_whoever_waits_by_old_rules_is_found_once() -> None:
    centre = lined_up(Centre(rules=rules(2)), 2)
    centre.take(PolicyLoaded(rules(2, max_wait_s=900)))
    memory = centre.floor._memory

    assert [memory.renew_next() for _ in range(4)] == [True, True, False, False]


def test_a_turn_ends_when_nothing_is_due_however_much_it_may_do() -> None:
    """The budget is a limit, no duty: with this one the turn would never end."""
    centre = lined_up(Centre(rules=rules(2)), 2)
    centre.take(PolicyLoaded(rules(10**12)))

    assert centre.take(TimePassed()) == []
