"""Quarters put together into periods, and their tables."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from figures.counts import Counts, SeatCounts
from figures.periods import PeriodRow, Step, as_csv, as_xlsx, header, rows
from figures.store import QueueQuarter
from kernel.ids import QueueName

EVENING = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # 23:30 in China, the last of the month
HOUR = timedelta(hours=1)


def quarter(at: datetime, queue: str, **counts: int) -> QueueQuarter:
    return QueueQuarter(start=at, queue=QueueName(queue), counts=Counts(**counts))


QUARTERS = [
    quarter(EVENING, "", arrived=9),
    quarter(EVENING, "general", offered=4, answered=3, abandoned=1),
    quarter(EVENING + timedelta(minutes=15), "general", offered=2, answered=2),
    quarter(EVENING + HOUR, "general", offered=1, abandoned=1),
    quarter(EVENING + HOUR, "enterprise", offered=1, answered=1),
]


def counted(found: list[PeriodRow]) -> list[tuple[str, str, int, int]]:
    return [
        (row.start.strftime("%m-%d %H:%M"), row.queue, row.counts.offered, row.counts.answered)
        for row in found
    ]


def test_hours_days_and_months_are_those_of_china() -> None:
    assert counted(rows(QUARTERS, {}, Step.HOUR)) == [
        ("11-30 23:00", "", 6, 5),
        ("11-30 23:00", "general", 6, 5),
        ("12-01 00:00", "", 2, 1),
        ("12-01 00:00", "enterprise", 1, 1),
        ("12-01 00:00", "general", 1, 0),
    ]
    assert [start for start, *_ in counted(rows(QUARTERS, {}, Step.MONTH))] == [
        "11-01 00:00", "11-01 00:00", "12-01 00:00", "12-01 00:00", "12-01 00:00",
    ]  # fmt: skip


def test_one_span_begins_with_its_first_quarter_and_sums_all() -> None:
    site, *_ = rows(QUARTERS, {}, Step.SPAN)

    assert (site.start, site.counts.offered, site.counts.arrived) == (EVENING, 8, 9)


def test_the_site_alone_has_the_time_of_its_seats() -> None:
    seats = {EVENING: SeatCounts(signed_in_ms=1000, talking_ms=400)}

    found = rows(QUARTERS, seats, Step.DAY)

    named = [{one.definition.id: one.value for one in row.figures} for row in found]
    assert found[0].queue == "" and named[0]["D-08"] == 0.4
    assert "D-08" not in named[1] and named[1]["D-01"] == 5 / 6


def test_nothing_stored_is_no_row() -> None:
    assert rows([], {}, Step.DAY) == []


def test_csv_and_workbook_hold_the_same_numbers_and_the_workbook_says_what_they_mean() -> None:
    found = rows(QUARTERS, {}, Step.DAY)

    written = list(csv.reader(io.StringIO(as_csv(found))))
    book = load_workbook(io.BytesIO(as_xlsx(found)))

    data, explained = book.worksheets
    shown = [list(line) for line in data.iter_rows(values_only=True)]
    assert written[0] == shown[0] == header()
    assert len(written) == len(shown) == len(found) + 1
    for text, cells in zip(written[1:], shown[1:], strict=True):
        assert text[:2] == cells[:2]
        assert [float(cell) if cell else None for cell in text[2:]] == [
            pytest.approx(cell) if cell else cell for cell in cells[2:]
        ]
    rate = header().index("D-01 接通率 answer rate")
    assert shown[1][rate] == 5 / 6
    assert data.cell(row=2, column=rate + 1).number_format == "0.00%"
    named = [line[0] for line in explained.iter_rows(min_row=2, values_only=True)]
    assert named == [name.split(" ")[0] for name in header()[13:]]


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠"])
def test_no_cell_begins_a_formula(begins: str) -> None:
    """A queue's name comes from a file of the site: a spreadsheet must not run it."""
    name = f"{begins}1+1"
    found = rows([quarter(EVENING, name, offered=1)], {}, Step.DAY)

    book = load_workbook(io.BytesIO(as_xlsx(found)))

    cell = book.worksheets[0].cell(row=3, column=2)
    assert (str(cell.value)[:1], cell.data_type) == ("'", "s")
    assert f"'{name}" in as_csv(found)
