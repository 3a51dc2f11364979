"""The live channel over real sockets: our own handler in this process, the clients in another.

A floor at work moves as in the other table; what it costs itself is taken off. Then the same number
of bytes is written to the same sockets by nothing but asyncio: what any feed has to pay for.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Final, TypeAlias, cast

from aiohttp import web

from bench.feed_floor import ShownFloor, is_supervisor
from console.asked import Asked
from console.live_api import live
from console.live_clients import STIRRED_AT_ONCE, Audience
from console.logins import Scope
from hotline.private.places import PROJECT
from hotline.watch.collector import hold_pauses_short
from kernel.clock import SystemClock
from kernel.ids import AgentNo

MOVES_EVERY_S: Final = 0.25
_LOOK_EVERY_S: Final = 0.002
_BARE_MOVES: Final = 8  # few: our listeners answer no ping, and are given up after half a minute

Sockets: TypeAlias = list[tuple[Audience, asyncio.Transport]]


@dataclass(slots=True)
class Served:
    """`cpu_s` of our thread without the floor's own; `steps_ms`: CPU used while a sleeper slept, of
    a second span, because the sleeper itself costs what a tenth of the clients do."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    moves: int = 0
    bare_s: float = 0.0  # CPU of one move's writing alone
    mb_s: float = 0.0
    lost: int = 0
    steps_ms: list[float] = field(default_factory=list)


class _Sessions:
    async def find(self, token: str) -> str:
        return token


async def serve(clients: int, seconds: float) -> Served:
    shown, found = ShownFloor(seats=clients), Served()
    assert shown.feed is not None, "the floor is shown"
    hold_pauses_short()  # as hotline/main.py
    sockets: Sockets = []
    runner = web.AppRunner(_app(shown, sockets), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with asyncio.TaskGroup() as group:
            feeding = group.create_task(shown.feed.run())
            async with _listening(port, clients, found):
                await _fed(shown, seconds, found)
                feeding.cancel()
                found.bare_s = await _bare(shown, sockets)
    finally:
        await runner.cleanup()
    return found


@asynccontextmanager
async def _listening(port: int, clients: int, found: Served) -> AsyncIterator[None]:
    """The clients, all with their snapshot; then how much they heard and how many were lost."""
    words = ["-m", "bench.feed_listeners", str(port), str(clients)]
    pipe = asyncio.subprocess.PIPE
    listeners = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdin=pipe, stdout=pipe, cwd=PROJECT
    )
    assert listeners.stdout is not None and listeners.stdin is not None, "both are piped"
    await listeners.stdout.readline()
    began = time.perf_counter()
    yield
    took = time.perf_counter() - began
    listeners.stdin.close()
    heard, lost = (await listeners.stdout.readline()).split()
    found.mb_s, found.lost = int(heard) / took / 1e6, int(lost)
    await listeners.wait()


async def _fed(shown: ShownFloor, seconds: float, found: Served) -> None:
    await _move(shown, seconds, found)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_watch(found.steps_ms))
        await _move(shown, seconds, Served())
        watching.cancel()


async def _bare(shown: ShownFloor, sockets: Sockets) -> float:
    """CPU, in seconds, of writing the last deltas once more to everybody, in portions like ours."""
    assert shown.feed is not None, "the floor is shown"
    last = {
        who: kept.after(kept.end - 1).frame
        for who, kept in shown.feed.clients.deltas.items()
        if kept.end
    }
    cpu = 0.0
    for _ in range(_BARE_MOVES):
        before = time.thread_time()
        for n, (audience, socket) in enumerate(sockets, 1):
            socket.write(last[audience])
            if n % STIRRED_AT_ONCE == 0:
                await asyncio.sleep(0)
        cpu += time.thread_time() - before
        await asyncio.sleep(MOVES_EVERY_S)
    return cpu / _BARE_MOVES


async def _move(shown: ShownFloor, seconds: float, found: Served) -> None:
    began, cpu, own = time.perf_counter(), time.thread_time(), 0.0
    heard = shown.hearing_s
    while time.perf_counter() - began < seconds:
        for move in shown.quarter_second():
            before = time.thread_time()
            move()
            own += time.thread_time() - before
            await asyncio.sleep(0)
        found.moves += 1
        await asyncio.sleep(max(0.0, began + found.moves * MOVES_EVERY_S - time.perf_counter()))
    found.wall_s = time.perf_counter() - began
    found.cpu_s = time.thread_time() - cpu - own + (shown.hearing_s - heard)


async def _watch(steps_ms: list[float]) -> None:
    while True:
        cpu = time.thread_time()
        await asyncio.sleep(_LOOK_EVERY_S)
        steps_ms.append((time.thread_time() - cpu) * 1000)


def _app(shown: ShownFloor, sockets: Sockets) -> web.Application:
    """Nothing but the channel: who asks is taken for granted."""
    app = web.Application()
    console = SimpleNamespace(
        settings=SimpleNamespace(cookie="session"),
        floor=SimpleNamespace(live=shown.feed),
        logins=SimpleNamespace(sessions=_Sessions()),
        clock=SystemClock(),
    )

    async def channel(request: web.Request) -> web.StreamResponse:
        n = int(request.query["n"])
        login = SimpleNamespace(agent=AgentNo(f"{n:05d}"))
        assert request.transport is not None, "it has just asked"
        audience = Audience.SUPERVISORS if is_supervisor(n) else Audience.AGENTS
        sockets.append((audience, request.transport))
        asked = SimpleNamespace(
            request=request,
            console=console,
            login=login,
            may=lambda scope: scope is not Scope.READ_CALLS or is_supervisor(n),
        )
        return await live(cast(Asked, asked))

    app.router.add_get("/api/live", channel)
    return app
