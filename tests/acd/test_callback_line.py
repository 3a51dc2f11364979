"""Callbacks in line: their place by age, no older caller is overtaken (I5), no surge is fed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from acd.errors import WrongState
from acd.facts import (
    FATES,
    CallbackDropped,
    CallbackEnd,
    CallbackNearDue,
    CallbackQueued,
    CallbackTurn,
    CallQueued,
    DropReason,
    LegDropped,
    ReentryEnded,
    SeatAnswered,
    SeatRung,
    TalkEnded,
)
from acd.happenings import (
    CallBack,
    CallbackOver,
    CallbackWanted,
    CallerLeft,
    FinishWrapUp,
    GoAvailable,
    Pause,
)
from kernel.ids import AgentNo, CallId, DutyId, PauseReason, QueueName, leg_id
from kernel.legs import LegEnd
from tests.acd.centre import EPOCH, Centre, directory

NUMBERS: Iterator[int] = count(1)


def wanted(centre: Centre, name: str, asked: float = 0.0, **more: Any) -> CallbackWanted:
    """A callback to somebody who asked so many seconds ago."""
    return CallbackWanted(
        call=CallId(f"out-7-{name}"),
        duty=DutyId(f"missed:{name}"),
        queue=QueueName(more.pop("queue", "general")),
        needs=more.pop("needs", {}),
        priority=0,
        asked_at=centre.clock.now() - timedelta(seconds=asked),
        **more,
    )


def soon(centre: Centre, seconds: float) -> datetime:
    return centre.clock.now() + timedelta(seconds=seconds)


def rung(centre: Centre) -> list[str]:
    return [fact.call for fact in centre.of(SeatRung)]


def serve_one(centre: Centre, leg: int) -> None:
    """The seat answers, talks, and is free again."""
    centre.answer(leg_id(EPOCH, leg))
    centre.end(leg_id(EPOCH, leg))
    centre.take(FinishWrapUp(AgentNo("1001")))


def busy_centre() -> Centre:
    """One agent, who talks."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.call("first")
    return centre


def test_a_promised_callback_keeps_its_place_between_older_and_younger_callers() -> None:
    """I5: pains 45 to 47 of the peers."""
    centre = busy_centre()
    centre.call("older", asked_at=soon(centre, -60))
    centre.call("younger", asked_at=soon(centre, -10))
    centre.take(wanted(centre, "p", asked=30))

    for leg in (1, 2, 3):
        serve_one(centre, leg)

    assert rung(centre) == ["first", "older", "out-7-p", "younger"]


def test_a_missed_call_gets_no_seat_while_a_younger_caller_could_use_it() -> None:
    centre = busy_centre()
    centre.take(wanted(centre, "m", asked=600, spare_until=soon(centre, 900)))
    centre.call("young")

    serve_one(centre, 1)
    assert rung(centre) == ["first", "young"]
    serve_one(centre, 2)

    assert rung(centre) == ["first", "young", "out-7-m"]


def test_a_missed_call_takes_its_place_by_age_once_it_is_near_due() -> None:
    centre = busy_centre()
    centre.take(wanted(centre, "m", asked=600, spare_until=soon(centre, 20)))
    centre.call("young")
    centre.answer(leg_id(EPOCH, 1))

    centre.wait(21)
    assert len(centre.of(CallbackNearDue)) == 1
    centre.end(leg_id(EPOCH, 1))
    centre.take(FinishWrapUp(AgentNo("1001")))

    assert rung(centre) == ["first", "out-7-m"]


def test_a_missed_call_takes_a_seat_at_once_that_nobody_waits_for() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)

    centre.take(wanted(centre, "m", spare_until=soon(centre, 900)))

    assert rung(centre) == ["out-7-m"]


def test_a_missed_call_takes_the_seat_that_those_who_wait_cannot_use() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.call("korean", queue="korean")
    assert rung(centre) == []

    centre.take(wanted(centre, "m", spare_until=soon(centre, 900)))

    assert rung(centre) == ["out-7-m"]


