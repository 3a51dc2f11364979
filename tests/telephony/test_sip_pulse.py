"""The pulse of Asterisk's SIP side, against a phone exchange of our own on the loopback."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from telephony.settings import SipPulseSettings
from telephony.sip_pulse import open_sip_pulse


class Exchange(asyncio.DatagramProtocol):
    """Answers requests with this status; "" keeps silent. The first `deaf` it does not hear."""

    def __init__(self, status: str, deaf: int = 0) -> None:
        self.status, self.deaf, self.asked = status, deaf, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked += 1
        if self.status and self.asked > self.deaf:
            lines = data.decode().split("\r\n")
            kept = [line for line in lines if line.startswith(("Via", "From", "Call-ID", "CSeq"))]
            answer = "\r\n".join([f"SIP/2.0 {self.status}", *kept, "", ""])
            self.transport.sendto(answer.encode(), addr)  # type: ignore[attr-defined]


@asynccontextmanager
async def exchange(
    status: str, deaf: int = 0, within: timedelta = timedelta(seconds=20)
) -> AsyncIterator[tuple[Exchange, SipPulseSettings]]:
    transport, listens = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Exchange(status, deaf), local_addr=("127.0.0.1", 0)
    )
    port = transport.get_extra_info("sockname")[1]
    try:
        yield listens, SipPulseSettings(host="127.0.0.1", port=port, within=within)
    finally:
        transport.close()


async def test_an_exchange_that_answers_lives_each_time_it_is_asked() -> None:
    """Its watchman had failed on each look: the pulse had refused asyncio's own endpoint."""
    async with exchange("200 OK") as (listens, settings), open_sip_pulse(settings) as pulse:
        assert [await pulse.lives(), await pulse.lives()] == [True, True]
        assert listens.asked >= 2


async def test_a_refusal_is_life_too() -> None:
    async with exchange("404 Not Found") as (_, settings), open_sip_pulse(settings) as pulse:
        assert await pulse.lives()


async def test_a_lost_datagram_is_sent_again() -> None:
    async with exchange("200 OK", deaf=1) as (listens, settings), open_sip_pulse(settings) as pulse:
        assert await pulse.lives()
        assert listens.asked >= 2


async def test_silence_is_no_life() -> None:
    told = exchange("", within=timedelta(seconds=1.2))
    async with told as (listens, settings), open_sip_pulse(settings) as pulse:
        assert not await pulse.lives()
        assert listens.asked >= 2
