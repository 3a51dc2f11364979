"""With the link down a ring fails after a while, not at once: no caller is tried at every seat."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from kernel.ids import Extension
from kernel.legs import LegEnd
from telephony import call_control
from telephony.ami_text import ActionHeaders
from telephony.errors import LinkDown
from telephony.legs import LegEnded
from telephony.live_call import LiveCall
from tests.contracts.test_call_control import FakeExchange


def cut(headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
    raise LinkDown("The link to Asterisk is down.", remedy="Wait.")


async def test_a_ring_that_could_not_be_sent_fails_but_not_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_control, "NOT_SENT_FAILS_AFTER_S", 0.1)
    exchange = FakeExchange(tmp_path)

    async def story(call: LiveCall) -> None:
        await call.hung_up.wait()

    async with asyncio.TaskGroup() as group:
        running = group.create_task(exchange.board.run(story))
        await exchange.until(lambda: exchange.board.is_ready)
        citizen, leg = await exchange.citizen(), exchange.new_leg()
        monkeypatch.setattr(exchange.switch, "tell", cut)
        exchange.control.ring(
            leg, Extension("8001"), citizen.id, ring_for=timedelta(seconds=5), auto_answer=False
        )
        await asyncio.sleep(0)
        at_once = list(exchange.news)
        why = await exchange.ended(leg)
        running.cancel()

    assert at_once == []
    assert why is LegEnd.FAILED
    assert [news for news in exchange.news if isinstance(news, LegEnded)] == exchange.news
