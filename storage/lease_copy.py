"""A journal folder completed from PostgreSQL: what other leaders shipped becomes its files.

Whoever stands by keeps its folder so, and reads the rest before it leads; recovery, the chain of
hashes and the shipper then need not know who led before. Rule: lines that our own last life wrote
and never shipped, while another has led since, are no part of the one chain: they are put aside as
`<epoch>-<n>.late` with an alarm, and Asterisk's channels and logs mend what they said.
"""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from kernel.ids import Epoch
from storage.journal_file import (
    START,
    Entry,
    JournalDamaged,
    Position,
    cut_torn_line,
    last_entry,
    make_line,
    parse_line,
    segment_path,
    segments,
    sync_folder,
    write_whole,
)
from storage.pool import Pool, Row
from storage.shipping_mark import Mark, keep_mark

log = structlog.get_logger()

_AT_ONCE: Final = 5000
_AFTER_ALL_SHIPPERS: Final = "select pg_advisory_xact_lock(77123450002)"  # storage/shipping.py
_TIP: Final = "select epoch, n from journal order by epoch desc, n desc limit 1"
_HELD: Final = "select n from journal where epoch = $1 order by n desc limit 1"
_SINCE: Final = "select epoch, n from journal where at >= $1 order by epoch, n limit 1"
_NEXT: Final = """
    select epoch, n, at, kind, body, prev_hash, hash from journal
    where (epoch, n) > ($1, $2) order by epoch, n limit $3"""


class ShippedCopy:
    """Of one folder, whose lock we hold."""

    def __init__(self, folder: Path, pool: Pool) -> None:
        self._folder = folder
        self._pool = pool
        self._last: Position | None = None

    async def catch_up(self, since: datetime) -> int:
        """Everything shipped so far; how many lines were new. Raises DatabaseAway, JournalDamaged.

        What stood in the folder already is kept; `since`: how far back an empty one is filled.
        """
        tip = await self._pool.fetchrow(_TIP)
        if tip is None:
            return 0
        if self._last is None:
            self._last = await self._begin(Position(*tip), since)
        copied = 0
        while rows := await self._pool.fetch(_NEXT, *self._last, _AT_ONCE):
            self._last = await asyncio.to_thread(_append, self._folder, rows)
            copied += len(rows)
        return copied

    async def catch_up_for_good(self, since: datetime) -> int:
        """After our epoch was taken: whoever still ships has ended, and nobody begins again."""
        await self._pool.execute(_AFTER_ALL_SHIPPERS)
        return await self.catch_up(since)

    async def _begin(self, tip: Position, since: datetime) -> Position:
        """The line after which copying begins."""
        while last := await asyncio.to_thread(_last_of, self._folder):
            if last.epoch >= tip.epoch:
                return last
            held = await self._pool.fetchval(_HELD, last.epoch) or 0
            if held >= last.n:
                return last
            await asyncio.to_thread(_put_aside, self._folder, Position(last.epoch, held))
        first = await self._pool.fetchrow(_SINCE, since)
        start = Position(*first) if first else tip
        return Position(start.epoch, start.n - 1)  # with the last line at least: its hash


def _last_of(folder: Path) -> Position | None:
    for segment in reversed(segments(folder)):
        cut_torn_line(segment.path)
        if entry := last_entry(segment.path):
            return entry.position
    return None


def _append(folder: Path, rows: Sequence[Row]) -> Position:
    """Writes the lines, synced, and moves the shipping mark behind them."""
    position, path = START, folder
    for epoch in sorted({row["epoch"] for row in rows}):
        ours = [row for row in rows if row["epoch"] == epoch]
        there = [s.path for s in segments(folder) if s.epoch == epoch]
        path = there[-1] if there else segment_path(folder, epoch, ours[0]["n"])
        with path.open("ab") as file:
            os.chmod(path, 0o600)
            file.write(b"".join(_line(row) for row in ours))
            file.flush()
            os.fdatasync(file.fileno())
        position = Position(epoch, ours[-1]["n"])
    sync_folder(folder)
    keep_mark(folder, Mark(position, path.name, path.stat().st_size))
    return position


def _line(row: Row) -> bytes:
    position = Position(row["epoch"], row["n"])
    prev, body = row["prev_hash"].hex(), row["body"].encode()
    line, digest = make_line(position, row["at"], row["kind"], body, prev)
    if digest != row["hash"].hex():
        raise JournalDamaged(
            f"Row {position.epoch}/{position.n} of the table journal does not fit its hash.",
            remedy="Run `hotline audit --seal`; put back the row that it names.",
        )
    return line


def _put_aside(folder: Path, held: Position) -> None:
    """Takes the lines after `held` out of its epoch's files."""
    late: list[bytes] = []
    for segment in segments(folder):
        if segment.epoch != held.epoch:
            continue
        lines = segment.path.read_bytes().splitlines(keepends=True)
        entries: list[Entry] = [parse_line(x[:-1], segment.path.name) for x in lines]
        kept = [x for x, e in zip(lines, entries, strict=True) if e.n <= held.n]
        late += lines[len(kept) :]
        if kept:
            write_whole(segment.path, b"".join(kept))
        else:
            segment.path.unlink()
    if late:
        first = held.n + 1
        write_whole(folder / f"{held.epoch}-{first}.late", b"".join(late))
        log.error(
            "facts of an earlier life were never shipped and are put aside",
            epoch=Epoch(held.epoch),
            first=first,
            lines=len(late),
        )
