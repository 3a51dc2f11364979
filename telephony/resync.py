"""Asterisk's own list of what lives, and where our picture differs from it. Pure.

A citizen who talks is talking: adopted as such, never redirected. One who waits in the fallback
queue is taken back; one whom AGI holds and we do not know is entered; a leg that nobody knows is
hung up. What Asterisk no longer has is over, but only after two looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from kernel.ids import CallId, LegId
from kernel.legs import LegEnd
from telephony import ami_actions as act
from telephony import ami_events as ami
from telephony.ami_asks import Headers
from telephony.ami_text import ActionHeaders
from telephony.call import Phase
from telephony.legs import Leg, Purpose
from telephony.mirror import TRUNK_CONTEXT, Mirror
from telephony.mirror_effects import Effect

AGI_PLACES: Final = frozenset({"hotline", "room", "aftercall"})
CITIZEN_PLACES: Final = AGI_PLACES | {
    TRUNK_CONTEXT,
    "held",
    "fallback",
    "emergency",
    "transfer",
    "conf",
}
LEG_PLACES: Final = frozenset({"deliver", "agentroom", "confleg", "from-agent", "outbound"})


@dataclass(frozen=True, slots=True)
class Found:
    """One channel as Status and CoreShowChannels show it."""

    uniqueid: str
    name: str
    context: str
    exten: str
    application: str
    bridge: str
    number: str
    caller_name: str
    age: timedelta
    variables: Mapping[str, str]

    @property
    def is_citizen(self) -> bool:
        return "CC_SIP" in self.variables and self.context in CITIZEN_PLACES

    @property
    def talked(self) -> bool:
        return bool(self.variables.get("CC_STATE"))


def found_from(status: Iterable[Headers], shown: Iterable[Headers]) -> list[Found]:
    """Put the two lists together; a channel that only one of them has is on its way out or in."""
    by_id = {str(item.get("uniqueid")): item for item in shown}
    return [
        _found(item, by_id[str(item.get("uniqueid"))])
        for item in status
        if item.get("event") == "Status" and str(item.get("uniqueid")) in by_id
    ]


def _found(status: Headers, shown: Headers) -> Found:
    def text(headers: Headers, name: str) -> str:
        value = headers.get(name, "")
        value = value if isinstance(value, str) else value[0]
        return "" if value in ("<unknown>", "(null)") else value

    seconds, variables = text(status, "seconds"), _variables(status.get("variable", ()))
    context, application = text(shown, "context"), text(shown, "application")
    if context == "record" and variables.get("CC_STATE") != "fallback":
        # AGI's GOSUB is over, but its last step is what Asterisk goes on showing of the channel
        context, application = "room", "AGI"
    return Found(
        uniqueid=text(status, "uniqueid"),
        name=text(status, "channel"),
        context=context,
        exten=text(shown, "exten"),
        application=application,
        bridge=text(shown, "bridgeid"),
        number=text(status, "calleridnum"),
        caller_name=text(status, "calleridname"),
        age=timedelta(seconds=int(seconds) if seconds.isdigit() else 0),
        variables=variables,
    )


def _variables(given: str | tuple[str, ...]) -> dict[str, str]:
    """`Variable: NAME=value`, repeated; those that are not set read "(null)" or nothing."""
    pairs = [given] if isinstance(given, str) else given
    split = [pair.partition("=") for pair in pairs]
    return {name: value for name, _, value in split if value not in ("", "(null)")}


@dataclass(frozen=True, slots=True)
class Enter:
    """A citizen unknown to us, or whose last step we missed: the events we did not get."""

    found: Found
    events: tuple[ami.AmiEvent, ...]

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        effects = _introduce(self.found, mirror, now)
        for event in self.events:
            effects += mirror.take(event, now)
        return effects

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
        return effects + mirror.take(_said("CCFallback", self.found), now)

    def actions(self) -> Sequence[ActionHeaders]:
        return (act.redirect(self.found.name, act.ROOM),)


@dataclass(frozen=True, slots=True)
class KnowLeg:
    """A seat of an older process that talks: leave it alone, and hear when it ends."""

    found: Found
    caller: CallId | None

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        leg = Leg(LegId(self.found.uniqueid), Purpose.SEAT, self.caller)
        leg.ami_name, leg.bridge = self.found.name, self.found.bridge
        leg.answered = leg.joined = True
        mirror.legs.expect(leg)
        return []

    def actions(self) -> Sequence[ActionHeaders]:
        return ()


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
            return mirror.legs.end(leg, LegEnd.HUNG_UP if leg.joined else LegEnd.FAILED, now)
        return mirror.take(ami.Hangup(self.uniqueid, 0, "lost", ""), now)

    def actions(self) -> Sequence[ActionHeaders]:
        return ()


Mend = Enter | TakeBack | KnowLeg | EndLeg | Forget


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
    for item in found:
        mend = _citizen(mirror, item) if item.is_citizen else _leg(mirror, item, by_name)
        if mend is not None:
            result.mends.append(mend)
    return result


def _citizen(mirror: Mirror, item: Found) -> Mend | None:
    call = mirror.calls.get(CallId(item.uniqueid))
    if item.context == "fallback" and item.application == "Queue" and not item.bridge:
        return TakeBack(item)
    if call is None and item.context == "fallback" and item.bridge:
        return Enter(item, (_said("CCFallback", item), _joined(item)))
    events: tuple[ami.AmiEvent, ...] = ()
    if item.application == "AGI" and item.context in AGI_PLACES and not item.bridge:
        # a step that we simply have not been told yet is no difference: only a stay is
        if call is None or (call.where != item.context and call.phase is not Phase.BETWEEN):
            events = (_agi_start(item),)
    elif item.bridge and (call is None or call.phase in (Phase.IN_HAND, Phase.ARRIVED)):
        events = (_joined(item),)
    elif call is None and item.context == "held":
        events = (_said("CCHeld", item),)
    if not events:
        return None
    return Enter(item, events)


def _leg(mirror: Mirror, item: Found, by_name: Mapping[str, Found]) -> Mend | None:
    epoch, _, n = item.uniqueid.partition("-")
    is_ours = epoch.isdigit() and n.isdigit()
    if not is_ours or mirror.legs.get(item.uniqueid) is not None:
        return None
    if not item.bridge:
        return EndLeg(item)
    caller = by_name.get(item.variables.get("CC_CALLER", ""))
    return KnowLeg(item, CallId(caller.uniqueid) if caller is not None else None)


def _introduce(item: Found, mirror: Mirror, now: datetime) -> list[Effect]:
    """Make the acquaintance of a citizen who was here before us, at his own age."""
    if CallId(item.uniqueid) in mirror.calls:
        return []
    who = item.number, item.caller_name
    arrived = ami.Newchannel(item.uniqueid, item.name, TRUNK_CONTEXT, item.exten, *who)
    effects = mirror.take(arrived, now - item.age)
    party = mirror.parties[CallId(item.uniqueid)]
    party.sip_call_id = item.variables["CC_SIP"]
    party.dialled = item.variables.get("CC_DIALLED", "")
    party.announced = "CC_CALL" in item.variables
    party.recorded = True
    return effects


def _agi_start(item: Found) -> ami.AsyncAgiStart:
    place = item.context, item.exten, item.number, item.caller_name
    return ami.AsyncAgiStart(item.uniqueid, item.name, *place, ())


def _joined(item: Found) -> ami.BridgeEnter:
    return ami.BridgeEnter(item.uniqueid, item.bridge, 2, conference=False)


def _said(what: str, item: Found) -> ami.UserEvent:
    who = item.number, item.caller_name
    return ami.UserEvent(item.uniqueid, item.name, *who, what, {"reason": "found"})
