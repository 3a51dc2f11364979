"""Callbacks in line, to the field and to the border (rules: test_callback_line.py)."""

from datetime import timedelta
from typing import Any

import pytest

from acd.callback_facts import CALLBACK_KINDS
from acd.errors import UnknownWorkNumber, WrongState
from acd.facts import (
    FACTS,
    CallbackDropped,
    CallbackEnd,
    CallbackQueued,
    CallbackTurn,
    DropReason,
    LegDropped,
    NeedsRelaxed,
    SeatRung,
)
from acd.happenings import (
    BlockCall,
    CallBack,
    CallbackOver,
    CallbackWanted,
    CallerLeft,
    FinishWrapUp,
    PhoneSeen,
)
from acd.view import CallbackView
from kernel.errors import HotlineError
from kernel.ids import AgentNo, CallId, DutyId, Extension, LegId, QueueName
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory, policies

ONE, TWO = AgentNo("1001"), AgentNo("1002")
FIRST = LegId("7-000001")


def wanted(centre: Centre, name: str = "p", asked: float = 30.0, **more: Any) -> CallbackWanted:
    spare = more.pop("spare", None)
    now = centre.clock.now()
    return CallbackWanted(
        call=CallId(f"out-7-{name}"),
        duty=DutyId(f"missed:{name}"),
        queue=QueueName(more.pop("queue", "general")),
        needs=more.pop("needs", {}),
        priority=more.pop("priority", 0),
        asked_at=now - timedelta(seconds=asked),
        spare_until=now + timedelta(seconds=spare) if spare is not None else None,
        **more,
    )


def queued(**more: Any) -> CallbackQueued:
    centre = Centre()
    centre.take(wanted(centre, **more))
    return centre.only(CallbackQueued)


def rung(centre: Centre) -> list[tuple[str, str]]:
    return [(fact.call, fact.seat) for fact in centre.of(SeatRung)]


def turns(centre: Centre) -> list[str]:
    return [fact.call for fact in centre.of(CallbackTurn)]


def callbacks(centre: Centre) -> tuple[CallbackView, ...]:
    return centre.floor.view(centre.clock.now()).callbacks


def remembered(centre: Centre, name: str) -> dict[str, Any]:
    callers: Any = centre.floor.contents()["callers"]
    return dict(callers[name])


# ---- joining ---------------------------------------------------------------------------------


def test_all_its_facts_are_facts_of_the_floor() -> None:
    assert len(CALLBACK_KINDS) == 4
    assert set(CALLBACK_KINDS) <= set(FACTS)


@pytest.mark.parametrize(
    ("queue", "wished", "given"),
    [("general", 2, 2), ("general", 9, 3), ("general", -1, 0), ("enterprise", 0, 1)],
)
def test_its_priority_is_as_a_caller_s(queue: str, wished: int, given: int) -> None:
    assert queued(queue=queue, priority=wished).priority == given


def test_its_turn_its_needs_and_its_queue_are_as_a_caller_s() -> None:
    fact = queued(queue="korean", priority=2, needs={"minority_lang:ko": 3})

    assert fact.turn_at == fact.asked_at - timedelta(seconds=90 + 40)
    assert fact.asked_at == fact.at - timedelta(seconds=30)
    assert fact.needs == {"minority_lang:ko": 3}
    assert queued(queue="nonsense").queue == "general"
    future = queued(asked=-60)
    assert future.asked_at == future.at


@pytest.mark.parametrize(("spare", "kept"), [(None, None), (-1, None), (0, None), (1, 1)])
def test_what_is_near_due_when_it_joins_has_its_place_by_age(
    spare: float | None, kept: float | None
) -> None:
    fact = queued(spare=spare)

    until = fact.spare_until - fact.at if fact.spare_until is not None else None
    assert until == (timedelta(seconds=kept) if kept is not None else None)


def test_it_stands_in_line_once() -> None:
    centre = Centre()
    centre.take(wanted(centre))

    assert centre.take(wanted(centre)) == []
    assert [one.what for one in centre.floor.take_surprises()] == [
        "a callback stands in line already"
    ]


