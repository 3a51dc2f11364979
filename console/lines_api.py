"""The report of each line (MRG-08): JSON for screens, CSV for spreadsheets."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, Literal

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from console.asked import Asked
from console.errors import BadForm
from console.logins import Scope
from console.routes import Routes
from figures.counts import QUARTER, Counts, quarter_of
from figures.definitions import Measured
from figures.lines_report import LineRow, LinesReport, figures_of
from figures.lines_table import as_csv
from kernel.errors import Unavailable

routes = Routes("figures")
LONGEST: Final = timedelta(days=366)


class LinesQuery(BaseModel):
    """From (inclusive) to (exclusive), with time zones; at most 366 days; widened to quarters."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")
    by: Literal["day", "span"] = "span"


class LineFigure(BaseModel):
    id: str
    value: float | None
    n: int


class Transfers(BaseModel):
    done: int
    failed: int


class LineShown(BaseModel):
    """`day` None: the whole span. `seats`: whose; see `figures/lines_report.py`."""

    line: str
    name_zh: str
    name_en: str
    kind: str
    day: date | None
    seats: str
    arrived: int
    counts: dict[str, int]
    figures: list[LineFigure]
    transferred_to: Transfers
    transferred_from: Transfers
    tickets: int


class Together(BaseModel):
    counts: dict[str, int]
    figures: list[LineFigure]


class LinesShown(BaseModel):
    """`hotline`: at our own seats, as the statutory figures; `city`: with the lines' own seats."""

    start: datetime
    end: datetime
    lines: list[LineShown]
    hotline: Together
    city: Together


@routes.get("/api/figures/lines", scope=Scope.READ_FIGURES, errors=(Unavailable, BadForm))
async def line_figures(asked: Asked, query: LinesQuery) -> LinesShown:
    """What each line did: volume, answer rate, waits, transfers and their failures, tickets."""
    report = await _report(asked, query)
    return LinesShown(
        start=report.start,
        end=report.end,
        lines=[_shown(row) for row in report.rows],
        hotline=_together(report.hotline),
        city=_together(report.city),
    )


@routes.get(
    "/api/figures/lines.csv",
    scope=Scope.READ_FIGURES,
    media="text/csv",
    errors=(Unavailable, BadForm),
)
async def line_figures_csv(asked: Asked, query: LinesQuery) -> web.Response:
    """The same as a table."""
    report = await _report(asked, query)
    return web.Response(
        body=b"\xef\xbb\xbf" + as_csv(report).encode(),  # so that a spreadsheet reads 汉字
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": 'attachment; filename="lines.csv"'},
    )


async def _report(asked: Asked, query: LinesQuery) -> LinesReport:
    if not timedelta(0) < query.end - query.start <= LONGEST:
        raise BadForm(
            "`to` does not lie 1 second to 366 days after `from`.", remedy="Ask for less."
        )
    start, end = quarter_of(query.start), quarter_of(query.end)
    end += QUARTER if end < query.end else timedelta(0)
    return await asked.console.lines.reports.report(start, end, by_day=query.by == "day")


def _shown(row: LineRow) -> LineShown:
    return LineShown(
        line=row.line,
        name_zh=row.name_zh,
        name_en=row.name_en,
        kind=row.kind,
        day=row.day,
        seats=row.seats.value,
        arrived=row.arrived,
        counts=row.counts.as_json(),
        figures=_figures(row.figures),
        transferred_to=Transfers(done=row.moved_to[0], failed=row.moved_to[1]),
        transferred_from=Transfers(done=row.moved_from[0], failed=row.moved_from[1]),
        tickets=row.tickets,
    )


def _together(counts: Counts) -> Together:
    return Together(counts=counts.as_json(), figures=_figures(figures_of(counts)))


def _figures(measured: Iterable[Measured]) -> list[LineFigure]:
    return [LineFigure(id=one.definition.id, value=one.value, n=one.ratio.n) for one in measured]
