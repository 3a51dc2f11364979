"""A burst on a real socket: a thread that plays Asterisk, and our AmiLink with all behind it."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from pydantic import SecretStr

from bench.ami_stream import Ringing, Stream
from kernel.clock import SystemClock
from kernel.ids import NumberKey
from telephony.ami_asks import Headers, LinkCameUp, LinkWentDown
from telephony.ami_events import BrokenEvent, parse
from telephony.ami_link import AmiLink
from telephony.mirror import Mirror
from telephony.settings import AmiSettings

LOOK_EVERY_S: Final = 0.005
OVER: Final = "BenchIsOver"
LAST: Final = f"Event: UserEvent\r\nUserEvent: {OVER}\r\n\r\n".encode()
LOGGED_IN: Final = b"Response: Success\r\nActionID: %b\r\n\r\nEvent: FullyBooted\r\n\r\n"
PONG: Final = b"Response: Success\r\nActionID: %b\r\nPing: Pong\r\n\r\n"


@dataclass(slots=True)
class Burst:
    """`cpu_s` of the loop's thread; `lags_ms`: how late a sleeper of the same loop woke up;
    `steps_ms`: CPU that the loop used while it slept, so no step took more."""

    messages: int = 0
    typed: int = 0
    wall_s: float = 0.0
    cpu_s: float = 0.0
    connections_lost: int = 0
    lags_ms: list[float] = field(default_factory=list)
    steps_ms: list[float] = field(default_factory=list)


async def burst(stream: Stream) -> Burst:
    """All of the stream at once, as fast as we read."""
    found = Burst()
    mirror = Mirror(key_of=lambda number: NumberKey(number.value))
    ringing = Ringing(stream, mirror)
    with _playing_asterisk(stream) as port:
        settings = AmiSettings(port=port, secret=SecretStr("bench"))
        link = AmiLink(settings, clock=SystemClock())
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(link.run()), group.create_task(_watch(found))]
            await _read(link, mirror, ringing, found)
            for task in others:
                task.cancel()
    return found


async def _read(link: AmiLink, mirror: Mirror, ringing: Ringing, found: Burst) -> None:
    clock = SystemClock()
    cpu = wall = 0.0
    async for news in link.news():
        if isinstance(news, LinkCameUp):
            cpu, wall = time.thread_time(), time.perf_counter()
        elif isinstance(news, LinkWentDown):
            found.connections_lost += 1
        elif news.get("userevent") == OVER:
            break
        else:
            ringing.ahead_of(link.counters["messages"])
            _take(news, mirror, clock, found)
    found.messages = link.counters["messages"]
    found.cpu_s, found.wall_s = time.thread_time() - cpu, time.perf_counter() - wall


def _take(headers: Headers, mirror: Mirror, clock: SystemClock, found: Burst) -> None:
    try:
        event = parse(headers)
    except BrokenEvent:
        return
    if event is not None:
        found.typed += 1
        mirror.take(event, clock.now())


async def _watch(found: Burst) -> None:
    while True:
        began, cpu = time.perf_counter(), time.thread_time()
        await asyncio.sleep(LOOK_EVERY_S)
        found.lags_ms.append((time.perf_counter() - began - LOOK_EVERY_S) * 1000)
        found.steps_ms.append((time.thread_time() - cpu) * 1000)


@contextmanager
def _playing_asterisk(stream: Stream) -> Iterator[int]:
    """The port of a server that logs in whoever comes and then says all it has."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_play, args=(server, stream.data + LAST), daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
    thread.join(timeout=5)


def _play(server: socket.socket, data: bytes) -> None:
    wire, _ = server.accept()
    with wire:
        wire.sendall(b"Asterisk Call Manager/11.0.0\r\n")
        wire.sendall(LOGGED_IN % _action_id(wire.recv(4096)))
        answering = threading.Thread(target=_answer_pings, args=(wire,), daemon=True)
        answering.start()
        wire.sendall(data)
        answering.join(timeout=60)


def _answer_pings(wire: socket.socket) -> None:
    """Between two parts of the burst, as Asterisk does; ends when we hang up."""
    while request := _received(wire):
        wire.sendall(PONG % _action_id(request))


def _received(wire: socket.socket) -> bytes:
    try:
        return wire.recv(4096)
    except ConnectionError:
        return b""


def _action_id(request: bytes) -> bytes:
    return request.partition(b"ActionID: ")[2].partition(b"\r\n")[0]
