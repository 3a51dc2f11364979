"""A person at the console, as an outside program: signs in, asks, listens to the live channel.

Only HTTP and JSON, none of our own types: the rehearsal sees what any client would see.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import orjson

from hotline.rehearsal.errors import ConsoleRefused, InstanceNotReady

_ASK_WITHIN_S: Final = 15.0


class ConsoleClient:
    """One login's session. `ask` raises ConsoleRefused for every error status."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base.rstrip("/")

    async def sign_in(self, user: str, password: str) -> None:
        await self.ask("POST", "/api/login", {"name": user, "password": password})

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """The JSON of the answer; None where there is none."""
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
        """The messages of /api/live, until it closes."""
        async with self._session.ws_connect(self._base + "/api/live") as socket:
            yield _messages(socket)


async def _messages(
    socket: aiohttp.ClientWebSocketResponse,
) -> AsyncIterator[dict[str, Any]]:
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
async def open_console(base: str, user: str, password: str) -> AsyncIterator[ConsoleClient]:
    """A signed-in client with a cookie jar of its own."""
    timeout = aiohttp.ClientTimeout(total=_ASK_WITHIN_S)
    jar = aiohttp.CookieJar(unsafe=True)  # the address is an IP, as on a developer's machine
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as session:
        client = ConsoleClient(session, base)
        await client.sign_in(user, password)
        yield client
