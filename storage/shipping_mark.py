"""How far the journal was shipped: reads on from there, and keeps the place in the file `shipped`.

Losing the file `shipped` costs time only: everything is offered again and found to be there.
"""

import itertools
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson
import structlog

from kernel.ids import Epoch
from storage.journal_file import (
    START,
    Entry,
    Position,
    Segment,
    check_successor,
    parse_line,
    segments,
    whole_lines,
    write_whole,
)

log = structlog.get_logger()

_FILE: Final = "shipped"
_BLOCK: Final = 1 << 20  # bytes read at once
_ALWAYS_KEPT: Final = 2  # files: the newest of this life and of the one before


@dataclass(frozen=True, slots=True)
class Mark:
    """Everything up to `position` is in PostgreSQL; the next line begins at `offset` of `file`."""

    position: Position
    file: str
    offset: int


class JournalReader:
    """Batches of lines after the mark; `shipped()` moves the mark behind the last batch."""

    def __init__(self, folder: Path, at_most: int) -> None:
        self._folder = folder
        self._at_most = at_most
        self._mark = _read_mark(folder)
        self._ahead = self._mark
        self._before: Entry | None = None
        self._last: Entry | None = None

    @property
    def position(self) -> Position:
        return self._mark.position

    def next_batch(self, epoch: Epoch, synced: Position) -> list[Entry]:
        """Of the running `epoch` only what is synced; of older ones everything.

        Empty when there is nothing. Raises JournalDamaged.
        """
        for segment in self._from_mark():
            offset = self._mark.offset if segment.path.name == self._mark.file else 0
            block = whole_lines(segment.path, offset, _BLOCK)
            entries: list[Entry] = []
            before = self._before
            for line in block.split(b"\n")[:-1][: self._at_most]:
                entry = parse_line(line, f"{segment.path.name} byte {offset}")
                if entry.epoch == epoch and entry.position > synced:
                    break
                check_successor(before, entry, f"{segment.path.name} byte {offset}")
                entries.append(entry)
                before, offset = entry, offset + len(line) + 1
            if entries:
                self._ahead = Mark(entries[-1].position, segment.path.name, offset)
                self._last = before
                return entries
        return []

    def shipped(self) -> None:
        """The last batch stands in PostgreSQL."""
        self._mark, self._before = self._ahead, self._last
        try:
            keep_mark(self._folder, self._mark)
        except OSError as err:  # it only costs time after the next start
            log.warning("the shipping mark could not be kept", why=str(err))

    def _from_mark(self) -> list[Segment]:
        found = segments(self._folder)
        at = [i for i, segment in enumerate(found) if segment.path.name == self._mark.file]
        if at:
            return found[at[0] :]
        return [s for s in found if Position(s.epoch, s.first) > self._mark.position]


def keep_mark(folder: Path, mark: Mark) -> None:
    """Raises OSError."""
    content = {
        "epoch": mark.position.epoch,
        "n": mark.position.n,
        "file": mark.file,
        "offset": mark.offset,
    }
    write_whole(folder / _FILE, orjson.dumps(content))


def _read_mark(folder: Path) -> Mark:
    path = folder / _FILE
    try:
        kept = orjson.loads(path.read_bytes())
        mark = Mark(Position(kept["epoch"], kept["n"]), kept["file"], kept["offset"])
        if (folder / mark.file).stat().st_size >= mark.offset:
            return mark
    except FileNotFoundError:
        return Mark(START, "", 0)
    except (ValueError, KeyError, TypeError) as err:
        log.warning("the shipping mark is unreadable: all is offered again", why=str(err))
        return Mark(START, "", 0)
    log.warning("the shipping mark points behind its file: all is offered again")
    return Mark(START, "", 0)


def remove_shipped(folder: Path, shipped: Position, before: datetime) -> list[str]:
    """Removes files wholly shipped and last written before `before`; their names."""
    found = segments(folder)
    removed = []
    for segment, following in itertools.pairwise(found):
        wholly = Position(following.epoch, following.first) <= shipped
        old = segment.path.stat().st_mtime < before.timestamp()
        if not (wholly and old) or segment in found[-_ALWAYS_KEPT:]:
            break
        segment.path.unlink()
        removed.append(segment.path.name)
    return removed
