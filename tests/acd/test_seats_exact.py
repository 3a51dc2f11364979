"""Seats and their people: rings that end, breaks, sign-outs, what the board shows of them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from acd import errors
from acd.directory import Directory
from acd.facts import (
    AgentAvailable,
    AgentPaused,
    AgentSignedOut,
    AnnouncementDue,
    DropReason,
    LegDropped,
    SeatAnswered,
    SeatLetItRing,
    SeatRung,
    TalkEnded,
    Who,
    WrapUpEnded,
    WrapUpStarted,
)
from acd.happenings import (
    CallbackTaken,
    CallerLeft,
    CaughtUp,
    FinishWrapUp,
    ForcedTo,
    GoAvailable,
    LegAnswered,
    LegEnded,
    Pause,
    SignIn,
    SignOut,
    SupervisorForces,
)
from acd.seat import NO_ANSWER, PHONE_BUSY, REJECTED
from kernel.errors import HotlineError
from kernel.ids import AgentNo, CallId, Extension, LegId, PauseReason, SeatId
from kernel.legs import LegEnd
from tests.acd.centre import Centre, agent, directory, place, policies

ONE, TWO = AgentNo("1001"), AgentNo("1002")
C1 = CallId("c1")
FIRST, SECOND = LegId("7-000001"), LegId("7-000002")
REST = PauseReason("rest")


def forced(to: ForcedTo) -> SupervisorForces:
    return SupervisorForces("leader", ONE, to, "drill")


def ringing(rules: Any = None) -> Centre:
    centre = Centre(rules=rules)
    centre.staff(1)
    centre.call("c1")
    return centre


def wrapping_up() -> Centre:
    centre = ringing()
    centre.answer(FIRST)
    centre.end(FIRST)
    return centre


def kinds(centre: Centre) -> list[str]:
    return [fact.kind for fact in centre.last]


# ---- people ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shared", ["the seat", "the phone"])
def test_neither_seat_nor_phone_is_taken_twice(shared: str) -> None:
    """The directory changed meanwhile: another phone at the seat, or the phone at another seat."""
    people = directory()
    centre = Centre(people)
    centre.staff(1)
    seats = dict(people.seats)
    if shared == "the seat":
        seats[SeatId("S001")] = replace(place(1), phone=Extension("8009"))
    else:
        seats[SeatId("S002")] = replace(place(2), phone=Extension("8001"))
    centre.floor._memory.directory = Directory(people.agents, seats, {})

    with pytest.raises(errors.SeatTaken):
        centre.take(SignIn(TWO, SeatId("S001" if shared == "the seat" else "S002")))


def test_who_is_out_of_service_and_not_signed_in_is_told_the_latter() -> None:
    people = directory()
    gone = replace(agent(2, {"general": 1}), active=False)
    centre = Centre(Directory({**people.agents, TWO: gone}, people.seats, {}))

    with pytest.raises(errors.WrongState):
        centre.take(SignOut(TWO))


def test_who_signs_out_is_out_and_his_seat_and_phone_are_free() -> None:
    centre = Centre()
    centre.staff(1)

    centre.take(SignOut(ONE))

    assert centre.only(AgentSignedOut).by is Who.AGENT
    assert centre.floor.contents()["seats"] == {}
    assert [fact.kind for fact in centre.take(SignIn(TWO, SeatId("S001")))] == ["agent-signed-in"]


@pytest.mark.parametrize(
    ("order", "by"), [(SignOut(ONE), Who.AGENT), (forced(ForcedTo.SIGNED_OUT), Who.SUPERVISOR)]
)
def test_who_signs_out_in_wrap_up_ends_it(order: SignOut | SupervisorForces, by: Who) -> None:
    centre = wrapping_up()

    centre.take(order)

    assert kinds(centre) == ["wrap-up-ended", "agent-signed-out"]
    assert centre.only(WrapUpEnded).by is centre.only(AgentSignedOut).by is by


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (SignOut(ONE), DropReason.SEAT_SIGNED_OUT),
        (forced(ForcedTo.SIGNED_OUT), DropReason.SEAT_SIGNED_OUT),
        (Pause(ONE, REST), DropReason.SEAT_PAUSED),
        (forced(ForcedTo.PAUSED), DropReason.SEAT_PAUSED),
    ],
)
def test_who_goes_while_his_phone_rings_is_rung_no_more(order: Any, why: DropReason) -> None:
    centre = ringing()

    centre.take(order)

    assert kinds(centre)[0] == "leg-dropped"
    assert centre.only(LegDropped).why is why
    assert centre.of(SeatRung)[-1].leg == FIRST


@pytest.mark.parametrize(
    ("order", "by"),
    [(GoAvailable(ONE), Who.AGENT), (forced(ForcedTo.AVAILABLE), Who.SUPERVISOR)],
)
def test_who_becomes_available_takes_whose_turn_it_is(order: Any, by: Who) -> None:
    centre = Centre()
    centre.take(SignIn(ONE, SeatId("S001")))
    centre.call("c1")

    centre.take(order)

    assert kinds(centre) == ["agent-available", "seat-rung"]
    assert centre.only(AgentAvailable).by is by


def test_a_supervisor_ends_the_wrap_up_of_who_is_available() -> None:
    centre = wrapping_up()
    centre.call("c2")

    centre.take(forced(ForcedTo.AVAILABLE))

    assert kinds(centre) == ["wrap-up-ended", "seat-rung"]
    assert centre.only(WrapUpEnded).by is Who.SUPERVISOR


def test_a_supervisor_ends_the_wrap_up_of_who_wanted_a_break_after_it() -> None:
    centre = wrapping_up()
    centre.take(Pause(ONE, REST))

    centre.take(forced(ForcedTo.AVAILABLE))

    assert kinds(centre) == ["agent-available", "wrap-up-ended"]


def test_a_reason_without_a_limit_has_room_for_all() -> None:
    centre = Centre()
    centre.staff(1, 2, 3)
    for n in (1, 2, 3):
        centre.take(Pause(AgentNo(f"100{n}"), PauseReason("training")))

    assert [fact.reason for fact in centre.of(AgentPaused)] == ["training"] * 3


def test_a_break_for_another_reason_takes_no_room_and_one_s_own_neither() -> None:
    rules = policies(
        pause_reasons={
            name: {"name_zh": name, "name_en": name, "max_minutes": 9, "max_agents_at_once": 1}
            for name in ("rest", "meal")
        }
    )
    centre = Centre(rules=rules)
    centre.staff(1, 2)
    centre.take(Pause(ONE, REST))
    centre.take(Pause(TWO, PauseReason("meal")))

    assert [fact.kind for fact in centre.take(Pause(ONE, REST))] == ["agent-paused"]
    with pytest.raises(errors.PauseReasonFull):
        centre.take(Pause(TWO, REST))


def test_a_refusal_names_the_reasons_there_are() -> None:
    centre = Centre()
    centre.staff(1)

    with pytest.raises(HotlineError) as refused:
        centre.take(Pause(ONE, PauseReason("fishing")))

    assert "meal" in refused.value.remedy and "no_answer" not in refused.value.remedy


def test_presence_and_activity_tell_since_when() -> None:
    centre = Centre()
    centre.take(SignIn(ONE, SeatId("S001")))
    signed_in = centre.clock.now()
    centre.clock.advance(5)
    centre.take(GoAvailable(ONE))
    available = centre.clock.now()
    centre.clock.advance(5)
    centre.call("c1")

    (seat,) = centre.floor.view(centre.clock.now()).seats
    assert (available - signed_in).total_seconds() == 5
    assert seat.presence_since == available
    assert seat.activity_since == centre.clock.now()


# ---- rings -----------------------------------------------------------------------------------


def test_a_ring_of_which_nothing_is_heard_fails_as_one_that_nobody_answered() -> None:
    """I4: and it is hung up, to be sure."""
    centre = ringing()

    centre.wait(11.5)

    assert kinds(centre)[:3] == ["seat-let-it-ring", "agent-paused", "leg-dropped"]
    assert centre.only(SeatLetItRing).why is LegEnd.NO_ANSWER
    assert centre.only(LegDropped).why is DropReason.RING_LIMIT


@pytest.mark.parametrize(
    ("why", "reason"),
    [
        (LegEnd.NO_ANSWER, NO_ANSWER),
        (LegEnd.BUSY, PHONE_BUSY),
        (LegEnd.REJECTED, REJECTED),
        (LegEnd.CONGESTION, None),
        (LegEnd.FAILED, None),
        (LegEnd.NOT_JOINED, None),
        (LegEnd.DROPPED, None),
    ],
)
def test_which_failed_ring_pauses_the_seat(why: LegEnd, reason: PauseReason | None) -> None:
    """Trouble of the network is not the agent's."""
    centre = ringing()

    centre.end(FIRST, why)

    (seat,) = centre.floor.view(centre.clock.now()).seats
    assert seat.pause_reason == reason
    assert [fact.reason for fact in centre.of(AgentPaused)] == ([reason] if reason else [])


