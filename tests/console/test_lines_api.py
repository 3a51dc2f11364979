"""The report of the lines as JSON and as a table."""

import csv
import io

from figures.counts import Counts
from figures.lines_counts import LineCounts, Moves
from figures.lines_store import LineQuarterRow
from tests.console.house import OpenHouse
from tests.figures.histories import NOON

SPAN = "from=2026-11-20T00:00:00%2B08:00&to=2026-11-21T00:00:00%2B08:00"
OURS = Counts(offered=4, answered=3, answered_in_15s=2, abandoned=1, waited_ms=30_000)


def fill(house: OpenHouse) -> None:
    seen = LineCounts(arrived=5, ours=OURS, tickets=2, moves=Moves({"12366": 1}, {"12366": 2}))
    passed = LineCounts(arrived=2, theirs=Counts(offered=2, answered=1, failed=1))
    house.inside.lines.reports.rows = [
        LineQuarterRow(start=NOON, line="labour", counts=seen),
        LineQuarterRow(start=NOON, line="tax", counts=passed),
    ]


async def test_mrg_08_the_report_says_volume_answer_rate_and_transfer_failures_of_each_line(
    house: OpenHouse,
) -> None:
    fill(house)
    agent = await house.signed_in("supervisor")

    body = (await agent.ask("GET", f"/api/figures/lines?{SPAN}")).body

    lines = {line["line"]: line for line in body["lines"]}
    rates = {figure["id"]: figure["value"] for figure in lines["labour"]["figures"]}
    assert (lines["labour"]["arrived"], lines["labour"]["tickets"]) == (5, 2)
    assert (rates["D-01"], rates["D-04"], rates["D-06"]) == (0.75, 0.5, 10.0)
    assert lines["tax"]["transferred_to"] == {"done": 1, "failed": 2}
    assert lines["labour"]["transferred_from"] == {"done": 1, "failed": 2}
    assert (lines["tax"]["seats"], lines["labour"]["seats"]) == ("observed", "ours")
    assert body["hotline"]["counts"]["offered"] == 4
    assert body["city"]["counts"]["offered"] == 6
    assert "main" in lines, "also a line that nobody rang"


async def test_the_same_as_a_table_that_a_spreadsheet_opens(house: OpenHouse) -> None:
    fill(house)
    agent = await house.signed_in("supervisor")

    answer = await agent.ask("GET", f"/api/figures/lines.csv?{SPAN}&by=day")

    text = answer.body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    labour = next(row for row in rows if row["线路 line"] == "labour")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert labour["日期 day"] == "2026-11-20"
    assert labour["接通率 answer rate"] == "75.00%"
    assert labour["转出失败 not transferred from"] == "2"
    assert [row["名称 name"] for row in rows[-2:]] == ["12345 合计 hotline", "全市合计 city"]


async def test_a_span_is_widened_to_quarters_and_has_an_end(house: OpenHouse) -> None:
    agent = await house.signed_in("supervisor")
    odd = "from=2026-11-20T12:01:00%2B08:00&to=2026-11-20T12:16:00%2B08:00"
    long = "from=2025-01-01T00:00:00Z&to=2026-11-20T00:00:00Z"

    assert (await agent.ask("GET", f"/api/figures/lines?{odd}")).status == 200
    (start, end) = house.inside.lines.reports.asked[0]
    assert (start.minute, end.minute) == (0, 30)
    refused = await agent.ask("GET", f"/api/figures/lines?{long}")
    assert (refused.status, refused.body["code"]) == (422, "bad-form")
    assert (await (await house.visitor()).ask("GET", f"/api/figures/lines?{odd}")).status == 401
