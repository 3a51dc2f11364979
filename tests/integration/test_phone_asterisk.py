"""The rehearsal's SIP phone against the real Asterisk: what its own tests cannot show."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from hotline.rehearsal.call_log import EndedBy, News, Phase
from hotline.rehearsal.errors import RegistrationRefused
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_phone import (
    Account,
    Answer,
    Habit,
    LetItRing,
    PhoneSet,
    Reject,
    SipPhone,
    open_phone,
)
from kernel.clock import SystemClock
from tests.integration.servers import RunningAsterisk, eventually

SOON = 20.0


async def ring_with_music(asterisk: RunningAsterisk) -> None:
    """Asterisk rings 8001 and plays hold music to it, by a plain AMI login of its own."""
    reader, writer = await asyncio.open_connection(asterisk.host, asterisk.ami_port)
    login = {"Action": "Login", "Username": asterisk.ami_user, "Secret": asterisk.ami_secret}
    rings = {"Action": "Originate", "Channel": "PJSIP/8001", "Async": "true"}
    rings |= {"Application": "MusicOnHold", "Timeout": "20000"}
    for action in (login, rings):
        lines = [f"{name}: {value}" for name, value in action.items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        while not (await reader.readuntil(b"\r\n\r\n")).startswith((b"Response", b"Asterisk")):
            continue  # an event: what closes now might not be read to its end
    writer.close()
    await writer.wait_closed()


class OpensSeat:
    """Opens the phone 8001 with one habit, registered."""

    def __init__(self, stack: AsyncExitStack, asterisk: RunningAsterisk) -> None:
        self._stack = stack
        self._asterisk = asterisk

    async def __call__(self, habit: Habit, *, password: str = "") -> SipPhone:
        account = Account(
            "8001",
            password or self._asterisk.phones["8001"],
            (self._asterisk.host, self._asterisk.sip_port),
        )
        made_of = PhoneSet(SystemClock(), Pacer())
        opening = open_phone(account, made_of, lambda _call: habit)
        phone = await self._stack.enter_async_context(opening)
        await phone.register(within=SOON)
        return phone


@pytest.fixture
async def seat(asterisk: RunningAsterisk) -> AsyncIterator[OpensSeat]:
    asterisk.end_all_calls()
    async with AsyncExitStack() as stack:
        yield OpensSeat(stack, asterisk)


async def test_a_seat_s_phone_is_reachable_while_it_is_registered(
    asterisk: RunningAsterisk, seat: OpensSeat
) -> None:
    phone = await seat(Answer())
    here = f"@127.0.0.1:{phone.address[1]}"
    assert eventually(lambda: here in asterisk.rx("pjsip show contacts"))

    await phone.unregister(within=SOON)
    assert eventually(lambda: here not in asterisk.rx("pjsip show contacts"))


async def test_a_wrong_password_is_refused_by_asterisk(seat: OpensSeat) -> None:
    with pytest.raises(RegistrationRefused):
        await seat(Answer(), password="wrong")


async def test_an_answered_phone_hears_music_holds_and_hangs_up(
    asterisk: RunningAsterisk, seat: OpensSeat
) -> None:
    phone = await seat(Answer())
    await ring_with_music(asterisk)
    call = await phone.next_call(within=SOON)
    await call.log.until_seen(News.CONFIRMED, within=SOON)

    await call.sound.until(lambda heard: heard.packets > 50, within=SOON)
    assert call.sound.heard.loudness() > 100

    call.hold()
    await call.log.until_seen(News.HOLDING, within=SOON)
    call.resume()
    await call.log.until_seen(News.RESUMING, within=SOON)
    call.hang_up()

    assert eventually(lambda: asterisk.is_quiet)


async def test_a_phone_that_rings_in_vain_is_cancelled(
    asterisk: RunningAsterisk, seat: OpensSeat
) -> None:
    phone = await seat(LetItRing())
    await ring_with_music(asterisk)
    call = await phone.next_call(within=SOON)
    assert call.log.phase is Phase.RINGING

    asterisk.rx("channel request hangup all")
    await call.log.until_seen(News.CANCELLED, within=SOON)

    assert call.ended_by is EndedBy.THEM


@pytest.mark.parametrize("code", [480, 486, 603])
async def test_a_refusal_ends_the_call_in_asterisk(
    asterisk: RunningAsterisk, seat: OpensSeat, code: int
) -> None:
    phone = await seat(Reject(code))
    await ring_with_music(asterisk)
    call = await phone.next_call(within=SOON)
    await call.log.until_seen(News.REFUSED, within=SOON)

    assert call.code == code
    assert eventually(lambda: asterisk.is_quiet)
