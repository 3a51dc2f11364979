"""Asterisk's side of softphones in pages: what it was told, and a socket that answers 200."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from kernel.errors import Unavailable
from kernel.ids import Extension


class FakePhones:
    """`console.seat_credentials.PushesPhones`."""

    def __init__(self) -> None:
        self.socket = ""
        self.pushed: dict[Extension, str] = {}
        self.is_away = False

    async def push(self, phone: Extension, password: str) -> None:
        if self.is_away:
            raise Unavailable("Asterisk is away.", remedy="Wait.")
        self.pushed[phone] = password

    async def drop(self, phone: Extension) -> None:
        self.pushed.pop(phone, None)


class FakeAsteriskSocket:
    def __init__(self) -> None:
        self.frames: list[str] = []
        self.open = 0

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("sip",))
        await socket.prepare(request)
        self.open += 1
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.frames.append(message.data)
                await socket.send_str("SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n")
        self.open -= 1
        return socket


@asynccontextmanager
async def open_asterisk_socket(phones: FakePhones) -> AsyncIterator[FakeAsteriskSocket]:
    fake = FakeAsteriskSocket()
    app = web.Application()
    app.router.add_get("/ws", fake.serve)
    async with TestServer(app) as server:
        phones.socket = f"ws://127.0.0.1:{server.port}/ws"
        yield fake


def sip(method: str, sender: str, *, to: str = "", more: str = "", body: str = "") -> str:
    """One frame; `sender` and `to` are the whole values of From and To."""
    return (
        f"{method} sip:hotline SIP/2.0\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bK1\r\n"
        f"From: {sender}\r\nTo: {to or sender.partition(';')[0]}\r\nCall-ID: 1\r\n"
        f"CSeq: 1 {method}\r\n{more}Content-Length: {len(body)}\r\n\r\n{body}"
    )