def test_what_is_remembered_of_it() -> None:
    centre = Centre()
    centre.take(wanted(centre, spare=600, citizen_first=True))

    kept = remembered(centre, "out-7-p")
    assert (kept["duty"], kept["citizen_first"], kept["turn_given"]) == ("missed:p", True, False)
    assert kept["settled_at"] == centre.clock.now()
    assert kept["been_in"] == ("general",)
    assert kept["waiting"] is True
    assert centre.floor.contents()["settled"] == {"out-7-p": centre.clock.now()}
    asked, *_ = centre.floor.contents()["counts"]  # type: ignore[misc]  # a tuple
    assert asked == 1


def test_it_is_forgotten_after_twelve_hours_as_a_call_is() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(CallerLeft(CallId("c1")))
    centre.clock.advance(12 * 3600)
    centre.take(wanted(centre))

    assert list(centre.floor.contents()["callers"]) == ["out-7-p"]  # type: ignore[call-overload]


# ---- leaving -----------------------------------------------------------------------------------


def test_what_is_not_owed_is_not_over() -> None:
    centre = Centre()

    assert centre.take(CallbackOver(CallId("out-7-p"))) == []


def test_over_while_its_seat_rings_lets_the_seat_go() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(wanted(centre))
    centre.take(CallbackOver(CallId("out-7-p")))

    assert centre.only(LegDropped).why is DropReason.CALL_WITHDRAWN
    assert centre.only(CallbackDropped).why is CallbackEnd.OVER
    assert callbacks(centre) == ()


def test_over_while_its_agent_talks_changes_nothing() -> None:
    """The end of the leg says so."""
    centre = Centre()
    centre.staff(1)
    centre.take(wanted(centre))
    centre.answer(FIRST)

    assert centre.take(CallbackOver(CallId("out-7-p"))) == []


def test_over_while_the_citizen_is_rung_gives_the_turn_to_the_next() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(wanted(centre, "a", citizen_first=True))
    centre.take(wanted(centre, "b", citizen_first=True))
    dialling = remembered(centre, "out-7-a")
    centre.take(CallbackOver(CallId("out-7-a")))

    assert (dialling["turn_given"], dialling["waiting"]) == (True, False)
    assert remembered(centre, "out-7-a")["turn_given"] is False
    assert turns(centre) == ["out-7-a", "out-7-b"]
    assert [row.call for row in callbacks(centre)] == ["out-7-b"]


def test_who_hangs_up_before_he_is_reached_is_owed_no_more() -> None:
    centre = Centre()
    centre.take(wanted(centre))
    centre.take(CallerLeft(CallId("out-7-p")))

    assert centre.only(CallbackDropped).why is CallbackEnd.CITIZEN_LEFT
    assert callbacks(centre) == ()


def test_who_is_blocked_by_a_supervisor_is_owed_no_more() -> None:
    centre = Centre()
    centre.take(wanted(centre))

    centre.take(BlockCall(CallId("out-7-p"), "leader", "threats"))

    assert centre.floor.contents()["owed"] == []
    assert callbacks(centre) == ()


def test_who_came_into_the_line_himself_is_no_callback_any_more() -> None:
    centre = Centre()
    centre.take(wanted(centre, spare=600))
    centre.call("out-7-p")

    assert callbacks(centre) == ()
    assert remembered(centre, "out-7-p")["duty"] is None
    assert centre.floor.contents()["line"] == ["out-7-p"]


def served(centre: Centre) -> None:
    """The one agent comes, talks with whom he gets, and is free again."""
    centre.staff(1)
    leg = centre.of(SeatRung)[-1].leg
    centre.answer(leg)
    centre.end(leg)
    centre.take(FinishWrapUp(ONE))


@pytest.mark.parametrize("how", ["asked himself", "near due"])
def test_who_was_served_is_not_rung_again_from_the_place_he_had_before(how: str) -> None:
    centre = Centre()
    centre.take(wanted(centre, spare=20))
    if how == "asked himself":
        centre.call("out-7-p")
    else:
        centre.wait(20)

    served(centre)

    assert rung(centre) == [("out-7-p", "S001")]
    assert centre.wait(120) == []


@pytest.mark.parametrize("spare", [None, 600])
def test_what_is_over_gets_no_seat(spare: float | None) -> None:
    centre = Centre()
    centre.take(wanted(centre, spare=spare))
    centre.take(CallbackOver(CallId("out-7-p")))

    centre.staff(1)

    assert rung(centre) == []


# ---- by hand -----------------------------------------------------------------------------------


