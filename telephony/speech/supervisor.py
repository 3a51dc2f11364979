"""Keeps the speech worker: started when first wanted, again after each death, with growing pauses.

Whatever is wrong with it, the main process only learns that nobody hears: every question that
was open is answered "deaf" at once. A model that ends the process is done without from then on.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, TypeVar

import structlog

from telephony.speech.listens import Language
from telephony.speech.models import Plan
from telephony.speech.orders import Order, Reply, line, parsed
from telephony.speech.settings import SpeechSettings

log = structlog.get_logger(__name__)

R = TypeVar("R")

COMMAND: Final = (sys.executable, "-P", "-m", "telephony.speech.worker")
BEAT_WITHIN: Final = 8.0
LOADED_WITHIN: Final = 60.0  # loading a model may hold its loop for seconds
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STOP_WITHIN: Final = 2.0
DEATHS_OF_A_MODEL: Final = 2
LONGEST_LINE: Final = 1 << 20
# Nothing else of ours goes into a process that strangers talk to.
HANDED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV")


class SpeechWorker:
    """`run` keeps it; `ask` is answered always. `trouble` names what was done without, and why."""

    def __init__(
        self,
        settings: SpeechSettings,
        plans: Mapping[Language, Plan],
        command: Sequence[str] = COMMAND,
    ) -> None:
        self.settings = settings
        self.trouble: dict[str, str] = {}
        self.pid: int | None = None
        self._plans = {name: plan for name, plan in plans.items() if not plan.is_empty}
        self._command = command
        self._wanted: dict[Language, None] = {}
        self._want = asyncio.Event()
        self._hears: dict[Language, list[str]] = {}
        self._open: dict[str, asyncio.Future[Reply]] = {}
        self._process: Process | None = None
        self._address = ""
        self._loading = ""
        self._deaths: Counter[str] = Counter()
        self._up = False
        self._change = asyncio.Event()

    @property
    def well(self) -> bool:
        """Up, or not wanted yet; and every model that was found is of use."""
        return (self._up or not self._wanted) and not self.trouble

    @property
    def why(self) -> str:
        return "; ".join(f"{k}: {v}" for k, v in self.trouble.items()) or "the worker is not up"

    @property
    def address(self) -> str:
        """host:port as Asterisk reaches it, "" while it is away."""
        return self._address

    def hears(self, language: Language) -> bool:
        """Also the first wish to hear it: the worker is started, and ready some seconds later."""
        self.want(language)
        return bool(self._hears.get(language))

    def want(self, language: Language) -> None:
        if self.settings.enabled and language in self._plans and language not in self._wanted:
            self._wanted[language] = None
            self._want.set()
            self._send("want", language)

    async def changed(self, so: Callable[[], bool]) -> None:
        """Wait until it is so; looked at after each line of the worker's and each death."""
        while not so():
            self._change.clear()
            await self._change.wait()

    def ask(self, order: Order) -> "asyncio.Future[Reply]":
        """Announce a connection. Give it up with `forget`."""
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._open[order.id] = answer
        self._send("ask", asdict(order))
        return answer

    def stop(self, order_id: str) -> None:
        """End the conversation now; it is answered "gone"."""
        self._send("stop", order_id)

    def forget(self, order_id: str) -> None:
        if self._open.pop(order_id, None) is not None:
            self._send("forget", order_id)

    async def run(self) -> None:
        """Ends only by cancellation."""
        await self._want.wait()
        pause, loop = FIRST_PAUSE, asyncio.get_running_loop()
        while True:
            began = loop.time()
            try:
                await self._live()
            except (OSError, TimeoutError, ValueError) as trouble:
                log.warning("speech worker failed", why=repr(trouble))
            finally:
                await self._bury()
            self._blame()
            pause = FIRST_PAUSE if loop.time() - began > LONGEST_PAUSE else pause
            log.warning("speech worker ended; keys only until it is up again", pause_s=pause)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _live(self) -> None:
        process = await surely(self._born())
        self.pid = process.pid
        assert process.stdout is not None, "it is piped"
        skip = [name for name, deaths in self._deaths.items() if deaths >= DEATHS_OF_A_MODEL]
        plans = {language.value: asdict(plan) for language, plan in self._plans.items()}
        settings = self.settings.model_dump(mode="json")
        self._send("setup", {"settings": settings, "plans": plans, "skip": skip})
        for language in self._wanted:
            self._send("want", language)
        while True:
            async with asyncio.timeout(self._patience()):
                text = await process.stdout.readline()
            if not text:
                return
            self._told(*parsed(text))
            self._change.set()

    def _patience(self) -> float:
        return BEAT_WITHIN if self._up and not self._loading else LOADED_WITHIN

    async def _born(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=PIPE, stdout=PIPE, env=_environment(), limit=LONGEST_LINE
        )
        return self._process

    def _told(self, kind: str, what: Any) -> None:
        match kind:
            case "listening":
                host = self.settings.reached_at or what["host"]
                self._address, self._up = f"{host}:{what['port']}", True
            case "loading":
                self._loading = what
            case "loaded":
                self._loading = ""
                if what["trouble"]:
                    self._useless(what["name"], what["trouble"])
            case "hears":
                self._hears[Language(what["language"])] = what["by"]
                log.info("speech worker hears", language=what["language"], by=what["by"])
            case "answer":
                answer = self._open.pop(what["id"], None)
                if answer is not None and not answer.done():
                    answer.set_result(Reply(**what))
            case "fault":
                log.error("a conversation of the speech worker failed", why=what)
            case _:
                log.debug("speech worker lives", kind=kind, waiting=what)

    def _blame(self) -> None:
        """What was being loaded when the process died has killed it."""
        if self._loading:
            self._deaths[self._loading] += 1
            if self._deaths[self._loading] == DEATHS_OF_A_MODEL:
                self._useless(self._loading, "loading it ends the process")
        self._loading = ""

    def _useless(self, name: str, why: str) -> None:
        self.trouble[name] = why
        log.error("a speech model is of no use", model=name, why=why)

    async def _bury(self) -> None:
        """End it, and answer whoever waits."""
        self._up, self._address, self.pid = False, "", None
        self._hears.clear()
        self._change.set()
        process, self._process = self._process, None
        for order_id, answer in self._open.items():
            if not answer.done():
                answer.set_result(Reply(id=order_id, how="deaf", why="the speech worker ended"))
        self._open.clear()
        if process is None:
            return
        assert process.stdin is not None, "it is piped"
        process.stdin.close()
        await surely(_ended(process))

    def _send(self, kind: str, what: object) -> None:
        """A pipe that is broken is seen by who reads the other one."""
        process = self._process
        if process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(line(kind, what))


async def _ended(process: Process) -> None:
    try:
        async with asyncio.timeout(STOP_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


async def surely(what: Coroutine[None, None, R]) -> R:
    """To its end, also when we are cancelled meanwhile: short, and no child is left behind."""
    doing = asyncio.ensure_future(what)
    try:
        return await asyncio.shield(doing)
    except asyncio.CancelledError:
        await doing
        raise


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    return kept | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
