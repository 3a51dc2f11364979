"""The keeper: parent of PostgreSQL, Valkey, Asterisk and hotline. They die with it, by any death.

It starts again what dies, with growing pauses; hotline's death touches no other. On SIGTERM or
Ctrl-C it stops hotline first, then Asterisk, Valkey, PostgreSQL. All is started by one thread, for
the kernel ends a server with the thread that started it; what is started again is awaited beside
it, so that a slow database keeps nobody else from coming up.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType
from typing import Final, Protocol

from hotline.asterisk_site import WebPhones
from hotline.private.asterisk import Asterisk, AsteriskPlan, TelephonyWishes
from hotline.private.asterisk_tree import asterisk_tree
from hotline.private.endpoints import endpoints, hotline_environment
from hotline.private.errors import ServerDidNotStart
from hotline.private.hotline_process import HotlineProcess
from hotline.private.instance import Instance, Secrets, write_private
from hotline.private.places import PROJECT
from hotline.private.ports import LOOPBACK, Ports, held_ports
from hotline.private.postgres import Postgres
from hotline.private.progress import Say, say
from hotline.private.sites_own import SitesOwn
from hotline.private.valkey import Valkey

LOOK_EVERY_S: Final = 0.1
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 30.0
STEADY_AFTER_S: Final = 5.0  # lived so long: the next death begins with the shortest pause
HOTLINE: Final = (sys.executable, "-c", "from hotline.cli import main; raise SystemExit(main())")


class Server(Protocol):
    """What the keeper keeps."""

    @property
    def pid(self) -> int | None: ...
    def start(self) -> None: ...
    def launch(self) -> None: ...
    def wait_ready(self) -> None: ...
    def stop(self) -> None: ...
    def alive(self) -> bool: ...


class StopAsked(BaseException):
    """SIGTERM or SIGINT: no error, and nobody may catch it by accident."""


class Kept:
    """One server, started again with growing pauses."""

    def __init__(self, name: str, server: Server, tell: Say) -> None:
        self.name = name
        self._server = server
        self._tell = tell
        self._pause_s = FIRST_PAUSE_S
        self._started_at = 0.0
        self._again_at: float | None = None

    def start(self) -> None:
        self._server.start()
        self._started_at = time.monotonic()

    def stop(self) -> None:
        self._server.stop()

    def look(self, now: float) -> None:
        """See whether it lives; after its pause, start it again."""
        if self._again_at is None:
            if self._server.alive():
                return
            lived_s = now - self._started_at
            longer = min(LONGEST_PAUSE_S, self._pause_s * 2)
            self._pause_s = FIRST_PAUSE_S if lived_s > STEADY_AFTER_S else longer
            self._again_at = now + self._pause_s
            self._tell(f"{self.name} ended; it starts again in {self._pause_s:.1f} s")
        elif now >= self._again_at:
            self._again_at = None
            with suppress(ServerDidNotStart):  # seen at the next look, with a longer pause
                self._server.launch()
                self._started_at = time.monotonic()
                threading.Thread(target=self._await, name=self.name, daemon=True).start()

    def _await(self) -> None:
        """In a thread of its own: whoever is too late with its start is ended there."""
        with suppress(ServerDidNotStart):
            self._server.wait_ready()
            self._tell(f"{self.name} is up again")


class Keeper:
    """The servers of one instance and the program above them."""

    def __init__(
        self, here: Instance, ports: Ports, own: SitesOwn, config: Path, tell: Say = say
    ) -> None:
        self._here = here
        self._ports = ports
        self._config = config
        self._tell = tell
        self._known = here.secrets()
        self._kept: list[Kept] = []
        self._addresses = {
            "database": own.database,
            "valkey": own.valkey,
            "ami": own.ami or LOOPBACK,
            "recordings": str(here.root / "recordings"),
            "asterisk": "",
        }

    def start_servers(self, own: SitesOwn, telephony: TelephonyWishes) -> None:
        """PostgreSQL, Valkey, Asterisk: each unless the site has its own."""
        if not own.database:
            self._tell("starting PostgreSQL (启动数据库)")
            database = self._new_postgres(self._known)
            self._keep("PostgreSQL", database)
            self._addresses["database"] = database.dsn
        if not own.valkey:
            self._tell("starting Valkey (启动缓存)")
            folder = self._here.root / "valkey"
            valkey = Valkey(folder, port=self._ports.valkey, password=self._known.valkey)
            self._keep("Valkey", valkey)
            self._addresses["valkey"] = valkey.url
        if not own.ami:
            asterisk = self._new_asterisk(telephony)
            self._tell("starting Asterisk (启动电话交换机)")
            self._keep("Asterisk", asterisk)
            self._addresses["recordings"] = str(asterisk.recordings)
            self._addresses["asterisk"] = str(asterisk.folder)

    def start_hotline(self, command: Sequence[str]) -> HotlineProcess:
        """Tell it where everything is, and start it."""
        told = (self._here, self._ports, self._known, self._addresses)
        write_private(self._here.endpoints_file, endpoints(*told))
        hotline = HotlineProcess(
            command,
            hotline_environment(*told, self._config),
            log=self._here.log_file,
            port=self._ports.console,
        )
        self._tell("starting hotline (启动热线)")
        self._keep("hotline", hotline)
        return hotline

    def watch(self, hotline: HotlineProcess) -> None:
        """Until StopAsked. Raises ServerDidNotStart when hotline never comes up."""
        ready = False
        while True:
            if not ready and hotline.ready():
                ready = True
                self._tell(f"ready (就绪): http://{LOOPBACK}:{self._ports.console}")
                self._tell(f"logins (演示账号): {self._here.endpoints_file}")
                if self._addresses["asterisk"]:
                    way = f"./dev rehearse --instance {self._here.name} --calls 0"
                    self._tell(f"take calls yourself (亲自接听), in another terminal: {way}")
            if not ready and (hotline.exit_code or 0) > 0:
                raise ServerDidNotStart(
                    f"hotline ended with {hotline.exit_code}: {hotline.last_words()}",
                    remedy=f"Mend what it says, then start again; all of it is in "
                    f"{self._here.log_file}.",
                )
            now = time.monotonic()
            for kept in self._kept:
                kept.look(now)
            time.sleep(LOOK_EVERY_S)

    def stop(self) -> None:
        """In the opposite order: hotline first."""
        for kept in reversed(self._kept):
            self._tell(f"stopping {kept.name}")
            kept.stop()

    def _keep(self, name: str, server: Server) -> None:
        kept = Kept(name, server, self._tell)
        self._kept.append(kept)  # before its start, so that a stop asked meanwhile finds it
        kept.start()

    def _new_postgres(self, known: Secrets) -> Postgres:
        folder = self._here.root / "postgres"
        return Postgres(folder, port=self._ports.database, password=known.database)

    def _new_asterisk(self, wishes: TelephonyWishes) -> Asterisk:
        plan = AsteriskPlan(
            systemname=self._known.systemname,
            sip_port=self._ports.sip,
            ami_port=self._ports.ami,
            ami_secret=self._known.ami,
            rtp_first=self._ports.rtp_first,
            rtp_last=self._ports.rtp_last,
            trunk_out_port=self._ports.trunk_out,
            seats=self._here.phones(self._known),
            web=WebPhones(port=self._ports.ari, secret=self._known.ari),
            calls=self._here.calls,
            wishes=wishes,
        )
        tree = asterisk_tree(tell=self._tell)
        return Asterisk(self._here.root / "asterisk", tree, plan)


def keep(
    here: Instance,
    own: SitesOwn,
    *,
    config: Path = PROJECT / "config",
    telephony: TelephonyWishes | None = None,
    command: Sequence[str] = (*HOTLINE, "run"),
) -> int:
    """Run the instance until SIGTERM or Ctrl-C; 0 then. HotlineError when it cannot start."""
    with ExitStack() as stack:
        stack.enter_context(here.locked())
        ports = stack.enter_context(held_ports(here.ports_file, here.calls))
        keeper = Keeper(here, ports, own, config)
        _on_stop_signals(_ask_to_stop)
        try:
            keeper.start_servers(own, telephony or TelephonyWishes())
            keeper.watch(keeper.start_hotline(command))
        except StopAsked:
            return 0
        finally:
            _on_stop_signals(signal.SIG_IGN)  # a second Ctrl-C does not leave servers behind
            keeper.stop()
            _on_stop_signals(signal.SIG_DFL)
    return 0


def _ask_to_stop(number: int, frame: FrameType | None) -> None:
    raise StopAsked(number, frame)


def _on_stop_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, handler)
