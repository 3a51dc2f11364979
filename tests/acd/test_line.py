"""Limits of line and wait, announcements, callbacks, fates: each rule by an example."""

from datetime import timedelta

import pytest

from acd.errors import CallNotInLine
from acd.facts import (
    AnnouncementDue,
    AnnounceReason,
    CallAbandoned,
    CallbackOffered,
    CallbackPromised,
    CallBlocked,
    CallFailed,
    CallMoved,
    CallOverflowed,
    CallQueued,
    FallbackAnswered,
    FallbackLost,
    Limit,
    ReentryEnded,
    SeatAnswered,
    SeatRung,
    TalkEnded,
    Withdrawal,
)
from acd.happenings import (
    AnsweredInFallback,
    BlockCall,
    CallbackTaken,
    CallerLeft,
    CallWithdrawn,
    Pause,
)
from acd.surge_facts import CallSentOver
from acd.surge_happenings import OverflowReached
from kernel.ids import AgentNo, CallId, LegId, PauseReason
from tests.acd.centre import Centre, policies

C1, C2 = CallId("c1"), CallId("c2")


def test_a_full_line_refuses_and_the_call_still_counts_as_offered() -> None:
    """D-01: refused because the line is full is a request for a person."""
    centre = Centre(rules=policies({"max_waiting": 1}))
    centre.call("c1")

    centre.call("c2")

    assert centre.only(CallQueued).call == "c2"
    assert centre.only(CallFailed).why is Limit.LINE_FULL


def test_a_full_line_does_not_turn_away_a_caller_for_whom_a_seat_is_idle() -> None:
    centre = Centre(rules=policies({"max_waiting": 0}))
    centre.staff(1)

    centre.call("c1")

    assert centre.only(SeatRung).call == "c1"


def test_a_full_line_overflows_to_its_target() -> None:
    rules = policies(
        {"max_waiting": 0, "when_full": "overflow", "overflow": {"target": "province"}}
    )
    centre = Centre(rules=rules)

    centre.call("c1")

    assert centre.only(CallSentOver).to == "province"
    centre.take(OverflowReached(CallId("c1")))
    assert centre.only(CallOverflowed).to == "province"


def test_overflow_into_another_queue_keeps_the_wait_and_is_no_fate() -> None:
    rules = policies({"max_waiting": 0, "when_full": "overflow", "overflow": {"queue": "elderly"}})
    centre = Centre(rules=rules)

    centre.call("c1")

    assert centre.only(CallMoved).to == "elderly"
    assert [w.queue for w in centre.floor.view(centre.clock.now()).waiting] == ["elderly"]


def test_who_waited_too_long_is_offered_a_callback() -> None:
    centre = Centre(rules=policies({"max_wait_s": 50}))
    centre.call("c1")

    centre.wait(50)

    assert centre.only(CallbackOffered).key == "1"


def test_who_waited_too_long_is_refused_where_the_policy_says_so() -> None:
    centre = Centre(rules=policies({"max_wait_s": 50, "when_too_long": "refuse"}))
    centre.call("c1")

    centre.wait(50)

    assert centre.only(CallFailed).why is Limit.WAIT_TOO_LONG


def test_nobody_at_work_refuses_where_the_policy_says_so() -> None:
    centre = Centre(rules=policies({"when_nobody": "refuse"}))

    centre.call("c1")

    assert centre.only(CallFailed).why is Limit.NO_AGENTS


def test_a_callback_taken_while_a_seat_rings_withdraws_the_ring() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")

    centre.take(CallbackTaken(C1))

    assert [fact.kind for fact in centre.last] == ["leg-dropped", "callback-promised"]
    assert centre.only(CallbackPromised).queue == "general"


def test_a_short_abandonment_is_marked() -> None:
    """D-05."""
    centre = Centre()
    centre.call("c1")
    centre.call("c2")
    centre.wait(5)
    centre.take(CallerLeft(C1))
    centre.wait(1)
    centre.take(CallerLeft(C2))

    assert [fact.short for fact in centre.of(CallAbandoned)] == [True, False]


def test_a_supervisor_blocks_a_call_in_line_and_only_such_a_call() -> None:
    centre = Centre()
    centre.call("c1")

    centre.take(BlockCall(C1, "leader", "threats"))

    assert centre.only(CallBlocked).by == "leader"
    with pytest.raises(CallNotInLine):
        centre.take(BlockCall(C1, "leader", "again"))


