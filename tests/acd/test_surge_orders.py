"""Surge plans and incidents on the floor (SRG-01, EMG-05): what they change, and what is kept."""

from typing import Any

import pytest

from acd.errors import IncidentNotOpen, SurgeNotActive, SurgeStands
from acd.facts import AgentAvailable, CallbackOffered, SeatRung, Who, WrapUpStarted
from acd.happenings import Pause, PolicyLoaded
from acd.surge_facts import (
    CallSentOver,
    IncidentCall,
    IncidentClosed,
    IncidentId,
    IncidentKind,
    IncidentOpened,
    Measures,
    PlanName,
    SurgeActivated,
    SurgeReturned,
)
from acd.surge_happenings import (
    ActivateSurge,
    CloseIncident,
    OpenIncident,
    ReturnSurge,
    TagCall,
)
from kernel.ids import AgentNo, CallId, LegId, PauseReason, QueueName
from tests.acd.centre import Centre, directory, policies

PLAN = PlanName("surge")
HEAT = IncidentId("heat-1")


def activate(centre: Centre, plan: PlanName = PLAN, by: str = "system", **measures: Any) -> None:
    order = ActivateSurge(plan=plan, measures=Measures(**measures), by=by, why="waiting 40")
    centre.take(order)


def opened(centre: Centre) -> None:
    centre.take(
        OpenIncident(
            incident=HEAT,
            about=IncidentKind.HEAT,
            title="南关区供热管网抢修",
            areas=("nanguan",),
            announcement="incident_heat",
            key="9",
            queue=QueueName("general"),
            by="chief",
            why="管网爆裂",
        )
    )


def test_srg_01_a_plan_is_activated_once_and_returns_once() -> None:
    centre = Centre()
    activate(centre, wrap_up_limit_s=5.0)
    centre.clock.advance(90)
    with pytest.raises(SurgeStands):
        activate(centre)

    centre.take(ReturnSurge(PLAN, "chief", "平稳"))

    back = centre.only(SurgeReturned)
    assert (back.by, back.why, back.stood.total_seconds()) == ("chief", "平稳", 90)
    with pytest.raises(SurgeNotActive):
        centre.take(ReturnSurge(PLAN, "chief", "again"))
    assert len(centre.of(SurgeActivated)) == 1


def test_srg_01_wrap_up_is_shorter_while_the_plan_stands() -> None:
    centre = Centre()
    centre.staff(1)
    activate(centre, wrap_up_limit_s=5.0)
    for n, limit in ((1, 5), (2, 30)):
        centre.call(f"c{n}")
        centre.answer(centre.of(SeatRung)[-1].leg)
        centre.end(centre.of(SeatRung)[-1].leg)
        begun = centre.of(WrapUpStarted)[-1]
        assert (begun.until - begun.at).total_seconds() == limit
        centre.wait(limit)
        if n == 1:
            centre.take(ReturnSurge(PLAN, "system", "over"))


def test_srg_01_who_waits_already_is_offered_a_callback_earlier() -> None:
    centre = Centre()
    centre.call("c1")
    centre.wait(25)

    activate(centre, callback_after_s=20.0)
    centre.wait(1)

    assert [offer.call for offer in centre.of(CallbackOffered)] == ["c1"]


def test_srg_01_who_waits_hears_no_offer_of_a_plan_that_returned_before_its_time() -> None:
    """The deadline that the plan had brought nearer is dead; that of the file is kept."""
    centre = Centre()
    centre.call("c1")
    activate(centre, callback_after_s=20.0)
    centre.wait(10)

    centre.take(ReturnSurge(PLAN, "system", "over"))
    centre.wait(49)
    assert centre.of(CallbackOffered) == []
    centre.wait(2)

    assert len(centre.of(CallbackOffered)) == 1


def test_srg_01_overflow_is_opened_for_those_who_wait_already() -> None:
    centre = Centre()
    centre.call("c1")
    centre.wait(25)

    activate(centre, overflow_after_s=20.0, overflow_to=("jilin",))
    centre.wait(1)

    assert centre.only(CallSentOver).to == "jilin"


