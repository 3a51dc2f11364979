"""Opens everybody who plays: seats with phones and desks, the world beyond the trunk out."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final, Protocol

from hotline.rehearsal.compare import Filed
from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.errors import NoBrowser, NoSuchSeats
from hotline.rehearsal.evidence import SeatSaw
from hotline.rehearsal.own_day import OwnDay
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.seats import Manner, RehearsedSeat, SeatLogin, Trouble, seat_logins
from hotline.rehearsal.sip_message import Address, user_in
from hotline.rehearsal.sip_phone import (
    BUSY_HERE,
    Account,
    Answer,
    Habit,
    PhoneSet,
    Reject,
    SipPhone,
    open_phone,
)
from hotline.rehearsal.stage import Stage
from kernel.clock import SystemClock

_WORLD_LINES: Final = 200


class Seated(Protocol):
    """Somebody at a seat: with a phone on the table, or at a desk in the browser."""

    agent: str
    seat: str
    filed: list[Filed]
    troubles: list[Trouble]
    idle: asyncio.Event  # no ring, no talk, no paperwork

    async def sit_down(self, seat: str) -> None:
        """At that seat, with his phone. Raises what phone, page or console refuse."""

    def at_work(self) -> AbstractAsyncContextManager[None]:
        """Answers, talks and files until the body ends."""

    async def leave(self) -> None: ...

    def line_died(self) -> None:
        """Asterisk, which had the calls of his phone, is no more."""

    def saw(self) -> list[SeatSaw]: ...

    async def own_day(self) -> OwnDay | None:
        """What his desk shows of it."""

    @property
    def is_talking(self) -> bool: ...

    @property
    def last_seen(self) -> str:
        """What his phone saw of its latest call, for a trouble's sentence."""


@dataclass(slots=True)
class Cast:
    """All who play. `supervisor` asks the system what it says."""

    supervisor: ConsoleClient
    world: SipPhone
    seats: list[Seated] = field(default_factory=list)

    async def all_idle(self) -> None:
        """Everybody is done with the last form."""
        for seat in self.seats:
            await seat.idle.wait()

    def lines_died(self) -> None:
        """Asterisk has died: who talked hears nothing any more and hangs up, at once here."""
        for seat in self.seats:
            seat.line_died()

    async def own_days(self) -> list[OwnDay]:
        """What the desks in browsers show."""
        return [day for seat in self.seats if (day := await seat.own_day()) is not None]

    @property
    def troubles(self) -> list[Trouble]:
        return [trouble for seat in self.seats for trouble in seat.troubles]

    @property
    def talking(self) -> int:
        return sum(seat.is_talking for seat in self.seats)


def address_of(text: str) -> Address:
    """host:port of endpoints.json."""
    host, _, port = text.rpartition(":")
    return host, int(port)


@dataclass(frozen=True, slots=True)
class Casting:
    """Who is to play, and how.

    `browsers`: so many of the seats are desks in Chromium. `patience`: for so many seconds the
    others' consoles ask again while the program is away. `busy`: the numbers of citizens, who are
    when we ring them back.
    """

    seats: int
    manner: Manner
    seed: int
    browsers: int = 0
    patience: float = 0.0
    busy: Collection[str] = ()


@asynccontextmanager
async def open_cast(stage: Stage, casting: Casting) -> AsyncIterator[Cast]:
    """Seats registered, signed in and available; all sign out at the end."""
    phones = PhoneSet(SystemClock(), Pacer())
    async with AsyncExitStack() as stack:
        supervisor = await stack.enter_async_context(_supervisor(stage, casting.patience))
        world = await stack.enter_async_context(_world(stage, phones, casting.busy))
        cast = Cast(supervisor, world)
        places = await _places(supervisor)
        logins = seat_logins(stage.endpoints, casting.seats)
        check_there_are_places(logins, places)
        in_browsers, at_tables = logins[: casting.browsers], logins[casting.browsers :]
        if in_browsers:
            opened = _open_browsers(stage, in_browsers, casting)
            cast.seats += await stack.enter_async_context(opened)
        for login in at_tables:
            cast.seats.append(await _open_seat(stack, stage, login, phones, casting))
        for seat, login in zip(cast.seats, logins, strict=True):
            await seat.sit_down(places[login.phone])
        async with AsyncExitStack() as working:
            for seat in cast.seats:
                await working.enter_async_context(seat.at_work())
            yield cast
        for seat in cast.seats:
            await seat.leave()
        await _sign_out_the_rest(cast)


