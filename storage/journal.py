"""The journal: what was decided is written here before it is done (architecture §4).

`write` is one write(2) before it returns, so a fact survives kill -9 of our process; `run` makes it
last (fdatasync, shared by all facts gathered within 20 ms) and lets the shipper read on. Rule: a
decision that cannot be written must not be done, so `write` raises when the disk refuses. A
full disk costs the reserve first (`storage/reserve.py`): calls go on, new ones are not taken.
"""

import asyncio
import errno
import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import Epoch
from storage.journal_file import (
    GENESIS,
    START,
    Entry,
    Position,
    Segment,
    cut_torn_line,
    last_entry,
    line_of,
    segment_path,
    segments,
    sync_folder,
)
from storage.reserve import Reserve
from storage.settings import JournalSettings

log = structlog.get_logger()

_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class JournalUnwritable(Unavailable):
    """The disk is full or failing; nothing may be decided until that is mended."""

    code = "journal-unwritable"


class Journal:
    """The leader's append-only file of one epoch. One writer, one thread: the event loop's.

    Use `Journal.open`, hand out `write`, keep `run()` running, `close()` at the end.
    """

    def __init__(
        self,
        folder: Path,
        epoch: Epoch,
        prev: str,
        settings: JournalSettings,
        put: Callable[[int, bytes], int],
    ) -> None:
        self.folder = folder
        self.reserve = Reserve(folder, settings.reserve_bytes)
        self._put = put
        self.epoch = epoch
        self.written = Position(epoch, 0)  # the last fact written
        self.synced = START  # the last fact that survives a power cut; the shipper stops here
        self.continues_at: datetime | None = None  # when the fact before ours was written
        self._prev = prev
        self._settings = settings
        self._size = 0
        self._torn = False  # part of a refused write may stand behind `_size`
        self._trouble: JournalUnwritable | None = None
        self._disk_lost = False
        self._full: list[int] = []  # handles of files grown full, still to be synced and closed
        self._news = asyncio.Event()
        self._synced_news = asyncio.Event()
        self._handle = _new_file(segment_path(folder, epoch, 1))

    @classmethod
    def open(
        cls,
        folder: Path,
        epoch: Epoch,
        settings: JournalSettings,
        put: Callable[[int, bytes], int] = os.write,
    ) -> "Journal":
        """Begins an epoch (see `storage/epochs.py`), chained to the last line in the folder.

        Cuts the torn last line of the life before. `put` is write(2). Raises JournalDamaged,
        JournalUnwritable.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            last = _last(segments(folder))
            journal = cls(folder, epoch, last.hash if last else GENESIS, settings, put)
            journal.continues_at = last.at if last else None
            sync_folder(folder)
        except OSError as err:
            raise _unwritable(err) from err
        return journal

    def write(self, facts: Sequence[Fact]) -> None:
        """All of them or none; they survive kill -9 when this returns. Raises JournalUnwritable."""
        if not facts:
            return
        lines, prev, n = [], self._prev, self.written.n
        for fact in facts:
            n += 1
            line, prev = line_of(Position(self.epoch, n), fact, prev)
            lines.append(line)
        self._append(b"".join(lines))
        self._prev, self.written = prev, Position(self.epoch, n)
        self._news.set()

    def well(self) -> bool:
        """False is an alarm: the disk refuses."""
        return self._trouble is None

    def has_room(self) -> bool:
        """For new calls: it can be written, and the reserve is whole."""
        return self._trouble is None and self.reserve.is_whole

    def trouble(self) -> JournalUnwritable | None:
        return self._trouble

    async def run(self) -> None:
        """Syncs what was written; returns only by cancellation."""
        pause = self._settings.sync_within.total_seconds() / 2
        while True:
            await self._news.wait()
            await asyncio.sleep(pause)  # let others gather
            await self.sync()

    async def sync(self) -> None:
        """Makes everything written so far last; in a thread. A failing disk becomes the alarm."""
        self._news.clear()
        upto, full = self.written, self._full
        self._full = []
        try:
            await asyncio.to_thread(_sync_all, full, self._handle)
        except OSError as err:
            # After a failed sync the kernel may have dropped the pages: no later success counts.
            self._disk_lost = True
            self._trouble = _unwritable(err)
            log.exception("journal could not be synced")
            return
        self.synced = max(self.synced, upto)
        self._synced_news.set()

    async def wait_synced(self, after: Position) -> None:
        """Until something behind `after` lasts."""
        while self.synced <= after:
            self._synced_news.clear()
            await self._synced_news.wait()

    async def close(self) -> None:
        await self.sync()
        os.close(self._handle)

    def _append(self, block: bytes) -> None:
        try:
            self._put_or_make_room(block)
        except OSError as err:
            self._complain(err)
            raise self._trouble or _unwritable(err) from err
        self._size += len(block)
        if self._trouble is not None:
            log.warning("journal can be written again")
            self._trouble = None

    def _put_or_make_room(self, block: bytes) -> None:
        """On a full disk once more, into the room of the reserve. Raises OSError."""
        if self._disk_lost:
            raise OSError("a sync has failed before")
        try:
            self._put_block(block)
        except OSError as err:
            if err.errno not in _FULL or not self.reserve.give_up():
                raise
            self._put_block(block)

    def _put_block(self, block: bytes) -> None:
        if self._torn:
            os.ftruncate(self._handle, self._size)
            self._torn = False
        if self._size >= self._settings.segment_bytes:
            self._begin_segment()
        self._torn = True
        if self._put(self._handle, block) != len(block):
            raise OSError(errno.ENOSPC, "only a part could be written")
        self._torn = False

    def _begin_segment(self) -> None:
        fresh = _new_file(segment_path(self.folder, self.epoch, self.written.n + 1))
        self._full.append(self._handle)
        self._handle, self._size = fresh, 0
        sync_folder(self.folder)

    def _complain(self, err: OSError) -> None:
        if self._trouble is None:
            log.error("journal cannot be written", why=str(err), folder=str(self.folder))
        self._trouble = _unwritable(err)
        try:
            os.ftruncate(self._handle, self._size)
            self._torn = False
        except OSError as again:
            log.error("a torn line stays until the next write", why=str(again))


def _new_file(path: Path) -> int:
    # O_EXCL: two processes must never write one epoch
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)


def _last(found: list[Segment]) -> Entry | None:
    for segment in reversed(found):
        if cut := cut_torn_line(segment.path):
            log.warning("a torn last line was cut", file=segment.path.name, bytes=cut)
        if entry := last_entry(segment.path):
            return entry
    return None


def _sync_all(full: list[int], current: int) -> None:
    for handle in full:
        os.fdatasync(handle)
        os.close(handle)
    os.fdatasync(current)


def _unwritable(err: OSError) -> JournalUnwritable:
    return JournalUnwritable(
        f"The journal cannot be written: {err}.",
        remedy="Free space on the disk of var/, or mend it; then restart if it does not recover.",
    )
