"""Files that Asterisk appends to, read on from where we stopped; rotation and truncation are borne.

A mark says which file it was (inode, and a hash of its first bytes) and how far it was read. The
file of another name with that inode is the rotated one: its rest is read first, then the younger
ones, then the file itself.
"""

import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kernel.ids import CallId, LegId

_HEAD: Final = 256  # bytes
_COLUMNS: Final = 13
_CEL_COLUMNS: Final = 12
_CITIZEN: Final = "PJSIP/trunk-in-"
_LEG: Final = re.compile(r"\d+-\d+")
FALLBACK: Final = "fallback"


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
    beginning lies before what was read, so neither its number nor `start` is its own."""

    channel: str
    start: datetime
    begun: bool = False
    dialled: str = ""
    number: str = field(default="", repr=False)
    sip_call_id: str = ""
    answered: bool = False
    queued_at: datetime | None = None  # in the plain queue
    served_at: datetime | None = None  # by a member of it
    over_at: datetime | None = None


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


def new_lines(path: Path, mark: Mark) -> tuple[list[str], Mark]:
    """Whole lines after the mark, and the mark after them. A file that is not there has none."""
    files = _files_after(path, mark)
    text = b""
    for file, offset in files:
        with file.open("rb") as stream:
            stream.seek(offset)
            text += stream.read()
            if file != path and not text.endswith(b"\n"):
                text += b"\n"  # nobody will end the last line of a rotated file
    if not path.exists():
        return [], mark
    whole = text[: text.rfind(b"\n") + 1]
    size = path.stat().st_size - (len(text) - len(whole))
    lines = whole.decode("utf-8", errors="surrogateescape").split("\n")[:-1]
    return lines, _mark_of(path, size)


def shorter(path: Path, mark: Mark, left_out: Iterable[str]) -> Mark | None:
    """The mark before these last lines; None when they began in a file that was rotated away."""
    size = sum(len(line.encode("utf-8", errors="surrogateescape")) + 1 for line in left_out)
    return _mark_of(path, mark.offset - size) if mark.offset >= size else None


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
    for row in csv.reader(lines):
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


def channels_of(lines: Iterable[str]) -> dict[str, Channel]:
    """Citizens' channels by uniqueid, from the lines of the event log (CEL)."""
    found: dict[str, Channel] = {}
    for row in csv.reader(lines):
        if len(row) != _CEL_COLUMNS or not row[4].startswith(_CITIZEN):
            continue
        try:
            at = _moment(row[1])
        except ValueError:
            continue
        seen = found.setdefault(row[2], Channel(channel=row[4], start=at))
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
