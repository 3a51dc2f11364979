"""Sign in, breaks, wrap-up, force: each rule by an example; a refused command changes nothing."""

from dataclasses import replace

import pytest

from acd import errors
from acd.directory import Directory, EmployerKind, Scope
from acd.facts import (
    AgentAvailable,
    AgentPaused,
    AgentSignedIn,
    AgentSignedOut,
    BreakBegan,
    BreakOverrun,
    LegDropped,
    SeatRung,
    Who,
    WrapUpEnded,
    WrapUpExtended,
)
from acd.happenings import (
    Command,
    ExtendWrapUp,
    FinishWrapUp,
    ForcedTo,
    GoAvailable,
    Pause,
    PolicyLoaded,
    SignIn,
    SignOut,
    SupervisorForces,
)
from acd.seat import Activity, Presence
from kernel.errors import HotlineError
from kernel.ids import AgentNo, LegId, PauseReason, SeatId
from tests.acd.centre import Centre, agent, directory, place, policies

ONE, TWO = AgentNo("1001"), AgentNo("1002")
REST = PauseReason("rest")


def talking() -> Centre:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.answer(LegId("7-000001"))
    return centre


def test_who_signs_in_is_paused_until_they_declare_to_be_available() -> None:
    centre = Centre()
    centre.call("c1")

    centre.take(SignIn(ONE, SeatId("S001")))
    rung_before = centre.of(SeatRung)
    centre.take(GoAvailable(ONE))

    assert centre.of(AgentSignedIn)[0].phone == "8001"
    assert rung_before == []
    assert centre.only(SeatRung).seat == "S001"


@pytest.mark.parametrize(
    ("command", "error"),
    [
        (SignIn(AgentNo("9999"), SeatId("S002")), errors.UnknownWorkNumber),
        (SignIn(ONE, SeatId("S002")), errors.AgentAlreadySignedIn),
        (SignIn(TWO, SeatId("S001")), errors.SeatTaken),
        (SignIn(TWO, SeatId("S999")), errors.UnknownSeat),
        (SignOut(TWO), errors.WrongState),
        (GoAvailable(ONE), errors.WrongState),
        (GoAvailable(AgentNo("9999")), errors.UnknownWorkNumber),
        (FinishWrapUp(ONE), errors.WrongState),
        (ExtendWrapUp(ONE), errors.WrongState),
        (Pause(ONE, PauseReason("fishing")), errors.UnknownPauseReason),
        (Pause(ONE, PauseReason("no_answer")), errors.UnknownPauseReason),
        (SupervisorForces("leader", ONE, ForcedTo.AVAILABLE, "x"), errors.WrongState),
    ],
)
def test_an_illegal_command_is_refused_and_changes_nothing(
    command: Command, error: type[HotlineError]
) -> None:
    centre = Centre()
    centre.staff(1)
    before = centre.floor.contents()

    with pytest.raises(error) as refused:
        centre.take(command)

    assert refused.value.remedy
    assert centre.floor.contents() == before


def test_a_seat_without_phone_and_an_agent_out_of_service_are_refused() -> None:
    gone = agent(2, {"general": 1})
    people = Directory(
        {ONE: agent(1, {"general": 1}), TWO: replace(gone, active=False)},
        {SeatId("S001"): place(1, phone=False), SeatId("S002"): place(2)},
        {},
    )
    centre = Centre(people)

    with pytest.raises(errors.SeatWithoutPhone):
        centre.take(SignIn(ONE, SeatId("S001")))
    with pytest.raises(errors.AgentNotActive):
        centre.take(SignIn(TWO, SeatId("S002")))


def test_a_break_after_this_call_begins_when_the_wrap_up_is_done() -> None:
    """(paused, talking): two facts, no extra state."""
    centre = talking()

    centre.take(Pause(ONE, REST))
    asked = centre.only(AgentPaused)
    centre.end(LegId("7-000001"))
    centre.take(FinishWrapUp(ONE))
    centre.call("c2")

    assert asked.until is None
    (began,) = centre.of(BreakBegan)
    assert began.until is not None and (began.until - began.at).total_seconds() == 15 * 60
    assert len(centre.of(SeatRung)) == 1


