"""A SIP phone without a person: registers, rings, answers, dials. For rehearsals and tests.

UDP on a loopback or LAN only. Everything runs on callbacks of the loop, so a phone leaves no task
behind; `open_phone` closes it.
"""

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.dialog import ALLOW, Dialog, Headers, response_to
from hotline.rehearsal.errors import BadSipMessage, PhoneSilent
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.registration import Registration
from hotline.rehearsal.rtp import Pacer, RtpStream
from hotline.rehearsal.sip_message import Address, SipMessage, parse_message, uri_in
from kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Answer:
    """Ring, and answer after so many seconds."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class LetItRing:
    """Ring, and never answer; the owner may still do so by hand."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Ring for so many seconds, then refuse: 486 busy, 603 declined, 480 unavailable."""

    code: int
    after: float = 0.0


Habit = Answer | LetItRing | Reject
Decide = Callable[[PhoneCall], Habit]
BUSY_HERE: Final = 486


@dataclass(frozen=True, slots=True)
class Account:
    """A login at a SIP server; `password` is not needed by peers that know us by address."""

    user: str
    password: str = ""
    server: Address = ("127.0.0.1", 5060)


@dataclass(frozen=True, slots=True)
class PhoneSet:
    """What a phone is made of besides its account."""

    clock: Clock
    pacer: Pacer
    bind: Address = ("127.0.0.1", 0)
    lines: int = 1  # calls at once; one more is answered 486


