"""What the floor remembers of a call after each fact, and what it forgets."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import yaml

from acd.facts import (
    CallMoved,
    CallQueued,
    FallbackAnswered,
    NeedsRelaxed,
    SeatRung,
    TalkEnded,
    Withdrawal,
    WrapUpStarted,
)
from acd.floor import Floor
from acd.happenings import (
    AnsweredInFallback,
    CallbackTaken,
    CallerLeft,
    CallWithdrawn,
    FinishWrapUp,
)
from acd.policy import QueuePolicies
from kernel.ids import AgentNo, CallId, Epoch, LegId, SeatId, leg_id
from kernel.legs import LegEnd
from tests.acd.centre import EPOCH, QUEUES, Centre, directory, policies

ONE = AgentNo("1001")
C1, C2 = CallId("c1"), CallId("c2")
FIRST = LegId("7-000001")
HALF_A_DAY = 12 * 3600.0


def queues(**changed: dict[str, Any]) -> QueuePolicies:
    """config/queues.yaml with keys of these queues changed."""
    raw = yaml.safe_load(QUEUES.read_text(encoding="utf-8"))
    for name, change in changed.items():
        raw["queues"][name] |= change
    return QueuePolicies.model_validate(raw)


def remembered(centre: Centre, what: str, name: str) -> dict[str, Any]:
    """Of a call ("callers") or of a seat ("seats")."""
    kept: Any = centre.floor.contents()[what]
    return dict(kept[name])


def rung() -> Centre:
    centre = Centre()
    centre.staff(1)
    centre.wait(5)
    centre.call("c1")
    return centre


def test_a_settled_call_may_come_back_for_twelve_hours_and_is_forgotten_then() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(CallerLeft(C1))
    centre.clock.advance(HALF_A_DAY - 1)
    centre.call("c2")
    still = centre.floor.contents()["callers"]
    centre.take(CallerLeft(C2))
    centre.clock.advance(1)

    centre.call("c3")

    assert list(still) == ["c1", "c2"]  # type: ignore[call-overload]  # a dict
    assert list(centre.floor.contents()["callers"]) == ["c2", "c3"]  # type: ignore[call-overload]
    assert list(centre.floor.contents()["settled"]) == ["c2"]  # type: ignore[call-overload]


@pytest.mark.parametrize("where", ["in the line", "in conversation"])
def test_who_came_back_and_is_still_here_is_not_forgotten(where: str) -> None:
    centre = rung()
    centre.answer(FIRST)
    if where == "in the line":
        centre.end(FIRST)
        centre.call("c1", again=True)
    centre.clock.advance(HALF_A_DAY)
    centre.call("c2")
    looked_again = centre.clock.now()
    here = remembered(centre, "callers", "c1")
    centre.take(CallerLeft(C1))
    centre.clock.advance(HALF_A_DAY)
    centre.call("c3")

    assert here["waiting"] is (where == "in the line")
    assert centre.of(CallQueued)[-2].at == looked_again
    assert "c1" not in centre.floor.contents()["callers"]  # type: ignore[operator]  # a dict


def test_each_wish_for_a_person_is_counted_once() -> None:
    centre = Centre()
    for name in ("c1", "c2", "c3"):
        centre.call(name)

    asked, *_ = centre.floor.contents()["counts"]  # type: ignore[misc]  # a tuple
    assert asked == 3


def test_who_is_moved_has_the_needs_the_place_and_the_stages_of_the_new_queue() -> None:
    """Overflow into another queue: his age stays, its head start is his now."""
    moves = {
        "max_wait_s": 50,
        "when_too_long": "overflow",
        "overflow": {"queue": "korean"},
        "relaxation": [{"after_s": 40, "lower_levels_by": 1}],
    }
    centre = Centre(directory({"minority_lang:ko": 1}), queues(general=moves))
    asked = centre.clock.now()
    centre.call("c1", needs={"expert": 2})
    centre.clock.advance(10)
    centre.call("c2", "korean")
    centre.wait(40)
    (moved,) = centre.of(CallMoved)

    order = [waiting.call for waiting in centre.floor.view(centre.clock.now()).waiting]
    now = remembered(centre, "callers", "c1")
    centre.wait(14)
    before = len(centre.of(NeedsRelaxed))
    centre.wait(1)

    assert (now["queue"], now["stage"], now["been_in"]) == ("korean", 0, ("general", "korean"))
    assert now["needs"] == now["asked"] == {"minority_lang:ko": 2}
    assert (now["queued_at"], now["turn_at"]) == (moved.at, asked - timedelta(seconds=40))
    assert order == ["c1", "c2"]
    assert [fact.call for fact in centre.of(NeedsRelaxed)[:before]] == ["c2", "c1"]
    assert (centre.of(NeedsRelaxed)[-1].call, centre.of(NeedsRelaxed)[-1].stage) == ("c1", 1)


def test_who_is_moved_is_offered_to_the_seats_of_the_new_queue() -> None:
    moves = {"max_waiting": 0, "when_full": "overflow", "overflow": {"queue": "korean"}}
    centre = Centre(directory({"minority_lang:ko": 2}), queues(general=moves))
    centre.staff(1)

    centre.call("c1")

    assert centre.only(SeatRung).queue == "korean"


def test_queues_that_overflow_into_each_other_send_nobody_round_twice() -> None:
    to_elderly = {"when_nobody": "overflow", "overflow": {"queue": "elderly"}}
    to_general = {"max_waiting": 0, "when_full": "overflow", "overflow": {"queue": "general"}}
    centre = Centre(rules=queues(general=to_elderly, elderly=to_general))

    centre.call("c1")

    assert [fact.to for fact in centre.of(CallMoved)] == ["elderly"]


def test_relaxed_needs_are_what_is_asked_of_a_seat_from_then_on() -> None:
    centre = Centre()
    centre.call("c1", "dialect")
    centre.wait(3)

    assert remembered(centre, "callers", "c1")["needs"] == {"dialect:dongbei": 1}
    assert remembered(centre, "callers", "c1")["asked"] == {"dialect:dongbei": 2}


def test_who_is_held_for_an_agent_keeps_his_head_start_there_when_his_needs_relax() -> None:
    general = {
        "sticky_grace_s": 60,
        "sticky_head_start_s": 20,
        "relaxation": [{"after_s": 5, "lower_levels_by": 1}],
    }
    centre = Centre(rules=policies(general))
    centre.staff(1)
    centre.call("c0")
    centre.answer(FIRST)
    centre.call("older")
    centre.clock.advance(10)
    centre.call("known", sticky_to=ONE)
    centre.wait(6)
    centre.end(FIRST)

    centre.take(FinishWrapUp(ONE))

    assert centre.only(SeatRung).call == "known"


def test_who_relaxed_while_he_was_held_is_offered_by_his_new_needs_afterwards() -> None:
    general = {
        "sticky_grace_s": 8,
        "relaxation": [{"after_s": 5, "instead": {"other": 1}}],
    }
    centre = Centre(directory({"general": 1}, {"other": 1}), policies(general))
    centre.staff(1, 2)
    centre.call("c0")
    centre.call("c1", sticky_to=ONE)

    centre.wait(8)

    assert centre.of(SeatRung)[-1].seat == "S002"


def test_legs_of_an_earlier_life_do_not_count_for_the_ids_of_this_one() -> None:
    centre = rung()
    centre.end(FIRST, LegEnd.NO_ANSWER)
    later = Floor(centre.policies, centre.directory, Epoch(8))
    for fact in centre.facts:
        later.apply(fact)

    facts = Centre(centre.directory, centre.policies)
    facts.floor, facts.clock = later, centre.clock
    facts.staff(2)

    assert facts.only(SeatRung).leg == leg_id(Epoch(8), 1)


def test_the_ids_of_this_life_go_on_where_they_were() -> None:
    centre = rung()
    centre.end(FIRST, LegEnd.NO_ANSWER)
    same = Centre(centre.directory, centre.policies)
    same.floor, same.clock = centre.folded(), centre.clock

    same.staff(2)

    assert same.only(SeatRung).leg == leg_id(EPOCH, 2)


def test_the_wait_of_who_was_answered_is_measured_once() -> None:
    """Served callers are censored observations of patience."""
    centre = Centre()
    centre.call("c1")
    expected = replace(centre.floor._memory.measured)
    centre.wait(7)
    centre.staff(1)
    centre.answer(FIRST)
    centre.wait(20)
    came_again = centre.clock.now()
    centre.call("c1", again=True)
    centre.take(FinishWrapUp(ONE))
    again = centre.answer(LegId("7-000002"))

    expected.waited(timedelta(seconds=8), gave_up=False)
    expected.came(came_again, 0.0)
    expected.held(timedelta(seconds=20))
    assert [fact.kind for fact in again] == ["seat-answered"]
    assert centre.floor.contents()["measured"] == expected


def test_the_wait_of_who_gave_up_is_measured_as_patience() -> None:
    centre = Centre()
    centre.call("c1")
    expected = replace(centre.floor._memory.measured)
    centre.wait(7)

    centre.take(CallerLeft(C1))

    expected.waited(timedelta(seconds=7), gave_up=True)
    assert centre.floor.contents()["measured"] == expected


def test_an_answered_ring_has_no_deadline_any_more() -> None:
    centre = rung()
    deadline = remembered(centre, "seats", "S001")["ring_deadline"]
    centre.answer(FIRST)

    assert (deadline - centre.clock.now()).total_seconds() == 11.5
    assert remembered(centre, "seats", "S001")["ring_deadline"] is None


@pytest.mark.parametrize("how", ["let it ring", "withdrawn"])
def test_a_ring_that_ended_leaves_nothing_at_the_seat_nor_at_the_caller(how: str) -> None:
    centre = rung()
    idle_since = remembered(centre, "seats", "S001")["idle_since"]
    centre.wait(3)

    if how == "withdrawn":
        centre.take(CallbackTaken(C1))
    else:
        centre.end(FIRST, LegEnd.CONGESTION)

    seat = remembered(centre, "seats", "S001")
    gone = ("call", "leg", "queue", "rung_at", "ring_deadline")
    assert [seat[name] for name in gone] == [None] * 5
    assert remembered(centre, "callers", "c1")["seat"] is None
    assert centre.floor.contents()["legs"] == {}
    assert seat["idle_since"] == (idle_since if how == "withdrawn" else centre.clock.now())


def test_exclusions_that_are_over_are_not_kept() -> None:
    """One that ends this very moment is over."""
    centre = Centre(directory(*[{"general": 1}] * 3), policies(on_busy="keep"))
    centre.staff(1)
    centre.call("c1")
    centre.end(FIRST, LegEnd.BUSY)
    centre.clock.advance(29)
    centre.staff(2)
    excluded = dict(remembered(centre, "callers", "c1")["excluded"])
    at = centre.clock.now()

    centre.end(LegId("7-000002"), LegEnd.BUSY)

    assert list(excluded) == ["S001"]
    assert excluded[SeatId("S001")] == at
    assert list(remembered(centre, "callers", "c1")["excluded"]) == ["S002"]


def test_an_exclusion_that_lasts_is_kept_when_another_seat_fails() -> None:
    centre = Centre(directory(*[{"general": 1}] * 3), policies(on_busy="keep"))
    centre.staff(1, 2)
    centre.call("c1")
    centre.end(FIRST, LegEnd.BUSY)

    centre.end(LegId("7-000002"), LegEnd.BUSY)

    assert list(remembered(centre, "callers", "c1")["excluded"]) == ["S001", "S002"]


def test_a_conversation_that_ended_leaves_its_call_at_the_seat_until_wrap_up_is_done() -> None:
    centre = rung()
    centre.answer(FIRST)
    centre.end(FIRST)

    seat = remembered(centre, "seats", "S001")
    assert (seat["call"], seat["leg"], seat["queue"]) == ("c1", None, "general")
    assert remembered(centre, "callers", "c1")["seat"] is None
    assert centre.end(FIRST) == []  # told twice, or late: no surprise
    assert centre.end(LegId("6-000009")) == []  # of a leader before us
    assert centre.end(LegId("7-r000009")) == []  # rung beside the floor
    assert centre.floor.take_surprises() == []
    for leg in ("7-000002", "8-000001"):
        assert centre.end(LegId(leg)) == []
        assert [(one.what, one.about) for one in centre.floor.take_surprises()] == [
            ("end of a leg that was never rung", leg)
        ]


def test_a_journal_torn_after_the_end_of_a_conversation_strands_nobody() -> None:
    """I4: the wrap-up ends by its limit though its beginning was never written."""
    centre = rung()
    centre.answer(FIRST)
    centre.end(FIRST)
    torn = Floor(centre.policies, centre.directory, EPOCH)
    for fact in centre.facts:
        if not isinstance(fact, WrapUpStarted):
            torn.apply(fact)

    assert centre.of(TalkEnded)[-1].at == centre.clock.now()
    assert torn.next_deadline() == centre.clock.now() + timedelta(seconds=30)


def test_who_was_answered_in_the_plain_queue_is_out_of_it_and_settled() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(CallWithdrawn(C1, Withdrawal.TO_FALLBACK))
    there = remembered(centre, "callers", "c1")
    line = centre.floor.contents()["line"]
    centre.take(AnsweredInFallback(C1))

    after = remembered(centre, "callers", "c1")
    assert (there["in_fallback"], there["settled_at"], line) == (True, None, [])
    assert (after["in_fallback"], after["settled_at"]) == (False, centre.clock.now())
    assert len(centre.of(FallbackAnswered)) == 1
    assert centre.take(CallerLeft(C1)) == []


def test_the_line_s_own_limits_do_not_reach_into_the_plain_queue() -> None:
    centre = Centre(rules=policies({"max_wait_s": 50, "when_too_long": "refuse"}))
    centre.call("c1")
    centre.take(CallWithdrawn(C1, Withdrawal.TO_FALLBACK))

    assert centre.wait(600) == []
    assert centre.floor.contents()["in_queue"] == {}


def test_when_a_callback_was_offered_is_remembered() -> None:
    centre = Centre()
    centre.call("c1")
    centre.wait(60)

    assert remembered(centre, "callers", "c1")["callback_offered_at"] == centre.clock.now()
    assert [fact.kind for fact in centre.wait(180)] == ["callback-offered"]