@pytest.mark.parametrize("why", [LegEnd.BUSY, LegEnd.REJECTED])
def test_a_failed_ring_keeps_the_seat_where_the_policy_says_so(why: LegEnd) -> None:
    centre = ringing(policies(on_busy="keep", on_rejected="keep"))
    centre.end(FIRST, why)

    assert centre.of(AgentPaused) == []


def test_a_seat_whose_ring_is_withdrawn_takes_the_next_who_waits() -> None:
    centre = ringing()
    centre.call("c2")

    centre.take(CallbackTaken(C1))

    assert centre.only(SeatRung).call == "c2"


def test_who_was_held_for_an_agent_that_let_it_ring_is_anybody_s() -> None:
    centre = Centre(rules=policies({"sticky_grace_s": 60}))
    centre.staff(1)
    centre.call("c0")
    centre.answer(FIRST)
    centre.call("c1", sticky_to=ONE)
    centre.end(FIRST)
    centre.take(FinishWrapUp(ONE))
    centre.end(SECOND, LegEnd.NO_ANSWER)

    centre.staff(2)

    assert centre.only(SeatRung).seat == "S002"


def test_who_is_held_is_not_given_to_anybody_when_his_needs_relax() -> None:
    """Nor lost when his agent has signed out meanwhile: the grace ends by itself."""
    relaxing = {"sticky_grace_s": 8, "relaxation": [{"after_s": 5, "lower_levels_by": 1}]}
    centre = Centre(rules=policies(relaxing))
    centre.staff(1, 2)
    centre.call("c0")
    centre.answer(FIRST)
    centre.call("c1", sticky_to=ONE)
    centre.take(forced(ForcedTo.SIGNED_OUT))
    centre.end(FIRST)

    centre.wait(7)
    before = len(centre.of(SeatRung))
    centre.wait(1)

    assert before == 1
    assert centre.of(SeatRung)[-1].seat == "S002"


