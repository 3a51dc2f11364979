"""Who is rung, and what becomes of a ring: each rule by an example."""

import pytest

from acd.facts import (
    AgentPaused,
    CallAbandoned,
    LegDropped,
    NeedsRelaxed,
    PhoneReachability,
    SeatAnswered,
    SeatLetItRing,
    SeatRung,
    StickyGraceOver,
    TalkEnded,
)
from acd.happenings import (
    CallerLeft,
    DirectoryLoaded,
    GoAvailable,
    PhoneSeen,
    TimePassed,
)
from acd.seat import NO_ANSWER, PHONE_BUSY, REJECTED
from kernel.ids import AgentNo, CallId, Extension, LegId, PauseReason
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory, policies

FIRST, SECOND = LegId("7-000001"), LegId("7-000002")
BOTH = directory({"general": 1}, {"general": 1, "enterprise": 2})


def test_the_seat_that_is_idle_longest_over_all_queues_is_rung() -> None:
    centre = Centre(directory({"general": 1, "expert": 1}, {"general": 1, "enterprise": 2}))
    centre.staff(2, 1)

    centre.call("c1")

    assert centre.only(SeatRung).seat == "S002"


def test_a_seat_that_lets_it_ring_is_paused_and_the_caller_keeps_their_place() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.call("c2")
    centre.end(FIRST, LegEnd.NO_ANSWER)
    paused = centre.only(AgentPaused)

    centre.staff(2)

    assert (paused.agent, paused.reason, paused.by) == ("1001", NO_ANSWER, "system")
    assert centre.only(SeatRung).call == "c1"


def test_a_caller_whose_ring_failed_is_offered_again_in_the_same_turn() -> None:
    centre = Centre()
    centre.staff(1, 2)
    centre.call("c1")

    centre.end(FIRST, LegEnd.NO_ANSWER)

    ring = centre.only(SeatRung)
    assert (ring.seat, ring.call, ring.leg) == ("S002", "c1", SECOND)


@pytest.mark.parametrize(
    ("why", "reason"), [(LegEnd.BUSY, PHONE_BUSY), (LegEnd.REJECTED, REJECTED)]
)
def test_a_busy_or_rejecting_seat_is_paused_with_its_own_reason(
    why: LegEnd, reason: PauseReason
) -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")

    centre.end(FIRST, why)

    assert centre.only(SeatLetItRing).why is why
    assert centre.only(AgentPaused).reason == reason


def test_a_busy_seat_may_be_kept_by_the_policy_but_not_for_this_call() -> None:
    centre = Centre(rules=policies(on_busy="keep"))
    centre.staff(1)
    centre.call("c1")

    centre.end(FIRST, LegEnd.BUSY)
    at_once = [type(fact) for fact in centre.last]
    centre.wait(30)

    assert at_once == [SeatLetItRing]
    assert centre.of(SeatRung)[-1].leg == SECOND


def test_an_excluded_head_of_the_line_does_not_hide_the_next_caller() -> None:
    centre = Centre(rules=policies(on_busy="keep"))
    centre.staff(1)
    centre.call("c1")
    centre.call("c2")

    centre.end(FIRST, LegEnd.BUSY)

    assert centre.only(SeatRung).call == "c2"


def test_an_unreachable_phone_is_not_paused_but_not_offered_until_it_is_seen() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.end(FIRST, LegEnd.UNREACHABLE)
    centre.call("c2")
    meanwhile = [type(fact) for fact in centre.facts[-4:]]

    centre.take(PhoneSeen(Extension("8001"), True))

    assert AgentPaused not in meanwhile
    assert centre.of(PhoneReachability)[0].reachable is False
    assert centre.only(SeatRung).call == "c2"  # c1 is excluded there for a while


def test_going_available_at_an_unreachable_phone_means_try_it_again() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(PhoneSeen(Extension("8001"), False))

    centre.take(GoAvailable(AgentNo("1001")))
    centre.call("c1")

    assert centre.only(SeatRung).seat == "S001"


def test_a_caller_who_leaves_while_it_rings_frees_the_seat_with_its_place_among_the_idle() -> None:
    """I2: the ring is withdrawn in the turn that hears of the hang-up."""
    centre = Centre()
    centre.staff(1, 2)
    centre.call("c1")

    centre.take(CallerLeft(CallId("c1")))
    dropped, left = centre.only(LegDropped), centre.only(CallAbandoned)
    centre.call("c2")

    assert (dropped.leg, left.while_ringing) == (FIRST, True)
    assert centre.only(SeatRung).seat == "S001"