def test_by_hand_rings_the_agent_s_own_phone_at_once() -> None:
    centre = Centre()
    centre.staff(1, 2)

    centre.take(CallBack(TWO, wanted(centre)))

    assert rung(centre) == [("out-7-p", "S002")]


@pytest.mark.parametrize("state", ["rings", "talks", "wraps up", "is unreachable"])
def test_by_hand_needs_a_free_phone_and_changes_nothing_without(state: str) -> None:
    centre = Centre()
    centre.staff(1)
    if state == "is unreachable":
        centre.take(PhoneSeen(Extension("8001"), False))
    else:
        centre.call("c1")
    if state in ("talks", "wraps up"):
        centre.answer(FIRST)
    if state == "wraps up":
        centre.end(FIRST)
    before = centre.floor.contents()

    with pytest.raises(WrongState) as refused:
        centre.take(CallBack(ONE, wanted(centre)))

    assert refused.value.remedy
    assert centre.floor.contents() == before


def test_by_hand_is_for_agents_who_are_signed_in() -> None:
    centre = Centre()

    for agent, error in ((ONE, WrongState), (AgentNo("9999"), UnknownWorkNumber)):
        with pytest.raises(HotlineError) as refused:
            centre.take(CallBack(agent, wanted(centre)))
        assert type(refused.value) is error


def test_by_hand_takes_its_own_duty_out_of_the_line_and_no_other() -> None:
    centre = Centre(directory({"general": 1}, {"other": 1}))
    centre.staff(2)
    centre.take(wanted(centre, "mine"))
    centre.take(wanted(centre, "other"))
    again = CallbackWanted(
        call=CallId("out-7-hand"), duty=DutyId("missed:mine"), queue=QueueName("general"),
        needs={}, priority=0, asked_at=centre.clock.now(),
    )  # fmt: skip

    centre.take(CallBack(TWO, again))

    dropped = centre.only(CallbackDropped)
    assert (dropped.call, dropped.duty) == ("out-7-mine", "missed:mine")
    assert dropped.why is CallbackEnd.TAKEN_BY_HAND
    assert [row.call for row in callbacks(centre)] == ["out-7-other", "out-7-hand"]


# ---- whose turn ----------------------------------------------------------------------------------


def test_by_age_goes_before_spare_whatever_the_ages() -> None:
    centre = Centre()
    centre.take(wanted(centre, "spare", asked=900, spare=600))
    centre.take(wanted(centre, "by-age", asked=10, citizen_first=True))

    centre.staff(1)

    assert turns(centre) == ["out-7-by-age"]
    assert rung(centre) == [("out-7-spare", "S001")]


def test_a_spare_one_goes_to_the_seat_that_is_idle_longest() -> None:
    centre = Centre()
    centre.staff(3, 1, 2)

    centre.take(wanted(centre, spare=600))

    assert rung(centre) == [("out-7-p", "S003")]


def test_a_seat_kept_for_who_waits_does_not_keep_the_next_one_from_it() -> None:
    """c1 may use S001 in half a minute; S002 nobody waits for."""
    centre = Centre(directory({"expert": 1}, {"general": 1}), policies(on_busy="keep"))
    centre.staff(1)
    centre.call("c1", "expert")
    centre.end(FIRST, LegEnd.BUSY)
    centre.staff(2)

    centre.take(wanted(centre, "expert", needs={"expert": 1, "general": 1}, spare=600))
    centre.take(wanted(centre, "p", spare=600))

    assert rung(centre)[1:] == [("out-7-p", "S002")]


def test_a_spare_one_of_a_citizen_who_is_rung_first_gets_a_turn_and_no_seat() -> None:
    centre = Centre()
    centre.staff(1)

    centre.take(wanted(centre, spare=600, citizen_first=True))

    assert turns(centre) == ["out-7-p"]
    assert rung(centre) == []
    assert centre.only(CallbackTurn).duty == "missed:p"


def test_a_turn_comes_only_when_a_seat_could_take_him() -> None:
    centre = Centre(directory({"other": 1}, {"general": 1}))
    centre.staff(1)
    centre.take(wanted(centre, citizen_first=True))
    unable = turns(centre)

    centre.staff(2)

    assert unable == []
    assert turns(centre) == ["out-7-p"]


