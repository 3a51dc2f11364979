"""The journal's file format: one JSON line per fact, each line chained to the one before by sha256.

    {"epoch":3,"n":1,"at":"...Z","kind":"...","body":{...},"prev":"<hex>","hash":"<hex>"}

The hash is over the line's own bytes up to `,"hash"`, so nothing has to be written the same way
twice to be checked. Files: `<epoch>.jsonl`, and `<epoch>-<first n>.jsonl` once one has grown large.
Rule: a torn last line (we were killed while writing) is cut; any other damage is an error.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import orjson

from kernel.errors import HotlineError
from kernel.fact import Fact, FactKinds, encode
from kernel.ids import Epoch

GENESIS: Final = "0" * 64  # `prev` of the very first line of a site
_LINE: Final = re.compile(
    rb'\{"epoch":(\d+),"n":(\d+),"at":"([^"]+)","kind":"([^"]+)","body":(\{.*\}),'
    rb'"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}'
)
_HASH_PART: Final = len(b',"hash":""}') + 64
_NAME: Final = re.compile(r"(\d+)(?:-(\d+))?\.jsonl")


class JournalDamaged(HotlineError):
    code = "journal-damaged"


class Position(NamedTuple):
    """Compares in the order of writing."""

    epoch: int
    n: int


START: Final = Position(0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `body` is the fact's JSON, byte for byte; `prev` and `hash` are hex."""

    epoch: Epoch
    n: int
    at: datetime
    kind: str
    body: bytes
    prev: str
    hash: str

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.n)


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """One file of the journal, in the order of writing."""

    epoch: int
    first: int
    path: Path


def line_of(position: Position, fact: Fact, prev: str) -> tuple[bytes, str]:
    """(the line with its newline, its hash)."""
    return make_line(position, fact.at, fact.kind, encode(fact), prev)


def make_line(
    position: Position, at: datetime, kind: str, body: bytes, prev: str
) -> tuple[bytes, str]:
    stamp = orjson.dumps(at.astimezone(UTC), option=orjson.OPT_UTC_Z)
    head = b'{"epoch":%d,"n":%d,"at":%b,"kind":"%b","body":%b,"prev":"%b"' % (
        position.epoch,
        position.n,
        stamp,
        kind.encode(),
        body,
        prev.encode(),
    )
    digest = hashlib.sha256(head).hexdigest()
    return b'%b,"hash":"%b"}\n' % (head, digest.encode()), digest


def parse_line(line: bytes, where: str) -> Entry:
    """Without its newline. Raises JournalDamaged: not a line, or its hash does not fit."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise _damaged(where, "it is not a line of a journal")
    if hashlib.sha256(line[:-_HASH_PART]).hexdigest().encode() != found[7]:
        raise _damaged(where, "its hash does not fit: it was changed after it was written")
    return Entry(
        epoch=Epoch(int(found[1])),
        n=int(found[2]),
        at=datetime.fromisoformat(found[3].decode()),
        kind=found[4].decode(),
        body=found[5],
        prev=found[6].decode(),
        hash=found[7].decode(),
    )


def check_successor(before: Entry | None, entry: Entry, where: str) -> None:
    """Next in number and chained. Across epochs a gap is legal: another machine may have led."""
    if before is None or entry.epoch > before.epoch + 1:
        return
    if entry.epoch == before.epoch and entry.n != before.n + 1:
        raise _damaged(where, f"line {before.n} is followed by line {entry.n}")
    if entry.epoch > before.epoch and entry.n != 1:
        raise _damaged(where, f"epoch {entry.epoch} begins with line {entry.n}")
    if entry.epoch < before.epoch or entry.prev != before.hash:
        raise _damaged(where, "it is not chained to the line before it")


def segments(folder: Path) -> list[Segment]:
    found = []
    for path in folder.glob("*.jsonl"):
        if name := _NAME.fullmatch(path.name):
            found.append(Segment(int(name[1]), int(name[2] or 1), path))
    return sorted(found)


def segment_path(folder: Path, epoch: int, first: int) -> Path:
    return folder / (f"{epoch}.jsonl" if first == 1 else f"{epoch}-{first}.jsonl")


def whole_lines(path: Path, offset: int = 0, at_most: int = -1) -> bytes:
    """The bytes from `offset` up to the last newline; a line larger than `at_most` comes whole."""
    with path.open("rb") as file:
        there = max(0, file.seek(0, os.SEEK_END) - offset)  # no room is taken for what is not there
        file.seek(offset)
        block = file.read(there if at_most < 0 else min(at_most, there))
        if b"\n" not in block:
            block += file.readline()
    return block[: block.rfind(b"\n") + 1]


def read(folder: Path, since: Position = START) -> Iterator[Entry]:
    """Every line after `since`, in order, checked. A torn last line of a file is left out.

    Raises JournalDamaged with file, line and what is wrong.
    """
    before: Entry | None = None
    for where, line in _whole_lines_of(_that_reach(segments(folder), since)):
        entry = parse_line(line, where)
        check_successor(before, entry, where)
        before = entry
        if entry.position > since:
            yield entry


def read_facts(folder: Path, kinds: FactKinds, since: Position = START) -> Iterator[Fact]:
    """The facts of `read`, to fold a floor or figures again. Raises UnreadableFact as well."""
    for entry in read(folder, since):
        yield kinds.decode(entry.kind, entry.body)


def _whole_lines_of(found: list[Segment]) -> Iterator[tuple[str, bytes]]:
    """(where it stands, the line without its newline)."""
    for segment in found:
        yield from _whole_lines_in(segment)


def _whole_lines_in(segment: Segment) -> Iterator[tuple[str, bytes]]:
    with segment.path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):  # else it is torn, and the last one
                yield f"{segment.path.name} line {number}", line[:-1]


def _that_reach(found: list[Segment], since: Position) -> list[Segment]:
    """Without the files that end before `since`."""
    later = [i for i, s in enumerate(found) if Position(s.epoch, s.first) > since]
    return found[max(0, (later[0] if later else len(found)) - 1) :]


def cut_torn_line(path: Path) -> int:
    """Cuts what stands after the last newline; how many bytes that were."""
    with path.open("rb+") as file:
        size = file.seek(0, os.SEEK_END)
        keep = _after_last_newline(file, size)
        if keep < size:
            file.truncate(keep)
            os.fsync(file.fileno())
    return size - keep


def last_entry(path: Path) -> Entry | None:
    """Of a file whose torn line was cut. Raises JournalDamaged."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        if end == 0:
            return None
        start = _after_last_newline(file, end - 1)
        file.seek(start)
        return parse_line(file.read(end - 1 - start), f"{path.name} last line")


def _after_last_newline(file: BinaryIO, end: int) -> int:
    """The offset behind the last newline before `end`; 0 when there is none."""
    reach = 65536
    while end > 0:
        start = max(0, end - reach)
        file.seek(start)
        found = file.read(end - start).rfind(b"\n")
        if found >= 0 or start == 0:
            return start + found + 1
        reach *= 4
    return 0


def sync_folder(folder: Path) -> None:
    """Makes new, renamed and removed names in it last."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, content: bytes) -> None:
    """Replaces a small file so that a crash leaves the old or the new one."""
    fresh = path.with_suffix(path.suffix + ".new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


def _damaged(where: str, what: str) -> JournalDamaged:
    return JournalDamaged(
        f"The journal is damaged at {where}: {what}.",
        remedy="Keep the file as it is; put a copy made from the table journal in its place.",
    )
