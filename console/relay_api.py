"""Calls that agents and units' handlers ask for (FRD-03, CH-04), and who those handlers are."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from acd.errors import UnknownWorkNumber, WrongState
from cases.errors import UnknownCase
from cases.handlers import Handler, UnknownHandler, WorkNumberTaken
from cases.relay_store import RelayRecord
from console.asked import Asked
from console.errors import BadForm, NoAgentBehindLogin, NoNumber
from console.figures_api import LONGEST, IntervalsQuery
from console.first_logins import ensure_logins
from console.logins import NewLogin, Role, Scope
from console.relay_port import (
    MayNotBeRung,
    NoSuchRelay,
    NotDialable,
    NotRungNow,
    NotYourCase,
    RelayNow,
)
from console.routes import Routes
from kernel.errors import BadPhoneNumber, TimedOut, Unavailable
from kernel.ids import CallId, CaseId
from kernel.phone import PhoneNumber

routes = Routes("calls about cases")
_REFUSED = (
    UnknownCase,
    NotYourCase,
    MayNotBeRung,
    NotDialable,
    NotRungNow,
    NoNumber,
    NoAgentBehindLogin,
    UnknownHandler,
    UnknownWorkNumber,
    WrongState,
    Unavailable,
    TimedOut,
)
Key = Annotated[str, StringConstraints(pattern=r"^[\w:.-]{1,40}$")]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OutboundForm(_Form):
    """A number as it is dialled; `case`: the one that it is about."""

    to: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    case: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None


class HandlerForm(_Form):
    """`password`: makes the login, where there is none yet."""

    unit: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
    work_no: Key
    phone: Annotated[str, StringConstraints(min_length=1, max_length=30)]
    password: Annotated[SecretStr, Field(min_length=8, max_length=200)] | None = None


class OutboundStarted(BaseModel):
    """The asker's phone rings now. `call` is the id of the citizen's channel to be."""

    call: str


class OutboundNow(BaseModel):
    """`step`: asked, handler (the asker's phone rings), citizen, joining, talking or over."""

    call: str
    case: str | None
    step: str
    outcome: str | None
    joined_at: datetime | None
    talked_s: int | None


class OutboundRow(BaseModel):
    """One call about a case; `caller` is masked, `work_no` the 工号 of who asked for it."""

    call: str
    ticket_no: str | None
    login: str
    work_no: str
    unit: str
    caller: str
    begun_at: datetime
    joined_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    talked_s: int


class OutboundRows(BaseModel):
    calls: list[OutboundRow]


class OutboundFigures(BaseModel):
    """Calls that people asked for; no figure of D-01 counts them."""

    made: int
    talked: int
    not_reached: int
    talked_s: int


class HandlerShown(BaseModel):
    login: str
    unit: str
    work_no: str
    phone: str


@routes.post("/api/cases/{case}/calls", scope=Scope.SPEAK_ON_CASES, status=201, errors=_REFUSED)
async def call_about(asked: Asked, case: str) -> OutboundStarted:
    """Speak with the citizen of a case: one's own phone rings, then his; both see 12345."""
    call = await asked.console.by_phone.relays.about(CaseId(case), asked.login)
    return OutboundStarted(call=call)


@routes.get(
    "/api/cases/{case}/calls",
    scope=Scope.SPEAK_ON_CASES,
    errors=(UnknownCase, NotYourCase, UnknownHandler, Unavailable),
)
async def calls_about(asked: Asked, case: str) -> OutboundRows:
    """Who spoke with the citizen of a case, and when; the oldest first."""
    found = await asked.console.by_phone.relays.of_case(CaseId(case), asked.login)
    return OutboundRows(calls=[_row(one) for one in found])


@routes.post("/api/seat/dial", scope=Scope.TALK, status=201, errors=(*_REFUSED, BadPhoneNumber))
async def call_out(asked: Asked, body: OutboundForm) -> OutboundStarted:
    """An agent dials a number: his own phone rings, then that one (外呼)."""
    number = _number(asked, body.to)
    case = CaseId(body.case) if body.case else None
    call = await asked.console.by_phone.relays.dial(number, asked.login, case)
    return OutboundStarted(call=call)


@routes.get("/api/outbound-calls/{call}", errors=(NoSuchRelay, Unavailable))
async def outbound_call(asked: Asked, call: str) -> OutboundNow:
    """One's own call, as far as it has come."""
    return _now(await asked.console.by_phone.relays.now(CallId(call), asked.login))


@routes.post("/api/outbound-calls/{call}/hang-up", errors=(NoSuchRelay,))
async def stop_outbound(asked: Asked, call: str) -> None:
    """Break it off: whatever rings stops."""
    asked.console.by_phone.relays.stop(CallId(call), asked.login)


@routes.get("/api/figures/outbound", scope=Scope.READ_FIGURES, errors=(BadForm, Unavailable))
async def outbound_figures(asked: Asked, query: IntervalsQuery) -> OutboundFigures:
    """How many calls were asked for, and what came of them."""
    if not query.start < query.end <= query.start + LONGEST:
        raise BadForm("The span is empty or longer than 31 days.", remedy="Ask for less.")
    found = await asked.console.by_phone.relays.outbound(query.start, query.end)
    return OutboundFigures(
        made=found.made,
        talked=found.talked,
        not_reached=found.not_reached,
        talked_s=int(found.talked_for.total_seconds()),
    )


@routes.put(
    "/api/handlers/{login}",
    scope=Scope.EDIT_DIRECTORY,
    errors=(UnknownHandler, WorkNumberTaken, BadPhoneNumber, Unavailable),
)
async def save_handler(asked: Asked, login: str, body: HandlerForm) -> HandlerShown:
    """A handler of a unit (承办人): his unit, his 工号, the phone where he is rung."""
    console, number = asked.console, _number(asked, body.phone)
    key = console.by_phone.key_of(number)
    assert key is not None, "a withheld number was refused"
    if body.password is not None:
        new = NewLogin(login, body.password.get_secret_value(), Role.HANDLER)
        side = console.logins
        await ensure_logins(side.store, side.passwords, console.clock, [new])
    handler = Handler(
        login=login, unit=body.unit, work_no=body.work_no, phone_key=key, phone=number.masked()
    )
    await console.by_phone.handlers.save(handler, by=asked.login.name, at=console.clock.now())
    return _handler(handler)


@routes.get(
    "/api/handlers/{login}", scope=Scope.EDIT_DIRECTORY, errors=(UnknownHandler, Unavailable)
)
async def handler(asked: Asked, login: str) -> HandlerShown:
    """His phone is masked."""
    return _handler(await asked.console.by_phone.handlers.handler(login))


def _number(asked: Asked, text: str) -> PhoneNumber:
    """Raises BadPhoneNumber, also for a withheld one: nobody can dial that."""
    number = PhoneNumber.parse(text, home_area=asked.console.settings.home_area)
    if number.is_withheld:
        raise BadPhoneNumber("A withheld number cannot be dialled.", remedy="Give the number.")
    return number


def _handler(found: Handler) -> HandlerShown:
    return HandlerShown(
        login=found.login, unit=found.unit, work_no=found.work_no, phone=found.phone
    )


def _now(found: RelayNow) -> OutboundNow:
    return OutboundNow(
        call=found.call,
        case=found.case,
        step=found.step.value,
        outcome=found.outcome.value if found.outcome is not None else None,
        joined_at=found.joined_at,
        talked_s=found.talked_s,
    )


def _row(one: RelayRecord) -> OutboundRow:
    return OutboundRow(
        call=one.call,
        ticket_no=one.ticket_no,
        login=one.login,
        work_no=one.work_no,
        unit=one.unit,
        caller=one.caller,
        begun_at=one.begun_at,
        joined_at=one.joined_at,
        ended_at=one.ended_at,
        outcome=one.outcome.value if one.outcome is not None else None,
        talked_s=int(one.talked.total_seconds()),
    )
