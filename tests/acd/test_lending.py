"""A colleague's seat is lent to a call: reserved, given back, or it takes the citizen over."""

import pytest

from acd import facts as f
from acd import happenings as h
from acd.errors import (
    ColleagueNotFree,
    ColleagueNotSignedIn,
    UnknownWorkNumber,
    WrongState,
)
from kernel.ids import AgentNo, CallId, LegId, PauseReason, SeatId
from kernel.legs import LegEnd
from tests.acd.centre import Centre

FIRST, SECOND, THIRD = AgentNo("1001"), AgentNo("1002"), AgentNo("1003")
C1 = CallId("c1")


def talking() -> Centre:
    """1001 talks with c1; 1002 is idle."""
    centre = Centre()
    centre.staff(1, 2)
    centre.call("c1")
    centre.clock.advance(4)
    centre.answer(centre.only(f.SeatRung).leg)
    centre.clock.advance(20)
    return centre


def lent(centre: Centre) -> LegId:
    centre.take(h.LendSeat(SECOND, C1, FIRST))
    return centre.only(f.SeatLent).leg


def folds(centre: Centre) -> bool:
    """The floor that lived, the one of its facts and the one of its image are the same."""
    image = Centre(centre.directory, centre.policies).floor
    image.put_back(centre.floor.image())
    return centre.folded().contents() == image.contents() == centre.floor.contents()


def test_spc_04_a_lent_seat_is_not_rung_by_the_line() -> None:
    centre = talking()
    leg = lent(centre)
    centre.call("c2")

    loan = centre.of(f.SeatLent)[0]
    assert (loan.agent, loan.phone, loan.call, loan.by) == ("1002", "8002", C1, "1001")
    assert len(centre.of(f.SeatRung)) == 1
    assert leg == "7-000002"
    assert folds(centre)


def test_a_lent_seat_that_is_given_back_takes_whose_turn_it_is() -> None:
    centre = talking()
    leg = lent(centre)
    centre.call("c2")

    centre.end(leg, LegEnd.BUSY)

    assert centre.only(f.LoanEnded).agent == SECOND
    rung = centre.only(f.SeatRung)
    assert (rung.agent, rung.call, rung.leg) == (SECOND, "c2", "7-000003")
    assert folds(centre)


def test_who_is_left_with_the_citizen_has_the_conversation_and_the_fate_stays_one() -> None:
    """I9: answered once; talk time by agent."""
    centre = talking()
    leg = lent(centre)
    centre.clock.advance(10)
    centre.answer(leg)
    centre.clock.advance(60)
    centre.end(leg)

    first, second = centre.of(f.TalkEnded)
    assert (first.agent, first.talked.total_seconds()) == (FIRST, 30)
    assert (second.agent, second.talked.total_seconds()) == (SECOND, 60)
    assert [a.again for a in centre.of(f.SeatAnswered)] == [False, True]
    assert [w.agent for w in centre.of(f.WrapUpStarted)] == [FIRST, SECOND]
    assert centre.of(f.LoanEnded) == []
    assert folds(centre)


def test_the_first_agents_leg_may_end_before_or_after_the_news_of_the_second() -> None:
    centre = talking()
    own = centre.of(f.SeatRung)[0].leg
    leg = lent(centre)

    centre.end(own)
    centre.answer(leg)
    centre.end(own)

    assert len(centre.of(f.TalkEnded)) == 1
    assert centre.of(f.SeatAnswered)[-1].agent == SECOND
    assert folds(centre)


def test_the_citizen_who_hangs_up_on_the_second_agent_ends_his_talk() -> None:
    centre = talking()
    leg = lent(centre)
    centre.answer(leg)
    centre.clock.advance(5)

    centre.take(h.CallerLeft(C1))

    assert centre.only(f.TalkEnded).agent == SECOND
    assert folds(centre)


def test_of_two_who_have_the_call_the_one_who_talks_is_shown_with_it() -> None:
    centre = talking()
    centre.answer(lent(centre))
    view = centre.floor.view(centre.clock.now())

    shown = view.seat_with(C1)
    assert shown is not None
    assert (shown.agent, shown.activity.value) == (SECOND, "talking")
    centre.end(centre.of(f.SeatLent)[0].leg)
    wraps_up = centre.floor.view(centre.clock.now()).seat_with(C1)
    assert wraps_up is not None
    assert wraps_up.activity.value == "wrap_up"
    assert view.seat_with(CallId("c9")) is None


def test_a_colleague_in_a_break_may_be_asked_and_has_it_again_afterwards() -> None:
    centre = talking()
    centre.take(h.Pause(SECOND, PauseReason("rest")))
    leg = lent(centre)
    centre.answer(leg)
    centre.end(leg)
    centre.take(h.FinishWrapUp(SECOND))

    assert centre.only(f.BreakBegan).agent == SECOND
    assert folds(centre)


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("9999", UnknownWorkNumber),
        ("1003", ColleagueNotSignedIn),
        ("1001", ColleagueNotFree),
    ],
)
def test_who_cannot_be_asked_is_refused_and_nothing_changes(who: str, why: type[Exception]) -> None:
    centre = talking()
    before = centre.floor.contents()

    with pytest.raises(why):
        centre.take(h.LendSeat(AgentNo(who), C1, FIRST))

    assert centre.floor.contents() == before


