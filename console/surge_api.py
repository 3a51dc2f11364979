"""Surge plans, overflow, incidents, breaks that wait, the daily closing list (SRG-01 to SRG-04)."""

from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from acd.errors import (
    IncidentNotOpen,
    NoBreakWish,
    SurgeNotActive,
    SurgeStands,
    UnknownWorkNumber,
)
from acd.surge_facts import IncidentId, IncidentKind, PlanName
from acd.surge_happenings import DropBreakWish, GrantBreak
from cases.daily_closing import NotOfThatDay
from console.asked import Asked
from console.control_api import without_numbers
from console.errors import BadForm, NoAgentBehindLogin, NoSuchCall, NotYourCall
from console.logins import Scope
from console.own_calls import demand_card, demand_seen
from console.routes import Routes
from console.surge_port import NewIncident, UnknownPlan
from console.surge_shown import (
    DayList,
    IncidentShown,
    SurgeShown,
    WishList,
    WishRow,
    day_list,
    incident_shown,
    surge_shown,
    wish_row,
)
from kernel.errors import Unavailable
from kernel.ids import AgentNo, CallId, CaseId

routes = Routes("surge")
AREA: Final = r"^(0[0-9]{2,3}|[a-z][a-z0-9_]{0,19})$"
Why = Annotated[
    str,
    StringConstraints(min_length=2, max_length=200, strip_whitespace=True),
    AfterValidator(without_numbers),
]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WhyForm(_Form):
    """`reason`: a sentence for the record."""

    reason: Why


class ActivateForm(WhyForm):
    """`drill`: an exercise; all is done as in earnest, and marked (SRG-04)."""

    drill: bool = False


class IncidentForm(WhyForm):
    """`areas`: area codes (0431) or levels of levels.yaml; none: everywhere."""

    about: IncidentKind
    title: Annotated[
        str,
        StringConstraints(min_length=2, max_length=80, strip_whitespace=True),
        AfterValidator(without_numbers),
    ]
    areas: tuple[Annotated[str, Field(pattern=AREA)], ...] = Field(default=(), max_length=50)


class TagForm(_Form):
    incident: Annotated[str, StringConstraints(min_length=1, max_length=60)]