def test_a_turn_before_a_younger_caller_and_not_before_an_older_one() -> None:
    for asked, given in ((10, ["out-7-p"]), (50, [])):
        centre = Centre()
        centre.staff(1)
        centre.call("c0")
        now = centre.clock.now()
        centre.call("c1", asked_at=now - timedelta(seconds=asked))
        centre.take(wanted(centre, asked=30, citizen_first=True))
        centre.answer(FIRST)
        centre.end(FIRST)

        centre.take(FinishWrapUp(ONE))

        assert turns(centre) == given
        assert rung(centre)[-1] == ("c1", "S001")


def test_no_second_turn_while_as_many_are_rung_as_seats_are_free() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(wanted(centre, "a", asked=90, citizen_first=True))
    centre.take(wanted(centre, "b", asked=80, citizen_first=True))
    before = turns(centre)
    centre.call("c1")
    centre.answer(FIRST)
    centre.end(FIRST)
    centre.call("c2")
    centre.take(FinishWrapUp(ONE))

    assert before == ["out-7-a"]
    assert turns(centre) == ["out-7-a"]
    assert rung(centre) == [("c1", "S001"), ("c2", "S001")]


# ---- time passes ---------------------------------------------------------------------------------


def test_what_was_spare_has_its_place_by_age_when_it_is_near_due() -> None:
    centre = Centre()
    centre.take(wanted(centre, spare=20))
    spare = callbacks(centre)[0]
    line = centre.floor.contents()["line"]

    found = centre.wait(20)

    assert [fact.kind for fact in found] == ["callback-near-due"]
    assert (spare.by_age, callbacks(centre)[0].by_age) == (False, True)
    assert (line, centre.floor.contents()["line"]) == ([], ["out-7-p"])
    assert centre.floor.contents()["spare"] == []


def test_near_due_beside_a_seat_that_may_serve_it_is_served_in_that_turn() -> None:
    """c1 could use the seat, but not yet: it failed him; the callback is near due first."""
    centre = Centre(rules=policies(on_busy="keep"))
    centre.staff(1)
    centre.call("c1")
    centre.end(FIRST, LegEnd.BUSY)
    centre.take(wanted(centre, spare=20))
    before = rung(centre)

    centre.wait(20)

    assert before == [("c1", "S001")]
    assert rung(centre)[-1] == ("out-7-p", "S001")


def test_its_needs_relax_as_a_caller_s() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(wanted(centre, queue="dialect"))
    centre.wait(20)

    assert [fact.stage for fact in centre.of(NeedsRelaxed)] == [1, 2]
    assert rung(centre) == [("out-7-p", "S001")]


def test_a_seat_that_failed_it_is_tried_again_after_a_while() -> None:
    centre = Centre(rules=policies(on_busy="keep"))
    centre.staff(1)
    centre.take(wanted(centre))
    centre.end(FIRST, LegEnd.BUSY)

    early = centre.wait(29)
    centre.wait(1)

    assert early == []
    assert rung(centre) == [("out-7-p", "S001")] * 2


# ---- the board -----------------------------------------------------------------------------------


def test_the_board_shows_what_is_owed_the_oldest_first() -> None:
    centre = Centre(directory({"general": 1}, {"expert": 1}))
    centre.staff(1, 2)
    centre.take(wanted(centre, "rings", asked=10))
    centre.take(wanted(centre, "spare", asked=20, spare=600))
    centre.take(wanted(centre, "dialled", asked=5, citizen_first=True, needs={"expert": 1}))
    centre.take(wanted(centre, "waits", asked=40))

    rows = {row.duty.partition(":")[2]: row for row in callbacks(centre)}

    assert list(rows) == ["waits", "spare", "rings", "dialled"]
    assert [row.by_age for row in rows.values()] == [True, False, True, True]
    assert [(row.seat, row.agent) for row in rows.values()] == [
        (None, None), (None, None), ("S001", "1001"), (None, None),
    ]  # fmt: skip
    assert {row.queue for row in rows.values()} == {"general"}


def test_a_callback_is_no_caller_of_the_board_but_a_place_before_him() -> None:
    centre = Centre(directory({"general": 1}))
    centre.staff(1)
    centre.take(wanted(centre, "rings", asked=500))
    centre.take(wanted(centre, "p", asked=30))
    centre.call("c1")

    view = centre.floor.view(centre.clock.now())

    (general,) = [queue for queue in view.queues if queue.queue == "general"]
    assert [(one.call, one.position) for one in view.waiting] == [("c1", 2)]
    assert (general.waiting, general.ringing) == (1, 0)
    assert general.longest_wait == timedelta()
