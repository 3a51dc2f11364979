"""A rehearsal of the calls we owe to those whom nobody answered: they give up in the line, the
seats come back, and each is rung, once; what became of it is compared with what is stored.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from hotline.private.progress import Say, silence
from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.callback_citizens import MissedCitizen, Way, draw_missed
from hotline.rehearsal.cast import address_of
from hotline.rehearsal.compare import Difference
from hotline.rehearsal.console_client import PATIENT_S, ConsoleClient, open_console
from hotline.rehearsal.errors import ConsoleRefused
from hotline.rehearsal.faults import CALM
from hotline.rehearsal.mended import mended
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.seats import SeatLogin, seat_logins
from hotline.rehearsal.sip_message import user_in
from hotline.rehearsal.sip_phone import (
    Account,
    Answer,
    Habit,
    PhoneSet,
    SipPhone,
    open_phone,
)
from hotline.rehearsal.stage import Stage
from kernel.clock import SystemClock

_LINES: Final = 60
_IN_LINE_S: Final = 4.0
_TALKS_S: Final = 8.0
_VOICE_HZ: Final = 300
_LOOK_S: Final = 1.0
_WITHIN_S: Final = 240.0
_FOREVER_S: Final = 24 * 3600.0
_AGAIN_EVERY_S: Final = 2.0
_RUNNING: Final = {"open", "claimed", "assigned", "dialling", "reached"}


@dataclass
class Company:
    """Everybody who plays."""

    chief: ConsoleClient
    seats: list[tuple[SeatLogin, SipPhone, ConsoleClient]]
    citizens: SipPhone
    world: SipPhone
    habits: dict[str, Habit]
    rung: Counter[str] = field(default_factory=Counter)


async def rehearse_missed(
    stage: Stage, count: int, seats: int, seed: int, tell: Say
) -> list[Difference]:
    """Raises what keeps it from taking place at all."""
    missed, began = draw_missed(count, seed), SystemClock().now()
    async with _company(stage, seats, missed) as company, asyncio.TaskGroup() as group:
        playing = [group.create_task(_talks(company.world, hangs_up=True))]
        playing += [group.create_task(_talks(phone)) for _, phone, _ in company.seats]
        for login, _, console in company.seats:
            await console.ask("POST", "/api/seat/sign-in", {"seat": login.seat})
        await asyncio.gather(*(_gives_up(company.citizens, one.number) for one in missed))
        await _until(company, missed, lambda states: len(states) == len(missed))
        tell(f"{len(missed)} 个未接来电待回拨 / missed calls are owed")
        again = [one for one in missed if one.way is Way.RINGS_AGAIN]
        waiting = [await _in_line(company.citizens, one.number) for one in again]
        playing += [group.create_task(_at_work(console)) for _, _, console in company.seats]
        await _until(company, again, lambda states: not set(states) & _RUNNING, tell)
        for call in waiting:  # they were answered by a person
            call.hang_up()
        await _until(company, missed, lambda states: not set(states) & _RUNNING, tell)
        for task in playing:
            task.cancel()
        found = await _compared(company, missed)
    return [*found, *mended(stage.root / "journal", began, CALM)]


async def _compared(company: Company, missed: Sequence[MissedCitizen]) -> list[Difference]:
    rows = await _duties(company.chief)
    found = []
    for one in missed:
        state, outcomes = one.stored
        mine = rows.get(one.shown, [])
        stored = [(row["state"], await _outcomes(company.chief, row["id"])) for row in mine]
        if stored != [(state, outcomes)]:
            found.append(_difference(one, f"did {state} {outcomes}, stored {stored}"))
        if company.rung[one.number] != len(outcomes):
            found.append(_difference(one, f"rang {company.rung[one.number]} times"))
    return found


async def _outcomes(chief: ConsoleClient, duty: str) -> list[str]:
    story = await chief.ask("GET", f"/api/duties/{duty}")
    return [one["outcome"] for one in story["attempts"]]


def _difference(one: MissedCitizen, what: str) -> Difference:
    about = f"{one.number} ({one.way})"
    return Difference(one.number, f"回拨 {about}：{what}", f"Callback to {about}: {what}")


async def _duties(chief: ConsoleClient) -> dict[str, list[Any]]:
    page = await chief.ask("GET", "/api/duties", query={"limit": "500"})
    found: dict[str, list[Any]] = {}
    for row in page["duties"]:
        if row["kind"] in ("missed", "promised"):
            found.setdefault(row["caller"], []).append(row)
    return found


async def _until(
    company: Company,
    missed: Sequence[MissedCitizen],
    so: Callable[[list[str]], bool],
    tell: Say = silence,
) -> None:
    """Until the duties' states are so, or it takes too long: then they are differences."""
    shown = {one.shown for one in missed}
    try:
        async with asyncio.timeout(_WITHIN_S):
            while not so(states := await _states(company.chief, shown)):
                tell(f"回拨 callbacks: {dict(Counter(states))}")
                await asyncio.sleep(_LOOK_S)
    except TimeoutError:
        tell("回拨超时 / the callbacks took too long")