def test_a_torn_journal_that_left_callers_beside_free_seats_is_mended_in_their_order() -> None:
    """I5: who asks next finds them there; they go first."""
    centre = Centre()
    centre.staff(1, 2)
    centre.call("c1")
    centre.call("c2")
    torn = Centre()
    torn.clock = centre.clock
    for fact in centre.facts:
        if not isinstance(fact, SeatRung):
            torn.floor.apply(fact)

    torn.call("c3")

    assert [fact.call for fact in torn.of(SeatRung)] == ["c1", "c2"]
    assert [w.position for w in torn.floor.view(torn.clock.now()).waiting] == [0, 0, 1]


def test_all_that_was_told_mends_a_torn_journal_the_longest_idle_seat_first() -> None:
    """CaughtUp (I5): nobody asks, and yet nobody waits beside a free seat."""
    centre = Centre()
    centre.staff(2, 1)
    centre.call("c1")
    torn = Centre()
    torn.clock = centre.clock
    for fact in centre.facts:
        if not isinstance(fact, SeatRung):
            torn.floor.apply(fact)

    torn.take(CaughtUp())

    assert [(fact.call, fact.seat) for fact in torn.of(SeatRung)] == [("c1", "S002")]


def test_who_talks_with_a_call_is_known_and_who_rings_for_it_is_not_yet() -> None:
    centre = ringing()
    rings = centre.floor.talking_with(C1)
    centre.answer(FIRST)
    talks = centre.floor.talking_with(C1)

    assert rings is None
    assert talks is not None and talks.id == "S001"
    assert centre.floor.talking_with(CallId("c9")) is None


