"""A whole instance with two agents, a supervisor, an administrator, and all their phones."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import asyncpg
import orjson
import pytest

from hotline.private.places import PROJECT
from hotline.private.progress import silence
from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News
from hotline.rehearsal.cast import address_of
from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.errors import ConsoleRefused
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import Account, Answer, PhoneSet, SipPhone, open_phone
from hotline.rehearsal.stage import Stage, open_stage
from kernel.clock import SystemClock
from tests.integration.hours import at_night

HOTLINE = "from hotline.cli import main; raise SystemExit(main())"
WITHIN = 30.0  # seconds that any one step may take on a busy machine
CITIZEN_HZ, SEAT_HZ, OUTSIDE_HZ = 425, 600, 800


@dataclass
class Center:
    """A whole instance with two agents, a supervisor, an administrator and their phones."""

    stage: Stage
    people: dict[str, ConsoleClient]  # by login
    seats: dict[str, SipPhone]  # by login
    citizens: SipPhone
    world: SipPhone

    @property
    def base(self) -> str:
        return str(self.stage.endpoints["console"])

    def login(self, user: str) -> dict[str, str]:
        found: dict[str, str] = next(
            one for one in self.stage.endpoints["logins"] if one["user"] == user
        )
        return found

    async def facts(self, kind: str) -> list[dict[str, Any]]:
        """The journal's rows of one kind in PostgreSQL, oldest first."""
        link = await asyncpg.connect(self.stage.endpoints["database"])
        try:
            rows = await link.fetch("select body from journal where kind = $1 order by at", kind)
        finally:
            await link.close()
        return [orjson.loads(row["body"]) for row in rows]


async def open_people(stack: AsyncExitStack, stage: Stage) -> dict[str, ConsoleClient]:
    base = stage.endpoints["console"]
    return {
        one["user"]: await stack.enter_async_context(
            open_console(base, one["user"], one["password"])
        )
        for one in stage.endpoints["logins"]
    }


async def open_seats(stack: AsyncExitStack, stage: Stage, made_of: PhoneSet) -> dict[str, SipPhone]:
    server, phones = address_of(stage.endpoints["seat_sip"]), {}
    for one in stage.endpoints["logins"]:
        if one["role"] == "agent":
            account = Account(one["phone"], one["phone_password"], server)
            phone = open_phone(account, made_of, lambda _call: Answer(0.2))
            phones[one["user"]] = await stack.enter_async_context(phone)
            await phones[one["user"]].register(within=WITHIN)
    return phones


@asynccontextmanager
async def open_center(name: str, seats: int = 2) -> AsyncIterator[Center]:
    async with AsyncExitStack() as stack:
        config = at_night(Path(stack.enter_context(TemporaryDirectory())))
        opened = open_stage(name, seats, silence, fresh=True, config=config)
        stage = await stack.enter_async_context(opened)
        clock, pacer, at = SystemClock(), Pacer(), address_of(stage.endpoints["sip"])
        theirs = PhoneSet(clock, pacer, (stage.endpoints["sip_source"], 0), lines=2 + seats)
        beyond = PhoneSet(clock, pacer, address_of(stage.endpoints["trunk_out"]), lines=2 + seats)
        yield Center(
            stage,
            await open_people(stack, stage),
            await open_seats(stack, stage, PhoneSet(clock, pacer)),
            await stack.enter_async_context(open_phone(Account("citizen", "", at), theirs)),
            await stack.enter_async_context(open_phone(Account("world", "", at), beyond)),
        )


async def eventually(what: Callable[[], Awaitable[Any]]) -> Any:
    """The first true answer; of what grows, `what` says when it is whole."""
    async with asyncio.timeout(WITHIN):
        while True:
            if found := await what():
                return found
            await asyncio.sleep(0.1)


async def code_of(refused: Awaitable[Any]) -> tuple[int, str]:
    with pytest.raises(ConsoleRefused) as trouble:
        await refused
    return trouble.value.status, trouble.value.reason


async def sits(center: Center, user: str) -> None:
    agent = center.people[user]
    await agent.ask("POST", "/api/seat/sign-in", {"seat": center.login(user)["seat"]})


async def leaves(center: Center, user: str) -> None:
    await center.people[user].ask("POST", "/api/seat/sign-out")


async def talking(center: Center, user: str, caller: str) -> tuple[PhoneCall, PhoneCall, str]:
    """A citizen and a seat that hear each other; and the id of their call."""
    phone = center.seats[user]
    before = len(phone.calls)
    citizen = center.citizens.dial("12345", caller=caller)
    citizen.sound.play(tone(CITIZEN_HZ))
    await presses(citizen, "0")
    seat = await phone.next_call(within=WITHIN, after=before)
    await seat.log.until_seen(News.CONFIRMED, within=WITHIN)
    seat.sound.play(tone(SEAT_HZ))
    await hears(citizen, SEAT_HZ)

    async def own() -> str:
        rows = (await center.people["supervisor"].ask("GET", "/api/calls"))["calls"]
        return next((str(r["call"]) for r in rows if r["sip_call_id"] == citizen.call_id), "")

    async def floor_knows() -> bool:
        rows = (await center.people["supervisor"].ask("GET", "/api/floor"))["seats"]
        return any(row["agent"] == user and row["activity"] == "talking" for row in rows)

    await eventually(floor_knows)  # they may hear each other before Asterisk has told it
    return citizen, seat, await eventually(own)


async def presses(citizen: PhoneCall, key: str) -> None:
    """In the menu, once he hears it."""
    await citizen.log.until_seen(News.CONFIRMED, within=WITHIN)
    await citizen.sound.until(lambda heard: heard.packets > 20, within=WITHIN)
    citizen.press(key)


async def hears(phone: PhoneCall, hertz: int) -> None:
    among = (CITIZEN_HZ, SEAT_HZ, OUTSIDE_HZ)
    await phone.sound.until(lambda heard: heard.pitch(among, 0.2) == hertz, within=WITHIN)


async def card(center: Center, call: str) -> dict[str, Any]:
    life = await center.people["supervisor"].ask("GET", f"/api/calls/{call}")
    found: dict[str, Any] = life["call"]
    return found


async def no_difference(center: Center, folder: Path) -> None:
    """Of `hotline audit`, once all that happened is told; fails with what differs."""
    file = folder / "audit.json"
    words = [sys.executable, "-c", HOTLINE, "audit", "--json", str(file)]
    environment = os.environ | {"HOTLINE_INSTANCE_DIR": str(center.stage.root)}
    for _ in range(12):
        done = await asyncio.to_thread(
            subprocess.run, words, cwd=PROJECT, env=environment, capture_output=True, check=False
        )
        if done.returncode == 0:
            return
        await asyncio.sleep(1.0)
    told = file.read_bytes() if file.exists() else done.stderr
    raise AssertionError(told.decode())
