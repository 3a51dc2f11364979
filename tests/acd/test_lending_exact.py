"""A lent seat and a citizen sent away in vain, to the field and to the border.

Rules: test_lending.py, test_returning.py (SPC-04).
"""

from datetime import timedelta
from typing import Any

import pytest

from acd import facts as f
from acd import happenings as h
from acd.floor import Floor
from kernel.ids import CallId, LegId, PauseReason
from tests.acd.centre import EPOCH, Centre, directory, policies
from tests.acd.test_lending import C1, FIRST, SECOND, THIRD, folds, lent, talking
from tests.acd.test_returning import back, parted


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def own_leg(centre: Centre) -> LegId:
    return centre.of(f.SeatRung)[0].leg


# ---- the seat that is lent ---------------------------------------------------------------------


def test_who_takes_over_holds_the_line_from_then_on() -> None:
    """What the estimate of waiting learns: a seat was held for so long, wrap-up included."""
    centre = talking()
    leg = lent(centre)
    centre.clock.advance(10)
    centre.answer(leg)
    centre.clock.advance(40)
    centre.end(leg)
    centre.clock.advance(5)
    before: Any = centre.floor.contents()["measured"]
    held_s, holdings = before.held_s, before.holdings

    centre.take(h.FinishWrapUp(SECOND))

    after: Any = centre.floor.contents()["measured"]
    assert after.holdings == pytest.approx(holdings * 0.999 + 1)
    assert after.held_s == pytest.approx(held_s * 0.999 + 45)


def test_a_colleague_who_is_there_for_a_call_long_forgotten_is_a_surprise() -> None:
    centre = talking()
    leg = lent(centre)
    centre.end(own_leg(centre))
    centre.clock.advance(13 * 3600)
    centre.call("c2")

    assert [fact for fact in centre.answer(leg) if isinstance(fact, f.SeatAnswered)] == []
    assert centre.floor.surprises["a colleague took over a call that nobody had"] == 1


def test_a_colleague_is_no_surprise_when_the_agent_s_own_leg_ended_first() -> None:
    centre = talking()
    leg = lent(centre)
    centre.end(own_leg(centre))

    answered = centre.answer(leg)

    assert [type(fact) for fact in answered] == [f.SeatAnswered]
    assert centre.floor.surprises == {}


def test_the_first_talk_s_end_told_after_the_colleague_s_beginning_takes_nobody_from_him() -> None:
    """Folding is of the facts as they stand: who has the citizen now keeps him."""
    centre = talking()
    leg = lent(centre)
    centre.answer(leg)
    *earlier, ended, wraps_up, answered = centre.facts
    assert [type(one) for one in (ended, wraps_up, answered)] == [
        f.TalkEnded,
        f.WrapUpStarted,
        f.SeatAnswered,
    ]

    floor = Floor(centre.policies, centre.directory, EPOCH)
    for fact in (*earlier, answered, ended, wraps_up):
        floor.apply(fact)

    seat = floor.talking_with(C1)
    assert seat is not None and seat.agent == SECOND


def test_of_those_who_had_the_call_the_last_is_who_talks_then_who_began_last() -> None:
    centre = talking()
    assert centre.floor.last_agent_of(CallId("c2")) is None
    assert centre.floor.last_agent_of(C1) == FIRST
    leg = lent(centre)
    centre.clock.advance(3)

    centre.answer(leg)
    centre.clock.advance(3)
    assert centre.floor.last_agent_of(C1) == SECOND

    centre.end(leg)
    assert centre.floor.last_agent_of(C1) == SECOND
    centre.take(h.FinishWrapUp(SECOND))
    assert centre.floor.last_agent_of(C1) == FIRST
    centre.take(h.FinishWrapUp(FIRST))
    assert centre.floor.last_agent_of(C1) is None


def test_who_talks_with_him_is_the_last_agent_also_against_one_who_wraps_up_since() -> None:
    """The first has him back; the second, who had him between, wraps up still."""
    centre = talking()
    leg = lent(centre)
    centre.answer(leg)
    centre.take(h.FinishWrapUp(FIRST))
    again = centre.call("c1", again=True, back_to=FIRST)
    (rung,) = [fact for fact in again if isinstance(fact, f.SeatRung)]
    centre.answer(rung.leg)

    assert rung.agent == FIRST
    assert centre.floor.last_agent_of(C1) == FIRST


