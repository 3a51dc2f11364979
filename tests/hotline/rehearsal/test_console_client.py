"""A patient person at the console outlives a restart of the program; an impatient one does not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from hotline.rehearsal.console_client import open_console
from hotline.rehearsal.errors import ConsoleRefused


class Program:
    """A console that answers with what is left of `ills`, then well; it may forget sessions."""

    def __init__(self, *ills: int) -> None:
        self.ills = list(ills)
        self.logins = 0
        self.streams = 0

    async def login(self, _request: web.Request) -> web.Response:
        self.logins += 1
        return web.json_response({})

    async def thing(self, _request: web.Request) -> web.Response:
        if self.ills:
            return web.json_response({"code": "away"}, status=self.ills.pop(0))
        return web.json_response({"well": True})

    async def live(self, request: web.Request) -> web.StreamResponse:
        self.streams += 1
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"stream": self.streams})
        await socket.close()
        return socket


@asynccontextmanager
async def served(program: Program) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/api/login", program.login)
    app.router.add_get("/api/me", program.thing)
    app.router.add_get("/api/live", program.live)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def ask(program: Program, patience: float) -> Any:
    async with served(program) as base, open_console(base, "1001", "secret", patience) as console:
        return await console.ask("GET", "/api/me")


async def test_a_patient_one_asks_again_while_something_is_away() -> None:
    assert await ask(Program(503, 504), patience=10) == {"well": True}


async def test_a_session_that_was_lost_is_signed_in_anew() -> None:
    program = Program(401)

    assert await ask(program, patience=10) == {"well": True}
    assert program.logins == 2


async def test_an_impatient_one_takes_the_first_answer() -> None:
    with pytest.raises(ConsoleRefused, match="503"):
        await ask(Program(503), patience=0)


async def test_a_fault_of_ours_and_a_refusal_are_never_asked_again() -> None:
    for status in (403, 409, 500):
        with pytest.raises(ConsoleRefused, match=str(status)):
            await ask(Program(status), patience=10)


async def test_a_patient_one_opens_the_live_channel_again() -> None:
    program = Program()
    async with (
        served(program) as base,
        open_console(base, "1001", "secret", 10) as console,
        console.live() as messages,
    ):
        heard = [(await anext(messages))["stream"] for _ in range(2)]

    assert heard == [1, 2]
