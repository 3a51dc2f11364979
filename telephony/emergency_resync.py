"""Hand-offs that live on Asterisk otherwise than we have them: after our death, after a gap. Pure.

The citizen's channel says how far it came, the dialplan beside it what has happened since. What is
adopted goes on as it is: nobody who talks or hears ringing is moved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.ids import CallId, LegId
from telephony import ami_actions as act
from telephony import emergency_kept as kept
from telephony.ami_text import ActionHeaders
from telephony.emergency import Cue, HandOff
from telephony.found import Found
from telephony.legs import Leg, Purpose
from telephony.mirror import Mirror
from telephony.mirror_effects import Effect
from telephony.stamps import moment


@dataclass(frozen=True, slots=True)
class Since:
    """What happened while we did not listen."""

    cue: Cue
    at: datetime | None = None  # None: we learn of it now
    why: str = ""


@dataclass(frozen=True, slots=True)
class AdoptHandOff:
    found: Found  # the citizen
    hand_off: HandOff
    leg: Found | None  # ours to the emergency line
    since: tuple[Since, ...]
    is_stranded: bool  # alone in his conference

    def effects(self, mirror: Mirror, now: datetime) -> list[Effect]:
        book, call = mirror.hand_offs, self.hand_off.call
        if book.of(call) is None:
            book.put(self.hand_off)
        if self.leg is not None and mirror.legs.get(self.leg.uniqueid) is None:
            leg = Leg(LegId(self.leg.uniqueid), Purpose.EMERGENCY, call, self.hand_off.code)
            leg.ami_name, leg.answered, leg.joined = self.leg.name, True, True
            leg.room, leg.bridge = self.leg.exten, self.leg.bridge
            mirror.legs.expect(leg)
        effects: list[Effect] = []
        for news in self.since:
            effects += book.step(call, news.cue, news.at or now, why=news.why)
        return effects

    def actions(self) -> Sequence[ActionHeaders]:
        return (act.redirect(self.found.name, act.HAND_BACK),) if self.is_stranded else ()


def hand_offs_found(mirror: Mirror, found: Sequence[Found]) -> list[AdoptHandOff]:
    """Those of which Asterisk shows more than we know."""
    citizens = [item for item in found if item.is_citizen and kept.VARIABLE in item.variables]
    adopted = [_adopt(mirror, citizen, found) for citizen in citizens]
    return [one for one in adopted if one is not None]


def _adopt(mirror: Mirror, citizen: Found, found: Sequence[Found]) -> AdoptHandOff | None:
    call = CallId(citizen.uniqueid)
    ours = mirror.hand_offs.of(call)
    hand_off = ours or kept.decode(call, citizen.variables[kept.VARIABLE])
    if hand_off is None or (ours is not None and ours.is_over):
        return None
    leg = next((item for item in found if item.uniqueid == hand_off.id), None)
    with_him = [item for item in found if _is_with(item, citizen)]
    since = () if hand_off.is_over else _since(hand_off, citizen)
    if ours is None and not hand_off.is_over:  # else we hear it ourselves
        since = _without_us(hand_off, since, leg is not None, bool(with_him))
    unknown_leg = leg is not None and mirror.legs.get(leg.uniqueid) is None
    if ours is not None and not since and not unknown_leg:
        return None
    alone = ours is None and leg is None and not with_him
    stranded = alone and citizen.context == "conf" and bool(citizen.bridge)
    return AdoptHandOff(citizen, hand_off, leg, since, stranded)


def _since(hand_off: HandOff, citizen: Found) -> tuple[Since, ...]:
    """What the dialplan has written down beside it."""
    said = citizen.variables
    name, _, at = said.get(kept.ANSWERED, "").partition("~")
    news = []
    if name == hand_off.id and hand_off.answered_at is None:
        news.append(Since(Cue.ANSWERED, moment(at)))
    far = said.get(kept.FAR, "")
    if far.isdigit():
        news.append(Since(Cue.FAR_GONE, moment(far), said.get(kept.FAR_WHY, "")))
    return tuple(news)


def _without_us(
    hand_off: HandOff, since: tuple[Since, ...], is_there: bool, with_agent: bool
) -> tuple[Since, ...]:
    """The process before us is gone: what it did not see to the end."""
    answered = tuple(news for news in since if news.cue is Cue.ANSWERED)
    gone = since[len(answered) :]
    left = (Since(Cue.AGENT_LEFT),) if hand_off.has_agent and not with_agent else ()
    lost = () if is_there or gone else (Since(Cue.FAR_GONE, why="lost"),)
    return (*answered, *left, *gone, *lost)


def _is_with(item: Found, citizen: Found) -> bool:
    """An agent's leg beside him: in the conference, in a bridge, or with him on hold."""
    mine = item.variables.get("CC_CALLER") == citizen.name
    return mine and item.context in ("confleg", "deliver", "agentroom")
