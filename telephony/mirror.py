"""Asterisk's calls and legs as we see them. Pure: told an event and the time, says what follows.

The same events give the same effects, so captures replay without Asterisk (`hotline replay`). The
truth is Asterisk's: `telephony/resync.py` compares and mends.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final

from kernel.ids import CallId, Extension, NumberKey, is_out
from kernel.phone import WITHHELD, PhoneNumber
from telephony import ami_events as ami
from telephony import facts
from telephony.ami_text import without_line_breaks
from telephony.before_us import BeforeUs
from telephony.call import Call, Cue, Phase, advance, cue_of
from telephony.company import handed_over, thinned
from telephony.emergency_book import HandOffBook
from telephony.leg_book import LegBook
from telephony.legs import Leg, LegEnded, Purpose
from telephony.mirror_effects import (
    CommandDone,
    Effect,
    Fell,
    Gone,
    InHand,
    Joined,
    KeyPressed,
    Leaving,
    Leftover,
    OutOfHand,
    PhoneSeen,
    Stranded,
    Surprised,
)
from telephony.party import Party, caller_number, recording_begun
from telephony.seat_phones import SeatPhones

TRUNK_CONTEXT: Final = "from-trunk"
# A seat put aside has nothing to come back to.
SEAT_IS_FREE: Final = frozenset({Phase.IN_HAND, Phase.AWAY, Phase.AFTER_CALL, Phase.FALLBACK})
TOLD_A_STORY: Final = frozenset({Phase.IN_HAND, Phase.AFTER_CALL})


class Mirror:
    """`key_of` gives the hashed key of a number (the vault's), `home_area` completes local ones."""

    def __init__(
        self, *, key_of: Callable[[PhoneNumber], NumberKey | None], home_area: str = ""
    ) -> None:
        self._key_of = key_of
        self._home_area = home_area
        self.calls: dict[CallId, Call] = {}
        self.parties: dict[CallId, Party] = {}
        self.legs = LegBook()
        self.phones = SeatPhones()
        self.rung: dict[CallId, PhoneNumber] = {}  # citizens whom we ring, by their call to be
        self.before = BeforeUs()
        self.hand_offs = HandOffBook()
        self.counters: Counter[str] = Counter()
        self.moved: set[str] | None = None  # whose news came, while a look asks for it

    def take(self, event: ami.AmiEvent, now: datetime) -> list[Effect]:
        """All that follows from one event, in the order in which it is to be done."""
        match event:
            case ami.DeviceState():
                return _seen(self.phones.device(event))
            case ami.ContactStatus():
                return _seen(self.phones.contact(event))
            case ami.AttendedTransfer():
                return self._phone_transfer(event, now)
            case _:
                leg = self.legs.get(event.uniqueid)
        if self.moved is not None:
            self.moved |= {event.uniqueid, *(call.id for call in self._concerned(event))}
        if leg is not None and leg.purpose is Purpose.CITIZEN and _is_there(event):
            self.legs.has_answered(leg)
            leg = None
        if leg is not None:
            effects = self.legs.take(leg, event, now)
            effects += self._after_leg(leg, event, effects)
        else:
            effects = self.legs.stray(event)
            self._meet(event, now)
        effects = self.hand_offs.take(event, leg, effects, now)
        for call in self._concerned(event):
            effects += self._step(call, event, now)
        return effects

    def adopt(self, call: Call, party: Party) -> None:
        """A call that lived before we did, as Asterisk shows it."""
        self.calls[call.id], self.parties[call.id] = call, party

    def _concerned(self, event: ami.AmiEvent) -> list[Call]:
        """The call of the event itself, and the one whose bridge somebody entered."""
        own = self.calls.get(CallId(getattr(event, "uniqueid", "")))
        if isinstance(event, ami.BridgeEnter) and not event.conference and own is None:
            return [call for call in self.calls.values() if call.bridge == event.bridge]
        return [] if own is None else [own]

    def _meet(self, event: ami.AmiEvent, now: datetime) -> None:
        """A citizen's call that we have not seen before."""
        match event:
            case ami.Newchannel(context="from-trunk") | ami.AsyncAgiStart():
                exten = event.exten
            case ami.UserEvent(what="CCFallback"):
                exten = event.field("Dialled")
            case _:
                return
        if CallId(event.uniqueid) in self.calls:
            return
        caller = self._caller(event)
        party = Party(
            caller=caller,
            caller_key=None if caller.is_withheld else self._key_of(caller),
            caller_name=without_line_breaks(event.caller_name),
            dialled=exten,
            trunk=event.name.rpartition("-")[0].removeprefix("PJSIP/"),
            arrived_at=now,
        )
        self.adopt(Call(CallId(event.uniqueid), event.name), party)

    def _caller(self, event: ami.Newchannel | ami.AsyncAgiStart | ami.UserEvent) -> PhoneNumber:
        """Of a citizen whom we ring, Asterisk shows our own number."""
        if is_out(event.uniqueid):
            return self.rung.get(CallId(event.uniqueid), WITHHELD)
        return caller_number(event.caller_number, self._home_area)

    def _phone_transfer(self, event: ami.AttendedTransfer, now: datetime) -> list[Effect]:
        """The phone joined two of its own calls; its first leg names our citizen."""
        leg = self.legs.get(event.transferer)
        if not event.success or leg is None or leg.caller is None:
            return []
        return [facts.CallTransferred(at=now, call=leg.caller, how=facts.Transfer.ATTENDED, to="")]

    # ---- what a leg's event means for its call

    def _after_leg(self, leg: Leg, event: ami.AmiEvent, effects: list[Effect]) -> list[Effect]:
        call = self.calls.get(leg.caller) if leg.caller is not None else None
        ended = leg.end is not None
        if isinstance(event, ami.MixMonitorStart) and call is not None:
            self.parties[call.id].recorded = True  # [deliver] records on the seat's leg
        if isinstance(event, ami.ConfbridgeLeave):
            return thinned(self.legs, event.room, call, leg)
        if call is None:
            alone = leg.caller is not None and (leg.aside or ended)
            return self.legs.not_needed(leg.caller) if alone and leg.caller else []
        if leg.aside and leg.purpose is Purpose.SEAT and call.phase in SEAT_IS_FREE:
            return [Leftover(leg.id)]
        talked = any(isinstance(effect, LegEnded) for effect in effects) and leg.joined
        if talked and leg.purpose is Purpose.SEAT and call.phase is Phase.HELD:
            third = self.legs.consulted(call.id)
            spare: list[Effect] = [Leftover(third.id)] if third is not None else []
            return [*spare, Stranded(call.id, talked=False)]
        return []

    # ---- the citizen's own call

    def _step(self, call: Call, event: ami.AmiEvent, now: datetime) -> list[Effect]:
        party = self.parties[call.id]
        self._note(party, event)
        after = self.calls[call.id] = advance(call, event)
        cue = cue_of(after, event)
        if after.surprises > call.surprises:
            self.counters["events that fit no step"] += 1
            return [Surprised(call.id, call.phase, cue)]
        effects: list[Effect] = []
        if after.phase is not Phase.ARRIVED and not party.announced:
            effects += self._arrival(after, party, now)
        effects += self._heard(after, party, event, now)
        return effects + self._follows(call, after, cue, event, now)

    def _heard(self, call: Call, party: Party, event: ami.AmiEvent, now: datetime) -> list[Effect]:
        match event:
            case ami.DtmfEnd():
                return [KeyPressed(call.id, event.digit)]
            case ami.AsyncAgiExec():
                return [CommandDone(call.id, event.command_id, event.result)]
            case ami.AsyncAgiEnd():
                return [OutOfHand(call.id)]
            case ami.HangupRequest():
                return [Leaving(call.id)]
            case ami.UserEvent(what="CCAwayFailed"):
                why, how, to = event.field("Why"), party.away_how, party.away_to
                party.away_failed = why
                return [facts.TransferFailed(at=now, call=call.id, how=how, why=why, to=to)]
            case _:
                return []

    def _follows(
        self, call: Call, after: Call, cue: Cue | None, event: ami.AmiEvent, now: datetime
    ) -> list[Effect]:
        match cue:
            case Cue.AGI | Cue.AGI_AFTER_CALL:
                returned = call.phase is Phase.FALLBACK
                back: list[Effect] = [facts.CallReturned(at=now, call=call.id)] if returned else []
                in_hand = InHand(call.id, after.where, returned)
                return [*back, in_hand, *self.legs.not_needed(call.id)]
            case Cue.JOINED:
                return self._joined(call, after, now)
            case Cue.PUT_ON_HOLD:
                return [OutOfHand(call.id), facts.CallHeld(at=now, call=call.id)]
            case Cue.SENT_AWAY:
                return [OutOfHand(call.id), *self.legs.not_needed(call.id)]
            case Cue.FELL_BACK:
                assert isinstance(event, ami.UserEvent), "only [fallback] says so"
                reason = event.field("Reason") or "switch"
                fell = facts.CallFellBack(at=now, call=call.id, reason=reason)
                return [Fell(call.id), fell]
            case Cue.CONFERENCE_JOINED:
                return self._in_company(call, now)
            case Cue.CONFERENCE_LEFT:
                left = facts.ConferenceLeft(at=now, call=call.id, leg=None)
                room = event.room if isinstance(event, ami.ConfbridgeLeave) else ""
                return [left, *thinned(self.legs, room, after, None)]
            case Cue.HUNG_UP:
                assert isinstance(event, ami.Hangup), "only a Hangup ends a call"
                return self._gone(after, event.cause, now)
            case Cue.PARTED | None:
                return []

    def _in_company(self, call: Call, now: datetime) -> list[Effect]:
        """In a conference; whose story still spoke or played music has nothing more to say."""
        joined = facts.ConferenceJoined(at=now, call=call.id, leg=None)
        told: list[Effect] = [Fell(call.id)] if call.phase in TOLD_A_STORY else []
        if call.phase is Phase.HELD:
            told.append(facts.CallResumed(at=now, call=call.id))
        return [*told, *recording_begun(self.parties[call.id], call.id, now), joined]

    def _joined(self, call: Call, after: Call, now: datetime) -> list[Effect]:
        effects: list[Effect] = [OutOfHand(call.id), Joined(call.id)]
        party = self.parties[call.id]
        effects += recording_begun(party, call.id, now)
        third, seat = self.legs.consulted(call.id), self.legs.seat(call.id)
        if after.phase is Phase.AWAY:
            away = facts.CallTransferred(at=now, call=call.id, how=party.away_how, to=party.away_to)
            return [*effects, away]
        if after.phase is Phase.FALLBACK:
            return [*effects, facts.FallbackTalk(at=now, call=call.id)]
        if call.phase is Phase.HELD and third is not None and third.bridge == after.bridge:
            effects += handed_over(third, call, now)
        elif call.phase is Phase.HELD and seat is not None and seat.bridge == after.bridge:
            effects.append(facts.CallResumed(at=now, call=call.id))
        return effects + self.legs.answered_in(call.id, after.bridge)

    def _gone(self, call: Call, cause: int, now: datetime) -> list[Effect]:
        party = self.parties.pop(call.id)
        self.rung.pop(call.id, None)
        del self.calls[call.id]
        by = facts.HungUpBy.NETWORK
        if party.sent_home:
            by = facts.HungUpBy.US
        elif party.asked_to_go:
            by = facts.HungUpBy.CITIZEN
        effects = [] if party.announced else self._arrival(call, party, now)
        fact = facts.CallHungUp(at=now, call=call.id, by=by, cause=cause)
        return [*effects, fact, Gone(call.id), *self.legs.not_needed(call.id)]

    def _arrival(self, call: Call, party: Party, now: datetime) -> list[Effect]:
        party.announced = True
        arrived = facts.CallArrived(
            at=party.arrived_at,
            call=call.id,
            sip_call_id=party.sip_call_id,
            dialled=party.dialled,
            caller=party.caller.masked(),
            caller_key=party.caller_key,
            trunk=party.trunk,
        )
        return [arrived]

    def _note(self, party: Party, event: ami.AmiEvent) -> None:
        """What the dialplan adds to our picture of the citizen."""
        match event:
            case ami.AsyncAgiStart() if not party.sip_call_id and len(event.arguments) >= 2:
                party.told(event.arguments)
            case ami.UserEvent(what="CCFallback" | "CCLeft" | "CCRefused"):
                party.sip_call_id = party.sip_call_id or event.field("SipCallId")
            case ami.UserEvent(what="CCAway"):
                party.times_away += 1
                party.away_how = facts.Transfer(event.field("How") or "blind")
                party.away_to = caller_number(event.field("To"), self._home_area).masked()
            case ami.MixMonitorStart():
                party.recorded = True
            case ami.HangupRequest():
                party.asked_to_go = True
            case _:
                return


def _is_there(event: ami.AmiEvent) -> bool:
    return isinstance(event, ami.AsyncAgiStart)


def _seen(phone: tuple[Extension, bool] | None) -> list[Effect]:
    return [] if phone is None else [PhoneSeen(*phone)]
