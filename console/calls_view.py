"""Calls as the console lists them: one card a call, folded from facts.

Pure and bounded: the oldest finished calls go first. What is older is in the journal, one call at a
time (`TracesCalls`). Feed it the journal at start and every fact after that.
"""

from bisect import insort
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from acd import facts as acd
from console.parties import Parties, after
from console.surveyed import Surveyed, surveyed
from intake.facts import TicketFiled
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, NumberKey, SeatId, is_out
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsWanted:
    """How a list is narrowed; `before` is the last call of the page before."""

    agent: AgentNo | None = None
    fate: str | None = None
    live: bool | None = None
    number_key: NumberKey | None = None
    before: CallId | None = None
    limit: int = 50


@dataclass(slots=True)
class CallsView:
    """All recent calls, in the order in which they arrived."""

    room: int = 20_000
    _cards: OrderedDict[CallId, CallCard] = field(default_factory=OrderedDict)
    # Answered ones by their caller, in the order in which they arrived: asked for at each call.
    _answered: dict[NumberKey, list[CallId]] = field(default_factory=dict)

    def see(self, facts: Sequence[Fact]) -> None:
        """Fits the fact feed."""
        for fact in facts:
            self._fold(fact)
        while len(self._cards) > self.room:
            self._forget(self._cards.popitem(last=False)[1])

    def find(self, call: CallId) -> CallCard | None:
        return self._cards.get(call)

    def masked_caller(self, call: CallId) -> str:
        card = self._cards.get(call)
        return card.caller if card else ""

    def last_agent_of(self, number_key: NumberKey | None) -> AgentNo | None:
        """Who talked last with this number, as far as the recent calls tell (sticky agent)."""
        known = self._answered.get(number_key) if number_key is not None else None
        return self._cards[known[-1]].agents[-1] if known else None

    def cards(self) -> list[CallCard]:
        """All, in the order in which they arrived."""
        return list(self._cards.values())

    def put_back(self, cards: Iterable[CallCard]) -> None:
        for card in cards:
            self._cards[card.call] = card
            self._note_answered(None, card)

    def live_calls(self) -> int:
        return sum(not card.is_over for card in self._cards.values())

    def page(self, wanted: CallsWanted) -> list[CallCard]:
        """Newest first, at most `wanted.limit`."""
        found: list[CallCard] = []
        for card in self._from(wanted.before):
            if _fits(card, wanted):
                found.append(card)
            if len(found) == wanted.limit:
                break
        return found

    def _from(self, before: CallId | None) -> Iterable[CallCard]:
        newest_first = reversed(self._cards.values())
        if before is None or before not in self._cards:
            return newest_first
        while next(newest_first).call != before:
            continue
        return newest_first

    def _fold(self, fact: Fact) -> None:
        call: CallId | None = getattr(fact, "call", None)
        if call is None:
            return
        before = self._cards.get(call)
        if before is None and is_out(call) and not isinstance(fact, telephony.CallArrived):
            return  # nobody is there yet: an agent waits for a citizen whom we ring
        known = before or CallCard(call=call, arrived_at=fact.at)
        if (after := folded(known, fact)) is not None:
            self._cards[call] = after
            self._note_answered(before, after)

    def _note_answered(self, before: CallCard | None, after: CallCard) -> None:
        was, key = _answered_caller(before) if before else None, _answered_caller(after)
        if was == key:
            return
        if before is not None:
            self._forget(before)
        if key is not None:
            insort(self._answered.setdefault(key, []), after.call, key=self._arrived)

    def _arrived(self, call: CallId) -> datetime:
        return self._cards[call].arrived_at

    def _forget(self, card: CallCard) -> None:
        """The card is gone, or says something else now."""
        key = _answered_caller(card)
        if key is None:
            return
        calls = self._answered[key]
        calls.remove(card.call)
        if not calls:
            del self._answered[key]


def _answered_caller(card: CallCard) -> NumberKey | None:
    """Whose call it was, if a person answered it."""
    return card.caller_key if card.fate == TO_A_PERSON and card.agents else None


def _fits(card: CallCard, wanted: CallsWanted) -> bool:
    return (
        (wanted.agent is None or wanted.agent in card.agents)
        and (wanted.fate is None or wanted.fate == card.fate)
        and (wanted.live is None or wanted.live is not card.is_over)
        and (wanted.number_key is None or wanted.number_key == card.caller_key)
    )


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