def test_a_seat_that_is_barred_for_a_waiting_caller_for_a_while_is_not_given_away() -> None:
    """He could use it in half a minute."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.call("c1")
    centre.end(leg_id(EPOCH, 1), LegEnd.NO_ANSWER)
    centre.take(GoAvailable(AgentNo("1001")))
    assert rung(centre) == ["c1"]

    centre.take(wanted(centre, "m", spare_until=soon(centre, 900)))

    assert rung(centre) == ["c1"]
    centre.wait(31)
    assert rung(centre) == ["c1", "c1"]


def test_of_two_missed_calls_the_older_one_is_served_first() -> None:
    centre = busy_centre()
    centre.take(wanted(centre, "later", asked=100, spare_until=soon(centre, 900)))
    centre.take(wanted(centre, "earlier", asked=200, spare_until=soon(centre, 900)))

    serve_one(centre, 1)
    serve_one(centre, 2)

    assert rung(centre) == ["first", "out-7-earlier", "out-7-later"]


def test_a_callback_is_no_call_of_a_citizen_and_has_no_fate() -> None:
    """D-01 counts neither its wait nor its answer."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.take(wanted(centre, "p", asked=30))
    centre.answer(leg_id(EPOCH, 1))
    centre.take(CallerLeft(CallId("out-7-p")))

    assert centre.of(CallQueued) == []
    assert [fact.again for fact in centre.of(SeatAnswered)] == [True]
    assert len(centre.of(TalkEnded)) == 1
    assert not [fact for fact in centre.facts if isinstance(fact, FATES) and not fact.again]  # type: ignore[union-attr]
    assert centre.floor.view(centre.clock.now()).callbacks == ()


def test_limits_of_the_line_and_its_announcements_are_for_callers_alone() -> None:
    centre = busy_centre()
    centre.answer(leg_id(EPOCH, 1))
    centre.take(wanted(centre, "p", asked=30))

    centre.wait(3600)

    assert centre.last == []
    view = centre.floor.view(centre.clock.now())
    assert [row.call for row in view.callbacks] == ["out-7-p"]
    assert sum(queue.waiting for queue in view.queues) == len(view.waiting)


def test_a_callback_that_is_over_leaves_the_line_and_its_ring_stops() -> None:
    """The citizen rang again and was answered."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.take(wanted(centre, "p"))

    centre.take(CallbackOver(CallId("out-7-p")))

    assert centre.only(LegDropped).leg == leg_id(EPOCH, 1)
    assert centre.only(CallbackDropped).why is CallbackEnd.OVER
    centre.take(CallbackOver(CallId("out-7-p")))
    assert centre.last == []


def test_a_seat_that_lets_a_callback_ring_is_paused_and_the_callback_keeps_its_place() -> None:
    centre = Centre(directory({"general": 1}, {"general": 1}))
    centre.staff(1, 2)
    centre.take(wanted(centre, "p", asked=30))

    centre.end(leg_id(EPOCH, 1), LegEnd.NO_ANSWER)

    assert [fact.seat for fact in centre.of(SeatRung)] == ["S001", "S002"]


def test_citizen_first_rings_no_seat_and_leaves_it_to_who_waits() -> None:
    centre = busy_centre()
    centre.call("younger", asked_at=soon(centre, -10))
    centre.take(wanted(centre, "p", asked=30, citizen_first=True))

    serve_one(centre, 1)

    assert [fact.call for fact in centre.of(CallbackTurn)] == ["out-7-p"]
    assert rung(centre) == ["first", "younger"]


def test_citizen_first_waits_for_its_turn_behind_an_older_caller() -> None:
    centre = busy_centre()
    centre.call("older", asked_at=soon(centre, -60))
    centre.take(wanted(centre, "p", asked=30, citizen_first=True))

    serve_one(centre, 1)
    assert centre.of(CallbackTurn) == []
    serve_one(centre, 2)

    assert [fact.call for fact in centre.of(CallbackTurn)] == ["out-7-p"]


def test_no_more_citizens_are_rung_than_seats_are_free() -> None:
    """Pain 45: more callbacks launched than agents exist."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    for n in range(3):
        centre.take(wanted(centre, f"p{n}", asked=30 - n, citizen_first=True))
    assert len(centre.of(CallbackTurn)) == 1

    centre.take(CallbackOver(CallId("out-7-p0")))

    assert [fact.call for fact in centre.of(CallbackTurn)] == ["out-7-p0", "out-7-p1"]


def test_who_answers_first_comes_into_the_line_with_his_age() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.take(wanted(centre, "p", asked=300, citizen_first=True))
    centre.call("taken")
    centre.call("young")

    centre.call("out-7-p", again=True)
    serve_one(centre, 1)

    assert rung(centre) == ["taken", "out-7-p"]
    (queued,) = [f for f in centre.of(CallQueued) if f.call == "out-7-p"]
    assert queued.again
    assert queued.asked_at == centre.of(CallbackQueued)[0].asked_at
    centre.take(CallerLeft(CallId("out-7-p")))
    assert centre.of(ReentryEnded)[-1].how == "call-abandoned"


