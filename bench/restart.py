"""bench restart: kill -9 with live calls, the keeper restarts: until ready, until the next offer.

At the kill one agent hangs up, so that a seat is free for those who wait: the first new offer is
that phone's next INVITE. An instance of its own for each number of calls.
"""

import asyncio
import os
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

from bench.exchange import Exchange, Phone, citizens, open_exchange, steady
from bench.processes import usage
from bench.report import Report
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.citizens import Citizens

SEATS: Final = 4
FILL_RATE: Final = 40.0
SPARE: Final = 200  # channels of Asterisk beyond those who wait
WITHIN_S: Final = 60.0
STAYS_S: Final = 600.0  # longer than all of it
FOREVER_S: Final = 86_400.0
LOOK_EVERY_S: Final = 0.02
NEVER: Final = float("nan")
LIVE: Final = (10, 100, 1_000)
LIVE_QUICK: Final = (10, 50)


@dataclass(frozen=True, slots=True)
class Restarted:
    """Seconds from the kill; `sent_off`: citizens whom the system hung up on, without the one whose
    agent had hung up."""

    live: int
    ready: float
    offered: float
    sent_off: int


def run(quick: bool) -> Report:
    report = Report()
    found = [asyncio.run(_restart(live)) for live in (LIVE_QUICK if quick else LIVE)]
    columns = ("live calls", "ready s", "first new offer s", "offer after ready s", "sent off")
    rows = [(o.live, o.ready, o.offered, o.offered - o.ready, o.sent_off) for o in found]
    report.add("kill -9 of our process; seconds from the kill", columns, rows)
    for one in found:
        later = one.offered - one.ready
        report.bar(f"{one.live} live: first offer within 2 s of ready", later, 2, "s")
        report.bar(f"{one.live} live: nobody was hung up on", float(one.sent_off), 0, "calls")
    report.notes.append("ready: /readyz says 200 again; the keeper's own pause is in it.")
    return report


async def _restart(live: int) -> Restarted:
    calls = steady(live, FILL_RATE, STAYS_S)
    async with open_exchange(SEATS, FOREVER_S, calls=live + SPARE) as exchange:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            async with citizens(exchange, calls, Path(folder)) as (_, ringing):
                await _until_all_wait(exchange, ringing, live)
                return await _kill(exchange, ringing, live)


async def _until_all_wait(exchange: Exchange, ringing: Citizens, live: int) -> None:
    """Every seat talks, and everybody else has chosen a person."""
    for _ in range(int(2 * (live / FILL_RATE + WITHIN_S))):
        pressed = sum(one.pressed_at is not None for one in ringing.saw())
        if exchange.rings >= min(SEATS, live) and pressed == live:
            break
        await asyncio.sleep(0.5)
    else:
        raise RuntimeError(f"only {pressed} of {live} citizens came into the line")
    await asyncio.sleep(2)  # in line, and journaled


async def _kill(exchange: Exchange, ringing: Citizens, live: int) -> Restarted:
    ours = usage().hotline_pid
    assert ours is not None, "the program runs below us"
    phone = next(one for one in exchange.phones if one.sip.calls[-1].log.phase is Phase.TALKING)
    over, before = phone.sip.calls[-1], len(phone.sip.calls)
    os.kill(ours, signal.SIGKILL)
    killed, killed_at = time.monotonic(), time.time()
    over.hang_up()
    async with asyncio.TaskGroup() as group:
        ready = group.create_task(_until_ready(exchange, killed))
        offered = group.create_task(_until_offered(phone, before, killed_at))
    others = (one for one in ringing.saw() if one.plan.number != over.other)
    sent_off = sum(one.sent_off_at is not None for one in others)
    return Restarted(live, ready.result(), offered.result(), sent_off)


async def _until_ready(exchange: Exchange, killed: float) -> float:
    """Seconds; NaN when it does not come."""
    url = exchange.stage.endpoints["console"] + "/readyz"
    timeout = aiohttp.ClientTimeout(total=2)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        while time.monotonic() < killed + WITHIN_S:
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return time.monotonic() - killed
            except (aiohttp.ClientError, TimeoutError):
                await asyncio.sleep(0)
            await asyncio.sleep(LOOK_EVERY_S)
    return NEVER


async def _until_offered(phone: Phone, before: int, killed_at: float) -> float:
    """Seconds until the phone's next INVITE; NaN when it does not come."""
    deadline = time.time() + WITHIN_S
    while time.time() < deadline:
        if len(phone.sip.calls) > before:
            at = phone.sip.calls[before].log.when(News.INVITED)
            assert at is not None, "a call that came in was an INVITE"
            return at.timestamp() - killed_at
        await asyncio.sleep(LOOK_EVERY_S)
    return NEVER
