"""One process writes a folder; one that hangs on it can be ended."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.lease_folder import FolderLock

HOLD = """
import sys
from pathlib import Path
from storage.lease_folder import FolderLock
lock = FolderLock(Path(sys.argv[1]))
print(lock.try_take(), flush=True)
sys.stdin.read()
"""


@contextmanager
def another_holds(folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None and process.stdout is not None, "both are pipes"
    try:
        assert process.stdout.readline() == "True\n"
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)
        process.stdin.close()
        process.stdout.close()


def test_a_folder_has_one_writer_until_he_dies(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with another_holds(tmp_path) as holder:
        assert not lock.try_take()
        assert lock.holder() == holder.pid

    assert lock.try_take()
    assert lock.holder() is None
    lock.close()


def test_a_frozen_holder_is_ended(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    with another_holds(tmp_path) as holder:
        holder.send_signal(signal.SIGSTOP)

        assert lock.end_holder() == holder.pid

        assert holder.wait(timeout=10) == -signal.SIGKILL
    assert lock.try_take()
    lock.close()


def test_nobody_is_ended_when_nobody_holds_it(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    assert lock.end_holder() is None
    assert lock.try_take()
    assert lock.end_holder() is None, "never ourselves"
    lock.close()


def test_the_folder_is_made_and_named_with_its_machine(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path / "new" / "journal")

    assert (tmp_path / "new" / "journal" / "lock").exists()
    assert lock.name.endswith(f":{tmp_path / 'new' / 'journal'}")
    lock.close()
