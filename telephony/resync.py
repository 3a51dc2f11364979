"""Asterisk's own list of what lives, and where our picture differs from it. Pure.

A citizen who talks is talking: adopted as such, never redirected. One who waits in the fallback
queue is taken back; one whom AGI holds and we do not know is entered; a leg that nobody knows is
hung up. What Asterisk no longer has is over, but only after two looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from kernel.ids import CallId, LegId
from kernel.legs import LegEnd
from telephony import ami_actions as act
from telephony import ami_events as ami
from telephony.ami_text import ActionHeaders
from telephony.call import Call, Phase
from telephony.emergency_resync import AdoptHandOff, hand_offs_found
from telephony.facts import CallTransferred, PictureMended
from telephony.found import AGI_PLACES, Found
from telephony.known_legs import is_leg, is_ours, is_with, leg_of
from telephony.legs import Leg, Purpose, RungBefore
from telephony.mirror import TRUNK_CONTEXT, Mirror
from telephony.mirror_effects import Effect
from telephony.unheard import recorded_unheard, served_unheard


@dataclass(frozen=True, slots=True)
class Enter:
    """A citizen unknown to us, or whose last step we missed: the events we did not get."""

    found: Found
    events: tuple[ami.AmiEvent, ...]

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        known = CallId(self.found.uniqueid) in mirror.calls
        effects = _introduce(self.found, mirror, now)
        for event in self.events:
            effects += mirror.take(event, now)
        effects += recorded_unheard(self.found, mirror, now)
        if known or self.found.uniqueid not in mirror.before.sent_away:
            return effects
        return [e for e in effects if not isinstance(e, CallTransferred)]  # told before us

    def actions(self) -> Sequence[ActionHeaders]:
        return ()


@dataclass(frozen=True, slots=True)
class TakeBack:
    """A caller in the fallback queue with whom nobody talks yet."""

    found: Found

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        if CallId(self.found.uniqueid) in mirror.calls:
            return []
        effects = _introduce(self.found, mirror, now)
        effects += mirror.take(_said("CCFallback", self.found), now)
        return effects + recorded_unheard(self.found, mirror, now)

    def actions(self) -> Sequence[ActionHeaders]:
        return (act.redirect(self.found.name, act.ROOM),)


@dataclass(frozen=True, slots=True)
class KnowLeg:
    """A seat of an older process that talks or holds its citizen, or a third party: left alone.

    Whether its answer was heard the floor knows best: it is told, and a second one changes nothing.
    """

    found: Found
    caller: CallId | None

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        leg = leg_of(self.found, self.caller)
        mirror.legs.expect(leg)
        call = mirror.calls.get(self.caller) if self.caller is not None else None
        if leg.joined or call is None or not leg.bridge or call.bridge != leg.bridge:
            leg.joined = True
            return []
        return mirror.legs.answered_in(call.id, leg.bridge)  # we may have missed the answer

    def actions(self) -> Sequence[ActionHeaders]:
        return ()


@dataclass(frozen=True, slots=True)
class HearLeg:
    """A ring of ours that was answered while we did not listen: its deadline would cut the talk."""

    found: Found

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        leg = mirror.legs.get(self.found.uniqueid)
        if leg is not None:
            leg.joined_at = self.found.joined_at
        return mirror.take(_joined(self.found), now)

    def actions(self) -> Sequence[ActionHeaders]:
        return ()


@dataclass(frozen=True, slots=True)
class KeepRing:
    """A ring of the process before us: the journal knows it, and its caller waits. Nobody rings
    twice for him; [deliver] takes it as ours (I1, I7)."""

    found: Found
    before: RungBefore

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        leg = Leg(LegId(self.found.uniqueid), Purpose.SEAT, self.before.caller)
        leg.ami_name, leg.rings = self.found.name, True
        mirror.legs.expect(leg)
        return []

    def actions(self) -> Sequence[ActionHeaders]:
        return (act.set_variable(self.found.name, "CC_LEGEPOCH", str(self.before.epoch)),)


@dataclass(frozen=True, slots=True)
class EndLeg:
    """A leg that nobody here knows and with whom nobody talks: it rings for a lost cause."""

    found: Found

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        return []

    def actions(self) -> Sequence[ActionHeaders]:
        return (act.hangup(self.found.name),)


@dataclass(frozen=True, slots=True)
class Forget:
    """Asterisk has not had it for two looks: it ended without our hearing of it."""

    uniqueid: str

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        leg = mirror.legs.get(self.uniqueid)
        if leg is not None:
            talked = leg.joined or served_unheard(mirror, leg.caller)
            return mirror.legs.end(leg, LegEnd.HUNG_UP if talked else LegEnd.FAILED, now)
        return mirror.take(ami.Hangup(self.uniqueid, 0, "lost", ""), now)

    def actions(self) -> Sequence[ActionHeaders]:
        return ()


Mend = Enter | TakeBack | KnowLeg | HearLeg | KeepRing | EndLeg | Forget | AdoptHandOff
_SAID: Final = {"held": "CCHeld", "parted": "CCBack", "handback": "CCBack"}  # the last: no step
_HOW: Final[dict[type[Mend], str]] = {
    Enter: "enter",
    TakeBack: "take_back",
    KnowLeg: "know_leg",
    HearLeg: "know_leg",
    KeepRing: "keep_ring",
    EndLeg: "end_leg",
    Forget: "forget",
    AdoptHandOff: "hand_off",
}


def fact_of(mend: Mend, now: datetime) -> PictureMended:
    """Each mending is itself a fact."""
    about = mend.uniqueid if isinstance(mend, Forget) else mend.found.uniqueid
    leg = LegId(about) if is_leg(about) else None
    call = CallId(about) if leg is None else None
    if isinstance(mend, KnowLeg):
        call = mend.caller
    if isinstance(mend, KeepRing):
        call = mend.before.caller
    return PictureMended(at=now, call=call, leg=leg, how=_HOW[type(mend)])


@dataclass(slots=True)
class Comparison:
    """One look. `absent` are ours that Asterisk did not show: final only when absent again."""

    mends: list[Mend] = field(default_factory=list)
    absent: set[str] = field(default_factory=set)


def compare(mirror: Mirror, found: Sequence[Found], absent_before: set[str]) -> Comparison:
    here = {item.uniqueid for item in found}
    ours = {str(call) for call in mirror.calls} | {str(leg.id) for leg in mirror.legs}
    result = Comparison(absent=ours - here)
    result.mends += [Forget(gone) for gone in sorted(result.absent & absent_before)]
    by_name = {item.name: item for item in found}
    citizens_first = sorted(found, key=lambda item: not item.is_citizen)  # a leg asks for its own
    for item in citizens_first:
        mend = _citizen(mirror, item) if item.is_citizen else _leg(mirror, item, by_name)
        if mend is not None:
            result.mends.append(mend)
    result.mends += hand_offs_found(mirror, found)  # when their agents are known
    return result


def _citizen(mirror: Mirror, item: Found) -> Mend | None:
    call = mirror.calls.get(CallId(item.uniqueid))
    if item.context == "fallback" and item.application == "Queue" and not item.bridge:
        return TakeBack(item)
    if item.context == "fallback" and item.bridge:
        return _served_there(call, item)
    events: tuple[ami.AmiEvent, ...] = ()
    if item.context in ("away", "urgent"):
        events = _away(call, item)
    elif item.context == "conf":
        events = _in_company(call, item)
    elif item.application == "AGI" and item.context in AGI_PLACES and not item.bridge:
        # a step that we simply have not been told yet is no difference: only a stay is
        if call is None or (not item.is_at(call.where) and call.phase is not Phase.BETWEEN):
            events = (_agi_start(item),)
    elif item.bridge and (call is None or call.phase in (Phase.IN_HAND, Phase.ARRIVED)):
        events = (_joined(item),)
    elif call is None and item.context in _SAID:
        events = (_said(_SAID[item.context], item),)
    return Enter(item, events) if events else None


def _in_company(call: Call | None, item: Found) -> tuple[ami.AmiEvent, ...]:
    missed = call is None or (bool(item.bridge) and call.phase is not Phase.CONFERENCE)
    return (ami.ConfbridgeJoin(item.uniqueid, item.exten),) if missed else ()


def _served_there(call: Call | None, item: Found) -> Mend | None:
    """A member of the plain queue talks with him. Never touched."""
    fell = call is not None and call.phase is Phase.FALLBACK
    if fell and call is not None and call.bridge:
        return None
    said = () if fell else (_said("CCFallback", item),)
    return Enter(item, (*said, _joined(item)))


def _away(call: Call | None, item: Found) -> tuple[ami.AmiEvent, ...]:
    """In [away]'s Dial: he waits there for somebody outside, or talks with him. Never touched."""
    how = {"how": item.variables.get("CC_STATE", ""), "to": item.exten}
    who = item.number, item.caller_name
    sent = ami.UserEvent(item.uniqueid, item.name, *who, "CCAway", how)
    missed = call is None or call.phase is not Phase.AWAY
    joined = bool(item.bridge) and (call is None or not call.bridge or missed)
    return (*((sent,) if missed else ()), *((_joined(item),) if joined else ()))


