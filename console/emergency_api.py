"""Emergency lines (EMG-01 ... 04): one key on any call, no form first; what became of it.

An agent acts on the call at his seat, a supervisor on every call, also on one that waits in line.
Nothing else is asked (I14).
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cases.hand_offs import HandOffRecord
from console.asked import Asked
from console.errors import NoAgentBehindLogin, NoSuchCall, NotYourCall
from console.logins import Scope
from console.own_calls import demand_now, demand_seen, has_now
from console.routes import Routes
from kernel.errors import Conflict, TimedOut, Unavailable
from kernel.ids import AgentNo, CallId
from telephony.emergency import HandOff, Owner
from telephony.errors import ActionRefused, WrongPhase

routes = Routes("emergency lines")
_ERRORS = (
    NotYourCall,
    NoAgentBehindLogin,
    NoSuchCall,
    WrongPhase,
    ActionRefused,
    Conflict,
    Unavailable,
    TimedOut,
)
Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{0,64}$")]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class HandOffForm(_Form):
    """110, 119, 120, 122 or another emergency number of the site."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{3,6}$")]


class NotOursForm(_Form):
    """Whose matter it is, as agreed with the far end; `none`: not agreed, so we keep it (B6)."""

    owner: Owner


class NotesForm(_Form):
    """What the agent was told: the receiver's own 工号, their incident's number."""

    receiver_no: Number = ""
    incident_no: Number = ""


class IncidentForm(_Form):
    """A call *from* 110: the incident's number there."""

    incident_no: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")]


class HandOffShown(BaseModel):
    """As it goes on. `with_agent`: somebody of ours is with the citizen."""

    model_config = ConfigDict(frozen=True)

    hand_off: str
    call: str
    code: str
    state: str
    agent: str | None
    with_agent: bool
    asked_at: datetime
    rung_at: datetime | None
    answered_at: datetime | None
    over_at: datetime | None
    why: str
    owner: str | None


class CallEmergency(BaseModel):
    """`numbers`: the keys to show. `hand_off`: the last one of this call, if it is on the phone."""

    numbers: list[str]
    hand_off: HandOffShown | None


class HandOffRow(BaseModel):
    """One record; `caller` is masked (C7)."""

    model_config = ConfigDict(frozen=True)

    hand_off: str
    call: str
    caller: str
    code: str
    result: str
    agent: str | None
    asked_by: str
    out_of_line: bool
    asked_at: datetime
    trunk: str
    rung_at: datetime | None
    rung_after_s: float | None
    answered_at: datetime | None
    agent_left_at: datetime | None
    over_at: datetime | None
    why: str
    owner: str
    keeper: str
    receiver_no: str
    incident_no: str
    answer: str
    reference: str
    recorded: bool
    tickets: list[str]
    case: str | None


class HandOffs(BaseModel):
    """Newest first. `next`: what to send as `before` for the next page; None at the end."""

    hand_offs: list[HandOffRow]
    next: str | None


