"""The heartbeat lets new calls in, the switch holds those in hand: each is given only when due."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from hotline.leading.leadership import Lease
from kernel.ids import Epoch
from telephony.ami_asks import News, Reply
from telephony.ami_text import ActionHeaders
from telephony.errors import LeaseLost
from telephony.lifeline import Fitness, Lifeline
from telephony.settings import LifelineSettings
from tests.fakes.virtual_time import at_once

NOW = 1_795_000_000.4
WAITS = ("PJSIP/trunk-in-4", "room")


class Globals:
    """An Asterisk that keeps its global variables, and what was told to it besides."""

    is_up = True

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.switches: list[str] = []
        self.has_beat = asyncio.Event()

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def news(self) -> AsyncIterator[News]:
        for nothing in list[News]():
            yield nothing

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        name = str(headers["Variable"])
        if headers["Action"] == "Setvar":
            self.values[name] = str(headers["Value"])
            if name == "BACKEND_BEAT":
                self.has_beat.set()
        return Reply({"response": "Success", "value": self.values.get(name, "")})

    def tell(self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
        self.switches.append(str(headers["Channel"]))


def lifeline(asterisk: Globals, fit: Fitness, lease: Lease | None = None) -> Lifeline:
    settings = LifelineSettings()
    return Lifeline(asterisk, settings, epoch=Epoch(3), fit=fit, wall=lambda: NOW, lease=lease)


async def test_who_is_well_tells_the_wall_clock_and_his_epoch() -> None:
    asterisk = Globals()
    await lifeline(asterisk, Fitness(lambda: True)).beat()

    assert asterisk.values == {"CC_EPOCH": "3", "BACKEND_BEAT": "1795000000"}


async def test_a_shut_door_takes_the_beat_back_and_goes_on_holding_who_is_in_hand() -> None:
    """Overload, full disk: new calls go to the plain queue, those in our hands go on."""
    asterisk, opened = Globals(), [True]
    line = lifeline(asterisk, Fitness(lambda: True, lambda: opened[0]))
    await line.beat()

    opened[0] = False
    await line.beat()
    line.renew([WAITS])
    assert asterisk.values["BACKEND_BEAT"] == "0"
    assert asterisk.switches == [WAITS[0]]

    opened[0] = True
    await line.beat()
    assert asterisk.values["BACKEND_BEAT"] == "1795000000"


async def test_who_does_not_decide_lets_his_beat_grow_stale() -> None:
    asterisk = Globals()

    assert not await lifeline(asterisk, Fitness(lambda: False)).beat()
    assert asterisk.values == {}


def test_who_was_late_for_a_moment_beats_as_soon_as_he_is_not() -> None:
    """Woken from a freeze, we are late until the first turn: no second more is lost for it."""
    asterisk, well_from = Globals(), 1.15  # seconds; the first look comes after one
    begun: list[float] = []

    async def story() -> float:
        now = asyncio.get_running_loop().time
        begun.append(now())
        line = lifeline(asterisk, Fitness(lambda: now() - begun[0] >= well_from))
        async with asyncio.TaskGroup() as group:
            running = group.create_task(line.run(list))
            await asterisk.has_beat.wait()
            running.cancel()
        return now() - begun[0]

    assert at_once(story()) == pytest.approx(1.2, abs=0.02)


async def test_who_hears_of_a_newer_leader_gives_no_beat() -> None:
    asterisk = Globals()
    asterisk.values["CC_EPOCH"] = "4"
    lease = Lease(Epoch(3))

    with pytest.raises(LeaseLost):
        await lifeline(asterisk, Fitness(lambda: True), lease).beat()

    assert asterisk.values == {"CC_EPOCH": "4"}
    assert lease.is_lost


async def test_of_many_some_are_renewed_at_a_time_and_who_talks_by_then_is_left_out() -> None:
    """An order to ring would stand behind a thousand; who talks would be cut by his switch."""
    asterisk, waiting = Globals(), [(f"c{n}", "room") for n in range(120)]
    line = lifeline(asterisk, Fitness(lambda: True))

    async with asyncio.TaskGroup() as group:
        group.create_task(line.renew_all(lambda: waiting))
        await asyncio.sleep(0)
        assert asterisk.switches == [f"c{n}" for n in range(50)]
        del waiting[60]

    assert asterisk.switches == [f"c{n}" for n in range(120) if n != 60]


async def test_so_many_that_portions_would_make_the_beat_late_are_renewed_more_at_a_time() -> None:
    asterisk, waiting = Globals(), [(f"c{n}", "room") for n in range(3000)]
    line = lifeline(asterisk, Fitness(lambda: True))

    async with asyncio.TaskGroup() as group:
        renewing = group.create_task(line.renew_all(lambda: waiting))
        await asyncio.sleep(0)
        assert len(asterisk.switches) == 151
        renewing.cancel()
