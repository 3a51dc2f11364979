"""A server process of ours: started through the trampoline, watched, stopped by its id."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hotline.private.errors import ServerDidNotStart

TRAMPOLINE = Path(__file__).with_name("trampoline.py")
LOOK_EVERY_S = 0.01
LOG_TAIL_BYTES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """How a program is started: `mode` is the trampoline's, `on_our_death` its last signal."""

    program: Path
    arguments: Sequence[str]
    log: Path
    on_our_death: signal.Signals
    mode: str = "keep"
    umask: int = 0o077
    environment: Mapping[str, str] | None = None
    folder: Path = field(default=Path("/"))


def tail(log: Path, *, since: int = 0) -> str:
    """The last lines of a log file after byte `since`, for an error message."""
    with contextlib.suppress(OSError):
        return log.read_bytes()[since:][-LOG_TAIL_BYTES:].decode("utf-8", "replace").strip()
    return ""


class Child:
    """One running program; it dies with our process, and never with another of ours."""

    def __init__(self, launch: Launch) -> None:
        assert threading.current_thread() is threading.main_thread(), (
            "the kernel ends a server with the thread that started it: use the main thread"
        )
        command = [
            sys.executable,
            "-I",
            "-S",
            str(TRAMPOLINE),
            str(int(launch.on_our_death)),
            launch.mode,
        ]
        command += [f"{launch.umask:o}", str(launch.program), *launch.arguments]
        environment = dict(os.environ if launch.environment is None else launch.environment)
        with launch.log.open("ab") as log:
            # A session of its own keeps Ctrl-C at the keeper's terminal away from it.
            self._process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=launch.folder,
                env=environment,
                start_new_session=True,
            )
        self._launch = launch

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        """Also reaps it, so that no dead process stays behind."""
        return self._process.poll() is None

    def exit_code(self) -> int | None:
        """Negative for the signal that ended it; None while it lives."""
        return self._process.poll()

    def wait_until(self, ready: Callable[[], bool], *, name: str, within_s: float) -> None:
        """Look until `ready`; ServerDidNotStart with the log's tail when it ends or is late."""
        deadline = time.monotonic() + within_s
        while self.alive():
            if ready():
                return
            if time.monotonic() > deadline:
                self.stop(signal.SIGKILL, within_s=5)
                raise ServerDidNotStart(
                    f"{name} was not ready after {within_s:.0f} s: {tail(self._launch.log)}",
                    remedy=f"Look at {self._launch.log}.",
                )
            time.sleep(LOOK_EVERY_S)
        raise ServerDidNotStart(
            f"{name} ended at once with {self.exit_code()}: {tail(self._launch.log)}",
            remedy=f"Look at {self._launch.log}.",
        )

    def stop(self, how: signal.Signals, *, within_s: float) -> None:
        """Ask it to end; after `within_s` seconds, kill it."""
        if not self.alive():
            return
        self._process.send_signal(how)
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