def test_srg_01_only_the_queues_of_the_plan_are_changed() -> None:
    centre = Centre()
    centre.call("c1", "labour")
    activate(centre, overflow_after_s=1.0, overflow_to=("jilin",), queues=("general",))
    centre.wait(30)

    assert centre.of(CallSentOver) == []


def test_nobody_whom_110_sends_is_sent_away() -> None:
    centre = Centre()
    activate(centre, overflow_after_s=1.0, overflow_to=("jilin",))
    centre.call("c1", "police")
    centre.wait(60)

    assert centre.of(CallSentOver) == []


def test_srg_01_seats_in_reserve_are_recalled_and_take_callers() -> None:
    centre = Centre()
    centre.staff(1, 2, 3)
    centre.take(Pause(AgentNo("1001"), PauseReason("training")))
    centre.take(Pause(AgentNo("1002"), PauseReason("rest")))
    centre.take(Pause(AgentNo("1003"), PauseReason("meal")))
    centre.call("c1")

    activate(centre, recall=("training",), by="chief")

    back = centre.only(AgentAvailable)
    assert (back.agent, back.by, back.ordered_by) == ("1001", Who.SUPERVISOR, "chief")
    assert centre.only(SeatRung).seat == "S001"


def test_two_plans_stand_together_and_the_sharper_rule_holds() -> None:
    centre = Centre()
    activate(centre, wrap_up_limit_s=10.0)
    activate(centre, PlanName("storm"), wrap_up_limit_s=3.0)
    centre.take(ReturnSurge(PLAN, "system", "over"))
    centre.staff(1)
    centre.call("c1")
    centre.answer(LegId("7-000001"))
    centre.end(LegId("7-000001"))

    begun = centre.of(WrapUpStarted)[-1]
    assert (begun.until - begun.at).total_seconds() == 3


def test_rules_that_are_loaded_anew_are_amended_too() -> None:
    centre = Centre()
    activate(centre, overflow_after_s=20.0, overflow_to=("jilin",))
    centre.take(PolicyLoaded(policies()))
    centre.call("c1")
    centre.wait(20)

    assert centre.only(CallSentOver).to == "jilin"


def test_emg_05_an_incident_is_opened_calls_are_tagged_and_it_is_closed() -> None:
    centre = Centre()
    opened(centre)
    centre.take(TagCall(CallId("c1"), HEAT, "key"))
    centre.take(TagCall(CallId("c1"), HEAT, "1001"))
    centre.take(TagCall(CallId("c2"), HEAT, "1001"))
    opened(centre)

    centre.take(CloseIncident(HEAT, "chief", "修复"))

    assert centre.only(IncidentClosed).calls == 2
    assert [(fact.call, fact.by) for fact in centre.of(IncidentCall)] == [
        ("c1", "key"),
        ("c2", "1001"),
    ]
    assert len(centre.of(IncidentOpened)) == 1
    for late in (CloseIncident(HEAT, "chief", "x"), TagCall(CallId("c3"), HEAT, "1001")):
        with pytest.raises(IncidentNotOpen):
            centre.take(late)


def test_srg_01_plans_and_incidents_are_known_after_a_restart() -> None:
    centre = Centre()
    activate(centre, overflow_after_s=20.0, overflow_to=("jilin",))
    activate(centre, PlanName("storm"), wrap_up_limit_s=3.0)
    centre.take(ReturnSurge(PlanName("storm"), "system", "over"))
    opened(centre)
    centre.take(TagCall(CallId("c0"), HEAT, "key"))
    centre.call("c1")
    folded = centre.folded()
    again = Centre(directory(), centre.policies).floor
    again.put_back(centre.floor.image())

    assert folded.contents() == again.contents() == centre.floor.contents()
    assert folded.next_deadline() == again.next_deadline() == centre.floor.next_deadline()