def test_a_citizen_who_answers_and_leaves_before_he_is_in_line_frees_the_turn_at_once() -> None:
    """I5: whoever is next is rung in the same turn; no story has to say that it is over."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.take(wanted(centre, "p", asked=300, citizen_first=True))
    centre.take(wanted(centre, "q", asked=200, citizen_first=True))
    assert [turn.call for turn in centre.of(CallbackTurn)] == ["out-7-p"]

    centre.take(CallerLeft(CallId("out-7-p")))

    assert centre.only(CallbackDropped).why is CallbackEnd.CITIZEN_LEFT
    assert [turn.call for turn in centre.of(CallbackTurn)] == ["out-7-p", "out-7-q"]
    assert centre.take(CallbackOver(CallId("out-7-p"))) == []
    assert centre.take(CallerLeft(CallId("out-7-p"))) == []


def test_who_left_at_once_does_not_join_the_line_though_his_story_asks_for_a_seat() -> None:
    """I2."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.take(wanted(centre, "p", asked=300, citizen_first=True))
    centre.take(CallerLeft(CallId("out-7-p")))

    centre.call("out-7-p", again=True)

    assert rung(centre) == []
    assert centre.of(CallQueued) == []


def test_the_seat_that_rings_for_him_stops_when_he_has_hung_up() -> None:
    """I2: whatever order the news of a callback comes in."""
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.take(wanted(centre, "p", asked=30))
    assert rung(centre) == ["out-7-p"]

    centre.take(CallerLeft(CallId("out-7-p")))

    assert centre.only(LegDropped).why is DropReason.CALLER_LEFT
    assert centre.only(CallbackDropped).why is CallbackEnd.CITIZEN_LEFT
    assert centre.of(ReentryEnded) == []
    centre.call("next")
    assert rung(centre) == ["out-7-p", "next"]


def test_an_agent_in_a_break_calls_back_by_hand() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.take(Pause(AgentNo("1001"), PauseReason("rest")))
    centre.take(wanted(centre, "p", spare_until=soon(centre, 900)))
    assert rung(centre) == []
    by_hand = CallbackWanted(
        call=CallId("out-7-hand"), duty=DutyId("missed:p"), queue=QueueName("general"), needs={},
        priority=0, asked_at=centre.clock.now(),
    )  # fmt: skip

    centre.take(CallBack(AgentNo("1001"), by_hand))

    assert centre.only(CallbackDropped).why is CallbackEnd.TAKEN_BY_HAND
    assert rung(centre) == ["out-7-hand"]
    with pytest.raises(WrongState):
        centre.take(CallBack(AgentNo("1001"), by_hand))


def test_a_duty_that_somebody_calls_back_is_not_taken_by_another() -> None:
    centre = Centre(directory({"general": 1}, {"general": 1}))
    centre.staff(1, 2)
    centre.take(wanted(centre, "p"))
    assert rung(centre) == ["out-7-p"]

    with pytest.raises(WrongState, match="called back already"):
        centre.take(CallBack(AgentNo("1002"), wanted(centre, "p")))


def test_a_floor_put_back_goes_on_with_what_is_owed() -> None:
    centre = busy_centre()
    centre.take(wanted(centre, "p", asked=30))
    centre.take(wanted(centre, "m", asked=60, spare_until=soon(centre, 900)))
    centre.take(wanted(centre, "c", asked=90, citizen_first=True))

    again = Centre(centre.directory, centre.policies)
    again.floor.put_back(centre.floor.image())

    assert again.floor.contents() == centre.floor.contents() == centre.folded().contents()
    now = centre.clock.now()
    assert again.floor.view(now).callbacks == centre.floor.view(now).callbacks


def test_whom_we_owe_a_call_and_who_is_here_himself_waits_as_anybody_does() -> None:
    """Parted from a seat that we had given up: he is not rung a second time (I6)."""
    centre = busy_centre()
    centre.take(wanted(centre, "p", asked=30, spare_until=soon(centre, 900)))
    here = CallId("out-7-p")

    centre.call(here)

    view = centre.floor.view(centre.clock.now())
    assert here in [caller.call for caller in view.waiting]
    assert centre.of(CallQueued)[-1].again
    serve_one(centre, 1)
    assert rung(centre) == ["first", here]
