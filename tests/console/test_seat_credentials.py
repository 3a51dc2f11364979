"""Logins of softphones in pages: who comes to a seat as another has just left keeps his phone."""

import asyncio

import pytest

import console.seat_credentials as module
from console.seat_credentials import SeatCredentials
from kernel.ids import AgentNo, Extension

PHONE = Extension("8001")


class SlowAsterisk:
    """Takes a login in two steps, the second when it may."""

    socket = "ws://nowhere"

    def __init__(self) -> None:
        self.known: dict[Extension, str] = {}
        self.began, self.may = asyncio.Event(), asyncio.Event()
        self.may.set()

    async def push(self, phone: Extension, password: str) -> None:
        self.known[phone] = password
        self.began.set()
        await self.may.wait()

    async def drop(self, phone: Extension) -> None:
        self.known.pop(phone, None)


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_what_is_over_is_not_taken_back_amid_the_next_login_of_the_phone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SOCKET_CLOSES_WITHIN_S", 0.0)
    asterisk = SlowAsterisk()
    credentials = SeatCredentials(asterisk)
    await credentials.issue(AgentNo("1001"), PHONE, b"first")
    asterisk.began.clear()
    asterisk.may.clear()

    async with asyncio.TaskGroup() as tasks:
        taking_back = tasks.create_task(credentials.run())
        coming = tasks.create_task(credentials.issue(AgentNo("1002"), PHONE, b"second"))
        await asterisk.began.wait()
        credentials.end(AgentNo("1001"))
        await turns()
        asterisk.may.set()
        made = await coming
        await turns()
        taking_back.cancel()

    assert asterisk.known == {PHONE: made.password}


async def test_a_login_that_is_over_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SOCKET_CLOSES_WITHIN_S", 0.0)
    asterisk = SlowAsterisk()
    credentials = SeatCredentials(asterisk)
    await credentials.issue(AgentNo("1001"), PHONE, b"first")

    async with asyncio.TaskGroup() as tasks:
        taking_back = tasks.create_task(credentials.run())
        credentials.end(AgentNo("1001"))
        await turns()
        taking_back.cancel()

    assert asterisk.known == {}