def test_a_late_answer_is_hung_up_and_joins_nobody() -> None:
    """The answer to a ring that we had dropped crosses our hang-up on the wire."""
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.take(CallerLeft(CallId("c1")))
    centre.call("c2")

    centre.answer(FIRST)
    late = centre.only(LegDropped)
    centre.answer(SECOND)

    assert (late.leg, late.seat) == (FIRST, None)
    assert [(fact.leg, fact.call) for fact in centre.of(SeatAnswered)] == [(SECOND, "c2")]
    assert centre.floor.surprises.total() == 1


def test_a_second_answer_of_the_same_leg_is_counted_and_changes_nothing() -> None:
    centre = Centre()
    centre.staff(1)
    centre.call("c1")
    centre.answer(FIRST)

    assert centre.answer(FIRST) == []
    assert [s.what for s in centre.floor.take_surprises()] == ["second answer of a leg"]


def test_a_conversation_whose_answer_was_lost_is_still_answered() -> None:
    """I11: HUNG_UP says that it talked."""
    centre = Centre()
    centre.staff(1)
    centre.call("c1")

    centre.end(FIRST, LegEnd.HUNG_UP)

    assert centre.only(SeatAnswered).call == centre.only(TalkEnded).call == "c1"


def test_waited_counts_from_the_wish_for_a_person_to_the_answer() -> None:
    """D-04: queue and ring together."""
    centre = Centre()
    centre.call("c1")
    centre.wait(7)
    centre.staff(1)
    centre.wait(3)

    centre.answer(FIRST)

    assert centre.only(SeatAnswered).waited.total_seconds() == pytest.approx(11)


def test_skills_relax_over_time_and_the_caller_keeps_their_age() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.call("c1", "dialect")

    centre.wait(4)
    before = len(centre.of(SeatRung))
    centre.wait(11)

    assert before == 0
    assert [fact.stage for fact in centre.of(NeedsRelaxed)] == [1, 2]
    assert centre.of(SeatRung)[-1].call == "c1"


def test_a_must_never_relaxes() -> None:
    """SPC-03: a caller who speaks only Korean is not put through to somebody who does not."""
    centre = Centre(directory({"general": 3}))
    centre.staff(1)

    centre.call("c1", "korean")
    centre.wait(600)

    assert centre.of(SeatRung) == []


def test_an_urgent_call_goes_before_normal_ones_of_equal_wait_but_nobody_starves() -> None:
    """SPC-06: priority 1 counts as 45 s of waiting and the queue as 15; all age alike."""
    centre = Centre(BOTH)
    centre.call("old")
    centre.wait(70)
    centre.call("normal")
    centre.call("urgent", "enterprise")

    centre.staff(2)
    first = centre.only(SeatRung).call
    centre.end(FIRST, LegEnd.NO_ANSWER)
    centre.take(GoAvailable(AgentNo("1002")))

    assert first == "old"
    assert centre.only(SeatRung).call == "urgent"


def test_a_sticky_caller_waits_for_the_agent_who_knows_them_for_the_grace_only() -> None:
    centre = Centre(rules=policies({"sticky_grace_s": 8}))
    centre.staff(1, 2)
    centre.call("c1")
    centre.answer(FIRST)

    centre.call("c2", sticky_to=AgentNo("1001"))
    held = len(centre.of(SeatRung))
    centre.wait(8)

    assert held == 1
    assert len(centre.of(StickyGraceOver)) == 1
    assert centre.of(SeatRung)[-1].seat == "S002"


def test_sticky_is_off_by_default_but_an_idle_acquaintance_is_taken() -> None:
    centre = Centre()
    centre.staff(1, 2)

    centre.call("c1", sticky_to=AgentNo("1002"))
    centre.call("c2", sticky_to=AgentNo("1002"))

    assert [fact.seat for fact in centre.of(SeatRung)] == ["S002", "S001"]


def test_skills_changed_in_the_directory_hold_at_once_for_an_idle_seat() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.call("c1", "expert")

    centre.take(DirectoryLoaded(directory({"general": 1, "expert": 1})))

    assert centre.only(SeatRung).call == "c1"


def test_specialists_are_spared_only_when_the_policy_says_so() -> None:
    spare = {"enabled": True, "scarcity": {"enterprise": 2.0}}
    fair, sparing = Centre(BOTH), Centre(BOTH, policies(spare_specialists=spare))
    fair.staff(2, 1)
    sparing.staff(2, 1)

    fair.call("c1")
    sparing.call("c1")

    assert (fair.only(SeatRung).seat, sparing.only(SeatRung).seat) == ("S002", "S001")


def test_a_burst_of_deadlines_is_handled_in_portions() -> None:
    centre = Centre(rules=policies(time_budget=5))
    for n in range(12):
        centre.call(f"c{n}", "dialect")
    centre.clock.advance(3)

    sizes = [len(centre.take(TimePassed())) for _ in range(4)]

    assert sizes == [5, 5, 2, 0]
