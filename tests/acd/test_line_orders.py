"""E2.3: a supervisor moves a waiting caller to another queue, or gives him another priority."""

from datetime import timedelta

import pytest

from acd.errors import CallNotInLine, UnknownQueue, WrongState
from acd.facts import CallAbandoned, CallMovedByOrder, CallPrioritised, SeatAnswered, SeatRung
from acd.happenings import CallbackWanted, CallerLeft, LegAnswered, LendSeat
from acd.order_happenings import LineCommand, MoveCaller, PrioritiseCaller
from kernel.errors import HotlineError
from kernel.ids import AgentNo, CallId, DutyId, LegId, QueueName, Skill, leg_id
from tests.acd.centre import EPOCH, Centre, directory, policies

ENTERPRISE = QueueName("enterprise")


def up(call: str, priority: int = 3) -> PrioritiseCaller:
    return PrioritiseCaller("leader", CallId(call), priority, "drill")


def to(call: str, queue: QueueName) -> MoveCaller:
    return MoveCaller("leader", CallId(call), queue, "drill")


def line(centre: Centre) -> list[str]:
    return [row.call for row in centre.floor.view(centre.clock.now()).waiting if row.position]


def busy(*names: str) -> Centre:
    """One seat, which talks with c0; the others wait, a second after another."""
    centre = Centre()
    centre.staff(1)
    centre.call("c0")
    centre.answer(leg_id(EPOCH, 1))
    for name in names:
        centre.clock.advance(1)
        centre.call(name)
    return centre


def test_e2_3_who_is_given_a_higher_priority_stands_before_his_elders_and_is_rung_first() -> None:
    centre = busy("c1", "c2", "c3")

    centre.take(up("c3"))

    assert line(centre) == ["c3", "c1", "c2"]
    told = centre.only(CallPrioritised)
    assert (told.priority, told.by, told.reason, told.queue) == (3, "leader", "drill", "general")
    centre.end(leg_id(EPOCH, 1))
    centre.wait(31)
    assert [ring.call for ring in centre.of(SeatRung)] == ["c0", "c3"]


def test_e2_3_a_lower_priority_sends_him_back_and_his_age_still_counts() -> None:
    centre = busy("c1", "c2")
    centre.take(up("c1"))

    centre.take(up("c1", 0))

    assert line(centre) == ["c1", "c2"]


def test_e2_3_the_boost_is_that_of_the_policy() -> None:
    centre = busy("c1")
    boosts = centre.policies.priority_boost_s

    centre.take(up("c1", 2))

    asked = centre.clock.now()
    assert centre.only(CallPrioritised).turn_at == asked - timedelta(seconds=boosts[2])


def test_e2_3_a_priority_above_the_highest_is_the_highest() -> None:
    centre = busy("c1")

    centre.take(up("c1", 9))

    assert centre.only(CallPrioritised).priority == 3


def test_e2_3_who_is_moved_gets_a_free_seat_of_the_other_queue_at_once() -> None:
    centre = Centre(directory({"enterprise": 2}))
    centre.staff(1)
    centre.call("c1")
    centre.clock.advance(5)

    centre.take(to("c1", ENTERPRISE))

    moved = centre.only(CallMovedByOrder)
    assert (moved.queue, moved.to, moved.by, moved.reason) == (
        "general", "enterprise", "leader", "drill",
    )  # fmt: skip
    assert moved.needs == dict(centre.policies.of(ENTERPRISE).needs)
    assert centre.only(SeatRung).call == "c1"


def test_e2_3_who_is_moved_keeps_his_age_and_has_one_fate() -> None:
    centre = busy("c1")
    asked = centre.clock.now()
    centre.clock.advance(7)
    centre.take(to("c1", ENTERPRISE))

    (waiting,) = centre.floor.view(centre.clock.now()).waiting
    assert (waiting.queue, waiting.asked_at) == ("enterprise", asked)
    centre.clock.advance(3)
    centre.take(CallerLeft(CallId("c1")))
    gone = centre.only(CallAbandoned)
    assert (gone.queue, gone.waited) == ("enterprise", timedelta(seconds=10))


def test_e2_3_who_waits_for_one_agent_keeps_waiting_for_him_with_another_priority() -> None:
    centre = busy()
    centre.call("c1", sticky_to=AgentNo("1001"))

    centre.take(up("c1"))
    centre.end(leg_id(EPOCH, 1))
    centre.wait(31)

    assert centre.of(SeatRung)[-1].call == "c1"


@pytest.mark.parametrize(
    ("order", "error"),
    [
        (up("c9"), CallNotInLine),
        (up("c0"), CallNotInLine),  # talks
        (up("out-7-1"), CallNotInLine),  # a call that we owe has its own rules
        (up("c1", 0), WrongState),
        (up("c1", -1), WrongState),  # there is nothing below the lowest
        (to("c9", ENTERPRISE), CallNotInLine),
        (to("c1", QueueName("nowhere")), UnknownQueue),
        (to("c1", QueueName("general")), WrongState),
    ],
)
def test_e2_3_an_order_that_fits_nobody_is_refused_and_changes_nothing(
    order: LineCommand, error: type[HotlineError]
) -> None:
    centre = busy("c1")
    owed = CallbackWanted(
        call=CallId("out-7-1"), duty=DutyId("missed:1"), queue=QueueName("general"), needs={},
        priority=0, asked_at=centre.clock.now(),
    )  # fmt: skip
    centre.take(owed)
    before = centre.floor.contents()

    with pytest.raises(error) as refused:
        centre.take(order)

    assert refused.value.remedy
    assert centre.floor.contents() == before


def test_e2_3_who_is_being_rung_for_is_left_alone() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")

    with pytest.raises(CallNotInLine):
        centre.take(up("c1"))


def test_e2_3_a_floor_folded_from_orders_is_equal() -> None:
    centre = busy("c1", "c2", "c3")
    centre.take(up("c3"))
    centre.take(to("c2", ENTERPRISE))
    centre.take(up("c2", 2))
    centre.wait(20)

    assert centre.folded().contents() == centre.floor.contents()


def test_e2_3_after_an_order_the_limits_of_his_queue_still_hold() -> None:
    rules = policies({"max_wait_s": 60, "when_too_long": "refuse"})
    centre = Centre(rules=rules)
    centre.call("c1")
    centre.wait(50)
    centre.take(up("c1"))

    centre.wait(11)

    assert line(centre) == []


def test_e2_2_a_supervisor_takes_over_on_a_leg_of_his_own() -> None:
    """LendSeat with his leg: the talk is his, the agent wraps up, the fate stays as it was."""
    centre = busy()
    centre.staff(2)
    leg = LegId("7-s000001")

    centre.take(LendSeat(AgentNo("1002"), CallId("c0"), AgentNo("1001"), leg))
    centre.take(LegAnswered(leg))

    answered = centre.only(SeatAnswered)
    assert (answered.leg, answered.agent, answered.again) == (leg, "1002", True)
    centre.call("c1")
    seat = centre.floor.view(centre.clock.now()).seat_with(CallId("c0"))
    assert seat is not None
    assert seat.agent == "1002"
    assert centre.folded().contents() == centre.floor.contents()


def test_e2_3_what_must_be_spoken_goes_along_and_the_rest_does_not() -> None:
    centre = busy()
    korean, elder = Skill("minority_lang:ko"), Skill("elderly")
    centre.call("c1", needs={korean: 2, elder: 1})

    centre.take(to("c1", ENTERPRISE))

    needs = centre.only(CallMovedByOrder).needs
    assert needs[korean] == 2
    assert elder not in needs
