"""Room kept back on the journal's disk, so that a full disk does not cut anybody off.

A file of some megabytes stands beside the journal. When the disk is full it is given up, and the
facts of the calls in progress go on being written before the deeds; no new calls are let in
(`hotline/door.py`) until there is room for a new reserve. Nothing is decided unwritten, ever.
"""

import os
from pathlib import Path
from typing import Final

import structlog

from storage.journal_file import sync_folder

log = structlog.get_logger()

NAME: Final = "reserve"
_AT_A_TIME: Final = 1024 * 1024


class Reserve:
    """`size` bytes in `folder`/reserve; really allocated, not a hole."""

    def __init__(self, folder: Path, size: int) -> None:
        self._path = folder / NAME
        self.size = size

    @property
    def is_whole(self) -> bool:
        """False: it was given up, or never could be filled."""
        try:
            return self._path.stat().st_size >= self.size
        except OSError:
            return self.size == 0

    def free_beside(self) -> int:
        """Bytes free on the disk for us, without the reserve. Raises OSError."""
        disk = os.statvfs(self._path.parent)
        return disk.f_bavail * disk.f_frsize

    def give_up(self) -> bool:
        """Makes its room free; False when there was none. Never raises."""
        try:
            self._path.unlink()
        except OSError:
            return False
        log.error("disk is full: the journal's reserve was given up", bytes=self.size)
        return True

    def fill(self) -> bool:
        """Takes the room again; blocks, for a thread. False when the disk has not enough."""
        if self.is_whole:
            return True
        fresh = self._path.with_name(NAME + ".new")
        try:
            _write_zeros(fresh, self.size)
            fresh.replace(self._path)
            sync_folder(self._path.parent)
        except OSError as err:
            fresh.unlink(missing_ok=True)
            log.warning("no room for the journal's reserve", why=str(err))
            return False
        log.info("the journal has its reserve", bytes=self.size)
        return True


def _write_zeros(path: Path, size: int) -> None:
    """By writing: what posix_fallocate promises differs from disk to disk."""
    with path.open("wb", buffering=0) as file:
        for start in range(0, size, _AT_A_TIME):
            part = min(_AT_A_TIME, size - start)
            if file.write(b"\0" * part) != part:
                raise OSError("only a part could be written")
        os.fsync(file.fileno())
