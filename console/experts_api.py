"""Experts of units: who may be asked now, who is on duty when, what they were asked (SPC-04)."""

from datetime import date, datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from acd.experts import ExpertNow, Standing, experts_now
from console.asked import Asked
from console.errors import BadForm
from console.experts_port import ExpertSide
from console.logins import Scope
from console.routes import Routes
from figures.experts_store import UnitConsulted
from kernel.errors import Unavailable

routes = Routes("experts")
LONGEST: Final = timedelta(days=366)
ON_SITE: Final = "on_site"  # 驻场
REMOTE: Final = "remote"  # 远程


class ExpertsQuery(BaseModel):
    """`unit`: one of catalogue/units.yaml; without it the experts of all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Annotated[str, Field(min_length=1, max_length=40)] | None = None


class SpanQuery(BaseModel):
    """From (inclusive) to (exclusive), with time zones; at most 366 days."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")


class ExpertRow(BaseModel):
    """`askable`: POST /api/calls/{call}/consult with this `agent` would ring him now. `place`:
    on_site or remote, null where he is not signed in. `duty_until` null: not on duty."""

    agent: str
    name: str
    unit: str
    unit_name: str
    level: int
    standing: Standing
    askable: bool
    on_duty: bool
    duty_until: datetime | None
    seat: str | None
    place: str | None


class ExpertsShown(BaseModel):
    """Who may be asked first; of those who is on duty first."""

    experts: list[ExpertRow]


class DutyRow(BaseModel):
    agent: str
    name: str
    unit: str
    unit_name: str
    days: list[str]
    start: str
    end: str
    not_on: list[date]


class RosterShown(BaseModel):
    duties: list[DutyRow]


class UnitRow(BaseModel):
    """`rank` 1: whose experts are reached best. `flagged`: of too few askings (SPC-05)."""

    rank: int
    unit: str
    unit_name: str
    asked: int
    reached: int
    took_over: int
    on_site: int
    remote: int
    seconds: float
    reached_share: float
    flagged: bool


class UnitsShown(BaseModel):
    units: list[UnitRow]


@routes.get("/api/experts", scope=Scope.WATCH_FLOOR)
async def experts(asked: Asked, query: ExpertsQuery) -> ExpertsShown:
    """Whom of a unit an agent may consult or join three-way now (专家座席)."""
    side, floor = asked.console.experts, asked.console.floor
    found = experts_now(side.roster, floor.directory.directory, floor.floor.snapshot(), query.unit)
    return ExpertsShown(experts=[_expert(one, side, asked) for one in found])


@routes.get("/api/experts/roster", scope=Scope.WATCH_FLOOR)
async def roster(asked: Asked) -> RosterShown:
    """Which expert is on duty when (专家值班表)."""
    side, agents = asked.console.experts, asked.console.floor.directory.directory.agents
    names: dict[str, str] = {no: agent.name for no, agent in agents.items()}
    rows = [
        DutyRow(
            agent=duty.agent,
            name=names.get(duty.agent, ""),
            unit=duty.unit,
            unit_name=side.units.get(duty.unit, ""),
            days=[day.value for day in duty.days],
            start=duty.start.isoformat("minutes"),
            end=duty.end.isoformat("minutes"),
            not_on=list(duty.not_on),
        )
        for duty in side.roster.duties
    ]
    return RosterShown(duties=rows)


@routes.get("/api/figures/experts", scope=Scope.READ_FIGURES, errors=(Unavailable, BadForm))
async def expert_figures(asked: Asked, query: SpanQuery) -> UnitsShown:
    """Consultations of experts by unit, apart from the calls; the unit best reached first."""
    if not timedelta(0) < query.end - query.start <= LONGEST:
        raise BadForm(
            "`to` does not lie 1 second to 366 days after `from`.", remedy="Ask for less."
        )
    side = asked.console.experts
    found = sorted(
        await side.figures.report(query.start, query.end),
        key=lambda one: (-one.reached_share, -one.asked, one.unit),
    )
    return UnitsShown(units=[_unit(one, rank, side) for rank, one in enumerate(found, start=1)])


def _expert(one: ExpertNow, side: ExpertSide, asked: Asked) -> ExpertRow:
    myself = one.agent == asked.login.agent
    return ExpertRow(
        agent=one.agent,
        name=one.name,
        unit=one.unit,
        unit_name=side.units.get(one.unit, ""),
        level=one.level,
        standing=one.standing,
        askable=one.askable and not myself,
        on_duty=one.duty_until is not None,
        duty_until=one.duty_until,
        seat=one.seat,
        place=None if one.place is None else ON_SITE if one.place == "physical" else REMOTE,
    )


def _unit(one: UnitConsulted, rank: int, side: ExpertSide) -> UnitRow:
    return UnitRow(
        rank=rank,
        unit=one.unit,
        unit_name=side.units.get(one.unit, ""),
        asked=one.asked,
        reached=one.reached,
        took_over=one.took_over,
        on_site=one.on_site,
        remote=one.remote,
        seconds=round(one.seconds, 1),
        reached_share=round(one.reached_share, 4),
        flagged=one.reached_share < side.roster.flag_below,
    )
