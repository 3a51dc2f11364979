"""Every way out of the line: one fate, the ring withdrawn, and nothing from who is not in it."""

from dataclasses import fields
from datetime import timedelta

import pytest

from acd.errors import CallNotInLine
from acd.facts import (
    FACTS,
    FATES,
    CallAbandoned,
    CallbackPromised,
    CallBlocked,
    CallFailed,
    CallOverflowed,
    CallQueued,
    CallSentToFallback,
    DropReason,
    FallbackAnswered,
    FallbackLost,
    LegDropped,
    Limit,
    ReentryEnded,
    TalkEnded,
    Withdrawal,
)
from acd.happenings import (
    AnsweredInFallback,
    BlockCall,
    CallbackTaken,
    CallerLeft,
    CallWithdrawn,
    Happening,
    LivedInFallback,
)
from kernel.ids import CallId, LegId
from tests.acd.centre import Centre, policies

C1, C2 = CallId("c1"), CallId("c2")
FIRST = LegId("7-000001")
OUT = {
    "left": CallerLeft(C1),
    "to the plain queue": CallWithdrawn(C1, Withdrawal.TO_FALLBACK),
    "transferred": CallWithdrawn(C1, Withdrawal.TRANSFERRED_AWAY),
    "failed": CallWithdrawn(C1, Withdrawal.FAILED),
    "callback": CallbackTaken(C1),
    "blocked": BlockCall(C1, "leader", "threats"),
}


def ringing() -> Centre:
    centre = Centre()
    centre.staff(1)
    centre.wait(1)
    centre.call("c1")
    centre.clock.advance(4)
    return centre


def talking() -> Centre:
    centre = ringing()
    centre.answer(FIRST)
    centre.clock.advance(60)
    return centre


def back_in_line() -> Centre:
    """Answered once, and in the line again: his fate stays "answered"."""
    centre = talking()
    centre.call("c1", again=True)
    return centre


def surprises(centre: Centre) -> list[tuple[str, str]]:
    return [(one.what, one.about) for one in centre.floor.take_surprises()]


def kinds(centre: Centre) -> list[str]:
    return [fact.kind for fact in centre.last]


@pytest.mark.parametrize(
    ("way", "why", "then"),
    [
        ("left", DropReason.CALLER_LEFT, "call-abandoned"),
        ("to the plain queue", DropReason.CALL_WITHDRAWN, "call-sent-to-fallback"),
        ("transferred", DropReason.CALL_WITHDRAWN, "call-overflowed"),
        ("failed", DropReason.CALL_WITHDRAWN, "call-failed"),
        ("callback", DropReason.CALLBACK_TAKEN, "callback-promised"),
        ("blocked", DropReason.CALL_BLOCKED, "call-blocked"),
    ],
)
def test_who_goes_while_it_rings_stops_the_ring_first(way: str, why: DropReason, then: str) -> None:
    """I2: in the same turn, so that no seat picks up a call that is gone."""
    centre = ringing()

    centre.take(OUT[way])

    dropped = centre.only(LegDropped)
    assert (dropped.leg, dropped.why, dropped.call, dropped.seat) == (FIRST, why, "c1", "S001")
    assert kinds(centre) == ["leg-dropped", then]
    assert surprises(centre) == []


def test_each_fate_tells_how_long_he_waited_and_where() -> None:
    """D-04: from the wish for a person."""
    waited = timedelta(seconds=4)
    facts = {way: ringing().take(OUT[way])[-1] for way in OUT if way != "to the plain queue"}

    told = {way: getattr(fact, "waited") for way, fact in facts.items()}  # noqa: B009
    assert told == dict.fromkeys(facts, waited)
    assert {getattr(fact, "queue") for fact in facts.values()} == {"general"}  # noqa: B009


def test_a_withdrawn_call_was_transferred_or_failed_as_was_said() -> None:
    transferred, failed = ringing(), ringing()
    transferred.take(OUT["transferred"])
    failed.take(OUT["failed"])

    overflowed = transferred.only(CallOverflowed)
    assert (overflowed.to, overflowed.why) == ("transferred", Limit.TRANSFERRED_AWAY)
    assert failed.only(CallFailed).why is Limit.FAILED


def test_a_blocked_call_says_by_whom_and_why() -> None:
    centre = ringing()
    centre.take(OUT["blocked"])

    assert (centre.only(CallBlocked).by, centre.only(CallBlocked).reason) == ("leader", "threats")


def test_who_leaves_the_line_unrung_was_not_ringing() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(CallerLeft(C1))

    assert centre.only(CallAbandoned).while_ringing is False


@pytest.mark.parametrize(("seconds", "short"), [(5.0, True), (5.001, False)])
def test_five_seconds_are_a_short_abandonment_and_more_are_not(seconds: float, short: bool) -> None:
    """D-05."""
    centre = Centre()
    centre.call("c1")
    centre.clock.advance(seconds)
    centre.take(CallerLeft(C1))

    assert centre.only(CallAbandoned).short is short


