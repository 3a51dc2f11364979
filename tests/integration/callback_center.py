"""A whole instance for callbacks: its settings, agents' phones, citizens who ring and are rung."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import yaml

from hotline.private.places import PROJECT
from hotline.private.progress import silence
from hotline.rehearsal.audio import RATE, octets_of
from hotline.rehearsal.blows import child_of
from hotline.rehearsal.call_log import News
from hotline.rehearsal.cast import address_of
from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_message import user_in
from hotline.rehearsal.sip_phone import Account, Answer, Habit, PhoneSet, SipPhone, open_phone
from hotline.rehearsal.stage import Stage, open_stage
from kernel.clock import SystemClock

WITHIN = 60.0  # also on a machine three times slower
PHRASES = PROJECT / "asterisk" / "sounds" / "zh" / "phrases"


@dataclass
class CallbackCenter:
    """`habits`: what a citizen does when we ring his number; else he answers."""

    stage: Stage
    agents: dict[str, ConsoleClient]
    chief: ConsoleClient
    seats: dict[str, SipPhone]
    citizens: SipPhone
    world: SipPhone
    habits: dict[str, Habit] = field(default_factory=dict)

    def rung(self, number: str) -> list[PhoneCall]:
        """The calls that reached this citizen's phone."""
        return [call for call in self.world.calls if dialled(call) == number]

    async def sits(self, user: str) -> None:
        seat = next(one["seat"] for one in self.stage.endpoints["logins"] if one["user"] == user)
        await self.agents[user].ask("POST", "/api/seat/sign-in", {"seat": seat})
        await self.agents[user].ask("POST", "/api/seat/available")

    async def available(self) -> None:
        """Whoever was paused because his phone was cut off goes on."""
        for agent in self.agents.values():
            try:
                await agent.ask("POST", "/api/seat/available")
            except (ConsoleRefused, InstanceNotReady):
                continue

    async def duties(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = (
            await self.chief.ask("GET", "/api/duties", query={"limit": "500"})
        )["duties"]
        return rows

    async def story(self, duty: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.chief.ask("GET", f"/api/duties/{duty}")
        return found

    async def rows(self, sql: str) -> list[asyncpg.Record]:
        link = await asyncpg.connect(self.stage.endpoints["database"])
        try:
            return list(await link.fetch(sql))
        finally:
            await link.close()

    async def gives_up(self, number: str) -> None:
        """Rings, asks for a person, and hangs up in the line."""
        call = await self.in_line(number)
        call.hang_up()

    async def in_line(self, number: str) -> PhoneCall:
        call = self.citizens.dial("12345", caller=number)
        await in_the_menu(call)
        call.press("0")

        async def waits() -> bool:
            sql = "select body::jsonb ->> 'call' from journal where kind = 'call-queued'"
            queued = {row[0] for row in await self.rows(sql)}
            calls = (await self.chief.ask("GET", "/api/calls"))["calls"]
            mine = [row["call"] for row in calls if row["sip_call_id"] == call.call_id]
            return bool(queued & set(mine))

        await eventually(waits)
        return call

    async def kill_hotline(self) -> None:
        """kill -9, as nobody can prepare for; the keeper starts another."""

        async def is_done() -> bool:
            pid = child_of(self.stage.root, "hotline")
            with suppress(ProcessLookupError):  # it has just ended by itself: the next one then
                if pid:
                    os.kill(pid, signal.SIGKILL)
                    return True
            return False

        await eventually(is_done)


async def in_the_menu(call: PhoneCall) -> None:
    """He hears it: a key pressed before reaches nobody."""
    await call.log.until_seen(News.CONFIRMED, within=WITHIN)
    await call.sound.until(lambda heard: heard.packets > 20, within=WITHIN)


async def hears(call: PhoneCall, phrase: str) -> None:
    """A second of it, byte for byte: it has begun, and a key may answer it."""
    wanted = octets_of(PHRASES / f"{phrase}.wav")[RATE // 2 : RATE * 3 // 2]
    await call.sound.until(lambda heard: wanted in bytes(heard.sound), within=WITHIN)


def dialled(call: PhoneCall) -> str:
    """The citizen's number that this call was sent to."""
    return user_in(call.invite.uri) if call.invite is not None else ""


async def eventually(what: Callable[[], Any], within: float = WITHIN) -> Any:
    async with asyncio.timeout(within):
        while True:
            if found := await what():
                return found
            await asyncio.sleep(0.2)


def settings(
    folder: Path, people: dict[str, Any], queues: dict[str, Any], lease: str = "PT2M"
) -> Path:
    """The project's settings, with the night far away and what is given changed."""
    config = folder / "config"
    shutil.copytree(PROJECT / "config", config, ignore=shutil.ignore_patterns("__pycache__"))
    file = config / "callbacks.yaml"
    rules = yaml.safe_load(file.read_text(encoding="utf-8"))
    far = datetime.now(UTC) + timedelta(hours=8 + 12)
    rules["schedule"]["night"] = f"{far:%H:%M}-{far + timedelta(minutes=1):%H:%M}"
    rules["schedule"]["people"] |= people
    rules["schedule"]["engine"]["dial_for"] = lease
    file.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    file = config / "queues.yaml"
    rules = yaml.safe_load(file.read_text(encoding="utf-8"))
    rules["defaults"] |= queues
    file.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    return config


@asynccontextmanager
async def open_callback_center(
    name: str, config: Path, *, seats: int = 2, lines: int = 30
) -> AsyncIterator[CallbackCenter]:
    async with (
        open_stage(name, seats, silence, fresh=True, config=config) as stage,
        AsyncExitStack() as stack,
    ):
        clock, pacer = SystemClock(), Pacer()
        habits: dict[str, Habit] = {}
        at = address_of(stage.endpoints["sip"])
        theirs = PhoneSet(clock, pacer, (stage.endpoints["sip_source"], 0), lines=lines)
        beyond = PhoneSet(clock, pacer, address_of(stage.endpoints["trunk_out"]), lines=lines)
        logins = {one["user"]: one for one in stage.endpoints["logins"]}
        agents, phones = {}, {}
        for user, one in logins.items():
            if one["role"] != "agent":
                continue
            account = Account(
                one["phone"], one["phone_password"], address_of(stage.endpoints["seat_sip"])
            )
            phone = open_phone(account, PhoneSet(clock, pacer), lambda _call: Answer(0.1))
            phones[user] = await stack.enter_async_context(phone)
            await phones[user].register(within=WITHIN)
            agents[user] = await stack.enter_async_context(_client(stage, one))
        world = open_phone(
            Account("world", "", at), beyond, lambda call: habits.get(dialled(call), Answer(0.1))
        )
        yield CallbackCenter(
            stage=stage,
            agents=agents,
            chief=await stack.enter_async_context(_client(stage, logins["supervisor"])),
            seats=phones,
            citizens=await stack.enter_async_context(
                open_phone(Account("citizen", "", at), theirs)
            ),
            world=await stack.enter_async_context(world),
            habits=habits,
        )


def _client(stage: Stage, login: dict[str, str]) -> Any:
    base = stage.endpoints["console"]
    return open_console(base, login["user"], login["password"], patience=30.0)