@pytest.mark.parametrize("by", ["1002", "1003", "9999"])
def test_nobody_asks_about_a_call_that_he_does_not_have(by: str) -> None:
    centre = talking()
    before = centre.floor.contents()

    with pytest.raises(WrongState):
        centre.take(h.LendSeat(SECOND, C1, AgentNo(by)))

    assert centre.floor.contents() == before


def test_nor_about_one_that_he_wraps_up() -> None:
    centre = talking()
    centre.end(centre.of(f.SeatRung)[0].leg)

    with pytest.raises(WrongState):
        lent(centre)


def test_who_is_rung_talks_wraps_up_or_is_lent_already_is_not_free() -> None:
    centre = talking()
    centre.staff(3)
    lent(centre)
    with pytest.raises(ColleagueNotFree):
        lent(centre)
    centre.call("c2")
    with pytest.raises(ColleagueNotFree):
        centre.take(h.LendSeat(THIRD, C1, FIRST))
    centre.answer(centre.of(f.SeatRung)[-1].leg)
    with pytest.raises(ColleagueNotFree):
        centre.take(h.LendSeat(THIRD, C1, FIRST))
    centre.end(centre.of(f.SeatRung)[-1].leg)
    with pytest.raises(ColleagueNotFree):
        centre.take(h.LendSeat(THIRD, C1, FIRST))


def test_a_colleague_whose_phone_is_away_is_not_free() -> None:
    centre = talking()
    centre.end(lent(centre), LegEnd.UNREACHABLE)
    seat = centre.floor.view(centre.clock.now()).seat_of(SECOND)
    assert seat is not None
    centre.take(h.PhoneSeen(seat.phone, False))

    with pytest.raises(ColleagueNotFree):
        lent(centre)


def test_a_lent_agent_cannot_sign_out_but_a_supervisor_can_sign_him_out() -> None:
    centre = talking()
    leg = lent(centre)
    with pytest.raises(WrongState):
        centre.take(h.SignOut(SECOND))

    centre.take(h.SupervisorForces("chief", SECOND, h.ForcedTo.SIGNED_OUT, "shift is over"))
    centre.end(leg)

    assert [fact.leg for fact in centre.of(f.LoanEnded)] == [leg]
    assert folds(centre)


def test_a_lent_agent_takes_no_callback_by_hand() -> None:
    centre = talking()
    lent(centre)
    seat = centre.floor.view(centre.clock.now()).seat_of(SECOND)

    assert seat is not None
    assert (seat.lent_to, seat.is_at_rest) == (C1, False)


def test_a_colleague_who_is_there_for_a_call_in_line_is_a_surprise() -> None:
    """The first agent's leg has ended and the citizen is back in the line: nobody has him twice."""
    centre = talking()
    leg = lent(centre)
    centre.call("c1", again=True)
    before = len(centre.of(f.SeatAnswered))

    centre.answer(leg)

    assert len(centre.of(f.SeatAnswered)) == before
    assert centre.floor.surprises["a colleague took over a call that nobody had"] == 1


def test_nor_has_he_a_caller_for_whom_somebody_is_rung() -> None:
    centre = talking()
    leg = lent(centre)
    centre.staff(3)
    centre.call("c1", again=True)
    assert centre.of(f.SeatRung)[-1].agent == THIRD

    centre.answer(leg)

    assert len(centre.of(f.SeatAnswered)) == 1
    assert folds(centre)


def test_a_call_in_the_fallback_queue_is_nobodys_either() -> None:
    centre = talking()
    leg = lent(centre)
    centre.call("c1", again=True)
    centre.take(h.CallWithdrawn(C1, f.Withdrawal.TO_FALLBACK))

    centre.answer(leg)

    assert len(centre.of(f.SeatAnswered)) == 1


def test_who_was_lent_stands_last_among_the_idle_again() -> None:
    centre = talking()
    leg = lent(centre)
    centre.staff(3)
    centre.clock.advance(5)
    centre.end(leg)

    centre.call("c2")

    assert centre.only(f.SeatRung).agent == THIRD


def test_a_talk_that_was_taken_over_counts_among_the_holding_times() -> None:
    centre = talking()
    before = centre.floor.contents()["measured"]
    leg = lent(centre)
    centre.answer(leg)
    centre.clock.advance(600)
    centre.end(leg)
    centre.take(h.FinishWrapUp(FIRST))
    after_first = centre.floor.contents()["measured"]
    again = repr(after_first)
    centre.take(h.FinishWrapUp(SECOND))

    assert repr(before) != again
    assert repr(centre.floor.contents()["measured"]) != again


def test_both_facts_of_a_loan_may_stand_in_the_journal() -> None:
    assert {f.SeatLent, f.LoanEnded} <= set(f.FACTS)


def test_a_leg_of_a_loan_is_never_given_to_a_ring() -> None:
    centre = talking()
    centre.end(lent(centre), LegEnd.NO_ANSWER)
    centre.call("c2")

    rung = [fact.leg for fact in centre.of(f.SeatRung)]
    assert rung == ["7-000001", "7-000003"]
    assert SeatId("S002") == centre.of(f.SeatRung)[-1].seat