def test_who_hangs_up_in_conversation_ends_it_and_has_met_his_fate_already() -> None:
    centre = talking()
    centre.take(CallerLeft(C1))

    assert kinds(centre) == ["talk-ended", "wrap-up-started"]
    assert centre.only(TalkEnded).talked == timedelta(seconds=60)


def test_a_hang_up_heard_twice_is_told_once() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(CallerLeft(C1))

    assert centre.take(CallerLeft(C1)) == []


def test_who_never_asked_for_a_person_leaves_nothing() -> None:
    centre = Centre()

    assert centre.take(CallerLeft(C1)) == []
    assert centre.take(CallWithdrawn(C1, Withdrawal.FAILED)) == []
    assert centre.take(CallWithdrawn(C1, Withdrawal.TRANSFERRED_AWAY)) == []
    assert surprises(centre) == []


def test_who_hung_up_gets_no_seat_whatever_his_story_still_asks() -> None:
    """I2."""
    centre = Centre()
    centre.take(CallerLeft(C1))

    assert centre.call("c1") == []
    assert surprises(centre) == [("a call that has hung up asks for a seat", "c1")]


def test_a_hang_up_is_remembered_for_ten_minutes() -> None:
    """Call ids never return within them; nothing is kept for ever."""
    centre = Centre()
    centre.take(CallerLeft(C1))
    centre.clock.advance(599)
    centre.take(CallerLeft(C2))
    early = centre.call("c1")
    centre.clock.advance(1)
    centre.take(CallerLeft(CallId("c3")))

    assert early == []
    assert centre.call("c1") != []
    assert centre.call("c2") == []


def test_a_second_hang_up_does_not_prolong_the_first() -> None:
    centre = Centre()
    centre.take(CallerLeft(C1))
    centre.clock.advance(300)
    centre.take(CallerLeft(C1))
    centre.clock.advance(300)
    centre.take(CallerLeft(C2))

    assert centre.call("c1") != []


@pytest.mark.parametrize(
    ("happening", "what"),
    [
        (
            CallWithdrawn(C1, Withdrawal.TO_FALLBACK),
            "a call that is not in line was withdrawn",
        ),
        (CallWithdrawn(C1, Withdrawal.FAILED), "a call that is not in line was withdrawn"),
        (CallbackTaken(C1), "a callback was taken by a call that is not in line"),
        (
            AnsweredInFallback(C1),
            "a call that is not in the fallback queue was answered there",
        ),
    ],
)
def test_what_is_said_of_a_call_in_conversation_is_counted_and_changes_nothing(
    happening: Happening, what: str
) -> None:
    centre = talking()

    assert centre.take(happening) == []
    assert surprises(centre) == [(what, "c1")]


@pytest.mark.parametrize("happening", [CallbackTaken(C1), AnsweredInFallback(C1)])
def test_what_is_said_of_a_call_that_never_asked_is_counted_and_changes_nothing(
    happening: Happening,
) -> None:
    centre = Centre()

    assert centre.take(happening) == []
    assert [about for _, about in surprises(centre)] == ["c1"]


def test_a_conversation_is_no_call_in_line_that_could_be_blocked() -> None:
    centre = talking()

    with pytest.raises(CallNotInLine):
        centre.take(BlockCall(C1, "leader", "threats"))
    with pytest.raises(CallNotInLine):
        centre.take(BlockCall(CallId("c9"), "leader", "threats"))


def test_to_the_plain_queue_twice_is_once() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(OUT["to the plain queue"])

    assert centre.take(OUT["to the plain queue"]) == []
    assert surprises(centre) == []


def test_who_fails_in_the_plain_queue_is_not_in_our_line() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(OUT["to the plain queue"])

    assert centre.take(OUT["failed"]) == []
    assert surprises(centre) == [("a call that is not in line was withdrawn", "c1")]


def test_who_falls_into_the_plain_queue_from_the_menu_asks_for_a_person_by_that() -> None:
    """Otherwise he would have a fate without having asked (I9)."""
    centre = Centre(rules=policies({"priority": 2}))

    centre.take(OUT["to the plain queue"])

    queued = centre.only(CallQueued)
    assert kinds(centre) == ["call-queued", "call-sent-to-fallback"]
    assert (queued.queue, queued.needs, queued.priority) == ("general", {"general": 1}, 2)
    assert (queued.again, queued.asked_at) == (False, centre.clock.now())
    assert queued.turn_at == centre.clock.now()
    assert centre.only(CallSentToFallback).queue == "general"


