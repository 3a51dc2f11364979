"""A whole instance of a bench's own, with phones at its seats: everything that a real call passes.

Settings are the site's, but: one kind of caller, nothing spoken in line, no recording, a wrap-up
of no time, passwords that are hashed cheaply (hundreds sign in before anything is measured). Phones
answer at once and hang up after their talk, each agent's window listens to the live channel; SIPp
plays the citizens.
"""

import asyncio
import secrets
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from typing import Any, Final, cast

import yaml

from bench.windows import Window, open_window, watching
from bench.wire import open_stamped_phone
from hotline.private.instance import FIRST_AGENT, FIRST_EXTENSION
from hotline.private.places import PROJECT
from hotline.private.progress import silence
from hotline.rehearsal.cast import address_of
from hotline.rehearsal.citizens import Citizens, Trunk, crowds
from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.ears import Ears
from hotline.rehearsal.hours import at_night
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.plan import Behaviour, PlannedCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.seats import SeatLogin, seat_logins
from hotline.rehearsal.sip_phone import Account, Answer, SipPhone
from hotline.rehearsal.stage import Stage, open_stage
from hotline.watch.collector import hold_pauses_short

PERSON: Final = "0"
# Answer() waits 500 ms for the first sound of a citizen, and these send none: a key must be later.
PRESSES_AFTER_MS: Final = 1_000
_LINES: Final = 2
_AT_ONCE: Final = 8
_CHEAP: Final = "{ passes = 1, memory_kib = 8, lanes = 1 }"
_IN_LINE: Final[dict[str, Any]] = {
    "callback": {"after_s": 9_000, "again_every_s": 9_000, "key": "1"},
    "max_waiting": 100_000,
    "announcements": {
        "on_entry": False,
        "at_most_every_s": 9_999,
        "places_gained": 9_999,
        "seconds_gained_s": 9_999,
        "round_to_s": 30,
    },
}


@dataclass(slots=True)
class Phone:
    """One seat's phone: it rings `rings_s`, talks `talk_s` and hangs up."""

    seat: str
    sip: SipPhone
    talk_s: float
    rings_s: float = 0.0

    def decide(self, call: PhoneCall) -> Answer:
        asyncio.get_running_loop().call_later(self.rings_s + self.talk_s, _hang_up, call)
        return Answer(self.rings_s)


@dataclass(frozen=True, slots=True)
class Deaf:
    """Citizens of whom nobody wants to know what they hear: all their sound goes to one port."""

    ports: dict[str, int]

    def heard(self) -> dict[str, tuple[()]]:
        return {call_id: () for call_id in self.ports}


@dataclass(frozen=True, slots=True)
class Exchange:
    stage: Stage
    supervisor: ConsoleClient
    phones: tuple[Phone, ...]

    def trunk(self, dialled: str = "12345") -> Trunk:
        ends = self.stage.endpoints
        return Trunk(ends["sip_source"], address_of(ends["sip"]), dialled)

    @property
    def rings(self) -> int:
        return sum(len(phone.sip.calls) for phone in self.phones)


@asynccontextmanager
async def open_exchange(
    seats: int, talk_s: float, calls: int = 500, wrap_up_s: int = 0
) -> AsyncIterator[Exchange]:
    """An instance of its own for so many calls at once, removed afterwards; all seats available."""
    name = f"bench-{secrets.token_hex(3)}"
    root = PROJECT / "var" / name
    config = PROJECT / "var" / f"{name}-config"
    _write_config(config, seats, wrap_up_s)
    try:
        async with (
            open_stage(name, seats, silence, fresh=True, config=config, calls=calls) as stage,
            AsyncExitStack() as stack,
        ):
            supervisor = await stack.enter_async_context(_supervisor(stage))
            phones, windows = await _seats(stack, stage, seats, talk_s)
            await stack.enter_async_context(watching(windows))
            hold_pauses_short()  # else one of 90 ms makes many phones hang up at once
            yield Exchange(stage, supervisor, tuple(phones))
    finally:
        rmtree(config)
        remove_instance(root)


@asynccontextmanager
async def citizens(
    exchange: Exchange, calls: Sequence[PlannedCall], folder: Path, dialled: str = "12345"
) -> AsyncIterator[tuple[str, Citizens]]:
    """They ring as planned; also the beginning of their Call-IDs."""
    run = f"b{secrets.token_hex(4)}"
    parts, trunk = crowds(run, calls), exchange.trunk(dialled)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind((trunk.source, 0))
        ids = [call_id for part in parts for call_id in part.call_ids]
        ears = cast(Ears, Deaf(dict.fromkeys(ids, deaf.getsockname()[1])))
        ringers = Citizens(parts, trunk, folder, ears)
        try:
            await ringers.start()
            yield run, ringers
        finally:
            await ringers.stop()


