"""Opens the players of a small rehearsal: citizens by SIP, seats with phone and desk, the world
beyond the trunk out, and a supervisor. Nobody does anything yet.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from hotline.rehearsal.cast import address_of
from hotline.rehearsal.console_client import PATIENT_S, ConsoleClient, open_console
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.seats import SeatLogin, seat_logins
from hotline.rehearsal.sip_phone import Account, PhoneSet, SipPhone, open_phone
from hotline.rehearsal.stage import Stage
from kernel.clock import SystemClock

_LINES: Final = 60


@dataclass
class Company:
    """`seats`: login, registered phone, signed-in console of each; not yet at the seat."""

    chief: ConsoleClient
    citizens: SipPhone
    world: SipPhone
    seats: list[tuple[SeatLogin, SipPhone, ConsoleClient]] = field(default_factory=list)


@asynccontextmanager
async def open_company(stage: Stage, seats: int) -> AsyncIterator[Company]:
    clock, pacer, there = SystemClock(), Pacer(), stage.endpoints
    at = address_of(there["sip"])
    theirs = PhoneSet(clock, pacer, (there["sip_source"], 0), lines=_LINES)
    beyond = PhoneSet(clock, pacer, address_of(there["trunk_out"]), lines=_LINES)
    chief = next(one for one in there["logins"] if one["role"] == "supervisor")
    async with AsyncExitStack() as stack:
        company = Company(
            chief=await stack.enter_async_context(
                open_console(there["console"], chief["user"], chief["password"], PATIENT_S)
            ),
            citizens=await stack.enter_async_context(
                open_phone(Account("citizen", "", at), theirs)
            ),
            world=await stack.enter_async_context(open_phone(Account("world", "", at), beyond)),
        )
        for seat in seat_logins(there, seats):
            account = Account(seat.phone, seat.phone_password, address_of(there["seat_sip"]))
            phone = await stack.enter_async_context(open_phone(account, PhoneSet(clock, pacer)))
            await phone.register()
            console = await stack.enter_async_context(
                open_console(there["console"], seat.user, seat.password, PATIENT_S)
            )
            company.seats.append((seat, phone, console))
        yield company
        for _, phone, _ in company.seats:
            await phone.unregister()