@pytest.mark.parametrize(
    ("way", "how"),
    [
        ("left", "call-abandoned"),
        ("transferred", "call-overflowed"),
        ("failed", "call-failed"),
        ("callback", "callback-promised"),
        ("blocked", "call-blocked"),
    ],
)
def test_who_came_back_leaves_again_without_a_second_fate(way: str, how: str) -> None:
    """One fate a call (I1): what it would have been is told, with where to and which limit."""
    to, why = {
        "transferred": ("transferred", Limit.TRANSFERRED_AWAY),
        "failed": ("", Limit.FAILED),
    }.get(way, ("", None))
    centre = back_in_line()

    centre.take(OUT[way])

    ended = centre.only(ReentryEnded)
    assert kinds(centre) == ["reentry-ended"]
    assert (ended.call, ended.queue) == ("c1", "general")
    assert (ended.how, ended.to, ended.why) == (how, to, why)


def test_who_hangs_up_in_the_plain_queue_is_lost_there() -> None:
    centre = Centre()
    centre.call("c1")
    centre.clock.advance(20)
    centre.take(OUT["to the plain queue"])
    centre.clock.advance(10)
    centre.take(CallerLeft(C1))

    lost = centre.only(FallbackLost)
    assert kinds(centre) == ["fallback-lost"]
    assert (lost.queue, lost.waited) == ("general", timedelta(seconds=30))


def lived(answered: bool, asked: float = -40.0, waited: float = 30.0) -> LivedInFallback:
    """As of Monday nine: when he asked, how long he waited."""
    return LivedInFallback(
        call=C1,
        asked_at=Centre().clock.now() + timedelta(seconds=asked),
        waited=timedelta(seconds=waited),
        answered=answered,
    )


@pytest.mark.parametrize(
    ("answered", "fate"), [(True, "fallback-answered"), (False, "fallback-lost")]
)
def test_a_call_that_lived_without_us_asks_falls_back_and_meets_its_fate(
    answered: bool, fate: str
) -> None:
    """Told twice, it changes nothing (I1)."""
    centre = Centre()

    centre.take(lived(answered))

    queued = centre.only(CallQueued)
    assert kinds(centre) == ["call-queued", "call-sent-to-fallback", fate]
    assert queued.asked_at == queued.turn_at == centre.clock.now() - timedelta(seconds=40)
    if not answered:
        assert centre.only(FallbackLost).waited == timedelta(seconds=30)
    assert centre.take(lived(answered)) == []
    assert surprises(centre) == []


def test_nobody_asked_later_than_now() -> None:
    """Asterisk's clock may be a little ahead of ours."""
    centre = Centre()

    centre.take(lived(True, asked=5.0))

    queued = centre.only(CallQueued)
    assert queued.asked_at == queued.turn_at == centre.clock.now()


def test_who_waited_here_when_we_died_and_lived_there_has_one_fate() -> None:
    centre = Centre()
    centre.call("c1")

    centre.take(lived(True))

    assert kinds(centre) == ["call-sent-to-fallback", "fallback-answered"]
    assert centre.only(FallbackAnswered).queue == "general"


def test_who_was_in_the_plain_queue_already_is_not_sent_there_again() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(OUT["to the plain queue"])

    centre.take(lived(False))

    assert kinds(centre) == ["fallback-lost"]


def test_a_seat_that_rang_for_who_lived_there_is_let_go() -> None:
    centre = ringing()

    centre.take(lived(True))

    assert kinds(centre) == ["leg-dropped", "call-sent-to-fallback", "fallback-answered"]
    assert centre.only(LegDropped).why is DropReason.CALL_WITHDRAWN


def test_who_talks_or_is_settled_did_not_live_there_now() -> None:
    in_talk, over = talking(), Centre()
    over.call("c1")
    over.take(CallerLeft(C1))

    assert in_talk.take(lived(True)) == []
    assert over.take(lived(True)) == []


def test_who_came_back_and_lived_there_keeps_his_first_fate() -> None:
    centre = back_in_line()

    centre.take(lived(False))

    assert kinds(centre) == ["call-sent-to-fallback", "reentry-ended"]
    assert centre.only(ReentryEnded).how == "fallback-lost"


def test_a_promised_callback_tells_its_queue() -> None:
    centre = Centre()
    centre.call("c1")
    centre.take(CallbackTaken(C1))

    assert centre.only(CallbackPromised).queue == "general"
    assert {one.name for one in fields(CallbackPromised)} >= {"call", "queue", "waited"}


def test_these_are_the_fates_and_every_one_is_a_fact_of_the_floor() -> None:
    """D-01: what a request for a person can come to; conservation counts exactly these (I9)."""
    assert {fate.kind for fate in FATES} == {
        "seat-answered",
        "call-abandoned",
        "call-overflowed",
        "callback-promised",
        "call-blocked",
        "call-failed",
        "fallback-answered",
        "fallback-lost",
    }
    assert set(FATES) <= set(FACTS)
