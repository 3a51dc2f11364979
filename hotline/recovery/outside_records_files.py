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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeAlias

from kernel.ids import CallId, LegId

_HEAD: Final = 256  # bytes
_COLUMNS: Final = 13
_CEL_COLUMNS: Final = 12
_CITIZEN: Final = "PJSIP/trunk-in-"
_FIRST: Final = "-00000000"  # ends the name of the first channel in a life of Asterisk
_LEG: Final = re.compile(r"\d+-\d+")
FALLBACK: Final = "fallback"
TOLD_TO: Final = timedelta(seconds=1)  # the queue's log tells whole seconds, cut down

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
    """One CDR line of a seat's leg that came together with its caller in [deliver]."""

    leg: LegId
    call: CallId
    answered_at: datetime
    end: datetime


@dataclass(slots=True, kw_only=True)
class Channel:
    """What the event log says of one citizen's channel, to the microsecond. `begun` False: its
    beginning lies before what was read, so neither its number nor `start` is its own.

    `life_since`: when the first channel of its life of Asterisk began; None: before what was read.
    """

    channel: str
    start: datetime
    life_since: datetime | None = None
    begun: bool = False
    dialled: str = ""
    number: str = field(default="", repr=False)
    sip_call_id: str = ""
    answered: bool = False
    queued_at: datetime | None = None  # in the plain queue
    served_at: datetime | None = None  # by a member of it
    over_at: datetime | None = None

    def was_before(self, start: datetime) -> bool:
        """Is it of a life of Asterisk before the one that began in that second?"""
        if self.start < start:
            return True
        older = self.life_since is None or self.life_since < start
        return older and self.start < start + TOLD_TO


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
    for row in csv.reader(line for line in lines if _CITIZEN in line):
        if len(row) != _COLUMNS or not row[2].startswith(_CITIZEN):
            continue
        try:
            start, end = _moment(row[6]), _moment(row[8])
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
            answered_at, end = _moment(row[7]), _moment(row[8])
        except ValueError:
            continue
        yield TalkRecord(leg=LegId(row[0]), call=CallId(row[1]), answered_at=answered_at, end=end)


def channels_of(lines: Iterable[str], knows: Knows) -> dict[str, Channel]:
    """Citizens' channels by uniqueid, from the event log (CEL); nothing of whom one `knows`."""
    found: dict[str, Channel] = {}
    life_since: datetime | None = None
    for row in csv.reader(line for line in lines if _CITIZEN in line or _FIRST in line):
        try:
            at = _moment(row[1]) if len(row) == _CEL_COLUMNS else None
        except ValueError:
            at = None
        if at is None:
            continue
        if row[0] == "CHAN_START" and row[4].endswith(_FIRST):
            life_since = at
        if not row[4].startswith(_CITIZEN) or knows(CallId(row[2])):
            continue
        fresh = Channel(channel=row[4], start=at, life_since=life_since)
        seen = found.setdefault(row[2], fresh)
        seen.sip_call_id = seen.sip_call_id or row[9]
        if row[0] == "CHAN_START":
            seen.begun, seen.dialled, seen.number = True, row[10], row[11]
        else:
            _note_event(seen, row[0], row[5], at)
    return found


def _note_event(seen: Channel, event: str, context: str, at: datetime) -> None:
    match event:
        case "ANSWER":
            seen.answered = True
        case "APP_START":  # of Queue alone (cel.conf)
            seen.queued_at = seen.queued_at or at
        case "BRIDGE_ENTER" if context == FALLBACK:
            seen.served_at = seen.served_at or at
        case "HANGUP" | "CHAN_END":
            seen.over_at = seen.over_at or at
        case _:
            return


def queue_log_of(lines: Iterable[str]) -> QueueLog:
    """`<seconds>|<call>|<queue>|<member>|<event>|<data>...`, of the fallback queue."""
    found = QueueLog()
    for line in lines:
        fields = [*line.split("|"), "", "", "", "", "", ""]
        at, call, queue, _, event, *_ = fields
        try:
            moment = _moment(at)
        except ValueError:
            continue
        if event == "QUEUESTART":
            found.starts.append(moment)
        elif queue == FALLBACK and event == "ENTERQUEUE":
            found.calls.setdefault(call, InQueue(moment))
        elif queue == FALLBACK and call in found.calls:
            _note(found.calls[call], event, moment)
    return found


def _note(call: InQueue, event: str, at: datetime) -> None:
    if event == "CONNECT":
        call.connected_at = call.connected_at or at
    elif event not in ("RINGNOANSWER", "RINGCANCELED"):
        call.left_at = at


def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (OverflowError, OSError) as err:
        raise ValueError(text) from err
