"""The roster from CSV and XLSX, faults named by line; rostered, signed in, needed (SEAT-03)."""

from datetime import date, datetime, time, timedelta
from io import BytesIO

import pytest
from openpyxl import Workbook

from acd.forecast import HALF_HOURS
from acd.roster import (
    CHINA,
    Shift,
    Staffed,
    gap_en,
    gap_zh,
    roll_call,
    rostered_at,
    staffed_day,
)
from acd.roster_errors import BadRoster
from acd.roster_file import FAULTS_AT_MOST, read_roster
from kernel.ids import AgentNo

DAY = date(2026, 11, 21)
KNOWN = frozenset(AgentNo(str(1000 + n)) for n in range(1, 10))
HEADS = "日期,工号,班次,开始,结束,休息开始,休息结束,值班长\n"


def at(hours: float, day: date = DAY) -> datetime:
    return datetime.combine(day, time(), CHINA) + timedelta(hours=hours)


def shift(agent: int, start: float, end: float, *, leader: bool = False) -> Shift:
    return Shift(
        day=DAY, agent=AgentNo(str(1000 + agent)), start=at(start), end=at(end), leader=leader
    )


def csv_of(*lines: str, heads: str = HEADS) -> bytes:
    return (heads + "\n".join(lines)).encode()


