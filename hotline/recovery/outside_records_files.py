"""Files that Asterisk appends to, read on from where we stopped; rotation and truncation are borne.

A mark says which file it was (inode, and a hash of its first bytes) and how far it was read. The
file of another name with that inode is the rotated one: its rest is read first, then the younger
ones, then the file itself.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias

from kernel.ids import CallId, LegId

_HEAD: Final = 256  # bytes
_COLUMNS: Final = 13
CITIZEN: Final = "PJSIP/trunk-in-"
_LEG: Final = re.compile(r"\d+-\d+")
FALLBACK: Final = "fallback"

Knows: TypeAlias = Callable[[CallId], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    inode: int = 0
    head: str = ""  # sha256 of the first `head_bytes`
    head_bytes: int = 0
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One CDR line of a citizen's channel."""

    call: str
    channel: str
    dialled: str
    number: str = field(repr=False)
    start: datetime
    end: datetime
    answered: bool
    sip_call_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRecord:
    """A seat's leg that came together with its caller in [deliver]: a line of the CDR.

    `cut`: Asterisk died under it, `end` is the latest moment for that; the event log told it.
    """

    leg: LegId
    call: CallId
    answered_at: datetime
    end: datetime
    cut: bool = False


@dataclass(slots=True)
class InQueue:
    """What the fallback queue's log says of one call; it holds no whole number (SEC-01)."""

    entered_at: datetime
    connected_at: datetime | None = None
    left_at: datetime | None = None


@dataclass(slots=True)
class QueueLog:
    calls: dict[str, InQueue] = field(default_factory=dict)
    starts: list[datetime] = field(default_factory=list)


class NewLines:
    """Whole lines after a mark, one at a time: a minute at 50 calls/s is 6 MB of them.

    Who stops early leaves the line at which he stopped, and all after it, for the next time.
    """

    def __init__(self, path: Path, mark: Mark) -> None:
        self._path = path
        self._before = mark
        self._in: Path | None = None
        self._offset = 0

    def __iter__(self) -> Iterator[str]:
        files = _files_after(self._path, self._before) if self._path.exists() else []
        for self._in, self._offset in files:
            yield from self._lines_of(self._in)

    def _lines_of(self, file: Path) -> Iterator[str]:
        """Nobody will end the last line of a rotated file."""
        with file.open("rb") as stream:
            stream.seek(self._offset)
            for line in stream:
                if file == self._path and not line.endswith(b"\n"):
                    return
                yield line.decode("utf-8", errors="surrogateescape").removesuffix("\n")
                self._offset += len(line)

    @property
    def mark(self) -> Mark | None:
        """Before the first line that was not taken; None where that is in a rotated file."""
        if self._in is None:
            return self._before
        return _mark_of(self._path, self._offset) if self._in == self._path else None


def new_lines(path: Path, mark: Mark) -> tuple[list[str], Mark]:
    """All of them at once, and the mark after them. A file that is not there has none."""
    lines = NewLines(path, mark)
    return list(lines), lines.mark or mark


def _files_after(path: Path, mark: Mark) -> list[tuple[Path, int]]:
    if path.exists() and _is(path, mark):
        return [(path, mark.offset)]
    others = [p for p in path.parent.glob(f"{path.name}?*") if p.suffix != ".gz" and p.is_file()]
    others.sort(key=lambda p: p.stat().st_mtime)
    at = next((n for n, other in enumerate(others) if _is(other, mark)), None)
    rest = [] if at is None else [(others[at], mark.offset), *((p, 0) for p in others[at + 1 :])]
    return [*rest, *([(path, 0)] if path.exists() else [])]


def _is(path: Path, mark: Mark) -> bool:
    status = path.stat()
    if status.st_ino != mark.inode or status.st_size < mark.offset or not mark.head_bytes:
        return False
    with path.open("rb") as stream:
        return hashlib.sha256(stream.read(mark.head_bytes)).hexdigest() == mark.head


def _mark_of(path: Path, offset: int) -> Mark:
    with path.open("rb") as stream:
        head = stream.read(min(_HEAD, offset))
    digest = hashlib.sha256(head).hexdigest()
    return Mark(inode=path.stat().st_ino, head=digest, head_bytes=len(head), offset=offset)


def records_of(lines: Iterable[str]) -> Iterator[Record]:
    """Of citizens' channels; a line that cannot be read is the audit's matter."""
    for row in csv.reader(line for line in lines if CITIZEN in line):
        if len(row) != _COLUMNS or not row[2].startswith(CITIZEN):
            continue
        try:
            start, end = moment(row[6]), moment(row[8])
        except ValueError:
            continue
        dialled = row[4] if row[4].lstrip("+").isdigit() else ""
        yield Record(
            call=row[0],
            channel=row[2],
            dialled=dialled,
            number=row[5],
            start=start,
            end=end,
            answered=row[9] == "ANSWERED",
            sip_call_id=row[12],
        )


def talks_of(lines: Iterable[str]) -> Iterator[TalkRecord]:
    """Conversations of seats' legs; the leg is named by its id, its caller by their linked id."""
    for row in csv.reader(lines):
        if len(row) != _COLUMNS or not _LEG.fullmatch(row[0]):
            continue
        if (row[3], row[9], row[10]) != ("deliver", "ANSWERED", "Bridge"):
            continue
        try:
            answered_at, end = moment(row[7]), moment(row[8])
        except ValueError:
            continue
        yield TalkRecord(leg=LegId(row[0]), call=CallId(row[1]), answered_at=answered_at, end=end)


def queue_log_of(lines: Iterable[str]) -> QueueLog:
    """`<seconds>|<call>|<queue>|<member>|<event>|<data>...`, of the fallback queue."""
    found = QueueLog()
    for line in lines:
        fields = [*line.split("|"), "", "", "", "", "", ""]
        at, call, queue, _, event, *_ = fields
        try:
            when = moment(at)
        except ValueError:
            continue
        if event == "QUEUESTART":
            found.starts.append(when)
        elif queue == FALLBACK and event == "ENTERQUEUE":
            found.calls.setdefault(call, InQueue(when))
        elif queue == FALLBACK and call in found.calls:
            _note(found.calls[call], event, when)
    return found


def _note(call: InQueue, event: str, at: datetime) -> None:
    if event == "CONNECT":
        call.connected_at = call.connected_at or at
    elif event not in ("RINGNOANSWER", "RINGCANCELED"):
        call.left_at = at


def moment(text: str) -> datetime:
    """Of seconds since 1970 as text. Raises ValueError."""
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (OverflowError, OSError) as err:
        raise ValueError(text) from err
