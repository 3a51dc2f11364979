"""Call control's contract on the Asterisk in memory; on the real one: tests/integration."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from kernel.clock import SystemClock
from kernel.ids import CallId, Epoch, LegId, leg_id
from kernel.legs import LegEnd
from telephony.call_control import AmiCallControl
from telephony.ears import Ears
from telephony.legs import LegEnded, LegNews
from telephony.live_call import LiveCall
from telephony.settings import RecordingSettings, TelephonySettings
from telephony.switchboard import Switchboard
from tests.contracts.call_control import CONTRACT, Exchange
from tests.fakes.fake_switch import FakeSwitch, Habit

EPOCH = Epoch(1767603600)


class FakeExchange:
    def __init__(self, folder: Path) -> None:
        self.switch = FakeSwitch()
        self.news: list[LegNews] = []
        ears = Ears(
            write=lambda facts: None,
            on_leg=self.news.append,
            on_phone=lambda extension, reachable: None,
            key_of=lambda number: None,
            well=lambda: True,
            sound_path=str,
        )
        settings = TelephonySettings(recording=RecordingSettings(directory=folder))
        self.board = Switchboard(
            self.switch, ears, clock=SystemClock(), settings=settings, epoch=EPOCH
        )
        self.control = AmiCallControl(self.switch, self.board)
        self._legs = itertools.count(1)

    async def phone(self, number: str, habit: Habit) -> None:
        self.switch.habits[number] = habit

    async def citizen(self) -> LiveCall:
        call = CallId(self.switch.arrive())
        await self.until(lambda: call in self.board.calls)
        return self.board.calls[call]

    def citizen_hangs_up(self, call: LiveCall) -> None:
        self.switch.far_end_hangs_up(call.id)

    def new_leg(self) -> LegId:
        return leg_id(EPOCH, next(self._legs))

    async def ended(self, leg: LegId) -> LegEnd:
        def ends() -> list[LegEnd]:
            return [n.why for n in self.news if isinstance(n, LegEnded) and n.leg == leg]

        await self.until(ends)
        return ends()[0]

    async def until(self, so: Callable[[], object]) -> None:
        for _ in range(30_000):
            if so():
                return
            await asyncio.sleep(0.001)
        raise TimeoutError("it never became so")


@pytest.mark.parametrize("promise", CONTRACT, ids=lambda promise: promise.__name__)
async def test_call_control_keeps(promise: Callable[[Exchange], object], tmp_path: Path) -> None:
    exchange = FakeExchange(tmp_path)

    async def story(call: LiveCall) -> None:
        await call.hung_up.wait()

    async with asyncio.TaskGroup() as group:
        running = group.create_task(exchange.board.run(story))
        try:
            await exchange.until(lambda: exchange.board.is_ready)
            await promise(exchange)  # type: ignore[misc]
        finally:
            running.cancel()
