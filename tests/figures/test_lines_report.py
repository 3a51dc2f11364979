"""The report of the lines (MRG-08): whose seats, once each, transfers, a row for every line."""

from datetime import timedelta
from typing import Any

from figures.counts import Counts, day_of
from figures.lines_counts import LineCounts, Moves
from figures.lines_report import Kept, LineRow, Seats, lines_report
from figures.lines_store import LineQuarterRow
from figures.lines_table import HEADER, as_csv, table
from telephony.lines import LineKind, Lines
from tests.figures.histories import NOON

NAMED = {"name_zh": "甲", "name_en": "A"}
LINES = Lines.model_validate(
    {
        "own": "main",
        "greeting": [],
        "lines": {
            "main": {**NAMED, "kind": "own", "menu": "main"},
            "labour": {**NAMED, "kind": "merged", "menu": "main", "dialled": ["12333"]},
            "tax": {**NAMED, "kind": "seated", "number": "12366"},
            "water": {**NAMED, "kind": "branch", "number": "043187654321"},
        },
    }
)
SPAN = (NOON - timedelta(days=2), NOON + timedelta(days=2))
ANSWERED = Counts(offered=1, answered=1, answered_in_15s=1)
LOST = Counts(offered=1, abandoned=1)


def quarter(line: str, *, later: int = 0, **counts: Any) -> LineQuarterRow:
    start = NOON + timedelta(minutes=15 * later)
    return LineQuarterRow(start=start, line=line, counts=LineCounts(**counts))


def by_line(rows: tuple[LineRow, ...]) -> dict[str, LineRow]:
    return {row.line: row for row in rows}


def test_mrg_08_each_line_has_its_row_also_one_that_nobody_rang() -> None:
    seen = [quarter("labour", ours=ANSWERED), quarter("gone", ours=LOST)]
    rows = lines_report(Kept(seen, [], {}), LINES, SPAN, by_day=False).rows

    assert [row.line for row in rows] == ["main", "labour", "tax", "water", "gone"]
    assert by_line(rows)["tax"].counts == Counts()
    assert by_line(rows)["gone"].name_zh == "gone", "no longer in the file"


def test_mrg_02_a_dual_line_without_seats_is_served_and_counted_at_ours() -> None:
    """双号并行, sub-mode A."""
    kept = LINES.lines["labour"].model_copy(update={"kind": LineKind.DUAL})
    dual = LINES.model_copy(update={"lines": {**LINES.lines, "labour": kept}})
    report = lines_report(
        Kept([quarter("labour", ours=ANSWERED)], [], {}), dual, SPAN, by_day=False
    )

    assert by_line(report.rows)["labour"].seats is Seats.OURS
    assert report.hotline == ANSWERED


def test_mrg_03_a_line_with_seats_is_measured_by_what_we_see_until_it_tells_itself() -> None:
    """Never by both: nobody counts twice."""
    seen = [
        quarter("tax", ours=LOST, theirs=ANSWERED),
        quarter("tax", later=1, ours=LOST, theirs=ANSWERED),
    ]
    told = [quarter("tax", later=1, theirs=ANSWERED + LOST)]

    before = lines_report(Kept(seen, [], {}), LINES, SPAN, by_day=False)
    since = {"tax": told[0].start}
    after = lines_report(Kept(seen, told, since), LINES, SPAN, by_day=False)

    assert by_line(before.rows)["tax"].seats is Seats.OBSERVED
    assert by_line(before.rows)["tax"].counts.offered == 4
    assert by_line(after.rows)["tax"].seats is Seats.TOLD
    assert by_line(after.rows)["tax"].counts.offered == 2 + 1 + 2
    assert by_line(after.rows)["tax"].counts.answered == 2


def test_the_hotline_is_our_seats_alone_and_the_city_all_of_them() -> None:
    """D-01 stays what it was; NAV-06 adds what the lines' own seats did."""
    seen = [quarter("main", ours=ANSWERED), quarter("tax", theirs=LOST)]
    told = [quarter("water", theirs=LOST)]
    report = lines_report(Kept(seen, told, {"water": told[0].start}), LINES, SPAN, by_day=False)

    assert report.hotline == ANSWERED
    assert report.city == ANSWERED + LOST + LOST


def test_mrg_04_a_branch_takes_transfers_and_tickets_and_both_are_told() -> None:
    """Transfers to its number from every line, its failures, and the tickets it took itself."""
    seen = [
        quarter("main", moves=Moves({"0431****4321": 2, "110": 1}, {"0431****4321": 1})),
        quarter("labour", moves=Moves({"0431****4321": 1})),
    ]
    told = [quarter("water", tickets=3), quarter("water", theirs=LOST, moves=Moves({"12345": 1}))]
    rows = by_line(lines_report(Kept(seen, told, {"water": NOON}), LINES, SPAN, by_day=False).rows)

    assert (rows["water"].moved_to, rows["water"].tickets) == ((3, 1), 3)
    assert rows["water"].moved_from == (1, 0)
    assert rows["main"].moved_from == (3, 1)


def test_passing_on_to_its_own_seats_is_no_transfer_away_from_the_line() -> None:
    seen = [quarter("tax", theirs=ANSWERED, moves=Moves({"12366": 1}, {"12366": 1}))]
    tax = by_line(lines_report(Kept(seen, [], {}), LINES, SPAN, by_day=False).rows)["tax"]

    assert (tax.moved_to, tax.moved_from) == ((1, 1), (0, 0))


def test_mrg_03_transfers_from_a_line_are_those_its_seats_handed_to_us_once() -> None:
    """As we saw them, or as it tells them from then on."""
    seen = [quarter("tax", handed_over=2), quarter("tax", later=1, handed_over=3)]
    told = [quarter("tax", later=1, theirs=LOST, moves=Moves({"12345": 3}))]
    before = lines_report(Kept(seen, [], {}), LINES, SPAN, by_day=False)
    after = lines_report(Kept(seen, told, {"tax": told[0].start}), LINES, SPAN, by_day=False)

    assert by_line(before.rows)["tax"].moved_from == (5, 0)
    assert by_line(after.rows)["tax"].moved_from == (5, 0)


def test_by_day_each_day_of_china_has_its_rows_and_the_sums_stay() -> None:
    """16:00 UTC is midnight in China."""
    seen = [quarter("labour", ours=ANSWERED), quarter("labour", later=4 * 12, ours=LOST)]
    report = lines_report(Kept(seen, [], {}), LINES, SPAN, by_day=True)

    labour = [row for row in report.rows if row.line == "labour"]
    assert [row.day for row in labour] == [day_of(seen[0].start), day_of(seen[1].start)]
    assert [row.counts.answered for row in labour] == [1, 0]
    assert report.hotline == ANSWERED + LOST


def test_a_table_has_a_column_for_each_head_and_no_data_is_no_hundred_percent() -> None:
    report = lines_report(Kept([], [], {}), LINES, SPAN, by_day=False)

    assert {len(row) for row in table(report)} == {len(HEADER)}
    assert "100" not in as_csv(report)


def test_no_cell_of_a_line_begins_a_formula() -> None:
    """Names of lines come from a file of the site."""
    evil = LINES.lines["tax"].model_copy(update={"name_zh": '=HYPERLINK("http://x")'})
    named = LINES.model_copy(update={"lines": {**LINES.lines, "tax": evil}})
    kept = Kept([quarter("@gone", ours=LOST)], [], {})

    cells = [cell for row in table(lines_report(kept, named, SPAN, by_day=False)) for cell in row]

    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert "'@gone" in cells
