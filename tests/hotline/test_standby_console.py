"""The console of whoever stands by: the leader's floor to look at, and no way to act (§5)."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from console.settings import ConsoleSettings
from hotline.leading.standby_console import StandbyConsole
from kernel.ids import Epoch
from storage.lease import Leader
from tests.free_port import free_port


@dataclass
class LeadersConsole:
    """A console that shows one floor, tells it live, and writes down who asked for what."""

    asked: list[tuple[str, str, str, str]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/api/live", self._live)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.text()
        cookie = request.cookies.get("hotline", "")
        self.asked.append((request.method, request.path_qs, cookie, body))
        answer = web.json_response({"waiting": 3}, status=200 if cookie else 401)
        answer.set_cookie("hotline", "new")
        return answer

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str('{"seq": 1}')
        async for message in socket:
            self.heard.append(message.data)
            await socket.send_str('{"seq": 2}')
        return socket


class House:
    """Leader and standby, each at its address."""

    def __init__(self, leader: LeadersConsole, url: str, standby: str) -> None:
        self.leader = leader
        self.url = url
        self.standby = standby
        self.known: Leader | None = Leader(Epoch(3), "there:/journal", url, "leading", lives=True)
        self.well = True

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.standby + path, **more) as answer,
        ):
            return answer.status, await answer.json(content_type=None)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    leader, port = LeadersConsole(), free_port()
    async with TestServer(leader.app(), host="127.0.0.1") as server:
        url = str(server.make_url("")).rstrip("/")
        house = House(leader, url, f"http://127.0.0.1:{port}")
        settings = ConsoleSettings(port=port)
        console = StandbyConsole(settings, lambda: house.known, lambda: house.well)
        async with console.served():
            yield house


async def test_who_looks_sees_the_leaders_floor_with_the_same_login(house: House) -> None:
    shown = await house.ask("GET", "/api/floor?full=1", headers={"Cookie": "hotline=mine"})

    assert shown == (200, {"waiting": 3})
    assert house.leader.asked == [("GET", "/api/floor?full=1", "mine", "")]


async def test_what_the_leader_refuses_is_refused_here_too(house: House) -> None:
    assert (await house.ask("GET", "/api/floor"))[0] == 401


async def test_a_login_is_passed_on_with_its_cookie(house: House) -> None:
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
        session.post(f"{house.standby}/api/login", json={"name": "1001"}) as answer,
    ):
        assert answer.cookies["hotline"].value == "new"

    assert house.leader.asked == [("POST", "/api/login", "", '{"name": "1001"}')]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_a_command_is_refused_with_the_leaders_address_and_never_passed_on(
    house: House, method: str
) -> None:
    status, told = await house.ask(method, "/api/seat/available")

    assert status == 503
    assert (told["code"], told["leader"]) == ("not-leader", house.url)
    assert house.url in told["remedy"]
    assert house.leader.asked == []


async def test_the_live_channel_goes_both_ways(house: House) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{house.standby}/api/live") as live,
    ):
        assert await live.receive_str() == '{"seq": 1}'
        await live.send_str("again")
        assert await live.receive_str() == '{"seq": 2}'

    assert house.leader.heard == ["again"]


async def test_whoever_watches_is_let_go_when_we_are_to_lead() -> None:
    """The address is then the leader's own: a channel that stayed would show a dead floor."""
    leader, port = LeadersConsole(), free_port()
    async with TestServer(leader.app(), host="127.0.0.1") as server:
        known = Leader(Epoch(3), "", str(server.make_url("")).rstrip("/"), "leading", lives=True)
        console = StandbyConsole(ConsoleSettings(port=port), lambda: known, lambda: True)
        async with aiohttp.ClientSession() as session:
            async with console.served():
                live = await session.ws_connect(f"http://127.0.0.1:{port}/api/live")
                await live.receive_str()
            async with asyncio.timeout(20):
                assert (await live.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_nobody_leads_or_nobody_answers_is_said(house: House) -> None:
    known = house.known
    house.known = None
    assert (await house.ask("GET", "/api/floor"))[1]["code"] == "not-leader"

    assert known is not None
    house.known = Leader(known.epoch, "", "http://127.0.0.1:1", "leading", lives=False)
    status, told = await house.ask("GET", "/api/floor")
    assert (status, told["leader"]) == (503, "http://127.0.0.1:1")


async def test_it_is_ready_while_it_could_lead_and_says_that_it_stands_by(house: House) -> None:
    assert await house.ask("GET", "/healthz") == (200, {"alive": True})
    states = {"standby": True, "database": True}
    told = {"ready": True, "dependencies": states, "leader": house.url}
    assert await house.ask("GET", "/readyz") == (200, told)

    house.well = False
    status, told = await house.ask("GET", "/readyz")
    assert (status, told["ready"]) == (503, False)
    assert house.leader.asked == []


async def test_it_counts_as_one_that_does_not_lead(house: House) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{house.standby}/metrics") as answer,
    ):
        assert "hotline_leading 0" in await answer.text()
