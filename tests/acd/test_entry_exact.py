"""Joining the line: place, needs, the agent who knows him, and every limit at its border."""

from datetime import timedelta
from typing import Any

import pytest

from acd.facts import (
    AnnouncementDue,
    CallbackOffered,
    CallFailed,
    CallMoved,
    CallOverflowed,
    CallQueued,
    Limit,
    NeedsRelaxed,
    SeatRung,
    StickyGraceOver,
)
from acd.happenings import (
    CallerLeft,
    ForcedTo,
    Pause,
    PhoneSeen,
    PolicyLoaded,
    SignOut,
    SupervisorForces,
)
from acd.surge_facts import CallSentOver
from acd.surge_happenings import OverflowReached
from kernel.ids import AgentNo, CallId, Extension, LegId, PauseReason
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory, policies
from tests.acd.test_call_memory_exact import queues

ONE = AgentNo("1001")
FIRST = LegId("7-000001")


def asked(centre: Centre, **more: Any) -> CallQueued:
    centre.call("c1", more.pop("queue", "general"), **more)
    return centre.only(CallQueued)


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


def test_he_asked_when_he_asked_but_never_later_than_now() -> None:
    early, late = Centre(), Centre()
    now = early.clock.now()

    assert asked(early, asked_at=now - seconds(9)).asked_at == now - seconds(9)
    assert asked(late, asked_at=now + seconds(9)).asked_at == now


@pytest.mark.parametrize(
    ("queue", "wished", "given"),
    [("general", 2, 2), ("general", 9, 3), ("general", -1, 0), ("enterprise", 0, 1)],
)
def test_his_priority_is_the_higher_of_his_own_and_the_queue_s_from_0_to_3(
    queue: str, wished: int, given: int
) -> None:
    assert asked(Centre(), queue=queue, priority=wished).priority == given


KOREAN_HEAD_START_S = 40  # config/queues.yaml


def test_his_turn_is_his_arrival_less_the_boost_and_the_head_start() -> None:
    """Rule 2 of the line: all age alike (acd.md)."""
    centre = Centre()
    queued = asked(centre, queue="korean", priority=2)

    assert queued.turn_at == queued.asked_at - seconds(90 + KOREAN_HEAD_START_S)


def test_his_needs_are_the_higher_of_his_own_and_the_queue_s() -> None:
    needs = {"general": 3, "expert": 1}

    assert asked(Centre(), needs=needs).needs == {"general": 3, "expert": 1}
    assert asked(Centre(), queue="elderly", needs={"elderly": 1}).needs == {"elderly": 2}


@pytest.mark.parametrize("away", ["unable", "on a break", "unreachable", "not here"])
def test_nobody_is_held_for_an_agent_who_could_not_take_him(away: str) -> None:
    centre = Centre(
        directory({"general": 1}, {"general": 1}), policies({"sticky_grace_s": 8, "needs": {}})
    )
    centre.staff(1)
    if away == "on a break":
        centre.take(Pause(ONE, PauseReason("rest")))
    if away == "unreachable":
        centre.take(PhoneSeen(Extension("8001"), False))
    if away == "not here":
        centre.take(SignOut(ONE))
    needs = {"expert": 1} if away == "unable" else {}

    queued = asked(centre, sticky_to=ONE, needs=needs)

    assert (queued.sticky_to, queued.sticky_until) == (None, None)


@pytest.mark.parametrize(("grace", "held"), [(0, None), (0.5, 0.5), (8, 8)])
def test_he_is_held_for_as_long_as_the_policy_says(grace: float, held: float | None) -> None:
    centre = Centre(rules=policies({"sticky_grace_s": grace}))
    centre.staff(1)
    centre.call("c0")

    queued = asked(centre, sticky_to=ONE)

    until = queued.sticky_until - queued.at if queued.sticky_until is not None else None
    assert until == (seconds(held) if held is not None else None)
    assert queued.sticky_to == ONE


def test_an_agent_who_knows_him_and_is_free_takes_him_before_one_who_is_idle_longer() -> None:
    centre = Centre(rules=policies({"sticky_grace_s": 8}))
    centre.staff(2, 1)

    queued = asked(centre, sticky_to=ONE)

    assert queued.sticky_until is None
    assert centre.only(SeatRung).seat == "S001"


def test_after_the_grace_he_is_anybody_s_in_the_same_turn() -> None:
    centre = Centre(rules=policies({"sticky_grace_s": 8}))
    centre.staff(1, 2)
    centre.call("c0")
    asked(centre, sticky_to=ONE)

    found = centre.wait(8)

    assert [fact.kind for fact in found] == ["sticky-grace-over", "seat-rung"]
    assert len(centre.of(StickyGraceOver)) == 1


def test_a_line_holds_as_many_as_it_says_and_refuses_the_next() -> None:
    centre = Centre(rules=policies({"max_waiting": 2}))
    for name in ("c1", "c2", "c3"):
        centre.call(name)

    assert [(fact.call, fact.why) for fact in centre.of(CallFailed)] == [("c3", Limit.LINE_FULL)]


def test_a_line_that_is_full_may_still_let_him_wait() -> None:
    centre = Centre(rules=policies({"max_waiting": 0, "when_full": "wait"}))
    centre.call("c1")

    assert [fact.kind for fact in centre.last] == ["call-queued", "announcement-due"]


def test_a_line_that_is_full_may_offer_a_callback() -> None:
    centre = Centre(rules=policies({"max_waiting": 0, "when_full": "offer_callback"}))
    centre.call("c1")

    assert centre.only(CallbackOffered).key == "1"
    assert centre.of(CallFailed) == []


