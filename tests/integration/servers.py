"""What the session's real servers look like to a test, and how they are made."""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree

from hotline.asterisk_site import SeatPhone, WebPhones
from hotline.private.asterisk import (
    TRUNK_IN_HOST,
    TRUNK_OUT_HOST,
    Asterisk,
    AsteriskPlan,
    TelephonyWishes,
)
from hotline.private.asterisk_tree import asterisk_tree
from hotline.private.ports import Ports, held_ports
from hotline.private.postgres import Postgres
from hotline.private.progress import silence


@dataclass(frozen=True, slots=True)
class RunningAsterisk:
    """A private Asterisk with the phones 8001 to 8006. SIPp citizens send from `trunk_in_host`."""

    server: Asterisk
    ports: Ports
    ami_secret: str = field(repr=False)
    phones: dict[str, str] = field(repr=False)
    boot_log: str = field(repr=False)
    host: str = "127.0.0.1"
    ami_user: str = "hotline"
    trunk_in_host: str = TRUNK_IN_HOST
    trunk_out_host: str = TRUNK_OUT_HOST

    @property
    def ami_port(self) -> int:
        return self.ports.ami

    @property
    def sip_port(self) -> int:
        return self.ports.sip

    @property
    def sip(self) -> str:
        """host:port for citizens and for seats."""
        return f"{self.host}:{self.ports.sip}"

    @property
    def trunk_out_port(self) -> int:
        """Where the other end of the trunk out listens, on `trunk_out_host`."""
        return self.ports.trunk_out

    @property
    def recordings(self) -> Path:
        return self.server.recordings

    @property
    def log(self) -> Path:
        return self.server.log

    def rx(self, command: str) -> str:
        """A CLI command's output."""
        return self.server.rx(command)

    def end_all_calls(self) -> None:
        """What an earlier test left on the line ends; returns when nothing of it is there."""
        self.rx("channel request hangup all")
        assert eventually(lambda: self.is_quiet), self.rx("core show channels")

    @property
    def is_quiet(self) -> bool:
        """Whether nobody is on the line."""
        return self.rx("core show channels count").startswith("0 active channels")


class QueueLog:
    """What Asterisk's plain queue writes from now on; a shared Asterisk has a past."""

    def __init__(self, asterisk: RunningAsterisk) -> None:
        self.file = asterisk.log / "queue_log"
        self._begins_at = len(self._text())

    def tells(self, what: str, times: int = 1) -> bool:
        """Waits for so many ENTERQUEUE, CONNECT, ABANDON."""
        return eventually(lambda: self._text()[self._begins_at :].count(f"|{what}|") >= times)

    def _text(self) -> str:
        return self.file.read_text() if self.file.exists() else ""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A short temporary folder that `nobody` can walk into; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        rmtree(folder)


@contextmanager
def running_asterisk(
    name: str = "test", wishes: TelephonyWishes | None = None
) -> Iterator[RunningAsterisk]:
    """One more private Asterisk, with ports and folder of its own."""
    phones = {str(8001 + n): secrets.token_urlsafe(18) for n in range(6)}
    secret = secrets.token_urlsafe(24)
    with open_folder() as folder, held_ports(folder / "ports.json") as ports:
        plan = AsteriskPlan(
            systemname=name,
            sip_port=ports.sip,
            ami_port=ports.ami,
            ami_secret=secret,
            rtp_first=ports.rtp_first,
            rtp_last=ports.rtp_last,
            trunk_out_port=ports.trunk_out,
            seats=tuple(SeatPhone(extension=e, password=p) for e, p in phones.items()),
            wishes=wishes or TelephonyWishes(),
            web=WebPhones(port=ports.ari, secret=secret),  # as AMI: one secret does for a test
        )
        server = Asterisk(folder / "asterisk", asterisk_tree(tell=silence), plan)
        try:
            server.start()
            boot_log = (server.log / "messages").read_text()
            yield RunningAsterisk(server, ports, secret, phones, boot_log)
        finally:
            server.stop()


@contextmanager
def running_postgres(binaries: Path) -> Iterator[str]:
    """The DSN of a server of its own."""
    with open_folder() as folder, held_ports(folder / "ports.json") as ports:
        server = Postgres(folder / "postgres", port=ports.database, binaries=binaries)
        try:
            server.start()
            yield server.dsn
        finally:
            server.stop()


def eventually(what: Callable[[], bool], *, within_s: float = 40.0) -> bool:
    """Look until it is so; False when it is not so in time."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if what():
            return True
        time.sleep(0.05)
    return False
