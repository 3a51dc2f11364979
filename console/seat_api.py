"""What an agent does at the seat: in and out, available, break, wrap-up, auto-answer."""

from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from acd import errors as acd
from acd.happenings import (
    Command,
    ExtendWrapUp,
    FinishWrapUp,
    ForcedTo,
    GoAvailable,
    Pause,
    SignIn,
    SignOut,
    SupervisorForces,
)
from console.asked import Asked
from console.errors import BreakMustWait, NoAgentBehindLogin
from console.floor_shown import SeatRow, seat_row
from console.logins import Scope
from console.routes import Routes
from kernel.errors import Unavailable
from kernel.ids import AgentNo, PauseReason, SeatId

routes = Routes("seat")
_OWN = (NoAgentBehindLogin, acd.WrongState, acd.UnknownWorkNumber, Unavailable)

Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SignInForm(_Form):
    seat: Name


class PauseForm(_Form):
    """`reason` is one of the list in config/queues.yaml."""

    reason: Name


class AutoAnswerForm(_Form):
    on: bool


class ForceForm(_Form):
    """`reason` is a sentence for the record."""

    to: ForcedTo
    reason: Annotated[str, StringConstraints(min_length=2, max_length=200)]


class SeatNow(BaseModel):
    """The agent's seat after the command; None once signed out."""

    model_config = ConfigDict(frozen=True)

    seat: SeatRow | None


@routes.post(
    "/api/seat/sign-in",
    scope=Scope.SIT,
    errors=(
        *_OWN,
        acd.UnknownSeat,
        acd.AgentAlreadySignedIn,
        acd.SeatTaken,
        acd.SeatWithoutPhone,
        acd.AgentNotActive,
    ),
)
async def sign_in(asked: Asked, body: SignInForm) -> SeatNow:
    """Sit down at a seat (签入); paused until available."""
    return await _order(asked, SignIn(asked.agent, SeatId(body.seat)))


@routes.post("/api/seat/sign-out", scope=Scope.SIT, errors=_OWN)
async def sign_out(asked: Asked) -> SeatNow:
    """Leave the seat (签出)."""
    return await _order(asked, SignOut(asked.agent))


@routes.post("/api/seat/available", scope=Scope.SIT, errors=_OWN)
async def available(asked: Asked) -> SeatNow:
    """Ready for the next call (示闲)."""
    return await _order(asked, GoAvailable(asked.agent))


@routes.post(
    "/api/seat/pause",
    scope=Scope.SIT,
    errors=(*_OWN, acd.UnknownPauseReason, acd.PauseReasonFull, BreakMustWait),
)
async def pause(asked: Asked, body: PauseForm) -> SeatNow:
    """A break with its reason (小休); during a conversation it begins after it.

    One that would break a skill minimum is refused with the time when it will be granted.
    """
    now = await _order(asked, Pause(asked.agent, PauseReason(body.reason)))
    wishes = asked.console.floor.floor.snapshot().wishes
    wish = next((one for one in wishes if one.agent == asked.agent), None)
    if wish is not None:
        raise BreakMustWait(
            f"Too few seats of {wish.queue} would be left.",
            remedy="It will be granted in order; a supervisor may grant it now.",
            queue=wish.queue,
            granted_at=wish.expected_at,
        )
    return now


@routes.post("/api/seat/wrap-up/finish", scope=Scope.SIT, errors=_OWN)
async def finish_wrap_up(asked: Asked) -> SeatNow:
    """Done with the paperwork (话后结束)."""
    return await _order(asked, FinishWrapUp(asked.agent))


@routes.post("/api/seat/wrap-up/extend", scope=Scope.SIT, errors=(*_OWN, acd.NoMoreExtensions))
async def extend_wrap_up(asked: Asked) -> SeatNow:
    """A little longer for the paperwork (延长话后)."""
    return await _order(asked, ExtendWrapUp(asked.agent))


@routes.post("/api/seat/auto-answer", scope=Scope.SIT, errors=(*_OWN, acd.ChangedMeanwhile))
async def auto_answer(asked: Asked, body: AutoAnswerForm) -> SeatNow:
    """Calls are taken by themselves, or not (自动应答)."""
    floor = asked.console.floor
    seat = floor.floor.snapshot().seat_of(asked.agent)
    if seat is None:
        raise acd.WrongState(
            f"Agent {asked.agent} sits at no seat.", remedy="Sign in at a seat first."
        )
    place = replace(floor.directory.directory.seats[seat.seat], auto_answer=body.on)
    await floor.directory.save_seat(place, by=asked.login.name)
    return _seat_now(asked, asked.agent)


@routes.post(
    "/api/agents/{no}/force",
    scope=Scope.FORCE_SEATS,
    errors=(acd.UnknownWorkNumber, acd.WrongState, Unavailable),
)
async def force_agent(asked: Asked, no: str, body: ForceForm) -> SeatNow:
    """A supervisor makes an agent available, paused or signed out (强制示闲/示忙/签出)."""
    agent = AgentNo(no)
    command = SupervisorForces(by=asked.login.name, agent=agent, to=body.to, reason=body.reason)
    await asked.console.floor.floor.order(command)
    return _seat_now(asked, agent)


async def _order(asked: Asked, command: Command) -> SeatNow:
    await asked.console.floor.floor.order(command)
    return _seat_now(asked, asked.agent)


def _seat_now(asked: Asked, agent: AgentNo) -> SeatNow:
    floor = asked.console.floor
    seat = floor.floor.snapshot().seat_of(agent)
    calls = asked.console.calls.view
    row = seat_row(seat, floor.directory.directory, calls) if seat else None
    return SeatNow(seat=row)
