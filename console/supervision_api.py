"""What a supervisor does with a conversation, and with who waits (E2.2, E2.3): each with a reason.

Supervisors only; agents see a listener only where the site's policy sounds a tone.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from acd.errors import (
    CallNotInLine,
    ColleagueNotFree,
    ColleagueNotSignedIn,
    UnknownQueue,
    UnknownWorkNumber,
    WrongState,
)
from acd.policy import QueuePolicy
from acd.surge_rules import amended_queues
from console.asked import Asked
from console.control_api import without_numbers
from console.errors import NoPhoneToListen, NoSuchCall, PhoneInUse
from console.logins import Scope
from console.routes import Routes
from console.supervision_port import Hearing, Supervisor
from kernel.errors import Conflict, TimedOut, Unavailable
from kernel.ids import CallId, Extension, LegId, QueueName
from telephony.errors import ActionRefused, NoSuchParty, PartyNotReached, WrongPhase
from telephony.supervision_facts import Mode

routes = Routes("supervision")
_ERRORS = (NoSuchCall, WrongPhase, ActionRefused, Conflict, Unavailable, TimedOut)
_AT_A_PHONE = (*_ERRORS, NoPhoneToListen, PhoneInUse, PartyNotReached)
_IN_LINE = (CallNotInLine, WrongState, Unavailable)
Why = Annotated[
    str,
    StringConstraints(min_length=2, max_length=200, strip_whitespace=True),
    AfterValidator(without_numbers),
]
Phone = Annotated[str, StringConstraints(pattern=r"^[0-9]{2,10}$")]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WhyForm(_Form):
    """`reason`: a sentence for the record."""

    reason: Why


class ListenForm(WhyForm):
    """`phone`: a seat's phone that nobody else uses; without it that of one's own seat."""

    mode: Mode = Mode.LISTEN
    phone: Phone | None = None


class ModeForm(WhyForm):
    mode: Mode


class TakeOverForm(WhyForm):
    """`leg`: on which one listens now; else `phone`, as in ListenForm."""

    leg: Annotated[str, StringConstraints(max_length=40)] | None = None
    phone: Phone | None = None


class MoveForm(WhyForm):
    queue: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class PriorityForm(WhyForm):
    priority: Annotated[int, Field(ge=0, le=3)]


class HearingShown(BaseModel):
    """`mode` None: his phone still rings."""

    model_config = ConfigDict(frozen=True)

    call: str
    leg: str
    phone: str
    mode: Mode | None


class Hearings(BaseModel):
    hearing: list[HearingShown]


class QueueRules(BaseModel):
    """How a queue works now. Seconds; None: never. `amended`: a surge plan has changed it.

    At a limit: wait, refuse, overflow or offer_callback.
    """

    model_config = ConfigDict(frozen=True)

    queue: str
    name_zh: str
    name_en: str
    priority: int
    needs: dict[str, int]
    must: list[str]
    ring_limit_s: float
    wrap_up_s: float
    max_waiting: int
    when_full: str
    max_wait_s: float
    when_too_long: str
    when_nobody: str
    overflow_after_s: float | None
    overflow_to: list[str]
    callback_after_s: float | None
    amended: bool


class QueuesInForce(BaseModel):
    queues: list[QueueRules]


@routes.get("/api/queues", scope=Scope.READ_CALLS)
async def queue_rules(asked: Asked) -> QueuesInForce:
    """The rules of each queue, as amended by the surge plans that stand (队列规则)."""
    files = asked.console.desk.queues
    standing = asked.console.surge.desk.standing.active.values()
    in_force = amended_queues(files, [plan.measures for plan in standing])
    return QueuesInForce(
        queues=[_rules(name, rule, files[name]) for name, rule in sorted(in_force.items())]
    )


@routes.get("/api/supervision", scope=Scope.SUPERVISE)
async def hearing(asked: Asked) -> Hearings:
    """Who hears which conversation now (监听中)."""
    found = asked.console.supervision.hearing()
    return Hearings(hearing=[_shown(one) for one in found])


@routes.post("/api/calls/{call}/supervision", scope=Scope.SUPERVISE, errors=_AT_A_PHONE)
async def listen(asked: Asked, call: str, body: ListenForm) -> HearingShown:
    """Listen (监听), whisper to the agent (耳语) or speak to both (强插)."""
    phone = Extension(body.phone) if body.phone is not None else None
    side = asked.console.supervision
    return _shown(await side.listen(_who(asked), CallId(call), body.mode, phone, body.reason))


@routes.post(
    "/api/calls/{call}/supervision/{leg}/mode",
    scope=Scope.SUPERVISE,
    errors=(*_ERRORS, NoSuchParty),
)
async def switch(asked: Asked, call: str, leg: str, body: ModeForm) -> HearingShown:
    """To another mode without hanging up (切换)."""
    side, where = asked.console.supervision, (CallId(call), LegId(leg))
    return _shown(await side.switch(_who(asked), *where, body.mode, body.reason))


@routes.post(
    "/api/calls/{call}/supervision/{leg}/stop",
    scope=Scope.SUPERVISE,
    errors=(*_ERRORS, NoSuchParty),
)
async def stop(asked: Asked, call: str, leg: str, body: WhyForm) -> None:
    """Agent and citizen talk on alone (结束监听)."""
    await asked.console.supervision.stop(_who(asked), CallId(call), LegId(leg), body.reason)


@routes.post(
    "/api/calls/{call}/supervision/take-over",
    scope=Scope.SUPERVISE,
    errors=(
        *_AT_A_PHONE,
        NoSuchParty,
        ColleagueNotFree,
        ColleagueNotSignedIn,
        UnknownWorkNumber,
        WrongState,
    ),
)
async def take_over(asked: Asked, call: str, body: TakeOverForm) -> None:
    """The citizen is the supervisor's, the agent is freed (拦截)."""
    phone = Extension(body.phone) if body.phone is not None else None
    where = LegId(body.leg) if body.leg is not None else phone
    await asked.console.supervision.take_over(_who(asked), CallId(call), where, body.reason)


