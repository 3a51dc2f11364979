"""One site, two `hotline run`: the same PostgreSQL, Valkey and Asterisk, a seat and citizens."""

import asyncio
import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg

from hotline.rehearsal.call_log import News
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import Account, Habit, LetItRing, PhoneSet, SipPhone, open_phone
from kernel.clock import SystemClock
from storage.lease import STALE_AFTER
from tests.free_port import free_port
from tests.integration.hours import at_night
from tests.integration.pace import measured_pace
from tests.integration.servers import RunningAsterisk

PROJECT = Path(__file__).parents[2]
RUN = "from hotline.cli import main; raise SystemExit(main(['run']))"
LEADS_WITHIN_S = 5.0  # the promise
STARTS_WITHIN_S = 60.0  # on a busy machine
USUAL_START_S = 5.0  # of the first process, from nothing to leading
COUNTS_ANEW_S = 0.8  # AsteriskWatch looks five times a second, and counts anew after one without
PATIENCE = 20.0  # seconds that any one step may take there
AGENT, CHIEF, PASSWORD = "1001", "chief", "a-password-of-the-demo"


@dataclass
class Member:
    """One process of the site."""

    process: subprocess.Popen[bytes]
    folder: Path
    console: str

    def send(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def log(self) -> list[dict[str, Any]]:
        whole, _, _ = (self.folder / "hotline.log").read_text().rpartition("\n")
        return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]

    def said(self, event: str) -> bool:
        return any(line["event"] == event for line in self.log())

    async def has_ended(self) -> int:
        """Its exit code, once it has ended by itself or by a signal sent before."""
        return await asyncio.to_thread(self.process.wait, PATIENCE)


@dataclass
class Site:
    """Its servers, and how its processes are told of them."""

    asterisk: RunningAsterisk
    root: Path
    told: dict[str, str]
    members: list[Member] = field(default_factory=list)
    slow_by: float | None = None  # seconds that the first start took longer than usual

    def start(self, name: str, folder: str = "") -> Member:
        """A `hotline run`; `folder` names another's when both share one."""
        here = self.root / (folder or name)
        here.mkdir(exist_ok=True)
        log_folder = self.root / f"log-{name}"
        log_folder.mkdir(exist_ok=True)
        login = {"user": AGENT, "password": PASSWORD, "role": "agent", "agent_no": AGENT}
        chief = {"user": CHIEF, "password": PASSWORD, "role": "administrator"}
        port = free_port()
        known = {"logins": [login, chief], "console": f"http://127.0.0.1:{port}"}
        (here / "endpoints.json").write_text(json.dumps(known))
        told = self.told | {"HOTLINE_INSTANCE_DIR": str(here), "HOTLINE_CONSOLE_PORT": str(port)}
        with (log_folder / "hotline.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", RUN],
                cwd=PROJECT,
                env=os.environ | told,
                stdout=log,
                stderr=log,
            )
        member = Member(process, log_folder, f"http://127.0.0.1:{port}")
        self.members.append(member)
        return member

    def stop(self) -> None:
        for member in self.members:
            if member.process.poll() is None:
                member.send(signal.SIGCONT)
                member.send(signal.SIGKILL)
            member.process.wait(timeout=20)
        self.members.clear()

    async def leads(self, member: Member, within: float = STARTS_WITHIN_S) -> float:
        """Waits until it says itself that it leads and is ready; how long that took."""
        took = await self._until(member, lambda ready: "standby" not in ready, within)
        if self.slow_by is None:
            self.slow_by = max(0.0, took - USUAL_START_S)
        return took

    async def takes_over(self, member: Member) -> None:
        """It leads as soon as is promised; what the machine takes from us comes on top.

        Whoever stands by and could not look for a second counts the leader's silence anew.
        """
        async with measured_pace() as pace:
            took = await self.leads(member)
        anew = STALE_AFTER.total_seconds() if pace.longest > COUNTS_ANEW_S else 0.0
        allowed = LEADS_WITHIN_S + (self.slow_by or 0.0) + pace.stood_still + anew
        assert took < allowed, (took, allowed, pace, member.log()[-40:])

    async def stands_by(self, member: Member, within: float = STARTS_WITHIN_S) -> float:
        return await self._until(member, lambda ready: "standby" in ready, within)

    async def _until(self, member: Member, so: Any, within: float) -> float:
        began = time.monotonic()
        while time.monotonic() - began < within:
            answer = await ask(member, "GET", "/readyz", within=5.0)
            if answer is not None and answer[0] == 200 and so(answer[1]["dependencies"]):
                return time.monotonic() - began
            assert member.process.poll() is None, member.log()[-3:]
            await asyncio.sleep(0.05)
        raise AssertionError(f"not within {within} s: {[m.log()[-6:] for m in self.members]}")


async def ask(
    member: Member,
    method: str,
    path: str,
    *,
    cookie: str = "",
    within: float = PATIENCE,
    body: Any = None,
) -> tuple[int, Any] | None:
    """(status, JSON); None when nobody answers."""
    timeout = aiohttp.ClientTimeout(total=within)
    headers = {"Cookie": cookie} if cookie else {}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.request(method, member.console + path, json=body, headers=headers) as answer,
        ):
            return answer.status, await answer.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError):
        return None


