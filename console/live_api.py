"""The floor: once by GET, and as it changes over a WebSocket."""

import asyncio
from collections.abc import Callable
from secrets import SystemRandom
from typing import Final

from aiohttp import WSMsgType, web

from console.asked import Asked
from console.collaborators import Console
from console.floor_shown import FloorSnapshot
from console.live_clients import Audience, LiveClient
from console.logins import Scope
from console.routes import Routes
from console.sessions import key_of
from kernel.errors import Unavailable

routes = Routes("floor")

# From, to. aiohttp rounds it to whole seconds: windows that came back together after a restart
# would else be asked for a sign of life in one step of the loop, for ever.
_HEARTBEAT_S: Final = (20.0, 40.0)
_CHANCE: Final = SystemRandom()
_SEND_WITHIN_S: Final = 15.0
_LOOK_AT_SESSION_EVERY_S: Final = 15.0
_MESSAGE_AT_MOST: Final = 65_536
SESSION_OVER: Final = 4401  # close codes of ours, as webrtc.md's 4403


class _Way:
    """Whole frames beside those of aiohttp's writer, which also writes each in one go. Nothing may
    be compressed here: that would be a stream of its own."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
        self._socket = socket
        self._transport = transport

    def write(self, frame: bytes) -> bool:
        to = self._transport
        if to is None or to.get_write_buffer_size() or to.is_closing() or self._socket.closed:
            return False
        to.write(frame)
        return True


@routes.get("/api/floor", scope=Scope.WATCH_WALL)
async def floor_now(asked: Asked) -> FloorSnapshot:
    """The floor now, with the number of the last delta.

    Agents see seats and queues, supervisors the callers in line as well; a wall neither names nor
    calls.
    """
    board = asked.console.floor.live.board(_audience(asked))
    rows = {section: list(shown.values()) for section, shown in board.shown.items()}
    return FloorSnapshot.model_validate({"seq": board.seq, "at": asked.console.clock.now(), **rows})


@routes.get("/api/live", scope=Scope.WATCH_WALL, media="websocket")
async def live(asked: Asked) -> web.StreamResponse:
    """A snapshot, then deltas; to an agent also the offers of calls that ring at his seat."""
    socket = web.WebSocketResponse(
        compress=False, heartbeat=_CHANCE.uniform(*_HEARTBEAT_S), max_msg_size=_MESSAGE_AT_MOST
    )
    await socket.prepare(asked.request)
    token = asked.request.cookies[asked.console.settings.cookie]
    feed = asked.console.floor.live
    agent = asked.login.agent if asked.may(Scope.WATCH_FLOOR) else None
    client = feed.join(_audience(asked), agent, key_of(token))
    client.way = _Way(socket, asked.request.transport)
    try:
        async with asyncio.TaskGroup() as tasks:
            sending = tasks.create_task(_send(socket, client, asked.console, token))
            await _listen(socket, client)
            sending.cancel()
    finally:
        feed.clients.leave(client)
    return socket


def _audience(asked: Asked) -> Audience:
    if not asked.may(Scope.WATCH_FLOOR):
        return Audience.WALLS
    return Audience.SUPERVISORS if asked.may(Scope.READ_CALLS) else Audience.AGENTS


async def _listen(socket: web.WebSocketResponse, client: LiveClient) -> None:
    """The only thing a client says is that it missed a number; the loop also serves pings and
    closing."""
    async for message in socket:
        if message.type is WSMsgType.TEXT and message.data == "snapshot":
            client.ask_snapshot()


async def _send(
    socket: web.WebSocketResponse, client: LiveClient, console: Console, token: str
) -> None:
    """Until the client is closed, its session ends, or it takes nothing for a quarter of a
    minute."""
    while not client.closed and await _session_holds(console, token):
        await _next_news(client)
        await _send_all(socket, client, lambda: console.floor.live.snapshot(client.audience))
    await socket.close(code=SESSION_OVER, message=b"session over")


async def _send_all(
    socket: web.WebSocketResponse, client: LiveClient, snapshot: Callable[[], bytes]
) -> None:
    while not client.closed and (message := client.take(snapshot)) is not None:
        try:
            async with asyncio.timeout(_SEND_WITHIN_S):
                await socket.send_str(message.decode())
        except (TimeoutError, ConnectionError):
            client.close()


async def _next_news(client: LiveClient) -> None:
    try:
        async with asyncio.timeout(_LOOK_AT_SESSION_EVERY_S):
            await client.stirred()
    except TimeoutError:
        return  # nothing to say, but the session wants looking at


async def _session_holds(console: Console, token: str) -> bool:
    try:
        return await console.logins.sessions.find(token) is not None
    except Unavailable:
        return True  # nobody could have ended it in a store that is away
