"""What the floor tells those who watch it: who waits in which queues, and which plans stand."""

from acd.surge_facts import Measures, PlanName
from acd.surge_happenings import ActivateSurge
from kernel.ids import QueueName
from tests.acd.centre import Centre
from tests.acd.test_callback_line import wanted

GENERAL, ENTERPRISE, ELDERLY = (QueueName(name) for name in ("general", "enterprise", "elderly"))


def test_srg_01_of_some_queues_those_who_wait_in_them_count_and_of_none_named_all() -> None:
    centre = Centre()
    began = centre.clock.now()
    centre.call("c1", ENTERPRISE)
    centre.clock.advance(5)
    centre.call("c2")
    centre.clock.advance(5)
    centre.call("c3")
    second = centre.floor.line_of((GENERAL,))[1]

    assert centre.floor.line_of(()) == (3, began)
    assert centre.floor.line_of((GENERAL, ELDERLY)) == (2, second)
    assert second is not None and (second - began).total_seconds() == 5
    assert centre.floor.line_of((ENTERPRISE,)) == (1, began)


def test_srg_01_where_nobody_waits_nobody_has_waited_longest() -> None:
    centre = Centre()
    centre.call("c1", ENTERPRISE)

    assert centre.floor.line_of((GENERAL,)) == (0, None)


def test_srg_01_whom_we_owe_a_call_does_not_wait_in_a_queue() -> None:
    """Also not one of them whose turn goes by his age."""
    centre = Centre()
    centre.take(wanted(centre, "a"))
    centre.call("c1")

    assert len(list(centre.floor._memory.line)) == 2
    assert centre.floor.line_of(())[0] == centre.floor.line_of((GENERAL,))[0] == 1


def test_srg_01_the_plans_that_stand_are_told() -> None:
    centre = Centre()
    plan = PlanName("surge")
    centre.take(ActivateSurge(plan=plan, measures=Measures(), by="chief", why=""))

    assert list(centre.floor.standing.active) == [plan]
