"""Makes faults happen on a real instance, by the ids of the keeper's own children only, and sees
where Asterisk dies without one.

Each blow is written down with the time from which it held and the time at which hotline said that
it was ready again; the verdicts go by that record.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import aiohttp

from hotline.private.asterisk_tree import asterisk_tree
from hotline.private.progress import Say, silence
from hotline.rehearsal.errors import FaultNotDone
from hotline.rehearsal.faults import Fault, FaultKind, Struck
from hotline.rehearsal.stage import Stage
from kernel.clock import Clock

AGAIN_WITHIN_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.02
_NOTICED_AFTER_S: Final = 0.3  # a broken connection is seen at once; a look before that lies
_CLI_WITHIN_S: Final = 10.0

# How to tell the keeper's children apart: words of their command lines.
_WORDS: Final = {
    "hotline": ("hotline.cli", "run"),
    "postgres": ("postgres", "-D"),
    "valkey": ("-server",),  # valkey- or redis-; it writes its own title over its words
    "asterisk": ("asterisk.conf",),
}
_SERVER: Final = {
    FaultKind.KILL: "hotline",
    FaultKind.FREEZE: "hotline",
    FaultKind.PG_STOP: "postgres",
    FaultKind.VALKEY_STOP: "valkey",
    FaultKind.AMI_CUT: "asterisk",
    FaultKind.ASTERISK_RESTART: "asterisk",
}
_ENDS_BY: Final = {FaultKind.PG_STOP: signal.SIGINT, FaultKind.VALKEY_STOP: signal.SIGTERM}


@dataclass(slots=True)
class Blows:
    """Strikes an instance; `struck` is the record. `on_death`: Asterisk and its calls are gone."""

    stage: Stage
    clock: Clock
    tell: Say
    on_death: Callable[[], None]
    struck: list[Struck] = field(default_factory=list)
    _hands: dict[str, asyncio.Lock] = field(default_factory=dict)
    _ended_by_us: set[int] = field(default_factory=set)

    async def strike_all(self, faults: Sequence[Fault]) -> None:
        """Each at its moment from now; returns when the last is over. Raises FaultNotDone."""
        async with asyncio.TaskGroup() as tasks:
            for fault in faults:
                tasks.create_task(self._strike_later(fault))

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Meanwhile each death of Asterisk that no blow of ours has caused is written down, also
        one that ends the last call of all."""
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(self._watch())
            yield
            async with self._hand("asterisk"):
                watch.cancel()

    async def _watch(self) -> None:
        while True:
            pid = await self._until_alive("asterisk")
            await ended(pid)
            begun = self.clock.now()
            async with self._hand("asterisk"):
                if pid not in self._ended_by_us:
                    await self._buried(pid)
                    await self._over(FaultKind.ASTERISK_RESTART, begun, by_itself=True)

    def _hand(self, server: str) -> asyncio.Lock:
        """One blow at a time at each server."""
        return self._hands.setdefault(server, asyncio.Lock())

    async def _strike_later(self, fault: Fault) -> None:
        await asyncio.sleep(fault.after)
        server = _SERVER[fault.kind]
        async with self._hand(server):
            pid = await self._until_alive(server)
            begun = self.clock.now()
            await self._strike(fault, server, pid)
        await self._over(fault.kind, begun)

    async def _over(self, kind: FaultKind, begun: datetime, *, by_itself: bool = False) -> None:
        await self._until_ready()
        struck = Struck(kind, begun, self.clock.now(), by_itself)
        self.struck.append(struck)
        seconds = (struck.over - begun).total_seconds()
        self.tell(f"故障 fault {struck.name} {begun:%H:%M:%S} {seconds:.1f} s")

    async def _buried(self, pid: int) -> None:
        """Its calls are known to be over, and another runs."""
        self.on_death()
        await self._until_alive("asterisk", other_than=pid)
        await asyncio.sleep(_NOTICED_AFTER_S)

    async def _strike(self, fault: Fault, server: str, pid: int) -> None:
        match fault.kind:
            case FaultKind.KILL:
                os.kill(pid, signal.SIGKILL)
                await self._until_alive(server, other_than=pid)
            case FaultKind.FREEZE:
                await _hold(pid, fault.held)
            case FaultKind.AMI_CUT:
                await self._cut_ami()
            case FaultKind.PG_STOP | FaultKind.VALKEY_STOP:
                os.kill(pid, _ENDS_BY[fault.kind])
                await _hold(await self._until_alive(server, other_than=pid), fault.held)
            case FaultKind.ASTERISK_RESTART:
                self._ended_by_us.add(pid)
                os.kill(pid, signal.SIGKILL)
                await self._buried(pid)

    async def _cut_ami(self) -> None:
        """Asterisk's own way: it ends the session of each connected AMI user."""
        shown = await self._asterisk("manager show connected")
        for line in shown.splitlines():
            words = line.split()
            if len(words) > 5 and words[0] == self.stage.endpoints["ami"]["user"]:
                await self._asterisk(f"manager kick session {words[_fd_column(shown)]}")
        await asyncio.sleep(_NOTICED_AFTER_S)

    async def _asterisk(self, command: str) -> str:
        tree = await asyncio.to_thread(asterisk_tree, tell=silence)
        config = str(self.stage.root / "asterisk/etc/asterisk.conf")
        program = await asyncio.create_subprocess_exec(
            *tree.command("-C", config, "-rx", command), stdout=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(_CLI_WITHIN_S):
            said, _ = await program.communicate()
        return said.decode("utf-8", "replace")

    async def _until_alive(self, server: str, *, other_than: int = 0) -> int:
        """The server's process id, once it runs (again)."""
        deadline = time.monotonic() + AGAIN_WITHIN_S
        while time.monotonic() < deadline:
            pid = child_of(self.stage.root, server)
            if pid not in (0, other_than):
                return pid
            await asyncio.sleep(_LOOK_EVERY_S)
        raise FaultNotDone(
            f"{server} did not run {AGAIN_WITHIN_S} s after a fault.",
            remedy=f"Look at {self.stage.root}/keeper.log.",
        )

    async def _until_ready(self) -> None:
        """Until hotline itself says so. FaultNotDone when it never does."""
        deadline = time.monotonic() + AGAIN_WITHIN_S
        timeout = aiohttp.ClientTimeout(total=1)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while time.monotonic() < deadline:
                if await _says_ready(session, self.stage.endpoints["console"]):
                    return
                await asyncio.sleep(2 * _LOOK_EVERY_S)
        raise FaultNotDone(
            f"hotline was not ready {AGAIN_WITHIN_S} s after a fault.",
            remedy=f"Look at {self.stage.root}/hotline.log.",
        )


async def _says_ready(session: aiohttp.ClientSession, base: str) -> bool:
    try:
        async with session.get(f"{base}/readyz") as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def ended(pid: int) -> None:
    """When that process is no more, at once where it is not there."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    gone, loop = asyncio.Event(), asyncio.get_running_loop()
    loop.add_reader(watched, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(watched)
        os.close(watched)


async def _hold(pid: int, seconds: float) -> None:
    """Stopped for so long; woken in any case."""
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        with suppress(ProcessLookupError):  # it was ended meanwhile, even so
            os.kill(pid, signal.SIGCONT)


def _fd_column(shown: str) -> int:
    """Which column of `manager show connected` is the file descriptor."""
    heads = shown.splitlines()[0].split()
    return next(n for n, head in enumerate(heads) if head.lower().startswith("filedes"))


def child_of(root: Path, server: str) -> int:
    """The id of that child of the instance's keeper; 0 when it has none just now."""
    keeper = (root / "lock").read_text(encoding="ascii").strip()
    children = Path(f"/proc/{keeper}/task/{keeper}/children").read_text(encoding="ascii").split()
    for pid in children:
        words = _command_line(pid)
        if all(any(wanted in word for word in words) for wanted in _WORDS[server]):
            return int(pid)
    return 0


def _command_line(pid: str) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8").split("\0")
    except OSError:
        return []  # it ended between the two looks
