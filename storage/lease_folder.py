"""One process writes a journal folder: a lock on the file `lock`, gone with the process.

POSIX record locks: not inherited by children, and the kernel names the holder.
"""

import fcntl
import os
import signal
import socket
import struct
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger()

_FLOCK: Final = "@hhqqi0q"  # struct flock of Linux, 64 bit: type, whence, start, length, pid


class FolderLock:
    """Of one folder. `close` gives it back; so does any death."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder = folder.resolve()
        self.held = False
        self._handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @property
    def name(self) -> str:
        """machine:path, as the row `leadership` keeps it."""
        return f"{socket.gethostname()}:{self.folder}"

    def try_take(self) -> bool:
        if not self.held:
            try:
                fcntl.lockf(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return False
            self.held = True
        return True

    def holder(self) -> int | None:
        """The process that has it; None: nobody, ourselves, or one that we cannot see."""
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        told = struct.unpack(_FLOCK, fcntl.fcntl(self._handle, fcntl.F_GETLK, asked))
        return told[4] if told[0] != fcntl.F_UNLCK and told[4] > 0 else None

    def end_holder(self) -> int | None:
        """Kills a leader that hangs on our own folder, frozen or not; its process id.

        Two may not write one folder, and a frozen process gives nothing up. The caller has made
        sure that its beat is stale and holds the lock of the leader.
        """
        pid = self.holder()
        if pid is None:
            return None
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return None
        try:
            if self.holder() == pid:  # the handle names the process that holds the lock
                log.warning("the former leader hangs on our folder and is ended", pid=pid)
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        except ProcessLookupError:
            return None
        finally:
            os.close(handle)
        return pid

    def close(self) -> None:
        self.held = False
        os.close(self._handle)
