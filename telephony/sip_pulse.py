"""Does Asterisk's SIP side live? An OPTIONS over UDP; any answer at all, a refusal too, is life.

The AMI can be well while no phone is served (a stuck transport, a firewall, a full task queue).
Asked every five seconds from one socket, it stays below what Asterisk writes into its log.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast

from telephony.settings import SipPulseSettings

_REQUEST: Final = (
    "OPTIONS sip:{host}:{port} SIP/2.0\r\n"
    "Via: SIP/2.0/UDP {here};rport;branch=z9hG4bK{token}\r\n"
    "Max-Forwards: 1\r\n"
    "From: <sip:pulse@{here}>;tag={token}\r\n"
    "To: <sip:{host}:{port}>\r\n"
    "Call-ID: {token}\r\n"
    "CSeq: 1 OPTIONS\r\n"
    "Contact: <sip:pulse@{here}>\r\n"
    "Content-Length: 0\r\n\r\n"
)
_RESEND: Final = 0.5  # s, as SIP's T1: a datagram may be lost


class SipPulse(asyncio.DatagramProtocol):
    """One socket; `lives` asks once. Open it with `open_sip_pulse`."""

    def __init__(self, settings: SipPulseSettings) -> None:
        self._settings = settings
        self._transport: asyncio.DatagramTransport | None = None
        self._token = ""
        self._answered = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # its base says less

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data.startswith(b"SIP/2.0 ") and self._token.encode() in data:
            self._answered.set()

    def error_received(self, exc: Exception) -> None:
        """Nobody listens there (ICMP): the same as no answer."""

    async def lives(self) -> bool:
        """False when nothing came within `within`."""
        self._token = secrets.token_hex(12)
        self._answered.clear()
        try:
            async with asyncio.timeout(self._settings.within.total_seconds()):
                return await self._ask_until_answered()
        except TimeoutError:
            return False

    async def _ask_until_answered(self) -> bool:
        while not self._answered.is_set():
            self._send()
            try:
                async with asyncio.timeout(_RESEND):
                    await self._answered.wait()
            except TimeoutError:
                continue
        return True

    def _send(self) -> None:
        assert self._transport is not None, "open_sip_pulse has made it"
        host, port = self._transport.get_extra_info("sockname")[:2]
        text = _REQUEST.format(
            host=self._settings.host,
            port=self._settings.port,
            here=f"{host}:{port}",
            token=self._token,
        )
        self._transport.sendto(text.encode())


@asynccontextmanager
async def open_sip_pulse(settings: SipPulseSettings) -> AsyncIterator[SipPulse]:
    """Raises OSError for a host that cannot be resolved."""
    transport, pulse = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: SipPulse(settings), remote_addr=(settings.host, settings.port or 0)
    )
    try:
        yield pulse
    finally:
        transport.close()