@pytest.mark.parametrize(("said", "told"), [(None, 60.0), (12.0, 12.0), (0.0, 0.0)])
def test_a_conversation_lasted_as_it_did_also_when_it_is_heard_of_late(
    said: float | None, told: float
) -> None:
    centre = ringing()
    centre.answer(FIRST)
    centre.clock.advance(60)
    talked = timedelta(seconds=said) if said is not None else None
    centre.take(LegEnded(FIRST, LegEnd.HUNG_UP, talked))

    assert centre.only(TalkEnded).talked == timedelta(seconds=told)


@pytest.mark.parametrize(("heard", "waited"), [(None, 10), (4, 4), (10, 10), (60, 10), (-5, 0)])
def test_he_waited_until_he_was_answered_and_never_longer_than_until_now(
    heard: float | None, waited: float
) -> None:
    """D-04: of a late answer Asterisk's records tell the moment; its clock may be ahead of ours."""
    centre = ringing()
    asked_at = centre.clock.now()
    centre.clock.advance(10)
    at = asked_at + timedelta(seconds=heard) if heard is not None else None
    centre.take(LegAnswered(FIRST, at))

    assert centre.only(SeatAnswered).waited == timedelta(seconds=waited)


def test_an_answer_that_was_never_heard_is_a_surprise() -> None:
    centre = ringing()
    centre.end(FIRST, LegEnd.HUNG_UP)

    assert [one.what for one in centre.floor.take_surprises()] == [
        "a conversation whose answer was never heard"
    ]


@pytest.mark.parametrize(
    ("limit", "then"),
    [(0, ["talk-ended", "wrap-up-ended"]), (0.5, ["talk-ended", "wrap-up-started"])],
)
def test_without_a_limit_there_is_no_wrap_up(limit: float, then: list[str]) -> None:
    rules = policies({"wrap_up": {"limit_s": limit, "extension_s": 1, "extensions": 1}})
    centre = ringing(rules)
    centre.answer(FIRST)
    centre.end(FIRST)

    assert kinds(centre) == then
    assert [(one.until - one.at).total_seconds() for one in centre.of(WrapUpStarted)] == (
        [limit] if limit else []
    )


def test_a_second_answer_does_not_move_the_first_fate() -> None:
    centre = ringing()
    centre.answer(FIRST)
    settled = centre.clock.now()
    centre.clock.advance(60)
    centre.call("c1", again=True)
    centre.take(FinishWrapUp(ONE))
    centre.answer(SECOND)

    callers: Any = centre.floor.contents()["callers"]
    assert callers["c1"]["settled_at"] == settled
    assert centre.floor.contents()["settled"] == {"c1": settled}


