"""Missed calls (D-10), surveys (D-20 to D-24) and levels (NAV-06) as files: CSV, XLSX."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from aiohttp import web

from console import duties_api, levels_api, surveys_api
from console.asked import Asked
from console.duties_api import missed_report
from console.errors import BadForm
from console.levels_api import level_report
from console.logins import Scope
from console.report_api import XLSX
from console.routes import Routes
from console.survey_figures_api import service_figures, survey_figures
from figures.definitions import DEFINITIONS, Unit
from figures.tables import Cell, Share, Table, as_csv, as_xlsx
from kernel.errors import Unavailable

routes = Routes("figures")
_NO_SHARES: Final = frozenset(one.id for one in DEFINITIONS if one.unit is not Unit.SHARE)
_MISSED: Final = (
    "日期 day", "应回拨 owed", "自行来电 rang again", "无法回拨 uncallable",
    "已回拨 called back", "回拨率 share", "按时 in time", "按时率 share",
    "接通 reached", "接通率 share", "中位时长秒 median s",
)  # fmt: skip
_PASSED: Final = (
    "方向 direction", "类型 kind", "对象 to or from", "原因 reason", "区域 district",
    "结果 result", "通数 calls",
)  # fmt: skip
_SERVICE: Final = (
    "月份 month", "工号 agent", "邀请 asked", "评价 rated", "参评率 response",
    "满意率 satisfaction",
)  # fmt: skip


@routes.get(
    "/api/duties/report.csv", scope=Scope.READ_DUTIES, media="text/csv", errors=(Unavailable,)
)
async def missed_csv(asked: Asked, query: duties_api.ReportQuery) -> web.Response:
    """D-10 day by day, as a table."""
    return _csv(await _missed(asked, query), "missed")


@routes.get("/api/duties/report.xlsx", scope=Scope.READ_DUTIES, media=XLSX, errors=(Unavailable,))
async def missed_xlsx(asked: Asked, query: duties_api.ReportQuery) -> web.Response:
    """D-10 day by day, as a workbook."""
    return _xlsx(await _missed(asked, query), "missed")


@routes.get(
    "/api/levels/report.csv",
    scope=Scope.READ_FIGURES,
    media="text/csv",
    errors=(Unavailable, BadForm),
)
async def levels_csv(asked: Asked, query: levels_api.SpanQuery) -> web.Response:
    """Calls handed out and in, then the levels' figures, as tables."""
    return _csv(await _levels(asked, query), "levels")


@routes.get(
    "/api/levels/report.xlsx", scope=Scope.READ_FIGURES, media=XLSX, errors=(Unavailable, BadForm)
)
async def levels_xlsx(asked: Asked, query: levels_api.SpanQuery) -> web.Response:
    """The same as a workbook."""
    return _xlsx(await _levels(asked, query), "levels")


@routes.get(
    "/api/surveys/figures.csv", scope=Scope.READ_FIGURES, media="text/csv", errors=(Unavailable,)
)
async def surveys_csv(asked: Asked, query: surveys_api.SpanQuery) -> web.Response:
    """D-20 to D-24 by month and unit, then the rating of the answering service, as tables."""
    return _csv(await _surveys(asked, query), "surveys")


@routes.get(
    "/api/surveys/figures.xlsx", scope=Scope.READ_FIGURES, media=XLSX, errors=(Unavailable,)
)
async def surveys_xlsx(asked: Asked, query: surveys_api.SpanQuery) -> web.Response:
    """The same as a workbook."""
    return _xlsx(await _surveys(asked, query), "surveys")


async def _missed(asked: Asked, query: duties_api.ReportQuery) -> list[Table]:
    days = (await missed_report(asked, query)).days
    rows = [
        (
            one.day.isoformat(), one.owed, one.self_resolved, one.uncallable,
            one.called_back, Share(one.called_back_share), one.in_time, Share(one.in_time_share),
            one.reached, Share(one.reached_share), one.median_delay_s,
        )
        for one in days
    ]  # fmt: skip
    return [Table(title="漏接回拨 D-10", header=_MISSED, rows=rows)]


async def _levels(asked: Asked, query: levels_api.SpanQuery) -> list[Table]:
    found = await level_report(asked, query)
    passed = [
        (one.direction, one.kind, one.target, one.reason, one.district, one.result, one.calls)
        for one in found.passed
    ]
    ids = sorted({figure.id for one in found.levels for figure in one.figures})
    header = ("层级 level", "本级请求 own", "含下级请求 with below", *_with_n(ids))
    rows: list[tuple[Cell | Share, ...]] = []
    for one in found.levels:
        values = {figure.id: (figure.value, figure.n) for figure in one.figures}
        own, below = one.own.get("offered", 0), one.with_below.get("offered", 0)
        rows.append((one.level, own, below, *_values(values, ids)))
    return [
        Table(title="省市互转 passed", header=_PASSED, rows=passed),
        Table(title="层级 levels", header=header, rows=rows),
    ]


async def _surveys(asked: Asked, query: surveys_api.SpanQuery) -> list[Table]:
    months = (await survey_figures(asked, query)).months
    ids = sorted({figure.id for one in months for figure in one.figures})
    rows: list[tuple[Cell | Share, ...]] = []
    for one in months:
        values = {figure.id: (figure.value, figure.n) for figure in one.figures}
        rows.append((one.month, one.unit, *_values(values, ids)))
    served = [
        (one.month, one.agent, one.asked, one.rated, Share(one.response), Share(one.satisfaction))
        for one in (await service_figures(asked, query)).months
    ]
    header = ("月份 month", "承办单位 unit", *_with_n(ids))
    return [
        Table(title="回访 surveys", header=header, rows=rows),
        Table(title="接听服务 service", header=_SERVICE, rows=served),
    ]


def _with_n(ids: Sequence[str]) -> Iterator[str]:
    for one in ids:
        yield from (one, f"{one} n")


def _values(
    of: Mapping[str, tuple[float | None, int]], ids: Sequence[str]
) -> Iterator[Cell | Share]:
    """Each figure and how much it stands on."""
    for one in ids:
        value, n = of.get(one, (None, 0))
        yield value if one in _NO_SHARES else Share(value)
        yield n


def _csv(tables: Sequence[Table], name: str) -> web.Response:
    return _file(as_csv(tables), "text/csv", f"{name}.csv")


def _xlsx(tables: Sequence[Table], name: str) -> web.Response:
    return _file(as_xlsx(tables), XLSX, f"{name}.xlsx")


def _file(body: bytes, kind: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(body=body, content_type=kind, headers=headers)