async def _sign_out_the_rest(cast: Cast) -> None:
    """Who was rung in the moment in which he left: to others he would be a guest who sits there."""
    ours = {seat.agent for seat in cast.seats}
    for row in (await cast.supervisor.ask("GET", "/api/floor"))["seats"]:
        if row["agent"] in ours:
            force = {"to": "signed_out", "reason": "演练结束 the rehearsal is over"}
            await cast.supervisor.ask("POST", f"/api/agents/{row['agent']}/force", force)


@asynccontextmanager
async def _open_browsers(
    stage: Stage, logins: Sequence[SeatLogin], casting: Casting
) -> AsyncIterator[Sequence[Seated]]:
    """Raises NoBrowser where Playwright, which only developers have, is not installed."""
    try:
        windows = import_module("hotline.rehearsal.browser.windows")
    except ModuleNotFoundError as missing:
        raise NoBrowser(
            f"Desks in a browser need the Python package {missing.name}.",
            remedy="Start it by ./dev rehearse --browser, which installs all that is locked.",
        ) from missing
    base = stage.endpoints["console"]
    async with windows.open_browser_seats(base, logins, casting.manner, casting.seed) as seats:
        yield seats


def check_there_are_places(logins: Sequence[SeatLogin], places: Mapping[str, str]) -> None:
    """Raises NoSuchSeats."""
    without = [login.phone for login in logins if login.phone not in places]
    if without:
        raise NoSuchSeats(
            f"{len(logins)} seats were asked for, the directory has {len(logins) - len(without)}.",
            remedy="Ask for fewer --seats, or write more of them into config/directory.yaml.",
        )


async def _places(supervisor: ConsoleClient) -> dict[str, str]:
    """Which seat each phone stands at, as the directory says."""
    rows: Sequence[Any] = (await supervisor.ask("GET", "/api/seats"))["seats"]
    return {row["phone"]: row["seat"] for row in rows}


async def _open_seat(
    stack: AsyncExitStack, stage: Stage, login: SeatLogin, phones: PhoneSet, casting: Casting
) -> RehearsedSeat:
    account = Account(login.phone, login.phone_password, address_of(stage.endpoints["seat_sip"]))
    phone = await stack.enter_async_context(open_phone(account, phones))
    base = stage.endpoints["console"]
    desk = open_console(base, login.user, login.password, casting.patience)
    console = await stack.enter_async_context(desk)
    return RehearsedSeat(login, phone, console, casting.manner, casting.seed)


@asynccontextmanager
async def _supervisor(stage: Stage, patience: float) -> AsyncIterator[ConsoleClient]:
    login = next(one for one in stage.endpoints["logins"] if one["role"] == "supervisor")
    base = stage.endpoints["console"]
    async with open_console(base, login["user"], login["password"], patience) as console:
        yield console


@asynccontextmanager
async def _world(stage: Stage, phones: PhoneSet, busy: Collection[str]) -> AsyncIterator[SipPhone]:
    """110, 119, other centres: whoever is rung over the trunk out answers and listens; citizens
    are busy, so that what is owed to them stays as the plan has it."""
    citizens = {_plain(number) for number in busy if number}

    def answer(call: PhoneCall) -> Habit:
        dialled = user_in(call.invite.uri) if call.invite is not None else ""
        return Reject(BUSY_HERE, 1.0) if _plain(dialled) in citizens else Answer(after=1.0)

    bind = address_of(stage.endpoints["trunk_out"])
    account = Account("world", "", address_of(stage.endpoints["sip"]))
    outside = PhoneSet(phones.clock, phones.pacer, bind, _WORLD_LINES)
    async with open_phone(account, outside, answer) as world:
        yield world


def _plain(number: str) -> str:
    """As national and international spelling agree."""
    return number.removeprefix("+86").lstrip("0")
