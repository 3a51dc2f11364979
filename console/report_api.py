"""The figures of any span by quarter, hour, day or month: JSON, CSV, XLSX."""

from datetime import datetime, timedelta
from typing import Final

from aiohttp import web
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from console.asked import Asked
from console.errors import BadForm
from console.figures_shown import Figure
from console.logins import Scope
from console.routes import Routes
from figures.counts import QUARTER, quarter_of
from figures.periods import PeriodRow, Step, as_csv, as_xlsx
from kernel.errors import Unavailable

routes = Routes("figures")
LONGEST: Final = timedelta(days=366)
MOST_ROWS_OF: Final = {Step.QUARTER: timedelta(days=31), Step.HOUR: timedelta(days=92)}
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ReportQuery(BaseModel):
    """From (inclusive) to (exclusive), with time zones; widened to quarters. At most 31 days by
    quarter, 92 by hour, 366 otherwise."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")
    by: Step = Step.DAY


class Period(BaseModel):
    """`queue` None: the whole site."""

    start: datetime
    queue: str | None
    counts: dict[str, int]
    figures: list[Figure]


class Periods(BaseModel):
    rows: list[Period]


@routes.get("/api/figures/report", scope=Scope.READ_FIGURES, errors=(Unavailable, BadForm))
async def figures_report(asked: Asked, query: ReportQuery) -> Periods:
    """The site and each queue, period by period, with what each value stands on."""
    return Periods(rows=[_shown(row) for row in await _rows(asked, query)])


@routes.get(
    "/api/figures/report.csv",
    scope=Scope.READ_FIGURES,
    media="text/csv",
    errors=(Unavailable, BadForm),
)
async def figures_report_csv(asked: Asked, query: ReportQuery) -> web.Response:
    """The same as a table."""
    text = as_csv(await _rows(asked, query))
    body = b"\xef\xbb\xbf" + text.encode()  # so that a spreadsheet reads 汉字
    return _file(body, "text/csv", "figures.csv")


@routes.get(
    "/api/figures/report.xlsx", scope=Scope.READ_FIGURES, media=XLSX, errors=(Unavailable, BadForm)
)
async def figures_report_xlsx(asked: Asked, query: ReportQuery) -> web.Response:
    """The same as a workbook, with a sheet that says what each figure is."""
    return _file(as_xlsx(await _rows(asked, query)), XLSX, "figures.xlsx")


def _file(body: bytes, kind: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=kind, headers=headers)


async def _rows(asked: Asked, query: ReportQuery) -> list[PeriodRow]:
    longest = MOST_ROWS_OF.get(query.by, LONGEST)
    if not timedelta(0) < query.end - query.start <= longest:
        raise BadForm(
            f"`to` does not lie 1 second to {longest.days} days after `from`.",
            remedy="Ask for less, or for longer periods.",
        )
    start, end = quarter_of(query.start), quarter_of(query.end)
    end += QUARTER if end < query.end else timedelta(0)
    return await asked.console.figures.rows(start, end, query.by)


def _shown(row: PeriodRow) -> Period:
    queue = row.queue or None
    return Period(
        start=row.start,
        queue=queue,
        counts=row.counts.as_json(),
        figures=[
            Figure(id=one.definition.id, queue=queue, value=one.value, n=one.ratio.n)
            for one in row.figures
        ],
    )
