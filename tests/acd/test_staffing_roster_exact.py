"""The roster's borders: each cell as text and as a sheet has it, each limit, each sentence."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from acd.roster import CHINA, HALF_HOUR, Shift, Staffed, gap_en, gap_zh, roll_call, staffed_day
from acd.roster_cells import READ, Wrong
from acd.roster_errors import BadRoster, RosterFault
from acd.roster_file import FAULTS_AT_MOST, LONGEST, ROWS_AT_MOST, read_roster
from kernel.ids import AgentNo

DAY = date(2026, 11, 21)
KNOWN = frozenset({AgentNo("1001"), AgentNo("1002")})


def at(hours: float) -> datetime:
    return datetime.combine(DAY, time(), CHINA) + timedelta(hours=hours)


def shift(start: float, end: float, agent: str = "1001", **more: Any) -> Shift:
    return Shift(day=DAY, agent=AgentNo(agent), start=at(start), end=at(end), **more)


def read(key: str, cell: object) -> object:
    return READ[key](cell, KNOWN)


def refused(key: str, cell: object) -> str:
    with pytest.raises(Wrong) as wrong:
        read(key, cell)
    assert str(wrong.value) == wrong.value.problem
    return wrong.value.code


def roster(text: str, heads: str = "日期,工号,开始,结束,休息开始,休息结束,班次,值班长") -> Any:
    return read_roster("r.csv", f"{heads}\n{text}".encode(), KNOWN)


def fault(text: str, **more: Any) -> RosterFault:
    with pytest.raises(BadRoster) as bad:
        roster(text, **more)
    (only,) = bad.value.faults
    return only


# ---- cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("day", "2026-11-21", DAY),
        ("day", " 2026/1/2 ", date(2026, 1, 2)),
        ("day", DAY, DAY),
        ("day", datetime.combine(DAY, time(9)), DAY),
        ("agent", "1001", "1001"),
        ("agent", 1001, "1001"),
        ("agent", 1001.0, "1001"),
        ("start", "8:05", timedelta(hours=8, minutes=5)),
        ("start", "08:59:00", timedelta(hours=8, minutes=59)),
        ("start", "8：30", timedelta(hours=8, minutes=30)),
        ("start", time(23, 30), timedelta(hours=23, minutes=30)),
        ("start", datetime.combine(DAY, time(7)), timedelta(hours=7)),
        ("end", "24:00", timedelta(days=1)),
        ("end", timedelta(days=1), timedelta(days=1)),
        ("end", timedelta(hours=6), timedelta(hours=6)),
        ("break_start", "", None),
        ("break_start", None, None),
        ("break_end", "12:30", timedelta(hours=12, minutes=30)),
        ("name", None, ""),
        ("name", "x" * 30, "x" * 20),
    ],
)
def test_a_cell_is_understood(key: str, cell: object, value: object) -> None:
    assert read(key, cell) == value


@pytest.mark.parametrize(
    ("key", "cell", "code"),
    [
        ("day", "2026-02-30", "roster-day"),
        ("day", "tomorrow", "roster-day"),
        ("day", "2026-11", "roster-day"),
        ("day", None, "roster-day"),
        ("agent", "1003", "roster-agent"),
        ("agent", 1001.5, "roster-agent"),
        ("start", "8:60", "roster-time"),
        ("start", "24:01", "roster-time"),
        ("start", "8:5", "roster-time"),
        ("start", "8", "roster-time"),
        ("start", "8:30pm", "roster-time"),
        ("start", timedelta(days=1, minutes=1), "roster-time"),
        ("start", None, "roster-time"),
        ("leader", "maybe", "roster-leader"),
    ],
)
def test_a_cell_that_cannot_be_understood_is_refused(key: str, cell: object, code: str) -> None:
    assert refused(key, cell) == code


@pytest.mark.parametrize("cell", ["是", "值班长", "Y", "yes", "TRUE", "1", 1, True, "√"])
def test_a_leader_may_be_said_in_many_ways(cell: object) -> None:
    assert read("leader", cell) is True


@pytest.mark.parametrize("cell", ["", None, "否", "n", "No", "false", "0", 0, False])
def test_and_no_leader_too(cell: object) -> None:
    assert read("leader", cell) is False


# ---- lines and files ---------------------------------------------------------------------------


def test_a_shift_of_sixteen_hours_is_the_longest() -> None:
    (longest,) = roster("2026-11-21,1001,06:00,22:00,,,,")

    assert longest.end - longest.start == LONGEST == timedelta(hours=16)
    too_long = fault("2026-11-21,1001,06:00,22:01,,,,")
    assert (too_long.code, too_long.value) == ("roster-too-long", "06:00-22:01")
    assert "longer than 16 hours" in too_long.problem


def test_an_end_at_the_start_would_be_a_whole_day() -> None:
    assert fault("2026-11-21,1001,08:00,08:00,,,,").code == "roster-too-long"


@pytest.mark.parametrize(
    ("pause", "is_in"),
    [
        ("12:00,12:30", True),
        ("08:00,08:30", True),  # at once
        ("15:59,16:00", False),  # it would end with the shift
        ("16:30,17:00", False),
        ("12:00,", False),
        (",12:30", False),
    ],
)
def test_a_break_lies_within_its_shift(pause: str, is_in: bool) -> None:
    line = f"2026-11-21,1001,08:00,16:00,{pause},,"
    found = roster(line) if is_in else fault(line)

    assert is_in is isinstance(found, tuple)


def test_the_break_of_a_night_may_lie_before_midnight_over_it_or_after_it() -> None:
    night = "2026-11-21,1001,20:00,06:00,{},,"

    found = [
        roster(night.format(pause))[0] for pause in ("22:00,22:30", "23:45,00:15", "02:00,02:30")
    ]

    assert [(one.break_start, one.break_end) for one in found] == [
        (at(22), at(22.5)),
        (at(23.75), at(24.25)),
        (at(26), at(26.5)),
    ]


def test_shifts_that_touch_do_not_overlap_and_two_agents_may_work_at_once() -> None:
    found = roster(
        "2026-11-21,1001,08:00,12:00,,,,\n2026-11-21,1001,12:00,16:00,,,,\n"
        "2026-11-21,1002,08:00,12:00,,,,"
    )

    assert [(one.agent, one.start) for one in found] == [
        ("1001", at(8)),
        ("1001", at(12)),
        ("1002", at(8)),
    ]


def test_a_line_that_is_too_short_lacks_what_is_missing() -> None:
    assert fault("2026-11-21,1001,08:00").column == "结束"
    (fine,) = roster("2026-11-21,1001,08:00,16:00")
    assert (fine.name, fine.leader, fine.break_start) == ("", False, None)


@pytest.mark.parametrize("lost", ["日期", "工号", "开始", "结束"])
def test_each_needed_column_is_missed_by_its_name(lost: str) -> None:
    heads = ",".join(head for head in ("日期", "工号", "开始", "结束") if head != lost)

    found = fault("x", heads=heads)

    assert (found.line, found.code) == (1, "roster-columns")
    assert found.problem == f"The first line lacks {lost}."


def test_an_empty_file_lacks_its_heads_in_line_one() -> None:
    with pytest.raises(BadRoster) as bad:
        read_roster("r.csv", b"", KNOWN)

    assert (bad.value.name, bad.value.faults[0].line) == ("r.csv", 1)


def test_a_name_without_an_ending_and_one_with_another_are_told_apart() -> None:
    said = []
    for name in ("roster", "roster.pdf"):
        with pytest.raises(BadRoster) as bad:
            read_roster(name, b"x", KNOWN)
        said.append(bad.value.faults[0].problem)

    assert said == ["No ending is no roster file.", ".pdf is no roster file."]


def test_fifty_thousand_lines_are_the_most() -> None:
    heads = "日期,工号,开始,结束\n"
    blank = "\n" * (ROWS_AT_MOST - 2)
    line = "2026-11-21,1001,08:00,16:00"

    (only,) = read_roster("r.csv", (heads + blank + line).encode(), KNOWN)
    with pytest.raises(BadRoster, match="More than 50000 lines"):
        read_roster("r.csv", (heads + "\n" + blank + line).encode(), KNOWN)

    assert (only.agent, ROWS_AT_MOST, FAULTS_AT_MOST) == ("1001", 50_000, 50)


def test_a_formula_that_was_never_reckoned_is_an_empty_cell() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["日期", "工号", "开始", "结束"])
    sheet.append([DAY, "=1000+1", "08:00", "16:00"])
    kept = BytesIO()
    book.save(kept)

    with pytest.raises(BadRoster) as bad:
        read_roster("r.xlsx", kept.getvalue(), KNOWN)

    assert [(one.code, one.value) for one in bad.value.faults] == [("roster-agent", "")]


def test_a_fault_says_where_what_and_what_to_do() -> None:
    cell = RosterFault(7, "工号", "9", "roster-agent", "Nobody.", "Correct it.")
    whole = RosterFault(1, "", "", "roster-empty", "Empty.", "Fill it in.")
    standing = RosterFault(0, "开始", "1001", "roster-overlap", "Overlaps.", "Change it.")

    assert str(cell) == "line 7, 工号: '9': Nobody. Correct it."
    assert str(whole) == "line 1: Empty. Fill it in."
    assert str(standing).startswith("the roster that stands, 开始: '1001':")
    assert str(BadRoster("r.csv", [cell])) == "r.csv: line 7, 工号: '9': Nobody. Correct it."
    assert "Nobody. (1 more) Correct it." in str(BadRoster("r.csv", [cell, whole]))


# ---- who is here -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "covers"),
    [
        (8, 8.5, True),
        (15.5, 16, True),
        (7.5, 8, False),
        (7.75, 8.25, False),
        (15.75, 16.25, False),
        (11.5, 12, True),
        (11.75, 12.25, False),
        (12, 12.5, False),
        (12.25, 12.75, False),
        (12.5, 13, True),
    ],
)
def test_a_shift_covers_what_lies_in_it_and_not_in_its_break(
    start: float, end: float, covers: bool
) -> None:
    worked = shift(8, 16, break_start=at(12), break_end=at(12.5))

    assert worked.covers(at(start), at(end)) is covers


def test_half_a_break_is_none() -> None:
    assert shift(8, 16, break_start=at(12)).covers(at(12), at(12.5))
    assert shift(8, 16, break_end=at(12)).covers(at(12), at(12.5))


def test_a_shift_holds_from_its_start_until_its_end() -> None:
    worked = shift(8, 16)

    assert [worked.holds(at(hour)) for hour in (7.99, 8, 15.99, 16)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("start", "end", "overlaps"),
    [(7, 8, False), (7, 8.5, True), (9, 10, True), (15.5, 17, True), (16, 17, False)],
)
def test_shifts_that_share_a_moment_overlap(start: float, end: float, overlaps: bool) -> None:
    assert shift(8, 16).overlaps(shift(start, end)) is overlaps
    assert shift(start, end).overlaps(shift(8, 16)) is overlaps


def test_without_a_roster_nothing_is_claimed_and_with_an_empty_one_nobody_comes() -> None:
    unknown, empty = staffed_day(at(0), [3] * 48, None), staffed_day(at(0), [3] * 48, [])

    assert {each.rostered for each in unknown} == {None}
    assert {each.gap for each in unknown} == {None}
    assert {(each.rostered, each.gap, each.calls) for each in empty} == {(0, 3, 0.0)}
    assert (unknown[0].start, unknown[-1].end) == (at(0), at(24))
    assert unknown[1].start - unknown[0].start == HALF_HOUR == timedelta(minutes=30)


def test_who_is_signed_in_goes_before_who_is_rostered() -> None:
    both = Staffed(start=at(9), needed=5, rostered=5, signed_in=4)

    assert (both.here, both.gap, both.calls) == (4, 1, 0.0)


@pytest.mark.parametrize(
    ("rostered", "zh", "en"),
    [
        (2, "缺 1 人", "1 short"),
        (3, "正好", "just enough"),
        (4, "富余 1 人", "1 to spare"),
        (None, "未排班", "no roster"),
    ],
)
def test_the_verdict_in_both_languages(rostered: int | None, zh: str, en: str) -> None:
    seen = Staffed(start=at(9), needed=3, rostered=rostered)

    assert gap_zh(seen).endswith(zh)
    assert gap_en(seen).endswith(f": {en}")


def test_nobody_leads_unless_the_roster_says_so() -> None:
    plain = roll_call([shift(8, 16)], [AgentNo("1001")], at(9))
    led = roll_call([shift(8, 16, leader=True)], [AgentNo("1001")], at(9))

    assert (plain.leaders, plain.leader_here, plain.without_leader) == ((), False, True)
    assert (led.leaders, led.leader_here, led.without_leader) == (("1001",), True, False)


def test_china_is_eight_hours_ahead() -> None:
    assert at(0).utcoffset() == timedelta(hours=8)
