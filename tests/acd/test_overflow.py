"""Overflow between centres (SRG-02): thresholds, room, no ping-pong, and back if nobody answers."""

from typing import Any

from acd.facts import (
    CallAbandoned,
    CallOverflowed,
    CallQueued,
    FallbackAnswered,
    Limit,
    SeatAnswered,
    SeatRung,
    Withdrawal,
)
from acd.happenings import (
    AnsweredInFallback,
    CallerLeft,
    CallWithdrawn,
    PolicyLoaded,
)
from acd.surge_facts import CallSentOver, OverflowEnded
from acd.surge_happenings import OverflowReached
from kernel.ids import CallId, LegId
from tests.acd.centre import Centre, directory, policies

C1, C2, C3 = CallId("c1"), CallId("c2"), CallId("c3")
OPEN: dict[str, Any] = {
    "overflow": {"target": "jilin", "then": ["siping"]},
    "overflow_after_s": 20,
}


def centre_with(capacity: dict[str, int] | None = None, **general: Any) -> Centre:
    return Centre(rules=policies(OPEN | general, overflow_capacity=capacity or {}))


def test_srg_02_who_waits_too_long_is_sent_to_the_province() -> None:
    centre = centre_with()
    centre.call("c1")

    centre.wait(19)
    assert centre.of(CallSentOver) == []
    centre.wait(1)

    sent = centre.only(CallSentOver)
    assert (sent.to, sent.why, sent.waited.total_seconds()) == ("jilin", Limit.SURGE, 20)
    assert centre.of(CallOverflowed) == []


def test_srg_02_the_fate_is_met_when_somebody_answers_there() -> None:
    centre = centre_with()
    centre.call("c1")
    centre.wait(20)
    centre.clock.advance(4)

    centre.take(OverflowReached(C1))
    centre.take(OverflowReached(C1))
    centre.take(CallerLeft(C1))

    (fate,) = centre.of(CallOverflowed)
    assert (fate.to, fate.why, fate.waited.total_seconds()) == ("jilin", Limit.SURGE, 24)
    assert centre.only(OverflowEnded).answered is True
    assert centre.of(CallAbandoned) == []


def test_srg_02_whom_nobody_answers_there_comes_back_with_his_age() -> None:
    centre = centre_with(overflow={"target": "jilin"})
    centre.call("c1")
    asked_at = centre.only(CallQueued).asked_at
    centre.wait(20)

    centre.call("c1", asked_at=asked_at)
    back = centre.only(CallQueued)
    centre.wait(300)
    centre.staff(1)
    centre.answer(centre.of(SeatRung)[-1].leg)

    assert (back.again, back.asked_at) == (True, asked_at)
    assert len(centre.of(CallSentOver)) == 1  # no target is tried twice
    assert centre.only(SeatAnswered).again is False


def test_srg_02_the_second_target_is_tried_when_the_first_did_not_answer() -> None:
    centre = centre_with()
    centre.call("c1")
    centre.wait(20)
    centre.call("c1")
    centre.wait(20)

    assert [sent.to for sent in centre.of(CallSentOver)] == ["jilin", "siping"]


def test_srg_02_no_more_are_sent_than_the_target_takes() -> None:
    centre = centre_with({"jilin": 1, "siping": 1})
    for name in ("c1", "c2", "c3"):
        centre.call(name)

    centre.wait(22)
    assert [(sent.call, sent.to) for sent in centre.of(CallSentOver)] == [
        ("c1", "jilin"),
        ("c2", "siping"),
    ]
    centre.take(OverflowReached(C1))
    centre.take(CallerLeft(C1))
    centre.wait(5)

    assert centre.of(CallSentOver)[-1].call == "c3"


def test_srg_02_who_came_by_overflow_is_never_sent_on() -> None:
    centre = centre_with(max_waiting=0, when_full="overflow")
    centre.call("c1", stays=True)

    centre.wait(600)

    assert centre.of(CallSentOver) == []
    assert centre.of(CallQueued)[0].stays is True