class DayQuery(BaseModel):
    """A day of China; `category`: the beginning of a code, such as the one of tourism."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date
    category: Annotated[str, Field(pattern=r"^[0-9]{0,12}$")] = ""


class ExplainForm(_Form):
    day: date
    reason: Why


@routes.get("/api/surge", scope=Scope.WATCH_FLOOR)
async def surge(asked: Asked) -> SurgeShown:
    """Plans and which of them stand, other centres, incidents, what was before (话务高峰)."""
    return surge_shown(asked.console.surge.desk)


@routes.post(
    "/api/surge/plans/{plan}/activate",
    scope=Scope.FORCE_SEATS,
    errors=(UnknownPlan, SurgeStands, Unavailable),
)
async def activate_plan(asked: Asked, plan: str, body: ActivateForm) -> SurgeShown:
    """A plan from now on, until somebody returns it (启动预案)."""
    desk = asked.console.surge.desk
    await desk.activate(PlanName(plan), by=asked.login.name, why=body.reason, drill=body.drill)
    return surge_shown(desk)


@routes.post(
    "/api/surge/plans/{plan}/return",
    scope=Scope.FORCE_SEATS,
    errors=(UnknownPlan, SurgeNotActive, Unavailable),
)
async def return_plan(asked: Asked, plan: str, body: WhyForm) -> SurgeShown:
    """The usual rules hold again (解除预案)."""
    desk = asked.console.surge.desk
    await desk.give_back(PlanName(plan), by=asked.login.name, why=body.reason)
    return surge_shown(desk)


@routes.post("/api/incidents", scope=Scope.FORCE_SEATS, errors=(Unavailable,))
async def open_incident(asked: Asked, body: IncidentForm) -> IncidentShown:
    """An incident that many call about: announced by area, with a queue of its own (突发事件)."""
    desk = asked.console.surge.desk
    wanted = NewIncident(
        about=body.about,
        title=body.title,
        areas=body.areas,
        by=asked.login.name,
        why=body.reason,
    )
    incident = await desk.open_incident(wanted)
    return incident_shown(desk, desk.standing.incidents[incident])


@routes.post(
    "/api/incidents/{incident}/close",
    scope=Scope.FORCE_SEATS,
    errors=(IncidentNotOpen, Unavailable),
)
async def close_incident(asked: Asked, incident: str, body: WhyForm) -> IncidentShown:
    """No announcement any more; its calls stay linked (事件结束)."""
    desk, name = asked.console.surge.desk, IncidentId(incident)
    await desk.close_incident(name, by=asked.login.name, why=body.reason)
    return incident_shown(desk, desk.standing.incidents[name])


@routes.get("/api/incidents/{incident}", scope=Scope.READ_CALLS, errors=(IncidentNotOpen,))
async def incident_now(asked: Asked, incident: str) -> IncidentShown:
    """Its calls and their tickets (关联来电与工单)."""
    desk = asked.console.surge.desk
    known = desk.standing.incidents.get(IncidentId(incident))
    if known is None:
        raise IncidentNotOpen("There is no such incident.", remedy="Choose one of the list.")
    return incident_shown(desk, known)


@routes.post(
    "/api/calls/{call}/open-incident",
    scope=Scope.FILE_TICKETS,
    errors=(NoSuchCall, NotYourCall, IncidentNotOpen, Unavailable),
)
async def tag_call(asked: Asked, call: str, body: TagForm) -> None:
    """This call is about an open incident (关联突发事件)."""
    card = demand_card(asked, CallId(call))
    demand_seen(asked, card.call)
    by = asked.login.agent or asked.login.name
    await asked.console.surge.desk.tag(card.call, IncidentId(body.incident), by=by)


# ---- breaks that wait for a skill minimum


@routes.get("/api/break-wishes", scope=Scope.WATCH_FLOOR)
async def break_wishes(asked: Asked) -> WishList:
    """Whose break waits, and for how long; an agent sees his own alone (小休排队)."""
    wishes = asked.console.floor.floor.snapshot().wishes
    rows = [wish_row(wish, place) for place, wish in enumerate(wishes, start=1)]
    return WishList(wishes=[row for row in rows if _is_shown(asked, row)])


def _is_shown(asked: Asked, row: WishRow) -> bool:
    return asked.may(Scope.FORCE_SEATS) or row.agent == asked.login.agent


@routes.delete(
    "/api/seat/break-wish", scope=Scope.SIT, errors=(NoAgentBehindLogin, NoBreakWish, Unavailable)
)
async def drop_break_wish(asked: Asked) -> None:
    """That break is not wanted any more (取消小休申请)."""
    await asked.console.floor.floor.order(DropBreakWish(asked.agent))


@routes.post(
    "/api/agents/{no}/break",
    scope=Scope.FORCE_SEATS,
    errors=(NoBreakWish, UnknownWorkNumber, Unavailable),
)
async def grant_break(asked: Asked, no: str, body: WhyForm) -> None:
    """A supervisor lets him go, whatever the minimums say (特批小休)."""
    order = GrantBreak(AgentNo(no), asked.login.name, body.reason)
    await asked.console.floor.floor.order(order)


# ---- 日清日结


@routes.get("/api/daily-closing", scope=Scope.MOVE_CASES, errors=(BadForm, Unavailable))
async def daily_closing(asked: Asked, query: DayQuery) -> DayList:
    """The cases of a day: closed, explained, or owed until 24:00 (日清日结)."""
    cases = await asked.console.surge.closing.of_day(query.day, query.category)
    return day_list(query.day, list(cases))


@routes.post(
    "/api/daily-closing/{case}",
    scope=Scope.MOVE_CASES,
    errors=(NotOfThatDay, Unavailable),
)
async def explain_case(asked: Asked, case: str, body: ExplainForm) -> None:
    """Why a case of that day is not closed (未办结说明)."""
    closing, at = asked.console.surge.closing, asked.console.clock.now()
    await closing.explain(CaseId(case), body.day, body.reason, by=asked.login.name, at=at)
