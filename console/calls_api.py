"""Calls: the recent ones, the life of one, a caller's number."""

from datetime import datetime
from typing import Annotated, Any

import orjson
import structlog
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from console.asked import Asked
from console.call_card import CallCard, folded
from console.calls_view import CallsWanted
from console.errors import NoNumber, NoSuchCall, NotYourCall
from console.facts import HearingFor, NumberRevealed
from console.logins import Scope
from console.own_calls import demand_card, demand_seen, has_now
from console.routes import Routes
from console.surveyed import SurveyedRow, survey_row
from console.trace_words import sentence
from kernel.errors import Unavailable
from kernel.fact import Fact, encode
from kernel.ids import AgentNo, CallId
from telephony.supervision_facts import FACTS as SUPERVISION

log = structlog.get_logger()
routes = Routes("calls")


class CallRow(BaseModel):
    """`caller` is masked (C7); durations in seconds."""

    model_config = ConfigDict(frozen=True)

    call: str
    arrived_at: datetime
    caller: str
    withheld: bool
    dialled: str
    line: str
    way: str
    from_level: str
    level_reason: str
    level_ticket: str
    home_region: str
    incident: str
    sip_call_id: str
    trunk: str
    stages: list[str]
    queue: str | None
    asked_at: datetime | None
    fate: str | None
    waited_s: float | None
    agents: list[str]
    seat: str | None
    talked_s: float | None
    on_hold: bool
    ended_at: datetime | None
    hung_up_by: str | None
    recording_s: float | None
    rating: int | None
    hand_off: str
    incident_no: str
    tickets: list[str]
    survey: SurveyedRow | None


class Calls(BaseModel):
    """Newest first. `next`: what to send as `before` for the next page; None at the end.

    `of_newest`: so many calls are searched; an older one is found by its id.
    """

    calls: list[CallRow]
    next: str | None
    of_newest: int


class TracedFact(BaseModel):
    """`told_zh` and `told_en`: what it says to a person, in one sentence."""

    at: datetime
    kind: str
    told_zh: str
    told_en: str
    body: dict[str, Any]


class CallLife(BaseModel):
    """`trace` is None while the journal cannot be read."""

    call: CallRow
    trace: list[TracedFact] | None


class CallsQuery(BaseModel):
    """`number`: a part of it as it is shown, such as its last four digits."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: Annotated[str, Field(max_length=40)] | None = None
    fate: Annotated[str, Field(max_length=40)] | None = None
    live: bool | None = None
    number: Annotated[str, Field(pattern=r"^[0-9*]{2,15}$")] | None = None
    queue: Annotated[str, Field(max_length=64)] | None = None
    recorded: bool | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    before: Annotated[str, Field(max_length=80)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class WhyForm(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    why: HearingFor


class FullNumber(BaseModel):
    number: str
    kind: str


@routes.get("/api/calls", scope=Scope.WATCH_FLOOR)
async def calls(asked: Asked, query: CallsQuery) -> Calls:
    """The recent calls; an agent sees those he talked on."""
    agent = query.agent if asked.may(Scope.READ_CALLS) else asked.agent
    wanted = CallsWanted(
        agent=AgentNo(agent) if agent else None,
        fate=query.fate,
        live=query.live,
        shown_number=query.number,
        queue=query.queue,
        recorded=query.recorded,
        since=query.since,
        until=query.until,
        before=CallId(query.before) if query.before else None,
        limit=query.limit,
    )
    view = asked.console.calls.view
    found = view.page(wanted)
    more = found[-1].call if len(found) == query.limit else None
    return Calls(calls=[call_row(card) for card in found], next=more, of_newest=view.room)


@routes.get("/api/calls/{call}", scope=Scope.WATCH_FLOOR, errors=(NoSuchCall, NotYourCall))
async def call_life(asked: Asked, call: str) -> CallLife:
    """One call and all its facts, in order."""
    call_id = CallId(call)
    card = asked.console.calls.view.find(call_id)
    facts = await _facts(asked, call_id)
    card = card or _from_facts(call_id, facts or [])
    if card is None:
        raise NoSuchCall(f"No call {call!r} is known.", remedy="Take its id from the list.")
    if asked.login.agent not in card.agents:
        demand_seen(asked, call_id)
    return CallLife(
        call=call_row(card),
        trace=None if facts is None else [_traced(f) for f in facts if _may_see(asked, f)],
    )


@routes.get(
    "/api/calls/{call}/number",
    scope=Scope.FILE_TICKETS,
    errors=(NoSuchCall, NotYourCall, NoNumber, Unavailable),
)
async def own_caller_number(asked: Asked, call: str) -> FullNumber:
    """The caller's full number, for the agent who has the call (C7); audited."""
    card = demand_card(asked, CallId(call))
    if not has_now(asked, card.call):
        raise NotYourCall(
            f"Agent {asked.agent} does not have call {call}.",
            remedy="Ask a supervisor, who gives a reason.",
        )
    return await _reveal(asked, card, HearingFor.OWN_CALL)


