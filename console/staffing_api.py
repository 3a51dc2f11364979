"""Seats: needed, rostered, here; the ratio, merging, shifts, the months ahead (SEAT, RPT-07)."""

import re
from datetime import date, timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from acd.roster import CHINA
from acd.roster_errors import NoShiftCovers, SolverMissing
from acd.staffing import BadLoad
from console import staffing_shown as shown
from console.asked import Asked
from console.errors import BadForm
from console.figures_shown import StaffingRow
from console.logins import Scope
from console.routes import Routes
from console.shifts_shown import ProposalShown, proposal_shown
from console.staffing_port import UnknownCentre
from kernel.errors import Unavailable

routes = Routes("staffing")
FARTHEST: Final = timedelta(days=400)
_ERRORS: Final = (Unavailable, BadForm)
_CENTRE: Final = re.compile(r"^([^:,]{1,40})(?::(\d{1,7}(?:\.\d{1,3})?))?$")


class DayQuery(BaseModel):
    """A day of China; today when it is left out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day: date | None = None


class WhatIfQuery(BaseModel):
    """Two to forty centres with commas between: a district's code, or `name:calls-a-day`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    centres: Annotated[str, Field(min_length=3, max_length=2000)]


class ShiftsQuery(DayQuery):
    """`optimal` wants the extra `shifts` (OR-Tools)."""

    way: Literal["plain", "optimal"] = "plain"


@routes.get("/api/staffing/today", scope=Scope.PLAN_STAFF, errors=_ERRORS)
async def staffing_today(asked: Asked) -> shown.StaffingDayShown:
    """Needed, rostered, signed in: now and in the half hours of today, the gap in words."""
    return shown.day_shown(await asked.console.staffing.planner.today())


@routes.get("/api/staffing/day", scope=Scope.PLAN_STAFF, errors=_ERRORS)
async def staffing_day(asked: Asked, query: DayQuery) -> shown.StaffingDayShown:
    """Seats needed in each half hour of a day to come, against its roster."""
    return shown.day_shown(await asked.console.staffing.planner.of_day(day_asked(asked, query)))


@routes.get("/api/staffing/ratio", scope=Scope.PLAN_STAFF)
async def staffing_ratio(asked: Asked) -> shown.RatioShown:
    """15 seats a million inhabitants, three agents a seat: by district, with its policy."""
    districts, rows = asked.console.staffing.planner.ratio()
    return shown.RatioShown(
        seats_per_million=districts.seats_per_million,
        agents_per_seat=districts.agents_per_seat,
        rounding=districts.rounding,
        rows=[StaffingRow.model_validate(row) for row in rows],
        together=shown.Together.model_validate(districts.together(districts.districts)),
        inventory=[
            shown.SeatsAtRow.model_validate(row)
            for row in asked.console.staffing.planner.inventory()
        ],
    )


@routes.get(
    "/api/staffing/what-if", scope=Scope.PLAN_STAFF, errors=(*_ERRORS, UnknownCentre, BadLoad)
)
async def staffing_what_if(asked: Asked, query: WhatIfQuery) -> shown.WhatIfShown:
    """What merging centres would save: small ones together need fewer seats."""
    found = await asked.console.staffing.planner.what_if(_centres(query.centres))
    return shown.what_if_shown(found)


@routes.get(
    "/api/staffing/shifts",
    scope=Scope.PLAN_STAFF,
    errors=(*_ERRORS, SolverMissing, NoShiftCovers),
)
async def staffing_shifts(asked: Asked, query: ShiftsQuery) -> ProposalShown:
    """Which shifts, and how many agents in each, cover the needs of a day."""
    day = day_asked(asked, query)
    planner = asked.console.staffing.planner
    return proposal_shown(day, await planner.propose(day, plainly=query.way == "plain"))


@routes.get("/api/staffing/patience", scope=Scope.PLAN_STAFF, errors=(Unavailable,))
async def staffing_patience(asked: Asked) -> shown.PatienceShown:
    """How long callers of each queue are patient, with its standard error."""
    found = await asked.console.staffing.planner.patience()
    rows = [
        shown.PatienceRow(
            queue=queue,
            mean_s=None if one is None or not one.is_enough else round(one.mean_s, 1),
            error_s=None if one is None or not one.is_enough else round(one.error_s, 1),
            gave_up=0 if one is None else one.gave_up,
            callers=0 if one is None else one.callers,
        )
        for queue, one in sorted(found.items())
    ]
    return shown.PatienceShown(queues=rows)


@routes.get("/api/staffing/seasons", scope=Scope.PLAN_STAFF, errors=(Unavailable,))
async def staffing_seasons(asked: Asked) -> shown.SeasonsShown:
    """The months ahead, all calls and each category; peaks that want a plan (RPT-07)."""
    found = await asked.console.staffing.planner.outlooks()
    names = {leaf.code[:4]: leaf.path[1] for leaf in asked.console.cases.catalogue}
    rows = [shown.outlook_row(one, names.get(one.category, "")) for one in found]
    return shown.SeasonsShown(outlooks=rows)


@routes.get("/api/staffing/occupancy", scope=Scope.PLAN_STAFF)
async def staffing_occupancy(asked: Asked) -> shown.OccupancyShown:
    """Who works without a breath: each agent's share of talk and wrap-up in the last hour."""
    watch, people = asked.console.staffing.occupancy, asked.console.floor.directory.directory
    since = watch.overworked()
    rows = [
        shown.LoadRow(
            agent=load.agent,
            name=people.agents[load.agent].name if load.agent in people.agents else "",
            occupancy=round(load.occupancy, 4),
            at_work_s=load.at_work.total_seconds(),
            since=since.get(load.agent),
        )
        for load in watch.loads()
    ]
    return shown.OccupancyShown(agents=sorted(rows, key=lambda row: (-row.occupancy, row.agent)))


def day_asked(asked: Asked, query: DayQuery) -> date:
    """Raises BadForm for a day too far away."""
    today = asked.console.clock.now().astimezone(CHINA).date()
    day = query.day or today
    if abs(day - today) > FARTHEST:
        raise BadForm(f"{day} is more than a year away.", remedy="Choose a nearer day.")
    return day


def _centres(said: str) -> dict[str, float | None]:
    """Raises BadForm."""
    found = [_CENTRE.match(part.strip()) for part in said.split(",")]
    named = {each[1]: float(each[2]) if each[2] else None for each in found if each is not None}
    if len(named) != len(found) or not 2 <= len(named) <= 40:
        raise BadForm(
            f"{said!r} names no two to forty different centres.",
            remedy="Write 220581,220600 or 12345:4000,12333:600.",
        )
    return named
