"""One call as the console lists it: a card, folded from the call's facts. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from sys import intern
from typing import Any, Final

from acd import facts as acd
from acd.surge_facts import IncidentCall
from console.parties import after
from console.party import Parties
from console.surveyed import Surveyed, surveyed
from intake.facts import TicketFiled
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, NumberKey, SeatId
from telephony import emergency_facts as emergency
from telephony import facts as telephony
from telephony.passed_on import CameFromLevel

TO_A_PERSON: Final = "answered"
_FATES: Final[dict[type[Fact], str]] = {
    acd.CallAbandoned: "abandoned",
    acd.CallOverflowed: "overflowed",
    acd.CallbackPromised: "callback_promised",
    acd.CallBlocked: "blocked",
    acd.CallFailed: "failed",
    acd.FallbackAnswered: "fallback_answered",
    acd.FallbackLost: "fallback_lost",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCard:
    """What is known of one call by now. `caller` is masked; `waited` and `talked` are None until
    known."""

    call: CallId
    arrived_at: datetime
    caller: str = ""
    caller_key: NumberKey | None = None
    dialled: str = ""
    sip_call_id: str = ""
    trunk: str = ""
    line: str = ""  # of config/lines.yaml
    way: str = ""  # why he is where he is: menu, line, list:NAME, area:CODE, language:NAME
    from_level: str = ""  # another level handed him over (NAV-02), for
    level_reason: str = ""  # this reason, with
    level_ticket: str = ""  # its own ticket's number
    home_region: str = ""  # of one who came by overflow (SRG-02)
    incident: str = ""  # which many call about, and he too (EMG-05)
    stages: tuple[str, ...] = ()  # the way through menu and line
    queue: str | None = None
    asked_at: datetime | None = None
    fate: str | None = None
    waited: timedelta | None = None
    agents: tuple[AgentNo, ...] = ()  # who talked, in order
    seat: SeatId | None = None
    talked: timedelta | None = None
    on_hold: bool = False
    ended_at: datetime | None = None
    hung_up_by: str | None = None
    recording_s: float | None = None
    rating: int | None = None
    tickets: tuple[str, ...] = ()
    hand_off: str = ""  # the last one to an emergency line: "110 joined"
    incident_no: str = ""  # of a call from 110 (EMG-02), or told by the emergency line
    parties: Parties = ()  # who is on it now
    survey: Surveyed | None = None  # of a citizen whom the robot asks

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None


def closed(card: CallCard) -> CallCard:
    """The same card, its words shared with all others that hold them: thousands are kept.

    Each fact brings words of its own from the wire; what remains for a card alone are ids, times,
    and the number.
    """
    return replace(
        card,
        dialled=intern(card.dialled),
        trunk=intern(card.trunk),
        line=intern(card.line),
        way=intern(card.way),
        stages=_shared(card.stages),
        queue=card.queue and intern(card.queue),
        agents=_shared(card.agents),
        seat=card.seat and SeatId(intern(card.seat)),
    )


@lru_cache(maxsize=4096)
def _shared(words: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(map(intern, words))


def folded(card: CallCard, fact: Fact) -> CallCard | None:
    """The card after this fact; None when the fact says nothing that a card shows."""
    shown = _shown(card, fact)
    company = after(card.parties, fact)
    return shown if company == card.parties else replace(shown or card, parties=company)


def _shown(card: CallCard, fact: Fact) -> CallCard | None:
    if type(fact) in _FATES:
        waited = getattr(fact, "waited", None)
        return replace(card, fate=card.fate or _FATES[type(fact)], waited=card.waited or waited)
    return _of_the_line(card, fact) or _of_the_phone(card, fact)


def _of_the_line(card: CallCard, fact: Fact) -> CallCard | None:
    match fact:
        case acd.CallQueued():
            return replace(card, queue=fact.queue, asked_at=card.asked_at or fact.asked_at)
        case acd.CallMoved() | acd.CallMovedByOrder():
            return replace(card, queue=fact.to)
        case IncidentCall():
            return replace(card, incident=fact.incident)
        case acd.SeatAnswered():
            agents = (*card.agents, fact.agent)
            waited = card.waited if fact.again else fact.waited
            fate = card.fate or TO_A_PERSON
            return replace(card, fate=fate, waited=waited, agents=agents, seat=fact.seat)
        case acd.TalkEnded():
            return replace(card, talked=(card.talked or timedelta(0)) + fact.talked)
        case TicketFiled():
            return replace(card, tickets=tuple(dict.fromkeys((*card.tickets, fact.ticket_no))))
        case _:
            told = surveyed(card.survey, fact)
            return None if told is None else replace(card, survey=told)


def _in_stage(card: CallCard, fact: telephony.StageEntered) -> CallCard:
    """Of a citizen whom we rang, the agent was there before there was a card."""
    entered = replace(card, stages=(*card.stages, fact.stage)[-12:])
    agent = fact.detail.get("agent")
    if fact.stage != "talking" or not agent or agent in card.agents:
        return entered
    fate = card.fate or TO_A_PERSON
    return replace(entered, agents=(*card.agents, AgentNo(agent)), fate=fate)


def _of_the_phone(card: CallCard, fact: Fact) -> CallCard | None:
    match fact:
        case telephony.CallArrived():
            return replace(
                card,
                arrived_at=fact.at,
                caller=fact.caller,
                caller_key=fact.caller_key,
                dialled=fact.dialled,
                sip_call_id=fact.sip_call_id,
                trunk=fact.trunk,
            )
        case telephony.StageEntered():
            return _in_stage(card, fact)
        case telephony.WayIn():
            return replace(card, line=fact.line, way=fact.why)
        case CameFromLevel():
            return replace(
                card,
                from_level=fact.level,
                level_reason=fact.reason,
                level_ticket=fact.ticket_no,
                home_region=fact.home or "",
            )
        case telephony.CallHeld():
            return replace(card, on_hold=True)
        case telephony.CallResumed():
            return replace(card, on_hold=False)
        case telephony.CallHungUp():
            return replace(card, ended_at=fact.at, hung_up_by=fact.by.value, on_hold=False)
        case telephony.RecordingKept():
            return replace(card, recording_s=fact.seconds)
        case telephony.ServiceRated():
            return replace(card, rating=fact.level)
        case _:
            return _in_hand_off(card, fact)


_HAND_OFF: Final[dict[type[Fact], str]] = {
    emergency.HandOffRung: "ringing",
    emergency.HandOffTried: "asked",
    emergency.HandOffAnswered: "joined",
    emergency.HandOffNotOurs: "not_ours",
    emergency.HandOffFailed: "failed",
    emergency.HandOffEnded: "ended",
}


def _in_hand_off(card: CallCard, fact: Fact) -> CallCard | None:
    """How far the emergency line is (EMG-01)."""
    if isinstance(fact, emergency.HandOffAsked):
        return replace(card, hand_off=f"{fact.code} asked")
    if isinstance(fact, emergency.HandOffTold) and fact.answer == "reject":
        return replace(card, hand_off=f"{card.hand_off} rejected")
    if isinstance(fact, emergency.HandOffNoted | emergency.IncidentTold) and fact.incident_no:
        return replace(card, incident_no=fact.incident_no)
    step = _HAND_OFF.get(type(fact))
    if step is None:
        return None
    return replace(card, hand_off=f"{card.hand_off.partition(' ')[0]} {step}")