class HandOffsQuery(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(max_length=6)] | None = None
    call: Annotated[str, Field(max_length=80)] | None = None
    before: Annotated[str, Field(max_length=40)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@routes.post("/api/calls/{call}/hand-off", scope=Scope.WATCH_FLOOR, errors=_ERRORS, status=202)
async def hand_off(asked: Asked, call: str, body: HandOffForm) -> HandOffShown:
    """Ring 110, 119, 120 or 122 for the citizen, the agent stays with him (一键转接)."""
    agent = _who(asked, call)
    hand_offs = asked.console.calls.hand_offs
    return _shown(await hand_offs.ask(CallId(call), body.code, agent=agent, by=asked.login.name))


@routes.get("/api/calls/{call}/hand-off", scope=Scope.WATCH_FLOOR, errors=(NotYourCall,))
async def hand_off_of(asked: Asked, call: str) -> CallEmergency:
    """How far it is (紧急转接状态)."""
    demand_seen(asked, CallId(call))
    hand_offs = asked.console.calls.hand_offs
    found = hand_offs.of(CallId(call))
    shown = None if found is None else _shown(found)
    return CallEmergency(numbers=list(hand_offs.directory.codes), hand_off=shown)


@routes.post("/api/calls/{call}/hand-off/leave", scope=Scope.TALK, errors=_ERRORS)
async def leave_hand_off(asked: Asked, call: str) -> None:
    """Citizen and emergency line talk on without the agent (话务员退出)."""
    demand_now(asked, CallId(call))
    await asked.console.calls.hand_offs.leave(CallId(call))


@routes.post("/api/calls/{call}/hand-off/not-ours", scope=Scope.TALK, errors=_ERRORS)
async def not_ours(asked: Asked, call: str, body: NotOursForm) -> HandOffShown:
    """The far end says that it is not theirs: what the two agreed (协商归属)."""
    demand_now(asked, CallId(call))
    return _shown(asked.console.calls.hand_offs.not_ours(CallId(call), body.owner, asked.agent))


@routes.post("/api/calls/{call}/hand-off/let-go", scope=Scope.TALK, errors=_ERRORS)
async def let_go(asked: Asked, call: str) -> None:
    """Hang the emergency line up; the agent has the citizen (收回)."""
    demand_now(asked, CallId(call))
    asked.console.calls.hand_offs.let_go(CallId(call))


@routes.post("/api/calls/{call}/hand-off/notes", scope=Scope.TALK, errors=_ERRORS)
async def note_hand_off(asked: Asked, call: str, body: NotesForm) -> HandOffShown:
    """The receiver's 工号 and their incident's number (接警员工号与警情编号)."""
    demand_now(asked, CallId(call))
    hand_offs = asked.console.calls.hand_offs
    return _shown(hand_offs.note(CallId(call), asked.agent, body.receiver_no, body.incident_no))


@routes.post("/api/calls/{call}/incident", scope=Scope.TALK, errors=_ERRORS)
async def incident(asked: Asked, call: str, body: IncidentForm) -> None:
    """A call from 110: their incident's number (110 来电警情编号)."""
    demand_now(asked, CallId(call))
    hand_offs = asked.console.calls.hand_offs
    hand_offs.came_with(CallId(call), body.incident_no, asked.login.name)


@routes.get("/api/hand-offs", scope=Scope.READ_CALLS)
async def hand_offs(asked: Asked, query: HandOffsQuery) -> HandOffs:
    """All hand-offs with what came of them (移交记录)."""
    found = await asked.console.calls.hand_offs.page(
        code=query.code,
        call=CallId(query.call) if query.call else None,
        before=query.before,
        limit=query.limit,
    )
    more = found[-1].id if len(found) == query.limit else None
    view = asked.console.calls.view
    return HandOffs(
        hand_offs=[_row(record, view.masked_caller(record.call)) for record in found], next=more
    )


def _who(asked: Asked, call: str) -> AgentNo | None:
    """The agent who has it; None for a supervisor. Raises NotYourCall."""
    if has_now(asked, CallId(call)):
        return asked.login.agent
    if asked.may(Scope.FORCE_SEATS):
        seat = asked.console.floor.floor.snapshot().seat_with(CallId(call))
        return None if seat is None else seat.agent
    raise NotYourCall(
        f"The login {asked.login.name} does not have call {call}.",
        remedy="Ask the agent who talks, or a supervisor.",
    )


def _shown(found: HandOff) -> HandOffShown:
    return HandOffShown(
        hand_off=found.id,
        call=found.call,
        code=found.code,
        state=found.state,
        agent=found.agent,
        with_agent=found.has_agent,
        asked_at=found.asked_at,
        rung_at=found.rung_at,
        answered_at=found.answered_at,
        over_at=found.over_at,
        why=found.why,
        owner=found.owner,
    )


def _row(record: HandOffRecord, caller: str) -> HandOffRow:
    same = {name: getattr(record, name) for name in HandOffRow.model_fields if name not in _OWN}
    return HandOffRow(
        hand_off=record.id,
        caller=caller,
        result=record.result.value,
        tickets=list(record.tickets),
        **same,
    )


_OWN = frozenset({"hand_off", "caller", "result", "tickets"})