async def _states(chief: ConsoleClient, shown: set[str]) -> list[str]:
    rows = await _duties(chief)
    return [row["state"] for name in shown for row in rows.get(name, [])]


# ---- what people do


async def _in_line(phone: SipPhone, number: str) -> PhoneCall:
    call = phone.dial("12345", caller=number)
    await call.log.until_seen(News.CONFIRMED, within=_WITHIN_S)
    await asyncio.sleep(_LOOK_S)
    call.press("0")
    return call


async def _gives_up(phone: SipPhone, number: str) -> None:
    call = await _in_line(phone, number)
    await asyncio.sleep(_IN_LINE_S)
    call.hang_up()


async def _talks(phone: SipPhone, *, hangs_up: bool = False) -> None:
    """Whoever is rung and answers talks; the citizens say good-bye after a moment."""
    taken = len(phone.calls)
    async with asyncio.TaskGroup() as group:
        while True:
            call = await phone.next_call(within=_FOREVER_S, after=taken)
            taken += 1
            group.create_task(_one_talk(call, hangs_up), name="talk")


async def _one_talk(call: PhoneCall, hangs_up: bool) -> None:
    await call.log.until(lambda log: log.phase is not Phase.RINGING, within=_FOREVER_S)
    if call.log.phase is not Phase.TALKING:
        return
    call.sound.play(tone(_VOICE_HZ))
    await asyncio.sleep(_TALKS_S)
    if hangs_up and call.log.phase is Phase.TALKING:
        call.hang_up()


async def _at_work(console: ConsoleClient) -> None:
    """Takes the next call as soon as it can: no paperwork here."""
    while True:
        try:
            await console.ask("POST", "/api/seat/available")
        except ConsoleRefused as refused:
            if refused.reason != "wrong-state":
                raise
        await asyncio.sleep(_AGAIN_EVERY_S)


# ---- the stage


@asynccontextmanager
async def _company(
    stage: Stage, seats: int, missed: Sequence[MissedCitizen]
) -> AsyncIterator[Company]:
    clock, pacer = SystemClock(), Pacer()
    habits = {one.number: one.habit for one in missed}
    at = address_of(stage.endpoints["sip"])
    theirs = PhoneSet(clock, pacer, (stage.endpoints["sip_source"], 0), lines=_LINES)
    beyond = PhoneSet(clock, pacer, address_of(stage.endpoints["trunk_out"]), lines=_LINES)
    async with AsyncExitStack() as stack:
        citizens = await stack.enter_async_context(open_phone(Account("citizen", "", at), theirs))
        world = await stack.enter_async_context(open_phone(Account("world", "", at), beyond))
        login = next(one for one in stage.endpoints["logins"] if one["role"] == "supervisor")
        chief = await stack.enter_async_context(
            open_console(stage.endpoints["console"], login["user"], login["password"], PATIENT_S)
        )
        company = Company(chief, [], citizens, world, habits)
        world.decide = lambda call: _rings(company, call)
        for seat in seat_logins(stage.endpoints, seats):
            account = Account(
                seat.phone, seat.phone_password, address_of(stage.endpoints["seat_sip"])
            )
            phone = await stack.enter_async_context(open_phone(account, PhoneSet(clock, pacer)))
            await phone.register()
            console = await stack.enter_async_context(
                open_console(stage.endpoints["console"], seat.user, seat.password, PATIENT_S)
            )
            company.seats.append((seat, phone, console))
        yield company
        for _, phone, _ in company.seats:
            await phone.unregister()


def _rings(company: Company, call: PhoneCall) -> Habit:
    number = user_in(call.invite.uri) if call.invite is not None else ""
    company.rung[number] += 1
    return company.habits.get(number, Answer(after=0.5))
