"""Asterisk's side of one softphone, signalling only: takes it in, rings it, hears what it says.

No sound: its SDP names an address where nobody listens.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.console.softphones import FakePhones

_SDP = """v=0
o=- 1 1 IN IP4 127.0.0.1
s=far
c=IN IP4 127.0.0.1
t=0 0
a=group:BUNDLE audio-0
m=audio 40000 UDP/TLS/RTP/SAVPF 8
a=mid:audio-0
a=rtpmap:8 PCMA/8000
a=rtcp-mux
a=ice-ufrag:{ufrag}
a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa
a=candidate:1 1 UDP 2130706431 127.0.0.1 40000 typ host
a=fingerprint:sha-256 {print}
a=setup:{setup}
a=sendrecv
""".replace("\n", "\r\n")
_PRINT = ":".join(["AB"] * 32)


class FarEnd:
    """The newest socket is the one it rings."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[str] = asyncio.Queue()  # all but REGISTER
        self.contact = ""
        self.registered = asyncio.Event()
        self._sockets: list[web.WebSocketResponse] = []

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        self._sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._take(socket, message.data)
        return socket

    async def _take(self, socket: web.WebSocketResponse, text: str) -> None:
        if text.startswith("REGISTER"):
            self.contact = header(text, "Contact")
            more = f"Contact: {self.contact};expires=120\r\nExpires: 120\r\n"
            await socket.send_str(answer_to(text, more))
            self.registered.set()
        elif text.strip():
            if text.startswith("BYE"):
                await socket.send_str(answer_to(text))
            await self.said.put(text)

    async def send(self, text: str) -> None:
        await self._sockets[-1].send_str(text)

    async def close(self) -> None:
        for socket in self._sockets:
            await socket.close()

    async def hear(self, beginning: str) -> str:
        """The next message that begins so; others are passed over."""
        async with asyncio.timeout(30):
            while not (text := await self.said.get()).startswith(beginning):
                continue
        return text

    async def ring(self, call_id: str = "call-1") -> str:
        """The INVITE as sent."""
        body = _SDP.format(ufrag="far1", print=_PRINT, setup="actpass")
        target = re.search(r"<([^>]+)>", self.contact)
        assert target is not None, "the softphone is registered"
        text = (
            f"INVITE {target.group(1)} SIP/2.0\r\n"
            f"Via: SIP/2.0/WS far.invalid;branch=z9hG4bKfar1{call_id}\r\nMax-Forwards: 70\r\n"
            "From: <sip:13912345678@hotline>;tag=far\r\n"
            f"To: <{target.group(1)}>\r\nCall-ID: {call_id}\r\nCSeq: 7 INVITE\r\n"
            "Contact: <sip:asterisk@far.invalid;transport=ws>\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        await self.send(text)
        return text

    async def acknowledge(self, invite: str, answered: str) -> None:
        first = invite.split(" SIP/2.0")[0].replace("INVITE", "ACK")
        await self.send(
            f"{first} SIP/2.0\r\nVia: SIP/2.0/WS far.invalid;branch=z9hG4bKfar2\r\n"
            f"Max-Forwards: 70\r\nFrom: {header(answered, 'From')}\r\n"
            f"To: {header(answered, 'To')}\r\nCall-ID: {header(answered, 'Call-ID')}\r\n"
            "CSeq: 7 ACK\r\n"
            "Content-Length: 0\r\n\r\n"
        )

    async def accept(self, invite: str) -> None:
        """An answer to an INVITE of the page, on its call or a new one."""
        body = _SDP.format(ufrag="far2", print=_PRINT, setup="passive")
        body = body.replace("audio-0", header(invite, "a=mid"))
        more = (
            "Contact: <sip:asterisk@far.invalid;transport=ws>\r\nContent-Type: application/sdp\r\n"
        )
        await self.send(answer_to(invite, more, body))


def header(text: str, name: str) -> str:
    """The value of a header, or of a line of the SDP."""
    found = re.search(rf"^{re.escape(name)}: *(.*?)\r?$", text, re.MULTILINE)
    return "" if found is None else found.group(1)


def tag_of(value: str) -> str:
    found = re.search(r";tag=([^;>]+)", value)
    return "" if found is None else found.group(1)


def answer_to(request: str, more: str = "", body: str = "") -> str:
    same = "".join(
        f"{name}: {header(request, name)}\r\n" for name in ("Via", "From", "Call-ID", "CSeq")
    )
    to = header(request, "To")
    to = to if tag_of(to) else f"{to};tag=answered"
    return f"SIP/2.0 200 OK\r\n{same}To: {to}\r\n{more}Content-Length: {len(body)}\r\n\r\n{body}"


@asynccontextmanager
async def open_far_end(phones: FakePhones) -> AsyncIterator[FarEnd]:
    far = FarEnd()
    app = web.Application()
    app.router.add_get("/ws", far.serve)
    async with TestServer(app) as server:
        phones.socket = f"ws://127.0.0.1:{server.port}/ws"
        yield far
        phones.socket = ""
        await far.close()