@routes.post("/api/calls/{call}/supervision/hang-up", scope=Scope.SUPERVISE, errors=_ERRORS)
async def force_hang_up(asked: Asked, call: str, body: WhyForm) -> None:
    """End the conversation by force (强拆)."""
    await asked.console.supervision.hang_up(_who(asked), CallId(call), body.reason)


@routes.post(
    "/api/calls/{call}/line/move", scope=Scope.FORCE_SEATS, errors=(*_IN_LINE, UnknownQueue)
)
async def move_in_line(asked: Asked, call: str, body: MoveForm) -> None:
    """A waiting caller into another queue, with his age (移入其他队列)."""
    side, queue = asked.console.supervision, QueueName(body.queue)
    await side.move(_who(asked), CallId(call), queue, body.reason)


@routes.post("/api/calls/{call}/line/priority", scope=Scope.FORCE_SEATS, errors=_IN_LINE)
async def prioritise(asked: Asked, call: str, body: PriorityForm) -> None:
    """A waiting caller's priority, 0-3 (调整优先级)."""
    side = asked.console.supervision
    await side.prioritise(_who(asked), CallId(call), body.priority, body.reason)


def _rules(name: QueueName, rule: QueuePolicy, of_file: QueuePolicy) -> QueueRules:
    over = rule.overflow
    return QueueRules(
        queue=name,
        name_zh=rule.name_zh,
        name_en=rule.name_en,
        priority=rule.priority,
        needs={str(skill): level for skill, level in rule.needs.items()},
        must=list(rule.must),
        ring_limit_s=rule.ring_limit_s,
        wrap_up_s=rule.wrap_up.limit_s,
        max_waiting=rule.max_waiting,
        when_full=rule.when_full.value,
        max_wait_s=rule.max_wait_s,
        when_too_long=rule.when_too_long.value,
        when_nobody=rule.when_nobody.value,
        overflow_after_s=rule.overflow_after_s,
        overflow_to=[] if over is None else [over.queue] if over.queue else list(over.targets),
        callback_after_s=rule.callback.after_s if rule.callback is not None else None,
        amended=rule != of_file,
    )


def _who(asked: Asked) -> Supervisor:
    return Supervisor(asked.login.name, asked.login.agent)


def _shown(found: Hearing) -> HearingShown:
    return HearingShown(call=found.call, leg=found.leg, phone=found.phone, mode=found.mode)