def test_srg_02_who_has_talked_here_is_not_sent_away() -> None:
    centre = centre_with()
    centre.staff(1)
    centre.call("c1")
    centre.answer(LegId("7-000001"))
    centre.call("c1", again=True)
    centre.wait(600)

    assert centre.of(CallSentOver) == []


def test_srg_02_a_language_that_is_a_must_stays_where_it_is_spoken() -> None:
    centre = centre_with()
    centre.call("c1", needs={"minority_lang:ko": 2})
    centre.wait(60)

    assert centre.of(CallSentOver) == []


def test_srg_02_who_hangs_up_while_it_rings_there_has_given_up() -> None:
    centre = centre_with()
    centre.call("c1")
    centre.wait(20)
    centre.take(CallerLeft(C1))

    assert centre.only(CallAbandoned).waited.total_seconds() == 20
    assert centre.only(OverflowEnded).answered is False


def test_srg_02_the_plain_queue_takes_him_if_we_are_gone_when_he_comes_back() -> None:
    centre = centre_with()
    centre.call("c1")
    centre.wait(20)
    centre.take(CallWithdrawn(C1, Withdrawal.TO_FALLBACK))
    centre.take(AnsweredInFallback(C1))

    assert centre.only(FallbackAnswered).call == C1
    assert centre.floor.surprises == {}


def test_srg_02_when_overflow_is_closed_again_nobody_is_sent() -> None:
    centre = centre_with()
    centre.call("c1")
    centre.take(PolicyLoaded(policies()))
    centre.wait(60)

    assert centre.of(CallSentOver) == []


def test_an_answer_of_somebody_else_is_no_overflow() -> None:
    centre = centre_with()
    centre.call("c1")
    centre.take(OverflowReached(C1))
    centre.take(OverflowReached(C2))

    assert centre.of(CallOverflowed) == []


def test_who_is_away_is_known_after_a_restart() -> None:
    centre = centre_with({"jilin": 1})
    centre.call("c1")
    centre.wait(20)
    folded = centre.folded()
    again = Centre(directory(), centre.policies).floor
    again.put_back(centre.floor.image())

    assert folded.contents() == again.contents() == centre.floor.contents()
    for floor in (folded, again):
        facts = floor.take(OverflowReached(C1), centre.clock.now())
        assert [fact.kind for fact in facts] == ["call-overflowed"]


def test_srg_02_who_hangs_up_over_there_is_no_short_call_and_left_no_ring_of_ours() -> None:
    centre = centre_with()
    centre.call("c1")
    centre.wait(20)

    centre.take(CallerLeft(C1))

    left = centre.of(CallAbandoned)[-1]
    assert (left.short, left.while_ringing, left.waited.total_seconds()) == (False, False, 20)


def test_srg_02_where_all_were_full_is_looked_again_after_five_seconds() -> None:
    centre = centre_with({"jilin": 1, "siping": 0})
    centre.call("c1")
    centre.call("c2")
    centre.wait(22)
    centre.take(CallerLeft(C1))
    freed, before = centre.clock.now(), len(centre.of(CallSentOver))

    centre.wait(5)

    sent = centre.of(CallSentOver)
    assert before == 1
    assert sent[-1].call == "c2"
    assert (sent[-1].at - sent[0].at).total_seconds() == 5
    assert sent[-1].at > freed


def test_srg_02_who_may_not_be_sent_is_not_looked_at_again_and_again() -> None:
    """He came by overflow himself: nothing falls due for him that an ordinary line has not."""
    due = []
    for rules in (policies(OPEN), policies()):
        centre = Centre(rules=rules)
        centre.call("c1", stays=True)
        centre.wait(21)
        due.append(centre.floor.next_deadline())

    assert due[0] == due[1]


def test_srg_02_a_line_without_a_target_sends_nobody() -> None:
    centre = Centre(rules=policies({"overflow_after_s": 20}))
    centre.call("c1")

    centre.wait(60)

    assert centre.of(CallSentOver) == []
    assert [one.call for one in centre.floor.view(centre.clock.now()).waiting] == [C1]
