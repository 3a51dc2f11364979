"""The statutory figures: now, by quarter of an hour, and what each of them means."""

from datetime import timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from console.asked import Asked
from console.errors import BadForm
from console.figures_shown import Definition, FiguresNow, Interval, StaffingRow
from console.logins import Scope
from console.routes import Routes
from kernel.errors import Unavailable

routes = Routes("figures")
LONGEST = timedelta(days=31)


class IntervalsQuery(BaseModel):
    """From (inclusive) to (exclusive), with time zones; at most 31 days."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")


class Intervals(BaseModel):
    intervals: list[Interval]


class Definitions(BaseModel):
    definitions: list[Definition]


class Staffing(BaseModel):
    rows: list[StaffingRow]


@routes.get("/api/figures/live", scope=Scope.WATCH_FLOOR)
async def figures_now(asked: Asked) -> FiguresNow:
    """The figures of today and of the last 24 hours, as they stand."""
    return asked.console.figures.live()


@routes.get("/api/figures/intervals", scope=Scope.READ_FIGURES, errors=(Unavailable, BadForm))
async def figure_intervals(asked: Asked, query: IntervalsQuery) -> Intervals:
    """The stored quarters of an hour of a span."""
    if not timedelta(0) < query.end - query.start <= LONGEST:
        raise BadForm("`to` does not lie 1 second to 31 days after `from`.", remedy="Ask for less.")
    found = await asked.console.figures.intervals(query.start, query.end)
    return Intervals(intervals=list(found))


@routes.get("/api/figures/definitions", scope=Scope.WATCH_FLOOR)
async def figure_definitions(asked: Asked) -> Definitions:
    """What each figure is, in both languages."""
    return Definitions(definitions=list(asked.console.figures.definitions()))


@routes.get("/api/staffing", scope=Scope.READ_FIGURES)
async def staffing(asked: Asked) -> Staffing:
    """Seats and agents against the rule of SEAT-01."""
    rows = [StaffingRow.model_validate(row) for row in asked.console.figures.staffing()]
    return Staffing(rows=rows)
