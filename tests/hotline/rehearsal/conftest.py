import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import cast

import pytest

from hotline.rehearsal.dialog import response_to
from hotline.rehearsal.rtp import Pacer
from hotline.rehearsal.sip_message import Address, SipMessage, digest_header, parse_message
from hotline.rehearsal.sip_phone import Account, Decide, PhoneSet, SipPhone, open_phone
from kernel.clock import SystemClock


class Phones:
    """Opens phones for a test and closes them after it."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._set = PhoneSet(SystemClock(), Pacer())

    async def open(
        self,
        user: str,
        decide: Decide | None = None,
        *,
        server: Address = ("127.0.0.1", 9),
        password: str = "",
    ) -> SipPhone:
        account = Account(user, password, server)
        return await self._stack.enter_async_context(open_phone(account, self._set, decide))


@pytest.fixture
async def phones() -> AsyncIterator[Phones]:
    async with AsyncExitStack() as stack:
        yield Phones(stack)


class Registrar(asyncio.DatagramProtocol):
    """A registrar that challenges once and remembers who is registered, and for how long."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.bindings: dict[str, int] = {}
        self.asked = 0
        self.deaf_for = 0
        self.renewed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)
        self.address: Address = transport.get_extra_info("sockname")

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self.asked += 1
        if self.deaf_for:
            self.deaf_for -= 1
            return
        request = parse_message(data)
        self.transport.sendto(self._judge(request).encode(), addr)

    def _judge(self, request: SipMessage) -> SipMessage:
        user = request.header("From").split("sip:")[1].split("@")[0]
        realm = ("WWW-Authenticate", 'Digest realm="city", nonce="n1", qop="auth", opaque="o"')
        challenge = response_to(request, 401, [realm])
        said = request.header("Authorization")
        if said != digest_header(challenge, (user, self.password), "REGISTER", request.uri)[1]:
            return challenge
        self.bindings[user] = int(request.header("Expires"))
        self.renewed.set()
        return response_to(request, 200)


@pytest.fixture
async def registrar() -> AsyncIterator[Registrar]:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.create_datagram_endpoint(
        lambda: Registrar("secret"), ("127.0.0.1", 0)
    )
    yield protocol
    transport.close()