def _leg(mirror: Mirror, item: Found, by_name: Mapping[str, Found]) -> Mend | None:
    if not is_leg(item.uniqueid) or not is_ours(item):
        return None
    known = mirror.legs.get(item.uniqueid)
    if known is not None:
        unheard = item.context == "deliver" and item.bridge and not known.joined
        return HearLeg(item) if unheard and known.purpose is Purpose.SEAT else None
    caller = by_name.get(item.variables.get("CC_CALLER", ""))
    aside = caller is not None and is_with(item, caller)
    if not item.bridge and not aside:
        before = mirror.legs.rung_before.get(LegId(item.uniqueid))
        if before is not None and _waits(caller, before):
            return KeepRing(item, before)
        return EndLeg(item)
    return KnowLeg(item, CallId(caller.uniqueid) if caller is not None else None)


def _waits(caller: Found | None, before: RungBefore) -> bool:
    """Is he still in our hands, and the one for whom it rings?"""
    if caller is None or caller.uniqueid != before.caller:
        return False
    return caller.application == "AGI" and caller.context in AGI_PLACES


def _introduce(item: Found, mirror: Mirror, now: datetime) -> list[Effect]:
    """Make the acquaintance of a citizen who was here before us, at his own age."""
    if CallId(item.uniqueid) in mirror.calls:
        return []
    mirror.legs.answered_unheard(item.uniqueid)
    who = item.number, item.caller_name
    arrived = ami.Newchannel(item.uniqueid, item.name, TRUNK_CONTEXT, item.exten, *who)
    effects = mirror.take(arrived, now - item.age)
    party = mirror.parties[CallId(item.uniqueid)]
    told = ("CC_SIP", "CC_DIALLED", "CC_FROM")
    party.told([item.variables.get(name, "") for name in told])
    party.announced = mirror.before.told_of(CallId(item.uniqueid), "CC_CALL" in item.variables)
    party.recorded = item.recorder > 0
    return effects


def _agi_start(item: Found) -> ami.AsyncAgiStart:
    place = item.context, item.exten, item.number, item.caller_name
    return ami.AsyncAgiStart(item.uniqueid, item.name, *place, ())


def _joined(item: Found) -> ami.BridgeEnter:
    return ami.BridgeEnter(item.uniqueid, item.bridge, 2, conference=False)


def _said(what: str, item: Found) -> ami.UserEvent:
    who = item.number, item.caller_name
    return ami.UserEvent(item.uniqueid, item.name, *who, what, {"reason": "found"})