def test_who_is_busy_is_somebody() -> None:
    """NO_AGENTS: nobody signed in could ever take him."""
    centre = Centre(rules=policies({"when_nobody": "refuse"}))
    centre.staff(1)
    centre.call("c1")
    centre.take(Pause(ONE, PauseReason("rest")))

    centre.call("c2")

    assert centre.of(CallFailed) == []


def test_who_could_take_him_after_the_last_stage_is_somebody() -> None:
    centre = Centre(directory({"general": 1}), queues(enterprise={"when_nobody": "refuse"}))
    centre.staff(1)

    centre.call("c1", "enterprise")

    assert centre.of(CallFailed) == []


@pytest.mark.parametrize("skills", [{"other": 3}, {}])
def test_who_could_never_take_him_is_nobody(skills: dict[str, int]) -> None:
    centre = Centre(directory(skills), queues(enterprise={"when_nobody": "refuse"}))
    centre.staff(1)

    centre.call("c1", "enterprise")

    assert centre.only(CallFailed).why is Limit.NO_AGENTS


def test_who_was_signed_out_and_still_talks_is_nobody() -> None:
    centre = Centre(rules=policies({"when_nobody": "refuse"}))
    centre.staff(1)
    centre.call("c1")
    centre.answer(FIRST)
    centre.take(SupervisorForces("leader", ONE, ForcedTo.SIGNED_OUT, "went home"))

    centre.call("c2")

    assert centre.only(CallFailed).call == "c2"


def test_overflow_tells_where_to_and_which_limit() -> None:
    to_province = {"overflow": {"target": "province"}, "when_nobody": "overflow"}
    centre = Centre(rules=policies(to_province))
    centre.call("c1")

    sent = centre.only(CallSentOver)
    centre.take(OverflowReached(CallId("c1")))

    assert (sent.to, sent.why) == ("province", Limit.NO_AGENTS)
    overflowed = centre.only(CallOverflowed)
    assert (overflowed.to, overflowed.why) == ("province", Limit.NO_AGENTS)


def test_who_is_moved_to_a_free_seat_hears_of_no_place_in_line() -> None:
    """He is rung for in the same turn."""
    moves = {"max_waiting": 0, "when_full": "overflow", "overflow": {"queue": "elderly"}}
    centre = Centre(directory({"elderly": 2}), queues(general=moves))
    centre.staff(1)

    centre.call("c1")

    assert [fact.kind for fact in centre.last] == ["call-queued", "call-moved", "seat-rung"]


def test_what_may_relax_is_not_asked_for_in_the_new_queue_and_a_must_is() -> None:
    moves = {"max_waiting": 0, "when_full": "overflow", "overflow": {"queue": "korean"}}
    centre = Centre(rules=queues(general=moves))

    centre.call("c1", needs={"minority_lang:ko": 3, "expert": 2})

    moved = centre.only(CallMoved)
    assert moved.needs == {"minority_lang:ko": 3}
    assert (moved.queue, moved.to, moved.why) == ("general", "korean", Limit.LINE_FULL)


def test_who_is_moved_into_a_full_queue_stays_there() -> None:
    to_elderly = {"max_waiting": 0, "when_full": "overflow", "overflow": {"queue": "elderly"}}
    centre = Centre(rules=queues(general=to_elderly, elderly={"max_waiting": 0}))

    centre.call("c1")

    assert centre.of(CallFailed) == []
    assert [w.queue for w in centre.floor.view(centre.clock.now()).waiting] == ["elderly"]


def test_no_callback_is_offered_once_the_policy_offers_none() -> None:
    """A new policy holds at once, also for alarms that were set under the old one."""
    centre = Centre()
    centre.call("c1")
    centre.take(PolicyLoaded(policies({"callback": None, "when_too_long": "wait"})))

    centre.wait(3600)

    assert centre.of(CallbackOffered) == []


def test_a_relaxed_caller_is_tried_at_once_and_so_is_one_whose_exclusion_is_over() -> None:
    centre = Centre(directory({"general": 1, "dialect:dongbei": 1}), policies(on_busy="keep"))
    centre.staff(1)
    centre.call("c1", "dialect")
    relaxed = centre.wait(10)
    centre.end(FIRST, LegEnd.BUSY)
    tried = [fact for fact in centre.wait(30) if isinstance(fact, SeatRung)]

    assert [fact.kind for fact in relaxed] == ["needs-relaxed", "seat-rung"]
    assert [fact.call for fact in tried] == ["c1"]


def test_the_stages_of_relaxation_follow_each_other_from_when_he_joined() -> None:
    centre = Centre()
    centre.call("c1", "enterprise")
    centre.wait(60)

    told = [(fact.stage, fact.needs) for fact in centre.of(NeedsRelaxed)]
    assert told == [(1, {"general": 2}), (2, {"general": 1})]


def test_who_talks_and_asks_again_without_coming_back_stays_where_he_is() -> None:
    """An adopted story asks for its caller; only a transfer brings him back to the line."""
    centre = Centre()
    centre.staff(1)
    centre.call("c1")

    assert centre.call("c1") == []  # while it rings
    assert centre.call("c1", again=True) == []
    centre.answer(FIRST)
    assert centre.call("c1") == []
    assert [fact.kind for fact in centre.call("c1", again=True)][:2] == [
        "talk-ended",
        "wrap-up-started",
    ]


def test_he_hears_his_place_on_entry_only_where_the_policy_says_so() -> None:
    silent = {
        "on_entry": False,
        "at_most_every_s": 30,
        "places_gained": 9,
        "seconds_gained_s": 9,
        "round_to_s": 9,
    }
    centre = Centre(rules=policies({"announcements": silent}))
    centre.call("c1")
    centre.take(CallerLeft(CallId("c1")))

    assert centre.of(AnnouncementDue) == []