def test_who_was_rung_for_and_is_back_hears_of_his_place_in_the_old_rhythm() -> None:
    """Every thirty seconds from the last time he was told."""
    announcements = {
        "on_entry": True,
        "at_most_every_s": 30,
        "places_gained": 1,
        "seconds_gained_s": 9999,
        "round_to_s": 30,
    }
    rules = policies({"announcements": announcements}, on_busy="keep")
    centre = Centre(directory({"general": 1, "expert": 1}, {"other": 1}), rules)
    for name in ("c0", "c1", "c2"):
        centre.call(name, needs={"expert": 1} if name == "c2" else {"rare": 1})
    centre.take(CallerLeft(CallId("c0")))
    centre.wait(30)
    centre.wait(4)
    centre.staff(1)
    centre.take(CallerLeft(CallId("c1")))
    centre.wait(5)
    centre.end(FIRST, LegEnd.BUSY)
    early = centre.wait(19)
    centre.wait(2)

    told = [fact for fact in centre.of(AnnouncementDue) if fact.call == "c2"]
    assert [fact.position for fact in told] == [3, 2, 1]
    assert [fact.kind for fact in early if isinstance(fact, AnnouncementDue)] == []


def test_specialists_are_not_spared_by_a_list_alone() -> None:
    spare = {"enabled": False, "scarcity": {"enterprise": 2.0}}
    both = directory({"general": 1}, {"general": 1, "enterprise": 2})
    centre = Centre(both, policies(spare_specialists=spare))
    centre.staff(2, 1)

    centre.call("c1")

    assert centre.only(SeatRung).seat == "S002"


def test_facts_of_others_change_nothing_on_the_floor() -> None:
    centre = ringing()
    before = centre.floor.contents()

    class Foreign:
        kind = "foreign"

    centre.floor.apply(Foreign())  # type: ignore[arg-type]  # of another package

    assert centre.floor.contents() == before


# ---- the board ---------------------------------------------------------------------------------


def test_the_board_shows_each_queue_to_the_call_and_to_the_seat() -> None:
    people = directory(
        {"general": 1}, {"general": 1}, {"general": 1}, {"general": 1}, {"expert": 1}
    )
    centre = Centre(people)
    centre.staff(1, 2, 3, 5)
    centre.call("talks")
    centre.answer(FIRST)
    centre.call("rings")
    centre.call("rings-too")
    centre.clock.advance(4)
    centre.call("waits-1")
    centre.clock.advance(6)
    centre.call("waits-2")

    view = centre.floor.view(centre.clock.now())

    queues = {queue.queue: queue for queue in view.queues}
    general, expert = queues["general"], queues["expert"]  # type: ignore[index]  # names
    assert (general.waiting, general.ringing, general.talking) == (2, 2, 1)
    assert general.longest_wait == timedelta(seconds=10)
    assert (general.seats_signed_in, general.seats_idle) == (3, 0)
    assert (expert.waiting, expert.ringing, expert.talking) == (0, 0, 0)
    assert (expert.seats_signed_in, expert.seats_idle) == (1, 1)
    assert expert.longest_wait == timedelta()
    places = [(one.call, one.position, one.ringing_at) for one in view.waiting]
    assert places == [
        ("rings", 0, "S002"),
        ("rings-too", 0, "S003"),
        ("waits-1", 1, None),
        ("waits-2", 2, None),
    ]
    assert list(queues) == list(centre.policies.queues)


def test_who_was_signed_out_amid_a_conversation_is_no_seat_of_the_queue() -> None:
    centre = Centre()
    centre.staff(1, 2)
    centre.call("c1")
    centre.answer(FIRST)
    centre.take(forced(ForcedTo.SIGNED_OUT))

    view = centre.floor.view(centre.clock.now())

    (general,) = [queue for queue in view.queues if queue.queue == "general"]
    assert (general.seats_signed_in, general.seats_idle, general.talking) == (1, 1, 1)


def test_the_board_finds_a_seat_by_its_agent_and_by_its_call() -> None:
    centre = Centre()
    centre.staff(1, 2)
    centre.call("c1")

    view = centre.floor.view(centre.clock.now())

    by_agent, by_call = view.seat_of(TWO), view.seat_with(C1)
    assert by_agent is not None and by_agent.seat == "S002"
    assert by_call is not None and by_call.seat == "S001"
    assert view.seat_of(AgentNo("9999")) is None
    assert view.seat_with(CallId("c9")) is None
