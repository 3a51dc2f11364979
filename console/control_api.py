"""What an agent does with the call he has: hold, hand on, ask somebody, bring in the police."""

import re
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from acd.errors import (
    ColleagueNotFree,
    ColleagueNotSignedIn,
    UnknownQueue,
    UnknownSkill,
    UnknownWorkNumber,
)
from console.asked import Asked
from console.errors import NoAgentBehindLogin, NoSuchCall, NotYourCall
from console.listeners import seen_by_agents
from console.logins import Scope
from console.own_calls import demand_card, demand_now, demand_seen
from console.parties import PartiesShown, rows
from console.ports import OwnSeats
from console.routes import Routes
from kernel.errors import BadPhoneNumber, Conflict, TimedOut, Unavailable
from kernel.ids import AgentNo, CallId, LegId, QueueName, Skill
from kernel.phone import PhoneNumber
from telephony.errors import ActionRefused, NoSuchParty, PartyNotReached, WrongPhase
from telephony.lines import UnknownLine

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
_BRINGING_IN = (
    *_ERRORS,
    BadPhoneNumber,
    PartyNotReached,
    UnknownWorkNumber,
    ColleagueNotSignedIn,
    ColleagueNotFree,
)
A_NUMBER: Final = re.compile(r"\d{5}")


def without_numbers(text: str) -> str:
    """It goes into the journal, which holds no personal data."""
    if A_NUMBER.search(text):
        raise ValueError("a reason holds no numbers of persons")
    return text


Reason = Annotated[str, StringConstraints(max_length=200), AfterValidator(without_numbers)]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class TargetForm(_Form):
    """A phone number as it is dialled, or a short code."""

    to: Annotated[str, StringConstraints(min_length=1, max_length=30)]


class SomebodyForm(_Form):
    """`to`: a phone number as it is dialled; or `agent`: a colleague's 工号. `reason` (why) goes
    into the journal."""

    to: Annotated[str, StringConstraints(min_length=1, max_length=30)] | None = None
    agent: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None
    reason: Reason = ""

    @model_validator(mode="after")
    def _one_of_them(self) -> "SomebodyForm":
        if (self.to is None) == (self.agent is None):
            raise ValueError("give either to or agent")
        return self


class ThirdForm(_Form):
    """As SomebodyForm; neither of them: whoever is consulted just now."""

    to: Annotated[str, StringConstraints(min_length=1, max_length=30)] | None = None
    agent: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None
    reason: Reason = ""

    @model_validator(mode="after")
    def _one_at_most(self) -> "ThirdForm":
        if self.to is not None and self.agent is not None:
            raise ValueError("give to or agent, not both")
        return self


class LineForm(_Form):
    """A queue, or skills with their least levels 1-5, or both."""

    queue: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    skills: dict[
        Annotated[str, StringConstraints(min_length=1, max_length=64)],
        Annotated[int, Field(ge=1, le=5)],
    ] = Field(default_factory=dict, max_length=10)
    reason: Reason = ""

    @model_validator(mode="after")
    def _at_least_one(self) -> "LineForm":
        if self.queue is None and not self.skills:
            raise ValueError("give a queue, or skills")
        return self


class OwnSeatsForm(_Form):
    """`line`: one of lines.yaml that has kept its seats. `how`: blind hands him over at once,
    consult asks there first."""

    line: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    how: Literal["blind", "consult"] = "blind"
    reason: Reason = ""


