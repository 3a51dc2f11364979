"""Starting a program through the trampoline."""

import signal
import sys
from pathlib import Path

import pytest

from hotline.private.children import Child, Launch
from hotline.private.errors import ServerDidNotStart


def python(script: str, log: Path) -> Launch:
    return Launch(
        program=Path(sys.executable),
        arguments=["-c", script],
        log=log,
        on_our_death=signal.SIGKILL,
        umask=0o027,
    )


def test_a_program_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = Child(python("raise SystemExit('no room on the disk')", tmp_path / "log"))

    with pytest.raises(ServerDidNotStart) as refused:
        child.wait_until(lambda: False, name="It", within_s=20)

    assert "no room on the disk" in refused.value.problem


def test_a_program_that_is_never_ready_is_killed(tmp_path: Path) -> None:
    child = Child(python("import time; time.sleep(60)", tmp_path / "log"))

    with pytest.raises(ServerDidNotStart):
        child.wait_until(lambda: False, name="It", within_s=0.05)

    assert child.exit_code() == -signal.SIGKILL


def test_a_program_that_ignores_being_asked_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    child = Child(python(f"{deaf}; time.sleep(60)", tmp_path / "log"))
    child.wait_until(lambda: (tmp_path / "log").read_text() == "1\n", name="It", within_s=20)

    child.stop(signal.SIGTERM, within_s=0.05)

    assert child.exit_code() == -signal.SIGKILL


def test_files_of_a_server_are_closed_to_others(tmp_path: Path) -> None:
    made = tmp_path / "made"
    child = Child(python(f"open({str(made)!r}, 'w')", tmp_path / "log"))

    with pytest.raises(ServerDidNotStart):  # it ends by itself
        child.wait_until(lambda: False, name="It", within_s=20)

    assert made.stat().st_mode & 0o777 == 0o640
