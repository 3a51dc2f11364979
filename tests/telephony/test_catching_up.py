"""After a log-in: in step with Asterisk before anything is done, however long its answers take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.errors import HotlineError
from telephony.ami_asks import Reply
from telephony.ami_text import ActionHeaders
from telephony.errors import ActionRefused, AnswerOverdue, LeaseLost, LinkDown
from telephony.live_call import LiveCall
from telephony.settings import LifelineSettings
from tests.contracts.test_call_control import FakeExchange

SOON = LifelineSettings(second_look_after=timedelta(milliseconds=10))


async def story(call: LiveCall) -> None:
    await call.hung_up.wait()


@asynccontextmanager
async def running(exchange: FakeExchange) -> AsyncIterator[None]:
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        run = group.create_task(exchange.board.run(story))
        yield
        run.cancel()


def troubled(exchange: FakeExchange, trouble: HotlineError, times: int) -> list[str]:
    """So often Asterisk fails when it is asked what it holds; the list fills with each asking."""
    whole, asked = exchange.switch.ask, []

    async def ask(headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        if headers["Action"] == "Status":
            asked.append("Status")
            if len(asked) <= times:
                exchange.switch.is_up = not isinstance(trouble, LinkDown)
                raise trouble
        return await whole(headers, within=within)

    exchange.switch.ask = ask  # type: ignore[method-assign]  # one that fails
    settings = exchange.board.settings
    exchange.board.settings = settings.model_copy(update={"lifeline": SOON})
    return asked


@pytest.mark.parametrize("kind", [AnswerOverdue, ActionRefused, LeaseLost])
async def test_what_fails_while_the_link_holds_is_tried_again(
    kind: type[HotlineError], tmp_path: Path
) -> None:
    """Else nobody would be rung until the next log-in: the floor is deaf till then."""
    exchange = FakeExchange(tmp_path)
    asked = troubled(exchange, kind("Too busy.", remedy="Wait."), times=2)

    async with running(exchange):
        await exchange.until(lambda: exchange.board.is_ready)

    assert asked == ["Status"] * 3


async def test_with_the_link_gone_the_next_log_in_is_waited_for(tmp_path: Path) -> None:
    exchange = FakeExchange(tmp_path)
    asked = troubled(exchange, LinkDown("Away.", remedy="Wait."), times=1)

    async with running(exchange):
        await exchange.until(lambda: asked)
        citizen = exchange.switch.arrive()
        await exchange.until(lambda: citizen in exchange.board.mirror.calls)

    assert not exchange.board.is_ready
    assert asked == ["Status"]


async def test_whoever_waits_for_it_is_told_at_once(tmp_path: Path) -> None:
    """Not at the next event: with nobody ringing in, idle seats would stay idle as long."""
    exchange = FakeExchange(tmp_path)
    board = exchange.board

    async with running(exchange):
        assert await board.until(lambda: board.is_ready, timedelta(hours=1))
