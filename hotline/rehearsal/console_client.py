"""A person at the console, as an outside program: signs in, asks, listens to the live channel.

Only HTTP and JSON, none of our own types: the rehearsal sees what any client would see. A patient
client does as a good browser does while the program or its database is away: it asks again, which
the console allows because drafts and tickets come to the same however often they are sent.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import orjson

from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady

_ASK_WITHIN_S: Final = 15.0
PATIENT_S: Final = 40.0  # longer than any fault of a rehearsal is held
_ASK_AGAIN_S: Final = 0.25
_AWAY: Final = (502, 503, 504)
_LOGIN: Final = "/api/login"


class ConsoleClient:
    """One login's session. `ask` raises ConsoleRefused for every error status.

    `patience`: for so many seconds it asks again where nobody answers, or where the answer says
    that something is away; 0 takes the first answer for the last.
    """

    def __init__(self, session: aiohttp.ClientSession, base: str, patience: float = 0.0) -> None:
        self._session = session
        self._base = base.rstrip("/")
        self._patience = patience
        self._login: dict[str, str] = {}

    @property
    def is_patient(self) -> bool:
        return self._patience > 0

    async def sign_in(self, user: str, password: str) -> None:
        self._login = {"name": user, "password": password}
        await self.ask("POST", _LOGIN, self._login)

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON of the answer; None where there is none."""
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return await self._ask_once(method, path, body, query, headers)
            except (InstanceNotReady, ConsoleRefused) as away:
                if time.monotonic() >= deadline or not await self._may_ask_again(away, path):
                    raise
            await asyncio.sleep(_ASK_AGAIN_S)

    async def _may_ask_again(self, away: InstanceNotReady | ConsoleRefused, path: str) -> bool:
        """Whether it may go better next time; a session that was lost is signed in anew."""
        if isinstance(away, InstanceNotReady) or away.status in _AWAY:
            return True
        if away.status != 401 or path == _LOGIN or not self._patience:
            return False
        await self.ask("POST", _LOGIN, self._login)
        return True

    async def _ask_once(
        self,
        method: str,
        path: str,
        body: object,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> Any:
        content = None if body is None else orjson.dumps(body)
        typed = {"Content-Type": "application/json"} if content is not None else {}
        try:
            async with self._session.request(
                method,
                self._base + path,
                data=content,
                params=query,
                headers={**typed, **(headers or {})},
            ) as answer:
                text = await answer.read()
                if answer.status >= 400:
                    raise ConsoleRefused(answer.status, _code(text), f"{method} {path}")
                return orjson.loads(text) if text else None
        except (aiohttp.ClientError, TimeoutError) as away:
            raise InstanceNotReady(
                f"The console at {self._base} does not answer: {type(away).__name__}.",
                remedy="See whether the instance runs and is ready.",
            ) from away

    async def pages(self, path: str, of: str, query: Mapping[str, str]) -> list[Any]:
        """All rows of a list that names its next page in `next`."""
        rows: list[Any] = []
        before: str | None = None
        while True:
            more = {"before": before} if before else {}
            page = await self.ask("GET", path, query={**query, "limit": "200", **more})
            rows += page[of]
            before = page["next"]
            if before is None:
                return rows

    @asynccontextmanager
    async def live(self) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """The messages of /api/live, until it closes; a patient client opens it again."""
        async with self._session.ws_connect(self._base + "/api/live") as socket:
            yield self._messages(socket)

    async def _messages(
        self, socket: aiohttp.ClientWebSocketResponse
    ) -> AsyncIterator[dict[str, Any]]:
        async for message in _texts(socket):
            yield message
        while self._patience:
            await asyncio.sleep(_ASK_AGAIN_S)
            async for message in self._opened_again():
                yield message

    async def _opened_again(self) -> AsyncIterator[dict[str, Any]]:
        try:
            async with self._session.ws_connect(self._base + "/api/live") as socket:
                async for message in _texts(socket):
                    yield message
        except (aiohttp.ClientError, TimeoutError):
            await self.ask("GET", "/api/me")  # patiently; a lost session is signed in anew


async def _texts(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[dict[str, Any]]:
    async for message in socket:
        if message.type is aiohttp.WSMsgType.TEXT:
            yield orjson.loads(message.data)


def _code(text: bytes) -> str:
    """The error's code, and those of the single fields."""
    try:
        error = orjson.loads(text)
        fields = [f"{one['field']} {one['code']}" for one in error.get("fields") or ()]
        return ": ".join([str(error["code"]), *fields])
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return text[:80].decode("utf-8", "replace")


@asynccontextmanager
async def open_console(
    base: str, user: str, password: str, patience: float = 0.0
) -> AsyncIterator[ConsoleClient]:
    """A signed-in client with a cookie jar of its own."""
    timeout = aiohttp.ClientTimeout(total=_ASK_WITHIN_S)
    jar = aiohttp.CookieJar(unsafe=True)  # the address is an IP, as on a developer's machine
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as session:
        client = ConsoleClient(session, base, patience)
        await client.sign_in(user, password)
        yield client