def test_place_and_wait_are_announced_on_entry_but_not_when_a_seat_rings() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    silent = centre.of(AnnouncementDue)
    centre.call("c2")

    told = centre.only(AnnouncementDue)
    assert silent == []
    assert (told.position, told.reason) == (1, AnnounceReason.ENTRY)
    assert told.low is not None and told.high is not None
    assert told.low % timedelta(seconds=30) == told.high % timedelta(seconds=30) == timedelta()


def test_without_any_seat_there_is_a_place_but_no_estimate() -> None:
    centre = Centre()

    centre.call("c1")

    assert (centre.only(AnnouncementDue).low, centre.only(AnnouncementDue).high) == (None, None)


def test_a_place_gained_is_told_again_but_not_before_the_gap_is_over() -> None:
    centre = Centre()
    centre.staff(1)
    for n in range(4):
        centre.call(f"c{n}")
    centre.answer(LegId("7-000001"))
    centre.take(CallerLeft(C1))
    centre.take(CallerLeft(C2))
    early = [fact for fact in centre.wait(29) if isinstance(fact, AnnouncementDue)]

    centre.wait(1)

    again = [fact for fact in centre.of(AnnouncementDue) if fact.call == "c3"]
    assert early == []
    assert [fact.position for fact in again] == [3, 1]
    assert again[0].high is not None and again[1].high is not None
    assert again[1].high < again[0].high


def test_a_later_range_goes_above_an_earlier_one_only_with_a_reason() -> None:
    centre = Centre()
    centre.staff(1, 2)
    for n in range(8):
        centre.call(f"c{n}")
    centre.answer(LegId("7-000001"))
    centre.answer(LegId("7-000002"))
    centre.take(Pause(AgentNo("1002"), PauseReason("rest")))

    centre.wait(31)

    told = [fact for fact in centre.of(AnnouncementDue) if fact.call == "c7"]
    assert [fact.reason for fact in told] == [AnnounceReason.ENTRY, AnnounceReason.SEATS_LEFT]
    assert told[1].high is not None and told[0].high is not None
    assert told[1].high > told[0].high


def test_a_call_back_from_a_transfer_keeps_its_first_wish_and_its_one_fate() -> None:
    centre = Centre()
    centre.staff(1)
    asked_at = centre.clock.now()
    centre.call("c1")
    centre.answer(LegId("7-000001"))
    centre.wait(60)

    centre.call("c1", "expert", again=True)
    queued = centre.only(CallQueued)
    ended = centre.only(TalkEnded)
    centre.take(CallerLeft(C1))

    assert (queued.again, queued.asked_at, ended.leg) == (True, asked_at, "7-000001")
    assert centre.only(ReentryEnded).how == "call-abandoned"
    assert [fact.again for fact in centre.of(SeatAnswered)] == [False]
    assert centre.of(CallAbandoned) == []


def test_asking_twice_changes_nothing() -> None:
    """An adopted story asks again for a caller whom the floor holds already."""
    centre = Centre()
    centre.call("c1")

    assert centre.call("c1") == []


def test_the_fallback_queue_is_no_fate_until_somebody_answered_or_nobody_did() -> None:
    centre = Centre()
    centre.call("c1")
    centre.call("c2")
    centre.take(CallWithdrawn(C1, Withdrawal.TO_FALLBACK))
    centre.take(CallWithdrawn(C2, Withdrawal.TO_FALLBACK))

    centre.take(AnsweredInFallback(C1))
    centre.take(CallerLeft(C2))

    assert [fact.call for fact in centre.of(FallbackAnswered)] == ["c1"]
    assert [fact.call for fact in centre.of(FallbackLost)] == ["c2"]


def test_a_call_back_from_the_fallback_queue_takes_its_old_place() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(CallWithdrawn(C1, Withdrawal.TO_FALLBACK))
    centre.wait(20)
    centre.call("c2")

    centre.call("c1", again=True)

    assert [w.call for w in centre.floor.view(centre.clock.now()).waiting] == ["c1", "c2"]


def test_an_unknown_queue_is_the_default_one_and_a_surprise() -> None:
    centre = Centre()

    centre.call("c1", "nonsense")

    assert centre.only(CallQueued).queue == "general"
    assert centre.floor.surprises.total() == 1


def test_a_recovered_floor_goes_on_as_if_nothing_had_happened() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.call("c2")
    again = centre.folded()
    now = centre.clock.advance(12)

    from_life = [centre.floor.take(CallerLeft(C1), now), centre.floor.next_deadline()]
    from_journal = [again.take(CallerLeft(C1), now), again.next_deadline()]

    assert from_life == from_journal