def faults_of(name: str, content: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(BadRoster) as refused:
        read_roster(name, content, KNOWN)
    return [(fault.line, fault.column, fault.code) for fault in refused.value.faults]


def test_seat_03_a_roster_is_read_from_csv_with_breaks_nights_and_the_leader() -> None:
    shifts = read_roster(
        "十一月.csv",
        csv_of(
            "2026-11-21,1002,夜班,22:00,07:30,02:30,03:00,",
            "2026/11/21,1001,早班,8:00,16:30,12:00,12:30,是",
        ),
        KNOWN,
    )

    early, night = shifts
    assert (early.agent, early.name, early.leader) == ("1001", "早班", True)
    assert (early.start, early.end, early.break_start) == (at(8), at(16.5), at(12))
    assert (night.day, night.start, night.end) == (DAY, at(22), at(31.5))
    assert (night.break_start, night.break_end) == (at(26.5), at(27))


def test_the_same_roster_from_a_workbook_is_the_same() -> None:
    """Cells of a spreadsheet: dates, times, whole numbers; heads in English."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Shift", "Agent", "Date", "Start", "End", "Leader", "Break start", "break end"])
    sheet.append(["早班", 1001, DAY, time(8, 0), time(16, 30), "yes", time(12), time(12, 30)])
    sheet.append([])
    sheet.append(["夜班", "1002", at(0).replace(tzinfo=None), "22:00", "07：30", None, None, None])
    kept = BytesIO()
    book.save(kept)

    of_book = read_roster("roster.xlsx", kept.getvalue(), KNOWN)
    of_csv = read_roster(
        "roster.csv",
        csv_of(
            "2026-11-21,1001,早班,08:00,16:30,12:00,12:30,是",
            "2026-11-21,1002,夜班,22:00,07:30,,,否",
        ),
        KNOWN,
    )

    assert of_book == of_csv


def test_what_a_chinese_spreadsheet_program_writes_as_csv_is_read_too() -> None:
    content = csv_of("2026-11-21,1001,早班,08:00,16:30,,,").decode().encode("gb18030")

    (only,) = read_roster("r.csv", content, KNOWN)

    assert only.name == "早班"


def test_every_fault_is_named_with_its_line_and_remedy() -> None:
    content = csv_of(
        "2026-11-21,1001,早班,08:00,16:30,,,",
        "2026-13-21,1009,早班,08:00,16:30,,,",
        "2026-11-21,9999,早班,8h,16:30,,,",
        "2026-11-21,1002,早班,08:00,07:00,,,",
        "2026-11-21,1003,早班,08:00,16:30,12:00,,",
        "2026-11-21,1004,早班,08:00,16:30,,,maybe",
        "2026-11-21,1001,中班,16:00,23:00,,,",
    )

    with pytest.raises(BadRoster) as refused:
        read_roster("十一月.csv", content, KNOWN)

    said = [(fault.line, fault.column, fault.code) for fault in refused.value.faults]
    assert said == [
        (3, "日期", "roster-day"),
        (4, "工号", "roster-agent"),
        (4, "开始", "roster-time"),
        (5, "结束", "roster-too-long"),
        (6, "结束", "roster-break"),
        (7, "值班长", "roster-leader"),
        (8, "开始", "roster-overlap"),
    ]
    assert str(refused.value) == (
        "十一月.csv: line 3, 日期: '2026-13-21': This is no date. (6 more) Write 2026-11-21."
    )
    assert "line 2" in refused.value.faults[-1].problem


def test_a_file_without_a_needed_column_says_which() -> None:
    assert faults_of("r.csv", csv_of("2026-11-21,1001", heads="日期,工号\n")) == [
        (1, "", "roster-columns")
    ]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("r.pdf", b"%PDF", "roster-kind"),
        ("r.xlsx", b"no workbook", "roster-kind"),
        ("r.csv", b"\xff\xff\xff", "roster-kind"),
        ("r.csv", HEADS.encode(), "roster-empty"),
        ("r.csv", b"", "roster-columns"),
    ],
)
def test_a_file_that_is_none_is_refused(name: str, content: bytes, code: str) -> None:
    assert faults_of(name, content) == [(1, "", code)]


def test_not_more_faults_are_told_than_somebody_reads() -> None:
    lines = [f"2026-11-21,{n},x,08:00,16:30,,," for n in range(200)]

    assert len(faults_of("r.csv", csv_of(*lines))) == FAULTS_AT_MOST


def test_the_end_of_the_day_may_be_written_24_00() -> None:
    (only,) = read_roster("r.csv", csv_of("2026-11-21,1001,晚班,16:00,24:00,,,"), KNOWN)

    assert only.end == at(24)


def test_seat_03_rostered_needed_and_the_gap_by_half_hour() -> None:
    """A shift counts where it covers the half hour whole, and not in its break."""
    early = Shift(
        day=DAY, agent=AgentNo("1001"), start=at(8), end=at(16.5),
        break_start=at(12), break_end=at(12.5),
    )  # fmt: skip
    shifts = [early, shift(2, 8.25, 12)]

    day = staffed_day(at(0), [2] * HALF_HOURS, shifts)

    rostered = {each.start.astimezone(CHINA).strftime("%H:%M"): each.rostered for each in day}
    assert (rostered["07:30"], rostered["08:00"], rostered["08:30"]) == (0, 1, 2)
    assert (rostered["12:00"], rostered["12:30"], rostered["16:30"]) == (0, 1, 0)
    assert day[16].gap == 1
    assert rostered_at([early, early], at(9)) == 1, "the same agent counts once"


def test_the_gap_is_said_in_words() -> None:
    short = Staffed(start=at(9), needed=37, rostered=33, signed_in=30)
    unknown = Staffed(start=at(9), needed=37)

    assert gap_zh(short) == "需 37 席，排班 33 人，签入 30 人，缺 7 人"
    assert gap_en(short) == "37 seats needed, 33 rostered, 30 signed in: 7 short"
    assert gap_zh(unknown) == "需 37 席，未排班"
    assert gap_en(unknown) == "37 seats needed: no roster"
    assert gap_en(Staffed(start=at(9), needed=3, rostered=5)).endswith("2 to spare")
    assert gap_zh(Staffed(start=at(9), needed=3, rostered=3)).endswith("正好")
    assert short.end == at(9.5)


def test_seat_03_who_is_due_and_not_here_and_whether_a_leader_is() -> None:
    shifts = [shift(1, 8, 16, leader=True), shift(2, 8, 16), shift(3, 16, 24, leader=True)]

    morning = roll_call(shifts, [AgentNo("1002"), AgentNo("1009")], at(9))
    evening = roll_call(shifts, [AgentNo("1003")], at(16))
    night = roll_call(shifts, [], at(24))

    assert (morning.due, morning.missing, morning.extra) == (
        ("1001", "1002"),
        ("1001",),
        ("1009",),
    )
    assert (morning.leaders, morning.without_leader) == (("1001",), True)
    assert (evening.due, evening.without_leader) == (("1003",), False)
    assert (night.due, night.without_leader) == ((), False)
