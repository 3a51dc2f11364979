"""Missed calls (漏接回拨): who is owed a call back, and by when. Pure.

Each call that asked for a person and was not answered leaves exactly one duty; repeated calls of a
number share it; an answered later call settles it (MISS-01). A conversation that Asterisk's death
cut off leaves a follow-up in the same way, though it was answered. The facts of others are known
here by their kind alone, because neither package knows the other; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from callbacks.duty import Duty, DutyCue, DutyKind, DutyState, step
from callbacks.settings import MissedSettings, Why
from kernel.fact import Fact
from kernel.ids import CallId, DutyId, NumberKey, is_out

__all__ = ["Duty", "Missed"]  # Duty: for those who know it from here

ARRIVED: Final = "call-arrived"
QUEUED: Final = "call-queued"
ANSWERED: Final[frozenset[str]] = frozenset({"seat-answered", "fallback-answered"})
# The fates without an answer.
LOST: Final[Mapping[str, Why]] = {
    "call-abandoned": Why.ABANDONED,
    "call-overflowed": Why.OVERFLOWED,
    "call-failed": Why.FAILED,
    "call-blocked": Why.BLOCKED,
    "fallback-lost": Why.FALLBACK_LOST,
    "callback-promised": Why.PROMISED,
}
CUT_OFF: Final = "call-cut-off"  # no fate: the call stays answered
NUMBER_GIVEN: Final = "callback-number-given"
KINDS: Final[frozenset[str]] = frozenset({ARRIVED, QUEUED, CUT_OFF, NUMBER_GIVEN, *ANSWERED, *LOST})
_KIND_OF: Final = {Why.PROMISED: DutyKind.PROMISED, Why.CUT_OFF: DutyKind.FOLLOW_UP}
_BINDS: Final = (DutyKind.FOLLOW_UP, DutyKind.MISSED, DutyKind.PROMISED)  # the last binds most
_TRANSFERRED: Final = "transferred_away"  # to 110 while waiting: somebody took the call


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """One call not answered, or cut off. `caller` is masked; `caller_key` None: withheld."""

    call: CallId
    caller_key: NumberKey | None
    caller: str
    at: datetime
    why: Why
    urgent: bool = False


def call_of(fact: Fact) -> CallId:
    call = getattr(fact, "call", None)
    assert isinstance(call, str), f"a fact of kind {fact.kind} names its call"
    return CallId(call)


def why_owed(fact: Fact, settings: MissedSettings) -> Why | None:
    """Why this fate (or the cut-off) owes a call back; None: it does not."""
    why = Why.CUT_OFF if fact.kind == CUT_OFF else LOST.get(fact.kind)
    if why is None or why not in settings.owed_for:
        return None
    if getattr(fact, "why", None) == _TRANSFERRED:
        return None
    return why


def left_at(fate: Fact, asked_at: datetime | None) -> datetime:
    """When he was lost. What happened without us is told later (`fallback-lost`): of such a fate
    counts when he had asked, and how long he waited."""
    waited = getattr(fate, "waited", None)
    if asked_at is None or waited is None:
        return fate.at
    left: datetime = asked_at + waited
    return min(fate.at, left)


def of_our_callback(answered: Fact) -> bool:
    """An agent's answer in a call that we made: perhaps nobody else is there yet."""
    return is_out(call_of(answered)) and bool(getattr(answered, "again", False))


def is_urgent(queued: Fact, settings: MissedSettings) -> bool:
    """By the priority or the queue with which the call entered the line."""
    return (
        getattr(queued, "priority", 0) >= settings.urgent_priority
        or getattr(queued, "queue", "") in settings.urgent_queues
    )


def due_at(missed_at: datetime, *, urgent: bool, settings: MissedSettings) -> datetime:
    """When it must have been rung back at the latest (A16); UTC."""
    if urgent:
        return missed_at + settings.urgent_within
    local = missed_at.astimezone(ZoneInfo(settings.zone))
    if settings.day_from <= local.time() <= settings.day_until:
        return missed_at + settings.due_within
    evening = local.time() > settings.day_until
    morning = datetime.combine(
        local.date() + timedelta(days=int(evening)), settings.night_due_at, local.tzinfo
    )
    return morning.astimezone(missed_at.tzinfo)


def open_duty(missed: Missed, settings: MissedSettings) -> Duty:
    """A new duty; uncallable when the number is withheld. Its id is that of its first call."""
    callable_ = missed.caller_key is not None
    return Duty(
        id=DutyId(f"missed:{missed.call}"),
        kind=_KIND_OF.get(missed.why, DutyKind.MISSED),
        state=DutyState.OPEN if callable_ else DutyState.UNCALLABLE,
        caller_key=missed.caller_key,
        caller=missed.caller,
        opened_at=missed.at,
        last_missed_at=missed.at,
        due_at=due_at(missed.at, urgent=missed.urgent, settings=settings),
        urgent=missed.urgent,
        calls=(missed.call,),
        ready_at=missed.at,
    )


def _kind_with(kind: DutyKind, why: Why) -> DutyKind:
    """A promise binds most; a cut-off alone is a follow-up, with a missed call it is one."""
    known = _KIND_OF.get(why, DutyKind.MISSED)
    return max(kind, known, key=_BINDS.index)


def merged(duty: Duty, missed: Missed, settings: MissedSettings) -> Duty:
    """The duty with one more missed call. It is never due later than before."""
    return replace(
        duty,
        kind=_kind_with(duty.kind, missed.why),
        state=step(duty.state, DutyCue.MISSED_AGAIN),
        last_missed_at=max(duty.last_missed_at, missed.at),
        due_at=min(duty.due_at, due_at(missed.at, urgent=missed.urgent, settings=settings)),
        urgent=duty.urgent or missed.urgent,
        calls=(*duty.calls, missed.call),
        ready_at=max(duty.ready_at or missed.at, missed.at)
        if duty.state is not DutyState.UNREACHED
        else missed.at,  # who rings again may be rung back at once
    )


def self_resolved(duty: Duty, *, by: CallId, at: datetime) -> Duty:
    """The caller rang again and a person answered: nothing is owed any more."""
    return replace(
        duty, state=step(duty.state, DutyCue.CALLER_ANSWERED), closed_at=at, resolved_by=by
    )
