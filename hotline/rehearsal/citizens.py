"""The citizens' side: SIPp (Debian's sip-tester) rings from the trunk's address, one process a way.

Two processes serve any number of calls: those who press a key and those who do not. Each call takes
its line of the plan and idles in SIPp's own pauses. What happened is read from SIPp's short message
log, keyed by a Call-ID that we gave; what they hear comes to ports of ours (ears.py).
"""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jinja2 import Template

from hotline.private.ports import UDP
from hotline.rehearsal.ears import Ears, listening
from hotline.rehearsal.errors import CitizensDidNotRing
from hotline.rehearsal.evidence import CitizenSaw, read_short_log
from hotline.rehearsal.plan import PlannedCall
from hotline.rehearsal.sip_message import Address

SCENARIO: Final = Path(__file__).parent / "scenarios" / "citizen.xml.j2"
GRACE_S: Final = 30  # after the last planned hang-up SIPp ends by itself
_STOP_WITHIN_S: Final = 5.0
_NO_SOCKET: Final = 254  # SIPp's word for: somebody has its port
_TROUBLE: Final = re.compile(r"(?m)^[\d-]+\t[\d:.]+\t[\d.]+: (.+)$")  # what SIPp complains of
_WITHHELD: Final = "anonymous@anonymous.invalid"
_DIALOG: Final = """\
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
From: [field1] <sip:[field0]>;tag=c[call_number]
[last_To:]
Call-ID: [call_id]
Max-Forwards: 70"""


@dataclass(frozen=True, slots=True)
class Trunk:
    """Where the citizens' calls come from and go to."""

    source: str  # the address by which Asterisk knows the trunk: 127.0.0.2
    server: Address
    dialled: str = "12345"
    sound: Path | None = None  # raw A-law that every citizen sends all the time; None: silence


@dataclass(frozen=True, slots=True)
class Crowd:
    """One SIPp process's citizens: all with a key, or all without."""

    run: str
    presses: bool
    calls: tuple[PlannedCall, ...]

    @property
    def name(self) -> str:
        return "presses" if self.presses else "silent"

    @property
    def call_ids(self) -> dict[str, PlannedCall]:
        """SIPp counts its calls from 1, in the order of the plan file."""
        return {f"{self.run}-{self.name}-{n}": call for n, call in enumerate(self.calls, 1)}


def crowds(run: str, calls: Sequence[PlannedCall]) -> list[Crowd]:
    """The plan dealt to at most two processes; `run` makes the Call-IDs unique."""
    parted = ((presses, [c for c in calls if bool(c.key) is presses]) for presses in (False, True))
    return [Crowd(run, presses, tuple(own)) for presses, own in parted if own]


def plan_file(crowd: Crowd, source: str, ports: Mapping[str, int]) -> str:
    """SIPp's -inf file: one line a call; `ports` says by Call-ID where each one hears."""
    lines = ["SEQUENTIAL"]
    for call_id, call in crowd.call_ids.items():
        user = _WITHHELD if call.is_withheld else f"{call.number}@{source}"
        name = '"Anonymous"' if call.is_withheld else f'"{call.name}"' if call.name else ""
        times = (call.starts, call.stays, call.key, call.presses_after)
        fields = (user, name, *times, ports[call_id])
        lines.append(";".join(str(field) for field in fields) + ";")
    return "\n".join(lines) + "\n"


def scenario(crowd: Crowd, trunk: Trunk) -> str:
    template = Template(SCENARIO.read_text(encoding="utf-8"), trim_blocks=True)
    return str(
        template.render(
            presses=crowd.presses, dialled=trunk.dialled, sound=trunk.sound, dialog=_DIALOG
        )
    )


