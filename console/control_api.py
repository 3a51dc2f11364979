"""What an agent does with the call he has: hold, hand on, ask somebody, bring in the police."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from acd.errors import WrongState
from console.asked import Asked
from console.errors import NoAgentBehindLogin, NoSuchCall, NotYourCall
from console.logins import Scope
from console.own_calls import demand_now
from console.routes import Routes
from kernel.errors import BadPhoneNumber, Conflict, NotFound, TimedOut, Unavailable
from kernel.ids import CallId, QueueName
from kernel.phone import PhoneNumber
from telephony.errors import ActionRefused, PartyNotReached, WrongPhase

routes = Routes("call control")
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


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class TargetForm(_Form):
    """A phone number as it is dialled, or a short code."""

    to: Annotated[str, StringConstraints(min_length=1, max_length=30)]


class EmergencyForm(_Form):
    code: Literal["110", "119", "120", "122"]


class QueueForm(_Form):
    queue: Annotated[str, StringConstraints(min_length=1, max_length=64)]


@routes.post("/api/calls/{call}/hold", scope=Scope.TALK, errors=_ERRORS)
async def hold(asked: Asked, call: str) -> None:
    """Music to the citizen (保持)."""
    await asked.console.calls.control.hold(asked.agent, _mine(asked, call))


@routes.post("/api/calls/{call}/resume", scope=Scope.TALK, errors=_ERRORS)
async def resume(asked: Asked, call: str) -> None:
    """Back from hold (取回)."""
    await asked.console.calls.control.resume(asked.agent, _mine(asked, call))


@routes.post(
    "/api/calls/{call}/transfer",
    scope=Scope.TALK,
    errors=(*_ERRORS, BadPhoneNumber, PartyNotReached),
)
async def transfer(asked: Asked, call: str, body: TargetForm) -> None:
    """Hand the citizen on without asking first (盲转)."""
    to = _number(asked, body)
    await asked.console.calls.control.transfer(asked.agent, _mine(asked, call), to)


@routes.post(
    "/api/calls/{call}/consult",
    scope=Scope.TALK,
    errors=(*_ERRORS, BadPhoneNumber, PartyNotReached),
)
async def consult(asked: Asked, call: str, body: TargetForm) -> None:
    """Ask somebody while the citizen hears music (咨询)."""
    to = _number(asked, body)
    await asked.console.calls.control.consult(asked.agent, _mine(asked, call), to)


@routes.post("/api/calls/{call}/consult/complete", scope=Scope.TALK, errors=_ERRORS)
async def complete_consult(asked: Asked, call: str) -> None:
    """The one who was asked takes the citizen (咨询转)."""
    await asked.console.calls.control.complete_consult(asked.agent, _mine(asked, call))


@routes.post("/api/calls/{call}/consult/cancel", scope=Scope.TALK, errors=_ERRORS)
async def cancel_consult(asked: Asked, call: str) -> None:
    """Back to the citizen (取消咨询)."""
    await asked.console.calls.control.cancel_consult(asked.agent, _mine(asked, call))


@routes.post(
    "/api/calls/{call}/three-way",
    scope=Scope.TALK,
    errors=(*_ERRORS, BadPhoneNumber, PartyNotReached),
)
async def three_way(asked: Asked, call: str, body: TargetForm) -> None:
    """All three talk (三方通话)."""
    to = _number(asked, body)
    await asked.console.calls.control.three_way(asked.agent, _mine(asked, call), to)


@routes.post("/api/calls/{call}/leave-conference", scope=Scope.TALK, errors=_ERRORS)
async def leave_conference(asked: Asked, call: str) -> None:
    """The other two talk on without the agent (退出三方)."""
    await asked.console.calls.control.leave_conference(asked.agent, _mine(asked, call))


@routes.post("/api/calls/{call}/emergency", scope=Scope.TALK, errors=_ERRORS)
async def emergency(asked: Asked, call: str, body: EmergencyForm) -> None:
    """To 110, 119, 120 or 122 by one key (EMG)."""
    await asked.console.calls.control.emergency(asked.agent, _mine(asked, call), body.code)


@routes.post("/api/calls/{call}/back-to-line", scope=Scope.TALK, errors=(*_ERRORS, NotFound))
async def back_to_line(asked: Asked, call: str, body: QueueForm) -> None:
    """Into a queue again, with the age of the call (转队列)."""
    queue = QueueName(body.queue)
    await asked.console.calls.control.back_to_line(asked.agent, _mine(asked, call), queue)


@routes.post("/api/calls/{call}/hang-up", scope=Scope.TALK, errors=_ERRORS)
async def hang_up(asked: Asked, call: str) -> None:
    """End the conversation (挂断)."""
    await asked.console.calls.control.hang_up(asked.agent, _mine(asked, call))


@routes.post(
    "/api/seat/dial",
    scope=Scope.TALK,
    errors=(
        NoAgentBehindLogin,
        WrongState,
        BadPhoneNumber,
        PartyNotReached,
        ActionRefused,
        Unavailable,
        TimedOut,
    ),
)
async def dial(asked: Asked, body: TargetForm) -> None:
    """The agent's own phone rings, then dials that number (外呼)."""
    to = _number(asked, body)
    await asked.console.calls.control.dial(asked.agent, to)


def _mine(asked: Asked, call: str) -> CallId:
    demand_now(asked, CallId(call))
    return CallId(call)


def _number(asked: Asked, form: TargetForm) -> PhoneNumber:
    """Raises BadPhoneNumber, also for a withheld one: nobody can dial that."""
    number = PhoneNumber.parse(form.to, home_area=asked.console.settings.home_area)
    if number.is_withheld:
        raise BadPhoneNumber("A withheld number cannot be dialled.", remedy="Give the number.")
    return number