async def done(member: Member, path: str, *, cookie: str) -> None:
    """POST until it is done: too early it is refused, and so it is by one who has just woken."""
    answer = None
    async with asyncio.timeout(PATIENCE):
        while answer is None or answer[0] != 200:
            answer = await ask(member, "POST", path, cookie=cookie, within=5.0)
            await asyncio.sleep(0.05)


async def sign_in(member: Member, name: str = AGENT) -> str:
    """The cookie of the agent (or the administrator), good at either process of the site."""
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
        session.post(
            f"{member.console}/api/login", json={"name": name, "password": PASSWORD}
        ) as answer,
    ):
        assert answer.status < 300, await answer.text()
        return "; ".join(f"{c.key}={c.value}" for c in answer.cookies.values())


@asynccontextmanager
async def own_database(dsn: str) -> AsyncIterator[str]:
    """The DSN of an empty database on that server."""
    name = f"site_{uuid4().hex}"
    server = await asyncpg.connect(dsn)
    try:
        await server.execute(f"create database {name}")
        yield f"{dsn.rpartition('/')[0]}/{name}"
        await server.execute(f"drop database {name} with (force)")
    finally:
        await server.close()


async def journal_has(site: Site, kind: str, times: int) -> None:
    """Until PostgreSQL holds so many facts of that kind."""
    connection = await asyncpg.connect(site.told["HOTLINE_DATABASE_DSN"])
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                sql = "select count(*) from journal where kind = $1"
                if await connection.fetchval(sql, kind) >= times:
                    return
                await asyncio.sleep(0.05)
    finally:
        await connection.close()


@contextmanager
def site_of(asterisk: RunningAsterisk, dsn: str, valkey: str, root: Path) -> Iterator[Site]:
    told = {
        "HOTLINE_INSTANCE": "site",
        "HOTLINE_CONFIG_DIR": str(at_night(root)),  # whom we owe a call is not rung
        "HOTLINE_DATABASE_DSN": dsn,
        "HOTLINE_VALKEY_URL": valkey,
        "HOTLINE_AMI_HOST": "127.0.0.1",
        "HOTLINE_AMI_PORT": str(asterisk.ami_port),
        "HOTLINE_AMI_USER": asterisk.ami_user,
        "HOTLINE_AMI_SECRET": asterisk.ami_secret,
        "HOTLINE_RECORDINGS_DIR": str(asterisk.recordings),
        "HOTLINE_ASTERISK_RUN_DIR": str(asterisk.server.folder),
        "HOTLINE_FIELD_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "HOTLINE_INDEX_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    site = Site(asterisk, root, told)
    try:
        yield site
    finally:
        site.stop()
        asterisk.rx("dialplan set global BACKEND_BEAT 0")
        asterisk.rx("dialplan set global CC_EPOCH 0")
        asterisk.rx("channel request hangup all")


@asynccontextmanager
async def phones(
    site: Site, habit: Habit | None = None
) -> AsyncIterator[tuple[SipPhone, SipPhone]]:
    """(the seat 8001, registered; a citizen on the trunk)."""
    server = ("127.0.0.1", site.asterisk.sip_port)
    clock, pacer = SystemClock(), Pacer()
    async with AsyncExitStack() as stack:
        account = Account("8001", site.asterisk.phones["8001"], server)
        made_of = PhoneSet(clock, pacer, ("127.0.0.1", 0), lines=4)
        wanted = habit or LetItRing()
        seat = await stack.enter_async_context(open_phone(account, made_of, lambda call: wanted))
        await seat.register(within=PATIENCE)
        stack.push_async_callback(seat.unregister, within=PATIENCE)
        made_of = PhoneSet(clock, pacer, (site.asterisk.trunk_in_host, 0), lines=4)
        account = Account("13800001111", "", server)
        citizen = await stack.enter_async_context(
            open_phone(account, made_of, lambda call: LetItRing())
        )
        yield seat, citizen


async def sit_down(member: Member, cookie: str) -> None:
    """The agent signs in at the seat with phone 8001; paused until available."""
    seats = (await ask(member, "GET", "/api/seats", cookie=cookie) or (0, {}))[1]["seats"]
    seat = next(row["seat"] for row in seats if row["phone"] == "8001")
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await ask(
                member, "POST", "/api/seat/sign-in", cookie=cookie, body={"seat": seat}
            )
            if answer is not None and answer[0] == 200 and answer[1]["seat"]["reachable"]:
                break
            await ask(member, "POST", "/api/seat/sign-out", cookie=cookie)
            await asyncio.sleep(0.2)


async def asks_for_a_person(citizen: SipPhone, number: str = "13800001111") -> PhoneCall:
    """Dials, and presses 0 once he hears us."""
    call = citizen.dial("12345", caller=number)
    await call.log.until_seen(News.CONFIRMED, within=PATIENCE)
    await call.sound.until(lambda heard: heard.packets > 20, within=PATIENCE)
    call.press("0")
    return call


async def talks(phone: PhoneCall) -> None:
    """The seat's phone has been answered, and Asterisk knows it."""
    await phone.log.until_seen(News.CONFIRMED, within=PATIENCE)
