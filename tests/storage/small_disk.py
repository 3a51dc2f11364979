"""A disk with so many bytes: write(2) as it behaves there, on real files."""

import errno
import os
from pathlib import Path


class SmallDisk:
    """`put` is os.write, but what lies in `folder` may not grow beyond `size`; a part is written
    when only a part has room, and nothing at all afterwards."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self.size = size

    @property
    def free(self) -> int:
        return self.size - sum(path.stat().st_size for path in self._folder.iterdir())

    def put(self, handle: int, block: bytes) -> int:
        if self.free <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(handle, block[: self.free])
