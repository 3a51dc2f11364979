"""Stored quarters of an hour put together into hours, days, months or one span. Pure."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from figures.cells import harmless
from figures.counts import SHANGHAI, Counts, SeatCounts
from figures.definitions import DEFINITIONS, Explained, Measured, Unit, measure, measure_queue
from figures.quality import QUALITY, QualityCounts, measure_quality
from figures.store import QueueQuarter
from kernel.ids import QueueName

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SITE: Final = QueueName("")  # the whole site stands under no queue's name
COLUMNS: Final[tuple[Explained, ...]] = (*DEFINITIONS, *QUALITY)


class Step(StrEnum):
    """How long a row is; days and months are those of China."""

    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    SPAN = "span"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """`start`: of the period, local to China. `queue` "": the whole site, with D-02 and D-08;
    where a row is a month, with D-29."""

    start: datetime
    queue: QueueName
    counts: Counts
    figures: tuple[Measured, ...]


def rows(
    quarters: Sequence[QueueQuarter],
    seats: Mapping[datetime, SeatCounts],
    step: Step,
    quality: Mapping[date, QualityCounts] | None = None,
) -> list[PeriodRow]:
    """By time; in each period the site first, then its queues by name. `quality`: by month."""
    queues: defaultdict[tuple[datetime, QueueName], Counts] = defaultdict(Counts)
    sites: defaultdict[datetime, Counts] = defaultdict(Counts)
    worked: defaultdict[datetime, SeatCounts] = defaultdict(SeatCounts)
    first = min((quarter.start for quarter in quarters), default=None)
    for quarter in quarters:
        period = _period(quarter.start, step, first)
        sites[period] += quarter.counts
        if quarter.queue:
            queues[period, quarter.queue] += quarter.counts
    for start, counts in seats.items():
        worked[_period(start, step, first)] += counts
    found = [
        PeriodRow(
            start=start,
            queue=SITE,
            counts=c,
            figures=(*measure(c, worked[start]), *_inspected(start, quality)),
        )
        for start, c in sites.items()
    ]
    found += [
        PeriodRow(start=start, queue=queue, counts=c, figures=tuple(measure_queue(c)))
        for (start, queue), c in queues.items()
    ]
    return sorted(found, key=lambda row: (row.start, row.queue))


def _inspected(start: datetime, quality: Mapping[date, QualityCounts] | None) -> list[Measured]:
    if quality is None:
        return []
    return measure_quality(quality.get(start.date(), QualityCounts()))


def _period(start: datetime, step: Step, first: datetime | None) -> datetime:
    local = start.astimezone(SHANGHAI)
    match step:
        case Step.QUARTER:
            return local
        case Step.HOUR:
            return local.replace(minute=0)
        case Step.DAY:
            return local.replace(hour=0, minute=0)
        case Step.MONTH:
            return local.replace(day=1, hour=0, minute=0)
        case Step.SPAN:
            return (first or start).astimezone(SHANGHAI)


_COUNTED: Final = {
    "arrived": "来电 arrived",
    "offered": "人工请求 asked for a person",
    "answered": "座席接听 answered",
    "fallback_answered": "应急接听 answered by fallback",
    "answered_in_15s": "15秒内接听 within 15 s",
    "abandoned": "放弃 abandoned",
    "overflowed": "溢出 overflowed",
    "callback_promised": "预约回拨 callback promised",
    "blocked": "限制 blocked",
    "failed": "失败 failed",
    "fallback_lost": "应急未接 lost in fallback",
}


def header() -> list[str]:
    named = [f"{one.id} {one.name_zh} {one.name_en}" for one in COLUMNS]
    return ["时段 period", "队列 queue", *_COUNTED.values(), *named]


def table(found: Sequence[PeriodRow]) -> Iterator[list[str | int | float | None]]:
    """Shares as fractions, durations in seconds; None: nothing to count."""
    for row in found:
        counts, values = row.counts.as_json(), {m.definition.id: m.value for m in row.figures}
        yield [
            row.start.strftime("%Y-%m-%d %H:%M"),
            harmless(row.queue) or "全部 all",
            *(counts[name] for name in _COUNTED),
            *(values.get(one.id) for one in COLUMNS),
        ]


def as_csv(found: Sequence[PeriodRow]) -> str:
    written = io.StringIO()
    out = csv.writer(written)
    out.writerow(header())
    out.writerows(table(found))
    return written.getvalue()


def as_xlsx(found: Sequence[PeriodRow]) -> bytes:
    """Two sheets: the rows, and what each figure is, with its formula and source. The library is
    loaded with the first workbook: a restart is quicker."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None, "a new workbook has a sheet"
    sheet.title = "数据 figures"
    sheet.append(header())
    for line in table(found):
        sheet.append(line)
    _format(sheet, len(_COUNTED) + 3)
    explained = book.create_sheet("口径 definitions")
    explained.append(["id", "名称", "name", "公式", "formula", "依据 source", "时段 base"])
    for one in COLUMNS:
        explained.append(
            [one.id, one.name_zh, one.name_en, one.formula_zh, one.formula_en, one.source, one.base]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _format(sheet: "Worksheet", first: int) -> None:
    """Shares look like shares; the head stays in sight."""
    sheet.freeze_panes = "C2"
    for nth, one in enumerate(COLUMNS, start=first):
        shape = "0.00%" if one.unit is Unit.SHARE else "0.0"
        for line in range(2, sheet.max_row + 1):
            sheet.cell(row=line, column=nth).number_format = shape
