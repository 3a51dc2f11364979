"""Who was sent away in vain, or handed to a colleague by number: whom he gets next."""

from typing import Any

from acd import facts as f
from acd import happenings as h
from kernel.ids import AgentNo, PauseReason
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory, policies
from tests.acd.test_lending import folds

FIRST, SECOND = AgentNo("1001"), AgentNo("1002")


def parted(*numbers: int, **rules: Any) -> Centre:
    """1001 has talked with c1 and wraps up; the others who are signed in are idle."""
    centre = Centre(directory({"general": 1}, {"other": 1}, {"general": 1}), policies(**rules))
    centre.staff(1)
    centre.call("c1")
    centre.answer(centre.only(f.SeatRung).leg)
    centre.clock.advance(20)
    centre.end(centre.of(f.SeatRung)[0].leg)
    centre.staff(*numbers)
    return centre


def back(centre: Centre, **more: Any) -> list[str]:
    """c1 asks again; who is rung for him at once."""
    facts = centre.call("c1", again=True, **more)
    return [fact.agent for fact in facts if isinstance(fact, f.SeatRung)]


def test_a_failed_transfer_goes_back_to_the_agent_who_sent_him_out_of_his_wrap_up() -> None:
    centre = parted(3)

    assert back(centre, back_to=FIRST) == [FIRST]
    assert centre.only(f.WrapUpEnded).by is f.Who.SYSTEM
    assert folds(centre)


def test_an_agent_who_wraps_up_another_call_is_waited_for_a_moment_and_then_anybody() -> None:
    centre = parted()
    centre.take(h.FinishWrapUp(FIRST))
    centre.call("c2")
    centre.answer(centre.of(f.SeatRung)[-1].leg)
    assert back(centre, back_to=FIRST) == []
    centre.staff(3)
    assert centre.of(f.SeatRung)[-1].call == "c2"

    centre.wait(5)

    assert (centre.of(f.SeatRung)[-1].agent, centre.of(f.SeatRung)[-1].call) == ("1003", "c1")
    assert folds(centre)


def test_an_agent_who_wraps_up_another_call_is_not_torn_from_it() -> None:
    centre = parted()
    centre.take(h.FinishWrapUp(FIRST))
    centre.call("c2")
    rung = centre.of(f.SeatRung)[-1].leg
    centre.answer(rung)
    centre.end(rung)

    assert back(centre, back_to=FIRST) == []
    centre.take(h.FinishWrapUp(FIRST))
    assert centre.of(f.SeatRung)[-1].call == "c1"


def test_a_sender_who_talks_with_somebody_else_is_not_rung_when_the_colleague_refuses() -> None:
    centre = parted(2)
    back(centre, handed_to=SECOND, back_to=FIRST)
    centre.take(h.FinishWrapUp(FIRST))
    centre.call("c2")
    centre.answer(centre.of(f.SeatRung)[-1].leg)

    centre.end(centre.of(f.SeatRung)[1].leg, LegEnd.REJECTED)

    assert [rung.call for rung in centre.of(f.SeatRung)] == ["c1", "c1", "c2"]
    assert folds(centre)


def test_who_becomes_free_within_the_moment_takes_him_back_before_older_callers() -> None:
    """Sticky, highest age."""
    centre = parted()
    centre.take(h.FinishWrapUp(FIRST))
    centre.call("c2")
    rung = centre.of(f.SeatRung)[-1].leg
    centre.answer(rung)
    centre.call("c3", needs={"other": 1})
    back(centre, back_to=FIRST)
    centre.end(rung)

    centre.take(h.FinishWrapUp(FIRST))

    assert (centre.of(f.SeatRung)[-1].agent, centre.of(f.SeatRung)[-1].call) == (FIRST, "c1")


def test_an_agent_in_a_break_or_signed_out_is_not_waited_for() -> None:
    centre = parted(3)
    centre.take(h.Pause(FIRST, PauseReason("rest")))
    assert back(centre, back_to=FIRST) == ["1003"]

    away = parted(3)
    away.take(h.SignOut(FIRST))
    assert back(away, back_to=FIRST) == ["1003"]


def test_without_a_grace_he_goes_into_the_line_at_once() -> None:
    centre = parted(return_grace_s=0)
    centre.take(h.FinishWrapUp(FIRST))
    centre.call("c2")
    centre.answer(centre.of(f.SeatRung)[-1].leg)

    back(centre, back_to=FIRST)

    assert centre.only(f.CallQueued).sticky_until is None


def test_whom_a_colleague_hands_on_by_number_that_one_gets_whatever_his_skills() -> None:
    centre = parted(2, 3)

    assert back(centre, handed_to=SECOND, back_to=FIRST) == [SECOND]
    assert folds(centre)


def test_a_colleague_who_lets_it_ring_gives_him_back_to_the_sender() -> None:
    centre = parted(2, 3)
    back(centre, handed_to=SECOND, back_to=FIRST)

    centre.end(centre.of(f.SeatRung)[-1].leg, LegEnd.REJECTED)

    assert centre.of(f.SeatRung)[-1].agent == FIRST
    assert folds(centre)


def test_a_colleague_who_takes_a_break_while_it_rings_gives_him_back_too() -> None:
    centre = parted(2, 3)
    back(centre, handed_to=SECOND, back_to=FIRST)

    centre.take(h.Pause(SECOND, PauseReason("rest")))

    assert centre.of(f.SeatRung)[-1].agent == FIRST


def test_a_sender_who_lets_it_ring_too_leaves_him_to_the_line() -> None:
    centre = parted(2, 3)
    back(centre, handed_to=SECOND, back_to=FIRST)
    centre.end(centre.of(f.SeatRung)[-1].leg, LegEnd.NO_ANSWER)

    centre.end(centre.of(f.SeatRung)[-1].leg, LegEnd.NO_ANSWER)

    assert centre.of(f.SeatRung)[-1].agent == "1003"
    assert folds(centre)


def test_a_sender_who_is_no_longer_free_leaves_him_to_the_line() -> None:
    centre = parted(2, 3)
    back(centre, handed_to=SECOND, back_to=FIRST)
    centre.take(h.Pause(FIRST, PauseReason("rest")))

    centre.end(centre.of(f.SeatRung)[-1].leg, LegEnd.BUSY)

    assert centre.of(f.SeatRung)[-1].agent == "1003"


def test_a_colleague_who_is_not_free_any_more_means_the_sender_at_once() -> None:
    centre = parted(2)
    centre.take(h.Pause(SECOND, PauseReason("rest")))

    assert back(centre, handed_to=SECOND, back_to=FIRST) == [FIRST]


def test_the_age_is_kept_and_the_fate_stays_answered() -> None:
    centre = parted(3)
    back(centre, back_to=FIRST)
    queued = centre.of(f.CallQueued)

    centre.answer(centre.of(f.SeatRung)[-1].leg)

    assert queued[1].asked_at == queued[0].asked_at
    assert [answered.again for answered in centre.of(f.SeatAnswered)] == [False, True]
