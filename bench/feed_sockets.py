"""The live channel over real sockets: our own handler in this process, the clients in another.

A floor at work moves as in the other table; what it costs itself is taken off.
"""

import asyncio
import sys
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Final, cast

from aiohttp import web

from bench.feed_floor import ShownFloor, is_supervisor
from console.asked import Asked
from console.live_api import live
from console.logins import Scope
from hotline.private.places import PROJECT
from hotline.watch.collector import hold_pauses_short
from kernel.clock import SystemClock
from kernel.ids import AgentNo

MOVES_EVERY_S: Final = 0.25
_LOOK_EVERY_S: Final = 0.002


@dataclass(slots=True)
class Served:
    """`cpu_s` of our thread without the floor's own; `steps_ms`: CPU used while a sleeper slept, of
    a second span, because the sleeper itself costs what a tenth of the clients do."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    moves: int = 0
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
    runner = web.AppRunner(_app(shown), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    port = runner.addresses[0][1]
    try:
        async with asyncio.TaskGroup() as group:
            feeding = group.create_task(shown.feed.run())
            await _listened_to(shown, port, clients, seconds, found)
            feeding.cancel()
    finally:
        await runner.cleanup()
    return found


async def _listened_to(
    shown: ShownFloor, port: int, clients: int, seconds: float, found: Served
) -> None:
    words = ["-m", "bench.feed_listeners", str(port), str(clients)]
    pipe = asyncio.subprocess.PIPE
    listeners = await asyncio.create_subprocess_exec(
        sys.executable, *words, stdin=pipe, stdout=pipe, cwd=PROJECT
    )
    assert listeners.stdout is not None and listeners.stdin is not None, "both are piped"
    await listeners.stdout.readline()
    await _move(shown, seconds, found)
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(_watch(found.steps_ms))
        more = Served()
        await _move(shown, seconds, more)
        watching.cancel()
    listeners.stdin.close()
    heard, lost = (await listeners.stdout.readline()).split()
    found.mb_s, found.lost = int(heard) / (found.wall_s + more.wall_s) / 1e6, int(lost)
    await listeners.wait()


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


def _app(shown: ShownFloor) -> web.Application:
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
        asked = SimpleNamespace(
            request=request,
            console=console,
            login=login,
            may=lambda scope: scope is Scope.READ_CALLS and is_supervisor(n),
        )
        return await live(cast(Asked, asked))

    app.router.add_get("/api/live", channel)
    return app