class Citizens:
    """The running crowds; their files lie in `folder` (personal data: the caller removes it)."""

    def __init__(self, parts: Sequence[Crowd], trunk: Trunk, folder: Path, ears: Ears) -> None:
        self._crowds = parts
        self._ears = ears
        self._trunk = trunk
        self._folder = folder
        self._running: list[asyncio.subprocess.Process] = []

    async def start(self, ports: Sequence[tuple[int, int]] = ()) -> None:
        """`ports`: of each crowd, where they are chosen already.

        Raises CitizensDidNotRing when SIPp is not installed.
        """
        sipp = shutil.which("sipp")
        if sipp is None:
            raise CitizensDidNotRing(
                "SIPp is not installed on this machine.",
                remedy="apt-get install sip-tester",
            )
        chosen = ports or ports_for(len(self._crowds), self._trunk.source)
        for crowd, own in zip(self._crowds, chosen, strict=True):
            self._write_files(crowd)
            self._running.append(await self._spawn(sipp, crowd, own))

    async def until_done(self) -> None:
        """All calls have ended. Raises CitizensDidNotRing with what SIPp said last."""
        for process, crowd in zip(self._running, self._crowds, strict=True):
            ended = await process.wait()
            if ended == _NO_SOCKET or not self._file(crowd, "log").exists():
                out = self._file(crowd, "out").read_text(errors="replace")
                why = (_TROUBLE.findall(out) or ["it said nothing"])[-1]
                raise CitizensDidNotRing(
                    f"SIPp ended with {ended} and rang nobody: {why}",
                    remedy="Begin again; if a port is taken each time, see who has it.",
                )

    def saw(self) -> list[CitizenSaw]:
        """The evidence so far, in the order of the plan."""
        seen: list[CitizenSaw] = []
        for crowd in self._crowds:
            log = self._file(crowd, "log")
            text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            seen += read_short_log(text, crowd.call_ids, self._ears.heard())
        return sorted(seen, key=lambda one: one.plan.n)

    async def stop(self) -> None:
        for process in self._running:
            if process.returncode is None:
                process.terminate()
        for process in self._running:
            try:
                await asyncio.wait_for(process.wait(), _STOP_WITHIN_S)
            except TimeoutError:
                process.kill()
                await process.wait()

    def _file(self, crowd: Crowd, kind: str) -> Path:
        return self._folder / f"{crowd.name}.{kind}"

    def _write_files(self, crowd: Crowd) -> None:
        self._file(crowd, "xml").write_text(scenario(crowd, self._trunk), encoding="utf-8")
        lines = plan_file(crowd, self._trunk.source, self._ears.ports)
        self._file(crowd, "csv").write_text(lines, encoding="utf-8")

    async def _spawn(
        self, sipp: str, crowd: Crowd, ports: tuple[int, int]
    ) -> asyncio.subprocess.Process:
        source, (host, port) = self._trunk.source, self._trunk.server
        count = len(crowd.calls)
        longest = max(call.ends_by for call in crowd.calls) // 1000 + GRACE_S
        options: dict[str, object] = {
            "-sf": self._file(crowd, "xml"),
            "-inf": self._file(crowd, "csv"),
            "-i": source,
            "-p": ports[0],
            "-mi": source,
            "-mp": ports[1],
            "-cid_str": f"{crowd.run}-{crowd.name}-%u",
            "-r": 500,
            "-m": count,
            "-l": count + 1,
            "-timeout": f"{longest}s",
            "-shortmessage_file": self._file(crowd, "log"),
        }
        words = [str(word) for pair in options.items() for word in pair]
        # -aa answers UPDATE and OPTIONS; a BYE in a pause is answered by default.
        flags = ("-nostdin", "-aa", "-trace_shortmsg")
        with self._file(crowd, "out").open("wb") as out:
            return await asyncio.create_subprocess_exec(
                sipp, f"{host}:{port}", *words, *flags,
                stdout=out, stderr=out, cwd=self._folder,
            )  # fmt: skip


def ports_for(processes: int, source: str) -> list[tuple[int, int]]:
    """For SIP and for sound, of each; for pictures SIPp takes the second after that of its sound.

    All are held until the last is found: the ears of hundreds of citizens lie among them.
    """
    with ExitStack() as held:
        return [(_held(held, source), _media(held, source)) for _ in range(processes)]


def _media(held: ExitStack, source: str) -> int:
    while True:
        port = _held(held, source)
        try:
            _held(held, source, port + 2)
        except OSError:
            continue
        return port


def _held(held: ExitStack, source: str, port: int = 0) -> int:
    probe = held.enter_context(socket.socket(socket.AF_INET, UDP))
    probe.bind((source, port))
    found: int = probe.getsockname()[1]
    return found


@asynccontextmanager
async def ringing(parts: Sequence[Crowd], trunk: Trunk, folder: Path) -> AsyncIterator[Citizens]:
    """Citizens that ring now. Stops those who are left at the end."""
    planned = {call_id: call for part in parts for call_id, call in part.call_ids.items()}
    async with listening(trunk.source, planned) as ears:
        citizens = Citizens(parts, trunk, folder, ears)
        try:
            await citizens.start()
            yield citizens
        finally:
            await citizens.stop()
