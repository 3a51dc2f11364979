"""The softphone's way to Asterisk: SIP over WebSocket at our own address, one window a seat.

Signalling only; sound goes between browser and Asterisk. The session cookie says whose socket it
is, and nothing passes that another seat's phone would send (console/sip_frames.py). Closing the
socket ends the registration, so a sign-out is one, at once.
"""

import asyncio
from typing import Final

import aiohttp
import structlog
from aiohttp import WSMsgType, web
from pydantic import BaseModel, ConfigDict

from acd import errors as acd
from console.asked import Asked
from console.errors import NoAgentBehindLogin, NoSoftphone
from console.logins import Scope
from console.routes import Routes
from console.seat_credentials import CLOSING, STOP, Credential, SeatCredentials
from console.sessions import key_of
from console.sip_frames import FrameRefused, check_frame
from kernel.errors import Unavailable
from telephony.seat_phones import page_endpoint

log = structlog.get_logger()
routes = Routes("softphone")

PROTOCOL: Final = "sip"
REFUSED: Final = 4403
NOT_YOURS: Final = 4410
_HEARTBEAT_S: Final = 20.0
_FRAME_AT_MOST: Final = 65_536
_LOOK_AT_SESSION_EVERY_S: Final = 30.0
_UPSTREAM_WITHIN_S: Final = 5.0


class PhoneLogin(BaseModel):
    """What the page's softphone registers with; good until the next one, or until signed out."""

    model_config = ConfigDict(frozen=True)

    name: str
    password: str
    domain: str = "hotline"
    path: str = "/sip"


@routes.post(
    "/api/seat/phone",
    scope=Scope.SIT,
    errors=(NoAgentBehindLogin, acd.WrongState, acd.SeatWithoutPhone, Unavailable),
)
async def seat_phone(asked: Asked) -> PhoneLogin:
    """A login for the softphone in this window (网页话机); the phone on the table stays."""
    floor = asked.console.floor
    seat = floor.floor.snapshot().seat_of(asked.agent)
    if seat is None:
        raise acd.WrongState(
            f"Agent {asked.agent} sits at no seat.", remedy="Sign in at a seat first."
        )
    softphones = asked.console.softphones
    made = await softphones.issue(asked.agent, seat.phone, _session(asked))
    return PhoneLogin(name=page_endpoint(made.phone), password=made.password)


@routes.get("/sip", scope=Scope.SIT, media="websocket", errors=(NoSoftphone, NoAgentBehindLogin))
async def sip(asked: Asked) -> web.StreamResponse:
    """SIP over WebSocket (RFC 7118) for the softphone of one's own seat."""
    offered = asked.request.headers.get("Sec-WebSocket-Protocol", "")
    held = asked.console.softphones.of(asked.agent, _session(asked))
    if PROTOCOL not in [one.strip() for one in offered.split(",")] or held is None:
        raise NoSoftphone(
            f"Agent {asked.agent} has no softphone login in this session.",
            remedy="Ask for one with POST /api/seat/phone, and name the subprotocol sip.",
        )
    await asked.console.softphones.push(held)  # it may have forgotten
    socket = web.WebSocketResponse(
        protocols=(PROTOCOL,),
        heartbeat=_HEARTBEAT_S,
        max_msg_size=_FRAME_AT_MOST,
        compress=False,
    )
    socket[STOP] = asyncio.Event()
    await socket.prepare(asked.request)
    await _Passage(socket, held, asked).run()
    return socket


class _Passage:
    """One window's socket and the one behind it."""

    def __init__(self, socket: web.WebSocketResponse, held: Credential, asked: Asked) -> None:
        self._socket = socket
        self._held = held
        self._asked = asked
        self._softphones: SeatCredentials = asked.console.softphones

    async def run(self) -> None:
        agent = self._held.agent
        self._softphones.opened(agent, self._socket)
        try:
            async with aiohttp.ClientSession(trust_env=False) as client:
                await self._joined(client)
        except (aiohttp.ClientError, TimeoutError) as away:
            log.warning("softphone has no way to asterisk", why=type(away).__name__)
        finally:
            self._softphones.closed(agent, self._socket)
            code = self._socket.get(CLOSING, aiohttp.WSCloseCode.GOING_AWAY)
            await self._socket.close(code=code)

    async def _joined(self, client: aiohttp.ClientSession) -> None:
        """Until either side goes, or we end it."""
        async with asyncio.timeout(_UPSTREAM_WITHIN_S):
            behind = await client.ws_connect(
                self._softphones.phones.socket,
                protocols=(PROTOCOL,),
                max_msg_size=_FRAME_AT_MOST,
                compress=0,
                autoping=True,
            )
        async with behind, asyncio.TaskGroup() as tasks:
            ways = [
                tasks.create_task(self._up(behind)),
                tasks.create_task(self._down(behind)),
                tasks.create_task(self._ended()),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()

    async def _up(self, behind: aiohttp.ClientWebSocketResponse) -> None:
        name = page_endpoint(self._held.phone)
        async for message in self._socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            data = message.data.encode() if message.type is WSMsgType.TEXT else message.data
            try:
                check_frame(data, name)
            except FrameRefused as why:
                log.warning("softphone frame refused", phone=self._held.phone, why=str(why))
                self._socket[CLOSING] = REFUSED
                return
            await behind.send_str(data.decode("utf-8", "replace"))

    async def _down(self, behind: aiohttp.ClientWebSocketResponse) -> None:
        async for message in behind:
            if message.type is WSMsgType.TEXT:
                await self._socket.send_str(message.data)
            elif message.type is WSMsgType.BINARY:
                await self._socket.send_bytes(message.data)

    async def _ended(self) -> None:
        """Signed out, another window, or the session is over."""
        while True:
            try:
                async with asyncio.timeout(_LOOK_AT_SESSION_EVERY_S):
                    await self._socket[STOP].wait()
                return
            except TimeoutError:
                if not await self._session_holds():
                    self._socket[CLOSING] = NOT_YOURS
                    return

    async def _session_holds(self) -> bool:
        console = self._asked.console
        token = self._asked.request.cookies[console.settings.cookie]
        try:
            return await console.logins.sessions.find(token) is not None
        except Unavailable:
            return True  # nobody could have ended it in a store that is away


def _session(asked: Asked) -> bytes:
    return key_of(asked.request.cookies[asked.console.settings.cookie])
