"""D-10, surveys and levels as files for a spreadsheet."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from figures.counts import Counts
from figures.passed_on_store import Passed
from tests.console import test_levels_api as levels
from tests.console import test_surveys_api as surveys
from tests.console.house import OpenHouse

MISSED = "/api/duties/report.{kind}?first=2026-11-20&last=2026-11-21"
SURVEYS = f"/api/surveys/figures.{{kind}}?{surveys.SPAN}"
LEVELS = f"/api/levels/report.{{kind}}?{levels.SPAN}"


def lines_of(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def sheets_of(body: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(body))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


async def test_d_10_is_a_table_and_a_workbook(house: OpenHouse) -> None:
    chief = await house.signed_in("supervisor")

    as_csv = await chief.ask("GET", MISSED.format(kind="csv"))
    as_xlsx = await chief.ask("GET", MISSED.format(kind="xlsx"))

    header, day = lines_of(as_csv.body)
    (rows,) = sheets_of(as_xlsx.body).values()
    assert (header[1], day[1], day[5], day[7]) == ("应回拨 owed", "8", "75.00%", "50.00%")
    assert (list(rows[0]), rows[1][1], rows[1][5]) == (header, 8, 0.75)
    assert as_csv.headers["Content-Disposition"] == 'attachment; filename="missed.csv"'


async def test_surveys_and_the_answering_service_stand_in_one_file(house: OpenHouse) -> None:
    agent = await house.signed_in("agent")

    lines = lines_of((await agent.ask("GET", SURVEYS.format(kind="csv"))).body)
    sheets = sheets_of((await agent.ask("GET", SURVEYS.format(kind="xlsx"))).body)

    month = dict(zip(lines[0], lines[1], strict=True))
    assert (month["月份 month"], month["承办单位 unit"]) == ("2026-11", "环保局")
    assert (month["D-20"], month["D-20 n"], month["D-23"]) == ("50.00%", "4", "")
    assert lines[2] == [], "an empty line stands between two tables"
    assert lines[4][1] == "1001"
    assert list(sheets) == ["回访 surveys", "接听服务 service"]


async def test_levels_are_told_by_calls_and_by_figures(house: OpenHouse) -> None:
    hands = house.inside.hands
    hands.passed = [
        Passed(
            direction="out", kind="level", target="jilin", reason="cross_city", district="",
            result="reached", calls=3,
        )
    ]  # fmt: skip
    hands.counts = {"220100": Counts(offered=9, answered=8)}
    chief = await house.signed_in("supervisor")

    passed, figures = sheets_of((await chief.ask("GET", LEVELS.format(kind="xlsx"))).body).values()
    lines = lines_of((await chief.ask("GET", LEVELS.format(kind="csv"))).body)

    assert passed[1] == ("out", "level", "jilin", "cross_city", None, "reached", 3)
    told = (await chief.ask("GET", f"/api/levels/report?{levels.SPAN}")).body["levels"]
    level = next(one for one in told if one["own"]["offered"] == 9)
    share = next(one for one in level["figures"] if one["id"] == "D-01")
    row = dict(zip(figures[0], next(row for row in figures if row[1] == 9), strict=True))
    assert (row["D-01"], row["D-01 n"]) == (share["value"], share["n"])
    assert lines[1][:4] == ["out", "level", "jilin", "cross_city"]


@pytest.mark.parametrize("path", [MISSED, SURVEYS, LEVELS])
async def test_a_screen_in_the_hall_takes_no_files_away(house: OpenHouse, path: str) -> None:
    wall = await house.signed_in("wall")

    assert (await wall.ask("GET", path.format(kind="csv"))).status == 403
