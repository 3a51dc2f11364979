"""A slow database is not asked again at once, and never by many at the same time."""

import asyncio
from datetime import timedelta

import pytest

from hotline.sparing import Patience, Sparing
from tests.fakes.fake_clock import FakeClock

SHORT = timedelta(milliseconds=5)


class Store:
    """Answers when it is let."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.asked: list[str] = []
        self.at_once = self.most = 0

    async def look_up(self, key: str) -> str:
        self.asked.append(key)
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await self.open.wait()
        finally:
            self.at_once -= 1
        return f"known {key}"


async def test_after_a_slow_answer_nobody_asks_for_a_while() -> None:
    store, clock = Store(), FakeClock()
    sparing = Sparing(store.look_up, clock, Patience(SHORT, rest=timedelta(seconds=5)), "nobody")

    with pytest.raises(TimeoutError):
        await sparing("a")
    store.open.set()
    clock.advance(4.9)
    resting = await sparing("b")
    clock.advance(0.2)
    again = await sparing("c")

    assert (resting, again) == ("nobody", "known c")
    assert store.asked == ["a", "c"]


async def test_no_more_than_so_many_are_asked_at_once() -> None:
    store = Store()
    sparing = Sparing(store.look_up, FakeClock(), Patience(timedelta(seconds=5), 2), "nobody")

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(sparing(str(n))) for n in range(7)]
        await asyncio.sleep(0)
        store.open.set()

    assert store.most == 2
    assert [task.result() for task in tasks] == [f"known {n}" for n in range(7)]


async def test_who_waits_too_long_to_ask_has_cost_nothing() -> None:
    store = Store()
    sparing = Sparing(store.look_up, FakeClock(), Patience(timedelta(milliseconds=50), 1), "nobody")

    async with asyncio.TaskGroup() as group:
        first = group.create_task(asyncio.wait_for(_quiet(sparing, "a"), 5))
        await asyncio.sleep(0)
        second = group.create_task(_quiet(sparing, "b"))

    assert (first.result(), second.result()) == ("given up", "given up")
    assert store.asked == ["a"]


async def _quiet(sparing: Sparing[str, str], key: str) -> str:
    try:
        return await sparing(key)
    except TimeoutError:
        return "given up"


async def test_what_the_store_says_instead_is_passed_on_and_it_is_asked_again() -> None:
    async def refuse(key: str) -> str:
        raise OSError(key)

    sparing = Sparing(refuse, FakeClock(), Patience(SHORT), "nobody")

    for key in "ab":
        with pytest.raises(OSError, match=key):
            await sparing(key)