def test_a_call_may_ask_for_the_skills_of_the_directory_its_agents_and_the_queues() -> None:
    people = directory({"spoken by one": 2}, {"spoken by another": 1})
    floor = Floor(policies({"needs": {"of the queue": 1}}), people, EPOCH)

    known = floor.known_skills()

    assert {"spoken by one", "spoken by another", "of the queue"} <= known
    assert "minority_lang:ko" in known  # a queue's own


def test_the_view_says_who_is_at_rest() -> None:
    """Who talks is not, nor who is lent."""
    centre = talking()
    centre.take(h.Pause(SECOND, PauseReason("rest")))
    centre.staff(3)
    lent(centre)

    seats = centre.floor.view(centre.clock.now()).seats

    assert {seat.agent: seat.is_at_rest for seat in seats} == {
        FIRST: False,
        SECOND: False,
        THIRD: True,
    }


def test_the_one_who_wraps_a_call_up_has_it_as_long_as_nobody_else_does() -> None:
    centre = talking()
    centre.end(own_leg(centre))

    seat = centre.floor.view(centre.clock.now()).seat_with(C1)

    assert seat is not None and seat.agent == FIRST


# ---- who was sent away in vain -----------------------------------------------------------------


def busy_with_another(centre: Centre) -> LegId:
    """1001 talks with c2."""
    centre.take(h.FinishWrapUp(FIRST))
    centre.call("c2")
    leg = centre.of(f.SeatRung)[-1].leg
    centre.answer(leg)
    return leg


@pytest.mark.parametrize(("grace", "held"), [(0, None), (1, 1), (5, 5)])
def test_he_is_held_for_the_sender_for_as_long_as_the_policy_says(
    grace: float, held: float | None
) -> None:
    centre = parted(return_grace_s=grace)
    busy_with_another(centre)
    back(centre, back_to=FIRST)

    queued = centre.only(f.CallQueued)

    until = queued.at + seconds(held) if held is not None else None
    assert (queued.sticky_to, queued.sticky_until) == (FIRST, until)
    assert queued.back_to == FIRST
    assert folds(centre)


def test_nobody_is_rung_for_a_citizen_who_hangs_up_while_the_colleague_s_phone_rings() -> None:
    """I2: his ring is withdrawn, and the sender does not get him back."""
    centre = parted(2)
    back(centre, handed_to=SECOND, back_to=FIRST)

    centre.take(h.CallerLeft(C1))

    assert [type(fact) for fact in centre.last] == [f.LegDropped, f.ReentryEnded]


def test_who_is_rung_at_once_is_awaited_by_nobody_else() -> None:
    handed = parted(2, 3)
    back(handed, handed_to=SECOND, back_to=FIRST, sticky_to=THIRD)
    sent = parted(3)
    back(sent, back_to=FIRST, sticky_to=THIRD)

    for centre in (handed, sent):
        queued = centre.only(f.CallQueued)
        assert (queued.sticky_to, queued.sticky_until) == (None, None)
        assert queued.back_to == FIRST


def test_the_agent_who_knows_him_comes_before_a_sender_who_is_not_free() -> None:
    centre = parted(3)
    centre.take(h.Pause(THIRD, PauseReason("rest")))
    busy_with_another(centre)
    centre.take(h.GoAvailable(THIRD))

    assert back(centre, back_to=FIRST, sticky_to=THIRD) == [THIRD]
    queued = centre.only(f.CallQueued)
    assert (queued.sticky_to, queued.sticky_until) == (THIRD, None)


def test_a_phone_that_is_away_is_not_waited_for() -> None:
    centre = parted(3)
    seat = centre.floor.view(centre.clock.now()).seat_of(FIRST)
    assert seat is not None
    centre.take(h.PhoneSeen(seat.phone, False))

    assert back(centre, back_to=FIRST) == [THIRD]