class EmergencyForm(_Form):
    """110, 119, 120, 122 or another emergency number of the site."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{3,6}$")]


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


@routes.post("/api/calls/{call}/transfer", scope=Scope.TALK, errors=_BRINGING_IN)
async def transfer(asked: Asked, call: str, body: SomebodyForm) -> None:
    """Hand the citizen on without asking first: to a number, or to a colleague (盲转)."""
    control, why = asked.console.calls.control, body.reason
    if body.agent is not None:
        await control.hand_to(asked.agent, _mine(asked, call), AgentNo(body.agent), why)
        return
    to = _number(asked, body.to)
    await control.transfer(asked.agent, _mine(asked, call), to, why)


@routes.post("/api/calls/{call}/consult", scope=Scope.TALK, errors=_BRINGING_IN)
async def consult(asked: Asked, call: str, body: SomebodyForm) -> None:
    """Ask somebody, or a colleague, while the citizen hears music (咨询)."""
    to = _somebody(asked, body)
    assert to is not None, "the form names one of the two"
    control = asked.console.calls.control
    await control.consult(asked.agent, _mine(asked, call), to, body.reason)


@routes.post("/api/calls/{call}/consult/complete", scope=Scope.TALK, errors=_ERRORS)
async def complete_consult(asked: Asked, call: str) -> None:
    """The one who was asked takes the citizen (咨询转)."""
    await asked.console.calls.control.complete_consult(asked.agent, _mine(asked, call))


@routes.post("/api/calls/{call}/consult/cancel", scope=Scope.TALK, errors=_ERRORS)
async def cancel_consult(asked: Asked, call: str) -> None:
    """Back to the citizen (取消咨询)."""
    await asked.console.calls.control.cancel_consult(asked.agent, _mine(asked, call))


@routes.post("/api/calls/{call}/three-way", scope=Scope.TALK, errors=_BRINGING_IN)
async def three_way(asked: Asked, call: str, body: ThirdForm) -> None:
    """All three talk (三方通话)."""
    to, control = _somebody(asked, body), asked.console.calls.control
    await control.three_way(asked.agent, _mine(asked, call), to, body.reason)


@routes.post("/api/calls/{call}/leave-conference", scope=Scope.TALK, errors=_ERRORS)
async def leave_conference(asked: Asked, call: str) -> None:
    """The other two talk on without the agent (退出三方)."""
    await asked.console.calls.control.leave_conference(asked.agent, _mine(asked, call))


@routes.post("/api/calls/{call}/emergency", scope=Scope.TALK, errors=_ERRORS)
async def emergency(asked: Asked, call: str, body: EmergencyForm) -> None:
    """Sent on without staying with him (紧急盲转); the key on the desk is `hand-off` (EMG-01)."""
    await asked.console.calls.control.emergency(asked.agent, _mine(asked, call), body.code)


@routes.post("/api/calls/{call}/back-to-line", scope=Scope.TALK, errors=(*_ERRORS, UnknownQueue))
async def back_to_line(asked: Asked, call: str, body: QueueForm) -> None:
    """Into a queue again, with the age of the call (转队列)."""
    queue = QueueName(body.queue)
    await asked.console.calls.control.back_to_line(asked.agent, _mine(asked, call), queue)


@routes.post(
    "/api/calls/{call}/to-line", scope=Scope.TALK, errors=(*_ERRORS, UnknownQueue, UnknownSkill)
)
async def to_line(asked: Asked, call: str, body: LineForm) -> None:
    """To a queue, or to whoever has a skill, with the age of the call (转队列、转技能)."""
    queue = QueueName(body.queue) if body.queue is not None else None
    needs = {Skill(skill): level for skill, level in body.skills.items()}
    control = asked.console.calls.control
    await control.to_line(asked.agent, _mine(asked, call), queue, needs, body.reason)


@routes.post(
    "/api/calls/{call}/to-own-seats",
    scope=Scope.TALK,
    errors=(*_ERRORS, UnknownLine, PartyNotReached),
)
async def to_own_seats(asked: Asked, call: str, body: OwnSeatsForm) -> None:
    """To a retained line, with the data of the call (转接保留热线)."""
    mine = _mine(asked, call)
    card = asked.console.calls.view.find(mine)
    ticket = card.tickets[-1] if card is not None and card.tickets else ""
    to = OwnSeats(body.line, ticket, asks_first=body.how == "consult")
    await asked.console.calls.control.to_own_seats(asked.agent, mine, to, body.reason)


@routes.get("/api/calls/{call}/parties", scope=Scope.WATCH_FLOOR, errors=(NoSuchCall, NotYourCall))
async def parties(asked: Asked, call: str) -> PartiesShown:
    """Who is on the call now, since when, and who hears whom (通话各方)."""
    card = demand_card(asked, CallId(call))
    demand_seen(asked, card.call)
    shown = card.parties
    if not asked.may(Scope.SUPERVISE):
        shown = seen_by_agents(shown, beeps=asked.console.supervision.beeps)
    return PartiesShown(call=card.call, parties=rows(shown))


@routes.post(
    "/api/calls/{call}/parties/{leg}/leave", scope=Scope.TALK, errors=(*_ERRORS, NoSuchParty)
)
async def part_with(asked: Asked, call: str, leg: str) -> None:
    """A third party has to go; the others talk on (请出第三方)."""
    await asked.console.calls.control.part_with(asked.agent, _mine(asked, call), LegId(leg))


@routes.post("/api/calls/{call}/hang-up", scope=Scope.TALK, errors=_ERRORS)
async def hang_up(asked: Asked, call: str) -> None:
    """End the conversation (挂断)."""
    await asked.console.calls.control.hang_up(asked.agent, _mine(asked, call))


def _mine(asked: Asked, call: str) -> CallId:
    demand_now(asked, CallId(call))
    return CallId(call)


def _somebody(asked: Asked, form: SomebodyForm | ThirdForm) -> PhoneNumber | AgentNo | None:
    if form.agent is not None:
        return AgentNo(form.agent)
    return _number(asked, form.to) if form.to is not None else None


def _number(asked: Asked, dialled: str | None) -> PhoneNumber:
    """Raises BadPhoneNumber, also for a withheld one: nobody can dial that."""
    number = PhoneNumber.parse(dialled or "", home_area=asked.console.settings.home_area)
    if number.is_withheld:
        raise BadPhoneNumber("A withheld number cannot be dialled.", remedy="Give the number.")
    return number