class SipPhone(asyncio.DatagramProtocol):
    """One phone. `decide` says what to do with each call that comes in."""

    def __init__(self, account: Account, made_of: PhoneSet, decide: Decide | None = None) -> None:
        self.account = account
        self.calls: list[PhoneCall] = []  # all calls ever, oldest first
        self.decide: Decide = decide or (lambda _call: Answer())
        self.honours_auto_answer = True
        self._set = made_of
        self._by_id: dict[str, PhoneCall] = {}
        self._transport: asyncio.DatagramTransport | None = None
        self._numbers = itertools.count(1)
        self._name = secrets.token_hex(6)
        self._new_call = asyncio.Event()
        self._registration: Registration | None = None

    # ---- Line

    @property
    def address(self) -> Address:
        assert self._transport is not None, "the phone is open"
        host, port = self._transport.get_extra_info("sockname")[:2]
        return str(host), int(port)

    @property
    def login(self) -> tuple[str, str]:
        return self.account.user, self.account.password

    def send(self, message: SipMessage, to: Address) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(message.encode(), to)

    def now(self) -> datetime:
        return self._set.clock.now()

    def new_branch(self) -> str:
        return f"z9hG4bK{self._name}{next(self._numbers)}"

    # ---- what the owner does

    async def register(self, *, expires: int = 300, within: float = 5.0) -> None:
        """REGISTER, and again before it lapses. Raises RegistrationRefused or PhoneSilent."""
        if self._registration is None:
            self._registration = Registration(self, self.account.server, self._new_dialog_id())
        await self._registration.register(expires, within)

    async def unregister(self, *, within: float = 5.0) -> None:
        if self._registration is not None:
            await self._registration.register(0, within)

    def dial(
        self, number: str, *, caller: str = "", name: str = "", extra: Headers = ()
    ) -> PhoneCall:
        """Calls `number` at the server. `caller` and `name` are what the far end is shown."""
        host, port = self.account.server
        shown = f'"{name}" ' if name else ""
        shown += f"<sip:{caller or self.account.user}@{self.address[0]}>"
        local = f"{shown};tag={secrets.token_hex(6)}"
        dialog = Dialog(self, self._new_dialog_id(), local, f"<sip:{number}@{host}>")
        dialog.target, dialog.peer = f"sip:{number}@{host}:{port}", self.account.server
        call = self._keep(PhoneCall(self, dialog, self._new_stream()))
        call.dial(extra)
        return call

    async def next_call(self, *, within: float, after: int = 0) -> PhoneCall:
        """The call number `after` (from 0) at this phone, waited for. Raises PhoneSilent."""
        try:
            async with asyncio.timeout(within):
                while len(self.calls) <= after:
                    self._new_call.clear()
                    await self._new_call.wait()
        except TimeoutError:
            raise PhoneSilent(
                f"No call number {after + 1} came to phone {self.account.user} in {within} s.",
                remedy="See whether the phone is registered and its seat available.",
            ) from None
        return self.calls[after]

    def close(self) -> None:
        if self._registration is not None:
            self._registration.close()
        for call in self.calls:
            call.lose()
        if self._transport is not None:
            self._transport.close()

    # ---- what the network says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Python 3.11's datagram transport does not inherit from DatagramTransport.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        if len(data) < 16:
            return  # a keep-alive of two line ends
        try:
            message = parse_message(data)
        except BadSipMessage:
            return  # SIP drops what it cannot read (§18.3)
        call = self._by_id.get(message.call_id)
        if message.is_response:
            self._take_response(call, message)
        elif call is not None:
            call.take_request(message)
        elif message.method == "INVITE":
            self._take_invite(message, addr)
        elif message.method != "ACK":
            known = message.method in ("OPTIONS", "NOTIFY")
            self.send(response_to(message, 200 if known else 481, [ALLOW]), addr)

    def _take_response(self, call: PhoneCall | None, message: SipMessage) -> None:
        if call is not None:
            call.take_response(message)
        elif self._registration is not None:
            self._registration.take_response(message)

    def _take_invite(self, message: SipMessage, addr: Address) -> None:
        ours = f"{message.header('To')};tag={secrets.token_hex(6)}"
        dialog = Dialog(self, message.call_id, ours, message.header("From"))
        dialog.target, dialog.peer = uri_in(message.header("Contact")), addr
        dialog.routes = tuple(message.all("Record-Route"))
        busy = sum(one.log.phase is not Phase.ENDED for one in self.calls) >= self._set.lines
        call = self._keep(PhoneCall(self, dialog, self._new_stream(), message))
        if busy:
            call.reject(BUSY_HERE)
            return
        call.ring()
        self._behave(call, self.decide(call))

    def _behave(self, call: PhoneCall, habit: Habit) -> None:
        if self.honours_auto_answer and call.asks_auto_answer:
            call.answer()
            return
        match habit:
            case Answer(after=seconds):
                self._later(seconds, call, call.answer)
            case Reject(code=code, after=seconds):
                self._later(seconds, call, lambda: call.reject(code))
            case LetItRing():
                return

    def _later(self, seconds: float, call: PhoneCall, act: Callable[[], None]) -> None:
        """Acts then if the phone still rings; at once when there is nothing to wait for."""
        if seconds <= 0:
            act()
            return

        def act_if_ringing() -> None:
            if call.log.phase is Phase.RINGING:
                act()

        asyncio.get_running_loop().call_later(seconds, act_if_ringing)

    # ---- small things

    def _keep(self, call: PhoneCall) -> PhoneCall:
        self.calls.append(call)
        self._by_id[call.call_id] = call
        self._new_call.set()
        return call

    def _new_stream(self) -> RtpStream:
        return RtpStream(self.address[0], self._set.pacer)

    def _new_dialog_id(self) -> str:
        return f"{self._name}-{next(self._numbers)}@{self.address[0]}"


@asynccontextmanager
async def open_phone(
    account: Account, made_of: PhoneSet, decide: Decide | None = None
) -> AsyncIterator[SipPhone]:
    """A phone on its own port. Closes it afterwards: calls end, timers stop."""
    loop = asyncio.get_running_loop()
    _, phone = await loop.create_datagram_endpoint(
        lambda: SipPhone(account, made_of, decide), made_of.bind
    )
    try:
        yield phone
    finally:
        phone.close()
