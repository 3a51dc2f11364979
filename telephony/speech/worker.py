"""The worker process: hears citizens by AudioSocket, understands them, tells what they said.

    python -P -m telephony.speech.worker        (started by `supervisor.py`, orders on stdin)

It is a process of its own because some inputs end a recogniser by a signal. It dies with whoever
started it: at the end of stdin. An id that nobody announced is refused.
"""

import asyncio
import ctypes
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from telephony.speech.conversation import Conversation, Hearing
from telephony.speech.evidence import read_sound
from telephony.speech.leg import Leg
from telephony.speech.listens import Language
from telephony.speech.models import Plan
from telephony.speech.orders import CHOICE, Order, Reply, line, order_of, parsed
from telephony.speech.recognizers import Recognizer
from telephony.speech.settings import SpeechSettings
from telephony.speech.workshop import Workshop

BEAT_EVERY: Final = 1.0
NICER: Final = 5  # voices on the lines come first
PR_SET_PDEATHSIG: Final = 1
LONGEST_LINE: Final = 1 << 20


class Worker:
    def __init__(self, settings: SpeechSettings, workshop: Workshop, tell: "Teller") -> None:
        self._settings = settings
        self._workshop = workshop
        self._tell = tell
        self._orders: dict[str, Order] = {}
        self._talks: dict[str, Leg] = {}
        self._sounds: dict[str, bytes] = {}
        self._pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="ear")

    async def serve(self, orders: asyncio.StreamReader) -> None:
        """Until stdin ends."""
        server = await asyncio.start_server(self._hear, self._settings.host, self._settings.port)
        host, port = server.sockets[0].getsockname()[:2]
        self._tell("listening", {"host": host, "port": port})
        async with server, asyncio.TaskGroup() as group:
            beat = group.create_task(self._beat())
            wants: asyncio.Queue[Language] = asyncio.Queue()
            loader = group.create_task(self._load(wants))
            while text := await orders.readline():
                self._take(*parsed(text), wants)
            beat.cancel()
            loader.cancel()

    def _take(self, kind: str, what: Any, wants: asyncio.Queue[Language]) -> None:
        match kind:
            case "want":
                wants.put_nowait(Language(what))
            case "ask":
                order = order_of(what)
                self._orders[order.id] = order
            case "forget":
                self._orders.pop(what, None)
            case "stop":
                if what in self._talks:
                    self._talks[what].stop()
            case _:
                raise ValueError(f"{kind!r} is no order")

    async def _beat(self) -> None:
        while True:
            self._tell("beat", len(self._orders))
            await asyncio.sleep(BEAT_EVERY)

    async def _load(self, wants: asyncio.Queue[Language]) -> None:
        """One model after another; each is announced first, so that a death names it."""
        loop = asyncio.get_running_loop()
        while True:
            language = await wants.get()
            for name in self._workshop.names(language):
                self._tell("loading", name)
                trouble = await loop.run_in_executor(self._pool, self._workshop.load, name)
                self._tell("loaded", {"name": name, "trouble": trouble})
            self._tell("hears", {"language": language, "by": self._workshop.heard_by(language)})

    # ---- one connection

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        leg = Leg(reader, writer)
        try:
            who = await leg.read_id()
            order = self._orders.pop(str(UUID(bytes=who)), None) if who is not None else None
            if order is not None:
                self._talks[order.id] = leg
                self._tell("answer", asdict(await self._reply_to(order, leg)))
                del self._talks[order.id]
        finally:
            await leg.close()

    async def _reply_to(self, order: Order, leg: Leg) -> Reply:
        """A fault of one conversation is told and costs that one alone."""
        try:
            recognizer = self._recognizer_for(order)
            if recognizer is None:
                return Reply(id=order.id, how="deaf", why="no model hears this question")
            opened = recognizer.free
            if order.kind == CHOICE:
                opened = partial(recognizer.choice, order.options)  # type: ignore[assignment]
            hearing = Hearing(
                recognizer=recognizer.name,
                open=opened,
                pool=self._pool,
                ear=self._settings.ear,
            )
            return await Conversation(leg, order, hearing, self._sound_of(order)).run()
        except Exception as fault:  # the boundary of one conversation
            self._tell("fault", repr(fault))
            return Reply(id=order.id, how="deaf", why=repr(fault))

    def _recognizer_for(self, order: Order) -> Recognizer | None:
        """The first that can hear this question."""
        language = Language(order.language)
        if order.kind != CHOICE:
            return self._workshop.for_comments(language)
        return self._workshop.for_choice(language, order.options)

    def _sound_of(self, order: Order) -> bytes:
        for file in order.sounds:
            if file not in self._sounds:
                self._sounds[file] = read_sound(Path(file))
        return b"".join(self._sounds[file] for file in order.sounds)


class Teller:
    """Writes our lines to what was stdout; whatever else prints goes to stderr."""

    def __init__(self) -> None:
        self._out = os.dup(1)
        os.dup2(2, 1)

    def __call__(self, kind: str, what: object) -> None:
        os.write(self._out, line(kind, what))


async def run(tell: Teller) -> None:
    loop = asyncio.get_running_loop()
    orders = asyncio.StreamReader(limit=LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    kind, what = parsed(await orders.readline())
    assert kind == "setup", "the first line says how we are set up"
    settings = SpeechSettings.model_validate(what["settings"])
    plans = {Language(name): Plan(**plan) for name, plan in what["plans"].items()}
    workshop = Workshop(settings, plans, skip=frozenset(what["skip"]))
    await Worker(settings, workshop, tell).serve(orders)


def main() -> None:
    os.nice(NICER)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started us
    asyncio.run(run(Teller()))
    os._exit(0)  # threads inside a recogniser are not waited for


if __name__ == "__main__":
    main()
