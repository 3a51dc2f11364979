"""Our own Asterisk: rendered, started through its own loader, never as root, stopped by its id.

Everything lies below `folder`: etc, log, spool, recordings, data (links into the tree and to the
sounds). Sounds are found as `zh/phrases/welcome` and, in language zh, as `phrases/welcome`; a
site's own `zh/phrases/welcome` is looked up first (data/sounds/custom).
"""

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotline.asterisk_site import (
    MUSIC_FOLDER,
    SOUNDS,
    TEMPLATES,
    AmiAccess,
    AsteriskFolders,
    AsteriskSite,
    LevelTrunk,
    SeatPhone,
    WebPhones,
    render,
)
from hotline.private.asterisk_tree import AsteriskTree
from hotline.private.children import Child, Launch
from hotline.private.errors import ServerDidNotStart
from hotline.private.places import folder_for_nobody, give_to, open_to_others, we_are_root
from hotline.private.trampoline import NOBODY
from telephony.emergency_directory import LEGAL, RING_FOR_S

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 15.0
RX_WITHIN_S = 20.0
LONGEST_SOCKET_PATH = 100  # the kernel takes 107; Asterisk cuts a longer one silently
TRUNK_IN_HOST = "127.0.0.2"
TRUNK_OUT_HOST = "127.0.0.4"
TRUNK_SECOND_HOST = "127.0.0.5"
OTHER_LEGS = 50  # consultations, conferences, what seats dial: beside the citizens and the seats
# Mobiles, towns (never 00: abroad), local numbers, other hotlines. Emergency numbers stand apart.
OUTBOUND_ALLOW = ("_1[3-9]XXXXXXXXX", "_0[1-9]X.", "_[2-8]XXXXXX", "_[2-8]XXXXXXX", "_12XXX")
FOLDERS = (
    *("etc", "state/keys", "state/agi-bin", "spool", "cache", "data/sounds", "recordings"),
    *("log/cdr-custom", "log/cel-custom"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TelephonyWishes:
    """What a site's own settings say. `site_sounds`: own recordings, looked up before ours."""

    hotline_numbers: tuple[str, ...] = ("12345",)
    emergency_lines: tuple[str, ...] = ()
    emergency_numbers: Mapping[str, int] = field(  # seconds on each trunk
        default_factory=lambda: dict.fromkeys(LEGAL, RING_FOR_S)
    )
    second_trunk: bool = False  # for emergency lines: their exchange's other address
    record_calls: bool = True
    voices_apart: bool = False
    switch_s: int = 15
    site_sounds: Path | None = None
    outbound_allow: tuple[str, ...] = OUTBOUND_ALLOW
    levels: tuple[LevelTrunk, ...] = ()
    overflow_takes: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AsteriskPlan:
    """What differs between two private Asterisks on one machine."""

    systemname: str
    sip_port: int
    ami_port: int
    ami_secret: str
    rtp_first: int
    rtp_last: int
    trunk_out_port: int
    seats: tuple[SeatPhone, ...]
    web: WebPhones | None = None
    calls: int = 500  # citizens at once; one more is refused
    ami_user: str = "hotline"
    wishes: TelephonyWishes = TelephonyWishes()
    templates: Path = TEMPLATES


class Asterisk:
    """One private Asterisk below `folder`."""

    def __init__(self, folder: Path, tree: AsteriskTree, plan: AsteriskPlan) -> None:
        folder = folder.absolute()
        folder.parent.mkdir(parents=True, exist_ok=True)
        self.folder = folder_for_nobody(folder) if we_are_root() else folder
        self.run_dir = self.folder / "run"
        self._tree = tree
        self._plan = plan
        self._child: Child | None = None

    @property
    def recordings(self) -> Path:
        return self.folder / "recordings"

    @property
    def log(self) -> Path:
        """Folder with messages, queue_log, cdr-custom/ and cel-custom/."""
        return self.folder / "log"

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def start(self) -> None:
        """Render, start, return when fully booted (0.3-0.6 s). ServerDidNotStart."""
        self.launch()
        self.wait_ready()

    def launch(self) -> None:
        """Render and start; returns at once."""
        self._lay_out()
        render(self.site(), self.folder / "etc", templates=self._plan.templates)
        if we_are_root():
            give_to(self.folder, NOBODY, NOBODY)
            give_to(self.run_dir, NOBODY, NOBODY)
        program, *arguments = self._tree.command("-C", self._config, "-f", "-n")
        self._child = Child(
            Launch(
                program=Path(program),
                arguments=arguments,
                log=self.log / "stdout",
                on_our_death=signal.SIGTERM,
                mode=f"user:{NOBODY}:{NOBODY}" if we_are_root() else "keep",
                umask=0o027,
                environment={"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder)},
                folder=self.folder,
            )
        )

    def wait_ready(self) -> None:
        """Also in another thread than the start's. ServerDidNotStart."""
        assert self._child is not None, "it was launched"
        self._child.wait_until(self._booted, name="Asterisk", within_s=READY_WITHIN_S)
        if "  udp  " not in self.rx("pjsip show transports"):
            self.stop()  # it would live on without a word, and no phone could reach it
            raise ServerDidNotStart(
                f"Asterisk could not listen for SIP on UDP port {self._plan.sip_port}.",
                remedy=f"See who listens there (ss -lnup); more is in {self.log / 'messages'}.",
            )

    def alive(self) -> bool:
        return self._child is not None and self._child.alive()

    def stop(self) -> None:
        if self._child:
            self._child.stop(signal.SIGTERM, within_s=STOP_WITHIN_S)

    def rx(self, command: str) -> str:
        """The output of a CLI command. ServerDidNotStart when nobody answers."""
        done = self._remote(command)
        if done.returncode != 0:
            raise ServerDidNotStart(
                f"Asterisk does not answer `{command}`: {done.stdout.strip()[-300:]}",
                remedy=f"Look at {self.log / 'messages'}.",
            )
        return done.stdout

    def site(self) -> AsteriskSite:
        """What its templates are told."""
        plan, here = self._plan, self.folder
        return AsteriskSite(
            systemname=plan.systemname,
            folders=self._folders(),
            recordings_dir=str(self.recordings),
            moh_dir=str(here / "data/sounds" / MUSIC_FOLDER),
            emergency_sounds_dir=str(here / "data/sounds/zh/emergency"),
            max_calls=plan.calls + len(plan.seats) + OTHER_LEGS,
            max_load=64.0,  # the machine carries the simulated citizens as well
            ami=AmiAccess(port=plan.ami_port, user=plan.ami_user, secret=plan.ami_secret),
            web=plan.web,
            sip_host="127.0.0.1",
            sip_port=plan.sip_port,
            media_address="127.0.0.1",
            rtp_first=plan.rtp_first,
            rtp_last=plan.rtp_last,
            trunk_in_hosts=(TRUNK_IN_HOST,),
            trunk_out_address=f"{TRUNK_OUT_HOST}:{plan.trunk_out_port}",
            trunk_out_hosts=(TRUNK_OUT_HOST,),
            trunk_second_address=self._second_trunk(),
            trunk_rtp_timeout_s=0,  # simulated citizens may send no audio
            seats=plan.seats,
            seat_rtp_timeout_s=0,
            seat_qualify_s=0,
            hotline_numbers=plan.wishes.hotline_numbers,
            emergency_lines=plan.wishes.emergency_lines,
            emergency_numbers=dict(plan.wishes.emergency_numbers),
            record_calls=plan.wishes.record_calls,
            voices_apart=plan.wishes.voices_apart,
            outbound_allow=plan.wishes.outbound_allow,
            levels=plan.wishes.levels,
            overflow_takes=plan.wishes.overflow_takes,
            switch_s=plan.wishes.switch_s,
        )

    def _folders(self) -> AsteriskFolders:
        here = self.folder
        return AsteriskFolders(
            etc=str(here / "etc"),
            modules=str(self._tree.modules),
            data=str(here / "data"),
            state=str(here / "state"),
            spool=str(here / "spool"),
            cache=str(here / "cache"),
            run=str(self.run_dir),
            log=str(self.log),
            programs=str(self._tree.program.parent),
        )

    def _second_trunk(self) -> str | None:
        port = self._plan.trunk_out_port
        return f"{TRUNK_SECOND_HOST}:{port}" if self._plan.wishes.second_trunk else None

    @property
    def _config(self) -> str:
        return str(self.folder / "etc/asterisk.conf")

    def _lay_out(self) -> None:
        for name in FOLDERS:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)
        if len(str(self.run_dir / "asterisk.ctl")) > LONGEST_SOCKET_PATH:
            self.run_dir = _short_folder(self.folder)
        self.run_dir.mkdir(mode=0o755, exist_ok=True)
        (self.run_dir / "asterisk.ctl").unlink(missing_ok=True)
        data, shared = self.folder / "data", self._tree.shared_data
        _show(shared / "documentation", data / "documentation")
        _show(shared / "sounds/en_US_f_Allison", data / "sounds/en")
        for part in sorted(SOUNDS.iterdir()):
            if part.is_dir():
                _show(part, data / "sounds" / part.name)
        _forget(data / "sounds/custom")
        if self._plan.wishes.site_sounds:
            _show(self._plan.wishes.site_sounds, data / "sounds/custom")

    def _booted(self) -> bool:
        if not (self.run_dir / "asterisk.ctl").exists():
            return False
        return self._remote("core waitfullybooted").returncode == 0

    def _remote(self, command: str) -> subprocess.CompletedProcess[str]:
        words = self._tree.command("-C", self._config, "-rx", command)
        return subprocess.run(  # noqa: S603 - our own binary, no shell
            words,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=RX_WITHIN_S,
            check=False,
        )


def _show(source: Path, target: Path) -> None:
    """Make `source` visible at `target`: a link, or a copy where `nobody` cannot follow one."""
    _forget(target)
    if not we_are_root() or open_to_others(source):
        target.symlink_to(source.resolve())
    else:
        shutil.copytree(source, target)


def _forget(target: Path) -> None:
    if target.is_symlink():
        target.unlink()
    elif target.exists():
        shutil.rmtree(target)


def _short_folder(folder: Path) -> Path:
    """A folder for the control socket, whose path must be short; the same one at each start."""
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"hotline-{os.geteuid()}-{name}"
    short.mkdir(mode=0o755, exist_ok=True)
    if short.is_symlink() or short.stat().st_uid not in {os.geteuid(), NOBODY}:
        raise ServerDidNotStart(
            f"{short} belongs to somebody else.", remedy="Remove it, or set TMPDIR."
        )
    return short
