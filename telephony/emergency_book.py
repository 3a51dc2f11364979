"""Hand-offs that are going on, and what Asterisk's news mean for them. Pure.

The far leg has an id of Asterisk's own: the dialplan names it before it is rung (CCHandOff, step
"dialled"). Our leg to it is a Local channel that stands in the citizen's conference from the start.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from kernel.fact import Fact
from kernel.ids import CallId
from telephony import ami_events as ami
from telephony import emergency_facts as facts
from telephony.emergency import Cue, HandOff, Owner, advance
from telephony.legs import Leg, Purpose
from telephony.mirror_effects import Effect, Leftover, Stranded

# Whom the agent leaves so soon after the emergency line has gone: [conf] of the dialplan, parted.
COMES_BACK_WITHIN: Final = timedelta(seconds=3)
_STEPS: Final = {
    "tried": Cue.TRIED,
    "answered": Cue.ANSWERED,
    "failed": Cue.FAR_GONE,
    "ended": Cue.FAR_GONE,
    "gone": Cue.FAR_GONE,
}


class HandOffBook:
    """By call: the last one of each citizen who is on the phone."""

    def __init__(self) -> None:
        self._of: dict[CallId, HandOff] = {}
        self._far: dict[str, CallId] = {}  # the far legs that ring or talk

    def of(self, call: CallId) -> HandOff | None:
        return self._of.get(call)

    def open_of(self, call: CallId) -> HandOff | None:
        found = self._of.get(call)
        return None if found is None or found.is_over else found

    def __iter__(self) -> Iterator[HandOff]:
        return iter(list(self._of.values()))

    def put(self, hand_off: HandOff) -> None:
        """A new one, or one that was adopted."""
        self._of[hand_off.call] = hand_off

    def take(
        self, event: ami.AmiEvent, leg: Leg | None, effects: list[Effect], now: datetime
    ) -> list[Effect]:
        """`effects` and what follows for a hand-off; `leg` is the one that the event is about."""
        if isinstance(event, ami.ConfbridgeLeave) and leg is not None and leg.caller in self._of:
            # He may be on his way into it: the dialplan knows, and lets nobody stay alone.
            effects = [e for e in effects if not isinstance(e, Leftover)]
        told = [*effects, *self._news(event, leg, now)]
        return [e for e in told if not (isinstance(e, Stranded) and self._comes_back(e.call, now))]

    def _comes_back(self, call: CallId, now: datetime) -> bool:
        """Parted from an emergency line, the dialplan has told him so and brings him back."""
        found = self._of.get(call)
        if found is None:
            return False
        return found.over_at is None or now - found.over_at < COMES_BACK_WITHIN

    def _news(self, event: ami.AmiEvent, leg: Leg | None, now: datetime) -> list[Fact]:
        match event:
            case ami.UserEvent(what="CCHandOff"):
                return self._told(event, now)
            case ami.UserEvent(what="CCIncident"):
                number, of = event.field("Incident"), CallId(event.uniqueid)
                return [facts.IncidentTold(at=now, call=of, incident_no=number, by="sip")]
            case ami.Newstate(state=ami.RINGING) if event.uniqueid in self._far:
                return self.step(self._far[event.uniqueid], Cue.RANG, now)
            case ami.HangupRequest() if leg is None:
                # With him the emergency line goes, and its Hangup may be told before his.
                return self.step(CallId(event.uniqueid), Cue.CITIZEN_LEFT, now)
            case ami.Hangup():
                return self._hung_up(event, leg, now)
            case ami.ConfbridgeLeave() if leg is not None and leg.purpose is Purpose.SEAT:
                return self._seat_left(leg, now)
            case _:
                return []

    def step(self, call: CallId, cue: Cue, now: datetime, *, why: str = "") -> list[Fact]:
        """One cue for the hand-off of this call; nothing where it does not fit."""
        before = self._of.get(call)
        after = advance(before, cue, now, why=why) if before is not None else None
        if before is None or after is None:
            return []
        self._of[call] = after
        return list(_facts(before, after, cue, now))

    def not_ours(self, call: CallId, owner: Owner) -> None:
        """Agreed with the far end; the fact is written by who asks."""
        found = self._of[call]
        self._of[call] = replace(found, owner=owner)

    def _told(self, event: ami.UserEvent, now: datetime) -> list[Fact]:
        """By the dialplan, of the hand-off that it names."""
        named = next((h for h in self if h.id == event.field("HandOff")), None)
        if named is None:
            return []
        step = event.field("Step")
        if step == "dialled":
            self._far[event.uniqueid] = named.call
            trunk = event.field("Trunk")
            self._of[named.call] = replace(named, trunk=trunk)
            return []
        cue = _STEPS.get(step)
        return [] if cue is None else self.step(named.call, cue, now, why=event.field("Why"))

    def _hung_up(self, event: ami.Hangup, leg: Leg | None, now: datetime) -> list[Fact]:
        self._far.pop(event.uniqueid, None)
        if leg is None:
            left = CallId(event.uniqueid)
            found = self.step(left, Cue.CITIZEN_LEFT, now)
            self._of.pop(left, None)
            return found
        if leg.purpose is Purpose.EMERGENCY and leg.caller is not None:
            named = self._of.get(leg.caller)
            mine = named is not None and named.id == leg.id
            return self.step(leg.caller, Cue.FAR_GONE, now, why="gone") if mine else []
        return self._seat_left(leg, now) if leg.purpose is Purpose.SEAT else []

    def _seat_left(self, leg: Leg, now: datetime) -> list[Fact]:
        if leg.caller is None or not leg.joined:
            return []
        return self.step(leg.caller, Cue.AGENT_LEFT, now)


def _facts(before: HandOff, after: HandOff, cue: Cue, now: datetime) -> Iterator[Fact]:
    call, name = after.call, after.id
    with_agent = after.has_agent
    match cue:
        case Cue.RANG:
            if before.rung_at is None:
                waited = now - after.asked_at
                yield facts.HandOffRung(
                    at=now, call=call, hand_off=name, trunk=after.trunk, after=waited
                )
        case Cue.TRIED:
            yield facts.HandOffTried(
                at=now, call=call, hand_off=name, trunk=before.trunk, why=after.why
            )
        case Cue.ANSWERED:
            yield facts.HandOffAnswered(
                at=now, call=call, hand_off=name, trunk=after.trunk, with_agent=with_agent
            )
        case Cue.AGENT_LEFT:
            joined = after.answered_at is not None
            yield facts.HandOffAgentLeft(at=now, call=call, hand_off=name, joined=joined)
        case Cue.FAR_GONE if after.answered_at is None:
            yield facts.HandOffFailed(
                at=now, call=call, hand_off=name, why=after.why, with_agent=with_agent
            )
        case Cue.FAR_GONE | Cue.CITIZEN_LEFT:
            began = after.answered_at
            yield facts.HandOffEnded(
                at=now,
                call=call,
                hand_off=name,
                by="far_end" if cue is Cue.FAR_GONE else "citizen",
                talked=timedelta() if began is None else now - began,
                with_agent=before.has_agent,
            )
        case Cue.NOT_OURS:
            return