def steady(calls: int, rate: float, stays_s: float, *, key: str = PERSON) -> list[PlannedCall]:
    """So many citizens, evenly; each has a number of its own and stays so long."""
    first = secrets.randbelow(9_000)
    return [
        PlannedCall(
            n=n,
            behaviour=Behaviour.PRESSES if key else Behaviour.WAITS,
            number=f"1990{first:04d}{n % 1000:03d}" if n < 1000 else f"1991{n:07d}",
            name="",
            starts=int(n * 1000 / rate),
            stays=int(stays_s * 1000),
            key=key,
            presses_after=PRESSES_AFTER_MS if key else 0,
        )
        for n in range(calls)
    ]


def _hang_up(call: PhoneCall) -> None:
    if call.log.phase == "talking":
        call.hang_up()


@asynccontextmanager
async def _supervisor(stage: Stage) -> AsyncIterator[ConsoleClient]:
    login = next(one for one in stage.endpoints["logins"] if one["role"] == "supervisor")
    base = stage.endpoints["console"]
    async with open_console(base, login["user"], login["password"]) as console:
        yield console


async def _seats(
    stack: AsyncExitStack, stage: Stage, seats: int, talk_s: float
) -> tuple[list[Phone], list[Window]]:
    """A few at a time: each signs in with a password."""
    pacer = Pacer()
    server = address_of(stage.endpoints["seat_sip"])
    gate = asyncio.Semaphore(_AT_ONCE)
    phones, windows = [], []
    logins = seat_logins(stage.endpoints, seats)
    for login in logins:
        account = Account(login.phone, login.phone_password, server)
        sip = await stack.enter_async_context(open_stamped_phone(account, pacer, _LINES))
        await sip.register(expires=3_600)
        phone = Phone(f"S{login.phone}", sip, talk_s)
        sip.decide = phone.decide
        phones.append(phone)
        windows.append(await stack.enter_async_context(open_window(stage.endpoints["console"])))

    async def sit_down(window: Window, login: SeatLogin, seat: str) -> None:
        async with gate:
            await window.sit_down(login, seat)

    async with asyncio.TaskGroup() as group:
        for window, login, phone in zip(windows, logins, phones, strict=True):
            group.create_task(sit_down(window, login, phone.seat))
    return phones, windows


def _write_config(folder: Path, seats: int, wrap_up_s: int) -> None:
    shutil.copytree(PROJECT / "config", folder, ignore=shutil.ignore_patterns("__pycache__"))
    at_night(folder, datetime.now(UTC))  # no seat rings back who has left
    queues = yaml.safe_load((folder / "queues.yaml").read_text("utf-8"))
    queues["defaults"] |= _IN_LINE
    queues["defaults"]["wrap_up"] = {"limit_s": wrap_up_s, "extension_s": 30, "extensions": 0}
    (folder / "queues.yaml").write_text(yaml.safe_dump(queues, allow_unicode=True), "utf-8")
    people = yaml.safe_load((folder / "directory.yaml").read_text("utf-8"))
    agent = people["agents"][str(FIRST_AGENT)] | {"skills": {"general": 2}}
    people["agents"] = {str(FIRST_AGENT + n): agent for n in range(seats)}
    phones = [str(FIRST_EXTENSION + n) for n in range(seats)]
    people["seats"] = {f"S{p}": {"phone": p, "district": agent["district"]} for p in phones}
    (folder / "directory.yaml").write_text(yaml.safe_dump(people, allow_unicode=True), "utf-8")
    site = (folder / "site.toml").read_text("utf-8")
    site = site.replace("[recordings]\nenabled = true", "[recordings]\nenabled = false")
    site = site.replace("[console]\n", f"[console]\npassword = {_CHEAP}\n")
    (folder / "site.toml").write_text(site, "utf-8")


def remove_instance(root: Path) -> None:
    """The instance's folder, and what of it lies elsewhere because root gave it to nobody."""
    if root.exists():
        for linked in root.iterdir():
            if linked.is_symlink():
                rmtree(linked.resolve(), ignore_errors=True)
        rmtree(root, ignore_errors=True)
