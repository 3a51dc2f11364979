"""The console of a process that stands by: the leader's floor, looked at through us.

What only looks (GET, the live channel) and what only signs in is passed to the leader; commands are
refused with `not-leader` and the leader's address, so that nobody acts through a detour that ends
with the next change of the lead.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Final

import aiohttp
import orjson
import structlog
from aiohttp import web

from console.error_replies import language_of, texts
from console.same_origin import same_origin, security_headers
from console.settings import ConsoleSettings
from storage.lease import Deposed, Leader

log = structlog.get_logger(__name__)

_PASSED: Final = frozenset({"/api/login", "/api/logout"})
_LOOKS: Final = frozenset({"GET", "HEAD"})
_WITHIN: Final = aiohttp.ClientTimeout(total=30, sock_connect=1)
_NOT_PASSED: Final = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length", "host", "origin"}
)
_SOCKETS_OWN: Final = "sec-websocket"


class StandbyConsole:
    """`leader` says who leads now; `well` whether we could take over."""

    def __init__(
        self,
        settings: ConsoleSettings,
        leader: Callable[[], Leader | None],
        well: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._leader = leader
        self._well = well
        self._sockets: set[web.WebSocketResponse] = set()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Until we lead: then the same address is the leader's own."""
        async with aiohttp.ClientSession(
            timeout=_WITHIN, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        ) as client:
            runner = web.AppRunner(self._app(client), access_log=None, shutdown_timeout=0.2)
            await runner.setup()
            try:
                await web.TCPSite(runner, self._settings.host, self._settings.port).start()
                yield
            finally:
                await runner.cleanup()

    def _app(self, client: aiohttp.ClientSession) -> web.Application:
        async def handle(request: web.Request) -> web.StreamResponse:
            return await self._handle(request, client)

        app = web.Application(
            middlewares=[same_origin(self._settings.public_origins)],
            client_max_size=self._settings.max_body_bytes,
        )
        app.router.add_route("*", "/{path:.*}", handle)
        app.on_response_prepare.append(security_headers)
        app.on_shutdown.append(self._close_sockets)
        return app

    async def _close_sockets(self, app: web.Application) -> None:
        for socket in list(self._sockets):
            await socket.close()

    async def _handle(
        self, request: web.Request, client: aiohttp.ClientSession
    ) -> web.StreamResponse:
        leader = self._leader()
        own = self._own(request.path, leader)
        if own is not None:
            return own
        if request.method not in _LOOKS and request.path not in _PASSED:
            return self._refused(request, leader)
        if leader is None:
            return self._refused(request, leader)
        try:
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return await self._bridge(request, client, leader)
            return await self._pass(request, client, leader)
        except (aiohttp.ClientError, TimeoutError, OSError) as trouble:
            log.warning("the leader's console does not answer", why=str(trouble))
            return self._refused(request, leader)

    def _own(self, path: str, leader: Leader | None) -> web.Response | None:
        """What is asked of this process, not of the site."""
        address = leader.console if leader else ""
        if path == "/healthz":
            return _json({"alive": True})
        if path == "/readyz":
            states = {"standby": True, "database": self._well()}
            body = {"ready": self._well(), "dependencies": states, "leader": address}
            return _json(body, 200 if self._well() else 503)
        if path == "/metrics":
            return web.Response(text="# TYPE hotline_leading gauge\nhotline_leading 0\n")
        return None

    def _refused(self, request: web.Request, leader: Leader | None) -> web.Response:
        language = language_of(request.headers.get("Accept-Language", ""))
        problem, remedy = texts(language)[Deposed.code]
        address = leader.console if leader else ""
        shown = {"code": Deposed.code, "problem": problem, "leader": address}
        return _json(shown | {"remedy": f"{remedy} {address}".strip()}, 503, language)

    async def _pass(
        self, request: web.Request, client: aiohttp.ClientSession, leader: Leader
    ) -> web.StreamResponse:
        headers = _passed_on(request.headers.items())
        body = await request.read() if request.can_read_body else None
        async with client.request(
            request.method, leader.console + request.path_qs, headers=headers, data=body,
            allow_redirects=False,
        ) as answer:  # fmt: skip
            response = web.StreamResponse(status=answer.status)
            for name, value in _passed_on(answer.headers.items()):
                response.headers.add(name, value)
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
            return response

    async def _bridge(
        self, request: web.Request, client: aiohttp.ClientSession, leader: Leader
    ) -> web.StreamResponse:
        headers = [
            (name, value)
            for name, value in _passed_on(request.headers.items())
            if not name.lower().startswith(_SOCKETS_OWN)
        ]
        url = leader.console + request.path_qs
        async with client.ws_connect(url, headers=headers, max_msg_size=0) as theirs:
            ours = web.WebSocketResponse(compress=False)
            await ours.prepare(request)
            self._sockets.add(ours)
            try:
                async with asyncio.TaskGroup() as group:
                    asking = group.create_task(_forward(ours, theirs))
                    await _forward(theirs, ours)
                    asking.cancel()
            finally:
                self._sockets.discard(ours)
                await ours.close()
            return ours


async def _forward(
    source: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
    to: web.WebSocketResponse | aiohttp.ClientWebSocketResponse,
) -> None:
    async for message in source:
        if message.type is not aiohttp.WSMsgType.TEXT or to.closed:
            break
        await to.send_str(message.data)
    await to.close()


def _passed_on(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _NOT_PASSED]


def _json(content: object, status: int = 200, language: str = "") -> web.Response:
    headers = {"Content-Language": language} if language else {}
    return web.Response(
        body=orjson.dumps(content),
        status=status,
        content_type="application/json",
        headers=headers,
    )
