"""Where files must lie so that a server that is not root can reach them.

A clone below /root (mode 0700) is closed to the user `nobody`. Then the server's own files lie
under /var/lib/hotline-12345 and a link stands where they were wanted: everything is still found
below var/<name>/.
"""

import functools
import hashlib
import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path

from hotline.private.trampoline import namespace_allowed

SYSTEM_STATE = Path("/var/lib/hotline-12345")
SYSTEM_CACHE = Path("/var/cache/hotline-12345")
PROJECT = Path(__file__).resolve().parents[2]


def we_are_root() -> bool:
    return os.geteuid() == 0


@functools.cache
def namespaces() -> bool:
    """May root hide behind `nobody` in a user namespace? Not inside a chroot or in Docker."""
    return we_are_root() and not os.environ.get("HOTLINE_NO_USER_NAMESPACE") and namespace_allowed()


def open_to_others(path: Path) -> bool:
    """Can any user walk down to `path`? Asked of the folders that exist."""
    folders = [path, *path.parents]
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in folders if folder.is_dir())


def cache_home() -> Path:
    """The per-user cache: XDG_CACHE_HOME or ~/.cache; for root, where `nobody` can read it."""
    wanted = Path(
        os.environ.get("XDG_CACHE_HOME")
        or Path(os.environ.get("HOME") or "/nonexistent") / ".cache"
    )
    ours = wanted / "hotline-12345"
    if we_are_root() and not open_to_others(ours):
        ours = SYSTEM_CACHE
    try:
        ours.mkdir(parents=True, exist_ok=True)
    except OSError:  # no usable home: a service account
        ours = PROJECT / "var" / "cache"
        ours.mkdir(parents=True, exist_ok=True)
    if we_are_root():
        ours.chmod(0o755)
    return ours


def folder_for_nobody(wanted: Path) -> Path:
    """A folder that `nobody` can reach: `wanted`, or one elsewhere and a link. Root only."""
    real = wanted
    if not open_to_others(wanted.parent):
        name = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
        real = SYSTEM_STATE / f"{wanted.name}-{name}"
        real.parent.mkdir(parents=True, exist_ok=True)
        real.parent.chmod(0o711)
        if wanted.is_symlink() or wanted.exists():
            assert wanted.is_symlink(), f"{wanted} was made while it could be reached by others"
            wanted.unlink()
        wanted.symlink_to(real)
    real.mkdir(parents=True, exist_ok=True)
    return real


def give_to(folder: Path, uid: int, gid: int) -> None:
    """Hand a whole folder over (links themselves, never what they point to)."""
    os.chown(folder, uid, gid)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(parent) / name, uid, gid, follow_symlinks=False)


def reachable_copy(home: Path, parts: Sequence[str], *, name: str) -> Path:
    """`home`, or a copy of its `parts` in the cache if `nobody` could not reach them there.

    Made once, atomically; the parts keep their places relative to each other.
    """
    if open_to_others(home):
        return home
    copy = SYSTEM_CACHE / name
    if not copy.exists():
        SYSTEM_CACHE.mkdir(parents=True, exist_ok=True)
        SYSTEM_CACHE.chmod(0o755)
        half = SYSTEM_CACHE / f".{name}.{os.getpid()}"
        for part in parts:
            shutil.copytree(home / part, half / part, symlinks=True)
        for folder in (half, *(half / part.parent for part in map(Path, parts))):
            folder.chmod(0o755)  # whatever our umask is
        half.rename(copy)
    return copy
