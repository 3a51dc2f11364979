"""Opens everybody who plays: seats with phones and desks, the world beyond the trunk out."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from hotline.rehearsal.console_client import ConsoleClient, open_console
from hotline.rehearsal.errors import NoSuchSeats
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.seats import Manner, RehearsedSeat, SeatLogin, seat_logins
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


@dataclass(slots=True)
class Cast:
    """All who play. `supervisor` asks the system what it says."""

    supervisor: ConsoleClient
    world: SipPhone
    seats: list[RehearsedSeat] = field(default_factory=list)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def all_idle(self) -> None:
        """Everybody is done with the last form."""
        for seat in self.seats:
            await seat.idle.wait()

    def lines_died(self) -> None:
        """Asterisk has died: who talked hears nothing any more and hangs up, at once here."""
        for seat in self.seats:
            seat.line_died()

    @property
    def talking(self) -> int:
        return sum(seat.is_talking for seat in self.seats)


def address_of(text: str) -> Address:
    """host:port of endpoints.json."""
    host, _, port = text.rpartition(":")
    return host, int(port)


@asynccontextmanager
async def open_cast(
    stage: Stage,
    seats: int,
    manner: Manner,
    seed: int,
    *,
    patience: float = 0.0,
    busy: Collection[str] = (),
) -> AsyncIterator[Cast]:
    """Seats registered, signed in and available; all sign out at the end.

    `patience`: for so many seconds their browsers ask again while the program is away. `busy`: the
    numbers of citizens, who are when we ring them back.
    """
    phones = PhoneSet(SystemClock(), Pacer())
    async with AsyncExitStack() as stack:
        supervisor = await stack.enter_async_context(_supervisor(stage, patience))
        world = await stack.enter_async_context(_world(stage, phones, busy))
        cast = Cast(supervisor, world)
        places = await _places(supervisor)
        logins = seat_logins(stage.endpoints, seats)
        check_there_are_places(logins, places)
        for login in logins:
            seat = await _open_seat(stack, stage, login, phones, (manner, seed, patience))
            await seat.sit_down(places[login.phone])
            cast.seats.append(seat)
        async with _at_work(stack, cast.seats):
            yield cast
        for seat in cast.seats:
            await seat.leave()


@asynccontextmanager
async def _at_work(stack: AsyncExitStack, seats: Sequence[RehearsedSeat]) -> AsyncIterator[None]:
    """Everybody answers, talks and files until the body ends."""
    async with asyncio.TaskGroup() as tasks:
        playing = [tasks.create_task(seat.work()) for seat in seats]
        try:
            for seat in seats:
                playing.append(await _listening(tasks, stack, seat))
                await seat.go_available()
            yield
        finally:
            for task in playing:
                task.cancel()


async def _listening(
    tasks: asyncio.TaskGroup, stack: AsyncExitStack, seat: RehearsedSeat
) -> "asyncio.Task[None]":
    messages = await stack.enter_async_context(seat.console.live())
    return tasks.create_task(seat.listen(messages))


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
    stack: AsyncExitStack,
    stage: Stage,
    login: SeatLogin,
    phones: PhoneSet,
    playing: tuple[Manner, int, float],
) -> RehearsedSeat:
    account = Account(login.phone, login.phone_password, address_of(stage.endpoints["seat_sip"]))
    phone = await stack.enter_async_context(open_phone(account, phones))
    manner, seed, patience = playing
    desk = open_console(stage.endpoints["console"], login.user, login.password, patience)
    console = await stack.enter_async_context(desk)
    return RehearsedSeat(login, phone, console, manner, seed)


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