@routes.post(
    "/api/calls/{call}/number/reveal",
    scope=Scope.REVEAL,
    errors=(NoSuchCall, NoNumber, Unavailable),
)
async def reveal_caller_number(asked: Asked, call: str, body: WhyForm) -> FullNumber:
    """The caller's full number, for a reason; audited (SEC-01)."""
    return await _reveal(asked, demand_card(asked, CallId(call)), body.why)


async def _reveal(asked: Asked, card: CallCard, why: HearingFor) -> FullNumber:
    key = card.caller_key
    number = await asked.console.calls.numbers.reveal(key) if key else None
    if number is None:
        raise NoNumber(
            f"There is no number to show for call {card.call}.",
            remedy="It was withheld, or is no longer kept.",
        )
    now, login = asked.console.clock.now(), asked.login.name
    asked.console.write([NumberRevealed(at=now, call=card.call, login=login, why=why)])
    return FullNumber(number=number.national, kind=number.kind.value)


async def _facts(asked: Asked, call: CallId) -> list[Fact] | None:
    try:
        return list(await asked.console.calls.traces.facts_of(call))
    except Unavailable as err:
        log.warning("a call's facts cannot be read now", call_id=call, why=err.code)
        return None


def _from_facts(call: CallId, facts: list[Fact]) -> CallCard | None:
    if not facts:
        return None
    card = CallCard(call=call, arrived_at=facts[0].at)
    for fact in facts:
        card = folded(card, fact) or card
    return card


def _may_see(asked: Asked, fact: Fact) -> bool:
    """Who supervised a call is for supervisors (E2)."""
    return asked.may(Scope.READ_CALLS) or not isinstance(fact, SUPERVISION)


def _traced(fact: Fact) -> TracedFact:
    """Keyed hashes stay out: they would link a citizen's calls for whoever collects them."""
    body = orjson.loads(encode(fact))
    body.pop("at")
    body.pop("caller_key", None)
    told_zh, told_en = (sentence(fact.kind, body, language) for language in ("zh", "en"))
    return TracedFact(at=fact.at, kind=fact.kind, told_zh=told_zh, told_en=told_en, body=body)


def call_row(card: CallCard) -> CallRow:
    return CallRow(
        call=card.call,
        arrived_at=card.arrived_at,
        caller=card.caller,
        withheld=card.caller_key is None,
        dialled=card.dialled,
        line=card.line,
        way=card.way,
        from_level=card.from_level,
        level_reason=card.level_reason,
        level_ticket=card.level_ticket,
        home_region=card.home_region,
        incident=card.incident,
        sip_call_id=card.sip_call_id,
        trunk=card.trunk,
        stages=list(card.stages),
        queue=card.queue,
        asked_at=card.asked_at,
        fate=card.fate,
        waited_s=card.waited.total_seconds() if card.waited is not None else None,
        agents=list(card.agents),
        seat=card.seat,
        talked_s=card.talked.total_seconds() if card.talked is not None else None,
        on_hold=card.on_hold,
        ended_at=card.ended_at,
        hung_up_by=card.hung_up_by,
        recording_s=card.recording_s,
        rating=card.rating,
        hand_off=card.hand_off,
        incident_no=card.incident_no,
        tickets=list(card.tickets),
        survey=survey_row(card.survey),
    )
