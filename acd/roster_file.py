"""A roster file (CSV or XLSX) into shifts. Every fault is named with its line and its remedy.

Rule: all or nothing; a file with a fault changes nothing. The heads of the columns may be Chinese
or English, in any order; columns that are not ours are left alone. Night shifts end on the next
day: `end` not after `start` means that.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO, StringIO
from itertools import pairwise
from pathlib import PurePath
from typing import Final
from zipfile import BadZipFile

from acd.roster import CHINA, Shift
from acd.roster_cells import READ, Cell, Wrong, text_of
from acd.roster_errors import BadRoster, RosterFault
from kernel.ids import AgentNo

LONGEST: Final = timedelta(hours=16)
ROWS_AT_MOST: Final = 50_000
FAULTS_AT_MOST: Final = 50

HEADS: Final[dict[str, tuple[str, ...]]] = {
    "day": ("日期", "date", "day"),
    "agent": ("工号", "agent", "agent_no", "work number"),
    "start": ("开始", "上班", "start"),
    "end": ("结束", "下班", "end"),
    "break_start": ("休息开始", "break_start", "break start"),
    "break_end": ("休息结束", "break_end", "break end"),
    "name": ("班次", "shift"),
    "leader": ("值班长", "leader"),
}
REQUIRED: Final = ("day", "agent", "start", "end")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    shift: Shift


def read_roster(name: str, content: bytes, known: Collection[AgentNo]) -> tuple[Shift, ...]:
    """The shifts of the file `name`, by agent and time. `known`: who may be rostered.

    Raises BadRoster with all faults, at most fifty.
    """
    rows = _rows_of(name, content)
    heads = _columns(name, next((cells for _, cells in rows), ()))
    lines: list[_Line] = []
    faults: list[RosterFault] = []
    for number, cells in rows:
        named = {key: cells[n] if n < len(cells) else None for key, n in heads.items()}
        if all(text_of(cell) == "" for cell in named.values()):
            continue
        found = _shift(named, known, heads=heads, number=number)
        if isinstance(found, Shift):
            lines.append(_Line(number, found))
        else:
            faults.extend(found)
    faults += _overlaps(lines)
    if faults:
        raise BadRoster(name, sorted(faults, key=lambda each: each.line)[:FAULTS_AT_MOST])
    if not lines:
        raise _file_fault(name, "empty", "The file holds no shift.", "Fill in one line a shift.")
    return tuple(line.shift for line in sorted(lines, key=_order))


def _order(line: _Line) -> tuple[str, datetime]:
    return line.shift.agent, line.shift.start


def _rows_of(name: str, content: bytes) -> Iterator[tuple[int, Sequence[Cell]]]:
    match PurePath(name).suffix.lower():
        case ".xlsx":
            rows = _of_workbook(name, content)
        case ".csv" | ".txt":
            rows = iter(csv.reader(StringIO(_decoded(name, content))))
        case other:
            raise _file_fault(
                name, "kind", f"{other or 'No ending'} is no roster file.", "Give .csv or .xlsx."
            )
    for number, cells in enumerate(rows, start=1):
        if number > ROWS_AT_MOST:
            raise _file_fault(
                name, "long", f"More than {ROWS_AT_MOST} lines.", "Split it by month."
            )
        yield number, cells


def _of_workbook(name: str, content: bytes) -> Iterator[Sequence[Cell]]:
    """The first sheet. The library is loaded with the first workbook: a restart is quicker."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as err:
        raise _file_fault(
            name, "kind", "The file is no XLSX workbook.", "Save it as .xlsx anew, or as .csv."
        ) from err
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def _decoded(name: str, content: bytes) -> str:
    """UTF-8, or what a Chinese spreadsheet program writes."""
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise _file_fault(
        name, "kind", "The file is no text of a known encoding.", "Save it as CSV UTF-8."
    )


def _columns(name: str, heads: Sequence[Cell]) -> dict[str, int]:
    said = {text_of(head).lower(): n for n, head in reversed(list(enumerate(heads)))}
    found = {
        key: said[alias] for key, aliases in HEADS.items() for alias in aliases if alias in said
    }
    missing = [HEADS[key][0] for key in REQUIRED if key not in found]
    if missing:
        raise _file_fault(
            name,
            "columns",
            f"The first line lacks {'、'.join(missing)}.",
            "Give the columns 日期, 工号, 开始, 结束 (date, agent, start, end).",
        )
    return found


def _file_fault(name: str, code: str, problem: str, remedy: str) -> BadRoster:
    fault = RosterFault(1, "", "", f"roster-{code}", problem, remedy)
    return BadRoster(name, [fault])


def _shift(
    cells: Mapping[str, Cell], known: Collection[AgentNo], *, heads: Mapping[str, int], number: int
) -> Shift | list[RosterFault]:
    """The line's shift, or its faults."""
    faults: list[RosterFault] = []
    read: dict[str, object] = {}
    for key in heads:
        try:
            read[key] = READ[key](cells[key], known)
        except Wrong as wrong:
            faults.append(_fault(number, key, text_of(cells[key]), wrong))
    if faults:
        return faults
    try:
        return _put_together(read)
    except Wrong as wrong:
        said = f"{text_of(cells['start'])}-{text_of(cells['end'])}"
        return [_fault(number, "end", said, wrong)]


def _fault(line: int, key: str, said: str, wrong: Wrong) -> RosterFault:
    return RosterFault(line, HEADS[key][0], said, wrong.code, wrong.problem, wrong.remedy)


def _put_together(read: Mapping[str, object]) -> Shift:
    day = read["day"]
    assert isinstance(day, date), "a day was read"
    start = _moment(day, read["start"])
    end = _moment(day, read["end"], after=start)
    if end - start > LONGEST:
        hours = LONGEST // timedelta(hours=1)
        raise Wrong(
            "roster-too-long", f"The shift is longer than {hours} hours.", "Check start and end."
        )
    break_start, break_end = _break(day, read, start, end)
    return Shift(
        day=day,
        agent=AgentNo(str(read["agent"])),
        start=start,
        end=end,
        break_start=break_start,
        break_end=break_end,
        name=str(read.get("name") or ""),
        leader=bool(read.get("leader")),
    )


def _break(
    day: date, read: Mapping[str, object], start: datetime, end: datetime
) -> tuple[datetime | None, datetime | None]:
    first, last = read.get("break_start"), read.get("break_end")
    if first is None and last is None:
        return None, None
    if first is not None and last is not None:
        begins = _moment(day, first)
        begins += timedelta(days=begins < start)
        ends = _moment(begins.date(), last, after=begins)
        if ends < end:
            return begins, ends
    raise Wrong("roster-break", "The break does not lie in the shift.", "Give both its ends.")


def _moment(day: date, at: object, *, after: datetime | None = None) -> datetime:
    assert isinstance(at, timedelta), "a time of day was read"
    moment = datetime.combine(day, time(), CHINA) + at
    return moment + timedelta(days=after is not None and moment <= after)


def _overlaps(lines: Sequence[_Line]) -> Iterable[RosterFault]:
    in_order = sorted(lines, key=_order)
    for before, line in pairwise(in_order):
        if line.shift.agent == before.shift.agent and line.shift.overlaps(before.shift):
            yield RosterFault(
                line.number,
                HEADS["start"][0],
                f"{line.shift.agent} {line.shift.start:%m-%d %H:%M}",
                "roster-overlap",
                f"Overlaps with line {before.number} of the same agent.",
                "Keep one of the two, or change its times.",
            )
