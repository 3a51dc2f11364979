"""Snapshots of what was folded from the journal: a cache; the journal alone is the truth.

    snapshot-<epoch>-<n>.json     one line of heading (JSON), then the body

The heading names version and shape of the body, its sha256, and the line of the journal up to which
it stands: position, hash, file and byte. A snapshot of another version or shape, a damaged one, or
one whose line the journal does not hold (it is newer, or another journal's) is left aside.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import structlog

from storage.journal_file import (
    Entry,
    JournalDamaged,
    Position,
    Segment,
    check_successor,
    parse_line,
    segments,
    write_whole,
)

log = structlog.get_logger(__name__)

VERSION: Final = 1
KEPT: Final = 2  # files: the newest, and the one before it should that be damaged
_NAME: Final = re.compile(r"snapshot-(\d+)-(\d+)\.json")


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of the journal: all before it and itself is what a snapshot stands for."""

    position: Position
    hash: str
    file: str
    offset: int  # of the line's first byte


@dataclass(frozen=True, slots=True)
class Snapshot:
    standing: Standing
    body: bytes


class _Unfit(Exception):
    """Why a snapshot is left aside."""


def write_snapshot(folder: Path, shape: str, standing: Standing, body: bytes) -> Path:
    """Whole or not at all; then all but the newest `KEPT` are removed. Raises OSError."""
    heading = {
        "version": VERSION,
        "shape": shape,
        "epoch": standing.position.epoch,
        "n": standing.position.n,
        "hash": standing.hash,
        "file": standing.file,
        "offset": standing.offset,
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    path = folder / f"snapshot-{standing.position.epoch}-{standing.position.n}.json"
    write_whole(path, orjson.dumps(heading) + b"\n" + body)
    path.chmod(0o600)
    for old in _newest_first(folder)[KEPT:]:
        old.unlink(missing_ok=True)
    return path


def newest_snapshot(folder: Path, shape: str) -> Snapshot | None:
    """The newest that fits program and journal; None: fold the journal."""
    for path in _newest_first(folder):
        try:
            return _read(path, shape)
        except (_Unfit, OSError, ValueError, KeyError, TypeError) as why:
            log.warning("a snapshot is left aside", file=path.name, why=str(why))
    return None


def entries(folder: Path, after: Standing | None = None) -> Iterator[tuple[Standing, Entry]]:
    """As `journal_file.read`, each with where it stands; `after` must be in the journal.

    Raises JournalDamaged.
    """
    before: Entry | None = None
    for segment in _from(segments(folder), after):
        start = after.offset if after is not None and segment.path.name == after.file else 0
        for offset, line in _whole_lines(segment.path, start):
            where = f"{segment.path.name} byte {offset}"
            entry = parse_line(line, where)
            check_successor(before, entry, where)
            before = entry
            if after is None or entry.position > after.position:
                yield Standing(entry.position, entry.hash, segment.path.name, offset), entry


def _newest_first(folder: Path) -> list[Path]:
    named = [(name, path) for path in folder.glob("*.json") if (name := _NAME.fullmatch(path.name))]
    found = [(Position(int(name[1]), int(name[2])), path) for name, path in named]
    return [path for _, path in sorted(found, reverse=True)]


def _read(path: Path, shape: str) -> Snapshot:
    head, _, body = path.read_bytes().partition(b"\n")
    heading: dict[str, Any] = orjson.loads(head)
    if heading["version"] != VERSION or heading["shape"] != shape:
        raise _Unfit("it is of another version of the program")
    if hashlib.sha256(body).hexdigest() != heading["sha256"]:
        raise _Unfit("it is damaged: its checksum does not fit")
    position = Position(heading["epoch"], heading["n"])
    standing = Standing(position, heading["hash"], heading["file"], heading["offset"])
    if not _stands(path.parent, standing):
        raise _Unfit("the journal does not hold the line it stands for")
    return Snapshot(standing, body)


def _stands(folder: Path, standing: Standing) -> bool:
    path = folder / standing.file
    if not path.exists() or path.stat().st_size <= standing.offset:
        return False
    first = next(_whole_lines(path, standing.offset), None)
    if first is None:
        return False
    try:
        entry = parse_line(first[1], path.name)
    except JournalDamaged:
        return False
    return (entry.position, entry.hash) == (standing.position, standing.hash)


def _from(found: list[Segment], after: Standing | None) -> list[Segment]:
    if after is None:
        return found
    return [segment for segment in found if (segment.epoch, segment.first) >= _first(found, after)]


def _first(found: list[Segment], after: Standing) -> tuple[int, int]:
    return next((s.epoch, s.first) for s in found if s.path.name == after.file)


def _whole_lines(path: Path, start: int) -> Iterator[tuple[int, bytes]]:
    """(first byte, line without its newline); what stands after the last newline is torn."""
    with path.open("rb") as file:
        offset = file.seek(start)
        for line in file:
            if not line.endswith(b"\n"):
                return
            yield offset, line[:-1]
            offset += len(line)