def test_a_break_that_overruns_its_minutes_is_told_once_and_nobody_is_forced_back() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(Pause(ONE, REST))

    centre.wait(3600)

    (seat,) = centre.floor.view(centre.clock.now()).seats
    assert len(centre.of(BreakOverrun)) == 1
    assert (seat.presence, seat.pause_overrun) == (Presence.PAUSED, True)


def test_a_reason_for_a_break_has_room_for_so_many_agents_only() -> None:
    centre = Centre(directory(*[{"general": 1}] * 4))
    centre.staff(1, 2, 3, 4)
    for n in range(1, 4):
        centre.take(Pause(AgentNo(str(1000 + n)), REST))

    with pytest.raises(errors.PauseReasonFull):
        centre.take(Pause(AgentNo("1004"), REST))


def test_who_pauses_while_the_phone_rings_is_let_go_and_the_caller_goes_on() -> None:
    centre = Centre()
    centre.staff(1, 2)
    centre.call("c1")

    centre.take(Pause(ONE, REST))

    assert centre.only(LegDropped).leg == "7-000001"
    assert centre.only(SeatRung).seat == "S002"


def test_wrap_up_may_be_extended_as_often_as_the_policy_says() -> None:
    centre = talking()
    centre.end(LegId("7-000001"))

    centre.take(ExtendWrapUp(ONE))
    centre.take(ExtendWrapUp(ONE))
    with pytest.raises(errors.NoMoreExtensions):
        centre.take(ExtendWrapUp(ONE))
    centre.wait(89)
    early = centre.of(WrapUpEnded)
    centre.wait(1)

    assert len(centre.of(WrapUpExtended)) == 2
    assert early == []
    assert centre.only(WrapUpEnded).by is Who.SYSTEM


def test_who_talks_cannot_sign_out_but_a_supervisor_can_sign_them_out_after_this_call() -> None:
    centre = talking()
    with pytest.raises(errors.WrongState):
        centre.take(SignOut(ONE))

    centre.take(SupervisorForces("leader", ONE, ForcedTo.SIGNED_OUT, "left the desk"))
    (still,) = centre.floor.view(centre.clock.now()).seats
    centre.end(LegId("7-000001"))

    assert (still.presence, still.activity) == (Presence.SIGNED_OUT, Activity.TALKING)
    assert centre.of(AgentSignedOut)[0].ordered_by == "leader"
    assert centre.floor.view(centre.clock.now()).seats == ()


def test_a_supervisor_may_pause_and_make_available() -> None:
    centre = Centre()
    centre.staff(1)

    centre.take(SupervisorForces("leader", ONE, ForcedTo.PAUSED, "talk to me"))
    paused = centre.only(AgentPaused)
    centre.take(SupervisorForces("leader", ONE, ForcedTo.AVAILABLE, "go on"))

    assert (paused.by, paused.note) == (Who.SUPERVISOR, "talk to me")
    assert centre.only(AgentAvailable).by is Who.SUPERVISOR


def test_auto_answer_is_a_mode_of_the_seat() -> None:
    people = Directory(
        {ONE: agent(1, {"general": 1})}, {SeatId("S001"): place(1, auto_answer=True)}, {}
    )
    centre = Centre(people)
    centre.staff(1)

    centre.call("c1")

    assert centre.only(SeatRung).auto_answer


def test_third_party_staff_may_answer_but_never_handle_close_approve_or_decide_appeals() -> None:
    """GOV-01."""
    hired = agent(1, {"general": 1}, EmployerKind.THIRD_PARTY)
    own = agent(2, {"general": 1})

    assert hired.scopes == {Scope.ANSWER, Scope.IT_MAINTENANCE}
    assert not hired.may(Scope.CLOSE)
    assert own.scopes == set(Scope)


def test_a_new_policy_holds_for_the_next_ring() -> None:
    centre = Centre()
    centre.staff(1)

    centre.take(PolicyLoaded(policies({"ring_limit_s": 6})))
    centre.call("c1")

    assert centre.only(SeatRung).ring_for_s == 6
