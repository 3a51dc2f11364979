"""The report of the lines as a table: one header in both languages, one row a line. Pure."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from figures.cells import harmless
from figures.counts import Counts
from figures.definitions import Measured, Unit
from figures.lines_report import LineRow, LinesReport, figures_of

HEADER: Final = (
    "日期 day",
    "线路 line",
    "名称 name",
    "类型 kind",
    "座席 seats",
    "来电 arrived",
    "人工请求 asked",
    "接听 answered",
    "15秒内接听 within 15 s",
    "放弃 abandoned",
    "接通率 answer rate",
    "15秒接通率 service level 15 s",
    "平均等待秒 mean wait s",
    "平均通话秒 mean talk s",
    "转入 transferred to",
    "转入失败 not transferred to",
    "转出 transferred from",
    "转出失败 not transferred from",
    "工单 tickets",
)
_WANTED: Final = ("D-01", "D-04", "D-06", "D-07")


def table(report: LinesReport) -> Iterator[tuple[str, ...]]:
    """Lines first, then the hotline's own seats, then all seats of the city."""
    for row in report.rows:
        yield _line(row)
    for name, counts in (("12345 合计 hotline", report.hotline), ("全市合计 city", report.city)):
        head = ("", "", name, "", "")
        yield (*head, "", *_numbers(counts, figures_of(counts)), "", "", "", "", "")


def as_csv(report: LinesReport) -> str:
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(HEADER)
    out.writerows(table(report))
    return written.getvalue()


def _line(row: LineRow) -> tuple[str, ...]:
    name = f"{row.name_zh} {row.name_en}"
    head = (_day(row.day), harmless(row.line), harmless(name), row.kind, row.seats.value)
    moved = (*row.moved_to, *row.moved_from, row.tickets)
    return (*head, str(row.arrived), *_numbers(row.counts, row.figures), *map(str, moved))


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _numbers(counts: Counts, figures: Sequence[Measured]) -> tuple[str, ...]:
    answered = counts.answered + counts.fallback_answered
    plain = (counts.offered, answered, counts.answered_in_15s, counts.abandoned)
    shown = {one.definition.id: _value(one) for one in figures}
    return (*map(str, plain), *(shown[name] for name in _WANTED))


def _value(one: Measured) -> str:
    """Empty: nothing to count; a share in percent."""
    if one.value is None:
        return ""
    return f"{one.value:.2%}" if one.definition.unit is Unit.SHARE else f"{one.value:.1f}"
