"""All legs that are alive, and what an event means for one of them. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from kernel.ids import CallId, LegId
from kernel.legs import LegEnd
from telephony import ami_events as ami
from telephony import facts, supervision
from telephony.legs import (
    Leg,
    LegAnswered,
    LegEnded,
    LegRinging,
    Purpose,
    RungBefore,
    why_ended,
)
from telephony.mirror_effects import Effect, Leftover, LegChanged
from telephony.steps_asked import ThirdPartyEnded


class LegBook:
    def __init__(self) -> None:
        self._legs: dict[LegId, Leg] = {}
        self._over: set[LegId] = set()  # that Asterisk may still ring
        self.on_the_move: set[CallId] = set()  # out of company together: nobody is left alone
        self.rung_before: Mapping[LegId, RungBefore] = {}  # at the last log-in

    def expect(self, leg: Leg) -> None:
        """Before its Originate goes out: no event of the leg may come to a stranger."""
        assert leg.id not in self._legs, "a leg id is never used twice"
        self._legs[leg.id] = leg

    def get(self, leg: str) -> Leg | None:
        return self._legs.get(LegId(leg))

    def __iter__(self) -> Iterator[Leg]:
        return iter(list(self._legs.values()))

    def of(self, call: CallId, *purposes: Purpose) -> list[Leg]:
        return [g for g in self._legs.values() if g.caller == call and g.purpose in purposes]

    def rung_for(self, call: CallId) -> list[Leg]:
        """Seats' phones that may take him at any moment. One that was withdrawn does not count: he
        is told why he goes without."""
        legs = self.of(call, Purpose.SEAT)
        return [leg for leg in legs if not (leg.joined or leg.dropped or leg.end)]

    def seat(self, call: CallId) -> Leg | None:
        """The seat that talks with this citizen, or has put him on hold."""
        return next((leg for leg in self.of(call, Purpose.SEAT) if leg.joined), None)

    def consulted(self, call: CallId) -> Leg | None:
        return next(iter(self.of(call, Purpose.CONSULT)), None)

    def take(self, leg: Leg, event: ami.AmiEvent, now: datetime) -> list[Effect]:
        match event:
            case ami.Newchannel():
                leg.ami_name = event.name
                if leg.dropped:  # withdrawn before Asterisk had made its channel
                    return [Leftover(leg.id)]
            case ami.Newstate(state=ami.RINGING) if not leg.rings:
                leg.rings = True
                return [LegRinging(leg.id)] if leg.purpose is Purpose.SEAT else []
            case ami.Newstate(state=ami.UP):
                leg.answered = True
            case ami.UserEvent(what="CCListens") if leg.purpose is Purpose.LISTEN:
                return supervision.listens(leg, event, now)
            case ami.HangupRequest():
                leg.refused = not leg.answered
            case ami.OriginateResponse(success=False) if not leg.ami_name:
                return self.end(leg, LegEnd.UNREACHABLE, now)
            case ami.Hangup():
                leg.hangup = event
                return self.end(leg, why_ended(leg, event), now)
            case _:
                return self._moved(leg, event, now)
        return []

    def _moved(self, leg: Leg, event: ami.AmiEvent, now: datetime) -> list[Effect]:
        match event:
            case ami.BridgeEnter(conference=False):
                leg.bridge, leg.aside = event.bridge, False
                return [LegChanged(leg.id), *self._consult_begun(leg, now)]
            case ami.BridgeLeave() if event.bridge == leg.bridge:
                leg.bridge = ""
            case ami.AsyncAgiStart():
                leg.aside, leg.ami_name = True, event.name
                return [*_there(leg), LegChanged(leg.id)]
            case ami.ConfbridgeJoin():
                over = self._consult_over(leg, now)
                leg.room, leg.joined, leg.aside = event.room, True, False
                return [*over, LegChanged(leg.id), *_said(facts.ConferenceJoined, leg, now)]
            case ami.ConfbridgeLeave():
                leg.room = ""
                return [LegChanged(leg.id), *_said(facts.ConferenceLeft, leg, now)]
            case ami.Hold() | ami.Unhold():
                return self._phone_holds(leg, isinstance(event, ami.Hold), now)
            case _:
                return []
        return []

    def _phone_holds(self, leg: Leg, holds: bool, now: datetime) -> list[Effect]:
        """The phone itself put the citizen on hold, or took him back."""
        changed, leg.holds = leg.holds is not holds, holds
        if not changed or leg.caller is None or not leg.joined:
            return []
        fact = facts.CallHeld if holds else facts.CallResumed
        return [fact(at=now, call=leg.caller)]

    def _consult_begun(self, leg: Leg, now: datetime) -> list[Effect]:
        """The agent and the third party hear each other."""
        third = self.consulted(leg.caller) if leg.caller is not None else None
        seat = self.seat(leg.caller) if leg.caller is not None else None
        if third is None or seat is None or third.joined or leg.caller is None:
            return []
        if not third.bridge or third.bridge != seat.bridge:
            return []
        third.joined = True
        begun = facts.ConsultStarted(at=now, call=leg.caller, leg=third.id, target=third.target)
        return [begun, LegChanged(third.id)]

    def _consult_over(self, leg: Leg, now: datetime) -> list[Effect]:
        """Whoever was consulted comes to the citizen: from now on he is a third among them."""
        if leg.purpose is not Purpose.CONSULT or leg.caller is None:
            return []
        leg.purpose = Purpose.CONFERENCE
        ended = facts.ConsultEnded(at=now, call=leg.caller, leg=leg.id)
        return [ended] if leg.joined else []

    def answered_in(self, call: CallId, bridge: str) -> list[Effect]:
        """The seats that have just come together with their caller in this bridge."""
        found = [g for g in self.of(call, Purpose.SEAT) if g.bridge == bridge and not g.joined]
        for leg in found:
            leg.joined = True
        return [LegAnswered(leg.id, call, leg.joined_at) for leg in found]

    def end(self, leg: Leg, why: LegEnd, now: datetime) -> list[Effect]:
        """The leg is over; also for one that Asterisk has lost, or never had."""
        self._legs.pop(leg.id, None)
        leg.end, leg.bridge, leg.room, leg.aside = why, "", "", False
        if leg.purpose in (Purpose.SEAT, Purpose.AHEAD):
            unheard = supervision.nobody_to_hear(self, leg.id)
            return [LegEnded(leg.id, why), LegChanged(leg.id), *unheard]
        ended: list[Effect] = [LegChanged(leg.id)]
        if leg.purpose is Purpose.LISTEN:
            return [*supervision.over(leg, why, now), *ended]
        if leg.lent:
            ended.insert(0, LegEnded(leg.id, why))
        if leg.purpose in (Purpose.CONSULT, Purpose.CONFERENCE) and leg.caller is not None:
            ended.append(ThirdPartyEnded(at=now, call=leg.caller, leg=leg.id, why=why))
        if leg.purpose is Purpose.CONSULT and leg.joined and leg.caller is not None:
            ended.insert(0, facts.ConsultEnded(at=now, call=leg.caller, leg=leg.id))
        return ended

    def has_answered(self, leg: Leg) -> None:
        """A citizen whom we rang is there: from now on he is a call."""
        leg.there = True
        self._legs.pop(leg.id, None)

    def answered_unheard(self, citizen: str) -> None:
        """A look has found him in our hands: he answered while nobody listened."""
        leg = self.get(citizen)
        if leg is not None and leg.purpose is Purpose.CITIZEN:
            self.has_answered(leg)

    def forget(self, leg: Leg) -> None:
        """What becomes of it concerns nobody any more."""
        self._legs.pop(leg.id, None)

    def never_let_ring(self, leg: LegId) -> None:
        """It was told to be over, though Asterisk had never shown its channel (I6)."""
        self._over.add(leg)

    def stray(self, event: ami.AmiEvent) -> list[Effect]:
        """A channel that comes after its end was told may not live."""
        if isinstance(event, ami.Newchannel) and event.uniqueid in self._over:
            return [Leftover(LegId(event.uniqueid))]
        return []

    def unseen(self) -> set[str]:
        """Ordered, but no channel was heard of yet: Asterisk makes it when it finds the time."""
        return {str(leg.id) for leg in self._legs.values() if not leg.ami_name}

    def left_in(self, room: str) -> list[Leg]:
        return [leg for leg in self._legs.values() if room and leg.room == room]

    def not_needed(self, call: CallId) -> list[Effect]:
        """The caller has gone: who was aside for him alone, or still rings for a consultation."""
        third = self.consulted(call)
        spare = [
            leg for leg in self.of(call, Purpose.CONSULT, Purpose.CONFERENCE) if not leg.joined
        ]
        if third is None or not third.joined:
            spare += [leg for leg in self.of(call, Purpose.SEAT) if leg.aside]
        return [Leftover(leg.id) for leg in spare]


def _there(leg: Leg) -> list[Effect]:
    """A seat whose citizen is rung once it is there: for the floor it talks from now on."""
    if leg.purpose is not Purpose.AHEAD or leg.joined or leg.caller is None:
        return []
    leg.joined = True
    return [LegAnswered(leg.id, leg.caller)]


def _said(
    fact: type[facts.ConferenceJoined] | type[facts.ConferenceLeft], leg: Leg, now: datetime
) -> list[Effect]:
    if leg.caller is None or leg.purpose is Purpose.EMERGENCY:  # told as a hand-off
        return []
    return [fact(at=now, call=leg.caller, leg=leg.id)]
