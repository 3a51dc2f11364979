"""The windows of the agents: each signs in at its seat and then listens to the live channel.

What comes is taken off the socket and counted, not looked at: the bench shares its machine with the
program, and a browser's work is none of ours.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp

from hotline.rehearsal.seats import SeatLogin

_ASK_WITHIN_S: Final = 30.0


class Window:
    """`heard`: messages of the live channel so far."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base
        self.heard = 0

    async def sit_down(self, login: SeatLogin, seat: str) -> None:
        """Signed in at the seat, and available. Raises aiohttp.ClientResponseError."""
        await self._post("/api/login", {"name": login.user, "password": login.password})
        await self._post("/api/seat/sign-in", {"seat": seat})
        await self._post("/api/seat/available", None)

    async def watch(self) -> None:
        """Until the program closes the channel, or dies."""
        try:
            async with self._session.ws_connect(self._base + "/api/live") as socket:
                async for _ in socket:
                    self.heard += 1
        except (aiohttp.ClientError, ConnectionError):
            return

    async def _post(self, path: str, body: Any) -> None:
        async with self._session.post(self._base + path, json=body) as answer:
            await answer.read()
            answer.raise_for_status()


@asynccontextmanager
async def open_window(base: str) -> AsyncIterator[Window]:
    """With a cookie jar of its own."""
    timeout = aiohttp.ClientTimeout(total=_ASK_WITHIN_S)
    jar = aiohttp.CookieJar(unsafe=True)  # the address is an IP
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=timeout) as session:
        yield Window(session, base.rstrip("/"))


@asynccontextmanager
async def watching(windows: list[Window]) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(window.watch()) for window in windows]
        yield
        for task in tasks:
            task.cancel()
