"""After the start and after each gap of the line: deadlines wait, then what is gone is settled."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from acd.facts import SeatRung
from acd.happenings import CallbackWanted
from acd.surge_facts import Measures, PlanName
from acd.surge_happenings import ActivateSurge
from hotline.recovery.restart import LooseEnds
from hotline.recovery.settling import Settling
from hotline.stories.stages import InMenu
from kernel.ids import CallId, DutyId, QueueName
from telephony.call import Call, Phase
from telephony.facts import AmiLinkDown, AmiLinkUp, CallHungUp, HungUpBy
from telephony.mirror import Mirror
from telephony.waiters import Waiters
from tests.fakes.virtual_time import at_once
from tests.stories.stage import SILENT, House, open_house


class Line:
    """What the switchboard is to the settling: up or away, and what Asterisk holds."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.is_ready = False
        self.mirror = Mirror(key_of=lambda number: None)
        self.sealed: list[CallId] = []
        self._waiters = Waiters()

    async def until(self, so: Any, within: timedelta) -> bool:
        return await self._waiters.until(so, within)

    def seal_left(self, calls: list[CallId]) -> None:
        self.sealed += calls

    def breaks(self) -> None:
        self.is_ready = False
        self._tell(AmiLinkDown(at=self.house.clock.now(), why="cut"))

    def logs_in(self) -> None:
        self._tell(AmiLinkUp(at=self.house.clock.now(), gap=None))

    def catches_up(self) -> None:
        self.is_ready = True
        self._waiters.look()

    def _tell(self, fact: AmiLinkDown | AmiLinkUp) -> None:
        self.house.recorder.write([fact])


@asynccontextmanager
async def settled_house() -> AsyncIterator[tuple[House, Line]]:
    async with open_house() as house:
        line, ends = Line(house), LooseEnds()
        house.feed.add("loose ends", ends.see)
        hotline: Any = SimpleNamespace(
            hall=SimpleNamespace(desk=house.desk),
            ground=SimpleNamespace(feed=house.feed, recorder=house.recorder, clock=house.clock),
            telephone=SimpleNamespace(switchboard=line),
            boards=SimpleNamespace(stages=SimpleNamespace(of=house.stages), loose_ends=ends),
        )
        settling = house.group.create_task(Settling(hotline).run(), name="settling")
        yield house, line
        settling.cancel()


def test_a_ring_whose_limit_passed_in_a_gap_is_not_given_up_before_asterisk_has_told() -> None:
    """I4, I7: its seat may have answered; and the same after the second gap as after the first."""

    async def story() -> None:
        async with settled_house() as (house, line):
            line.logs_in()
            line.catches_up()
            await house.staff(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            known = house.telephone.lines["PJSIP/c1"]
            for _ in range(2):
                line.breaks()
                await house.passes(60)
                assert [seat.activity for seat in house.desk.snapshot().seats] == ["ringing"]
            line.logs_in()
            await house.passes(60)
            assert [seat.activity for seat in house.desk.snapshot().seats] == ["ringing"]

            line.mirror.parties[CallId("c1")] = known.party
            line.mirror.calls[CallId("c1")] = Call(CallId("c1"), "PJSIP/c1")
            line.catches_up()
            await house.passes(1)
            assert [seat.activity for seat in house.desk.snapshot().seats] == ["idle"]
            assert house.fates() == []

    at_once(story())


def test_who_is_gone_after_a_gap_has_hung_up() -> None:
    async def story() -> None:
        async with settled_house() as (house, line):
            line.logs_in()
            line.catches_up()
            await house.passes(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            line.breaks()
            await house.passes(5)
            assert house.of(CallHungUp) == []
            line.logs_in()
            line.catches_up()
            await house.passes(1)

            assert [fact.call for fact in house.of(CallHungUp)] == ["c1"]
            assert house.fates() == ["call-abandoned"]

    at_once(story())


def test_from_a_lost_line_until_what_is_gone_is_settled_nobody_is_rung() -> None:
    """I2: a call of that line may have died with Asterisk; the one that lives gets the seat."""

    async def story() -> None:
        async with settled_house() as (house, line):
            line.logs_in()
            line.catches_up()
            await house.passes(1)
            for name in ("c1", "c2"):
                house.rings_up(name)
            await house.passes(SILENT)
            line.breaks()
            await house.staff(1)
            line.logs_in()
            await house.passes(5)
            assert house.of(SeatRung) == []

            line.mirror.parties[CallId("c2")] = house.telephone.lines["PJSIP/c2"].party
            line.mirror.calls[CallId("c2")] = Call(CallId("c2"), "PJSIP/c2")
            line.catches_up()
            await house.passes(1)

            assert [fact.call for fact in house.of(SeatRung)] == ["c2"]

    at_once(story())


def test_a_line_that_is_lost_as_it_came_in_step_settles_nothing() -> None:
    async def story() -> None:
        async with settled_house() as (house, line):
            house.rings_up("c1")
            await house.passes(SILENT)
            line.logs_in()
            line.catches_up()
            line.breaks()
            await house.passes(5)

            assert house.of(CallHungUp) == []

    at_once(story())


def test_without_a_new_log_in_nothing_is_settled_again() -> None:
    async def story() -> None:
        async with settled_house() as (house, line):
            line.logs_in()
            line.catches_up()
            await house.passes(1)
            house.rings_up("c1")
            await house.passes(SILENT)
            line.catches_up()
            await asyncio.sleep(30)

            assert house.of(CallHungUp) == []

    at_once(story())


def test_who_hung_up_as_it_was_settled_is_told_once() -> None:
    """His news came in the same moment; and who talked as we came has a stage to his end."""

    async def story() -> None:
        async with settled_house() as (house, line):
            house.rings_up("c1")
            await house.passes(SILENT)
            house.stages[CallId("c2")] = InMenu()
            line.logs_in()
            now = house.clock.now()
            for call in ("c1", "c2"):
                gone = CallHungUp(at=now, call=CallId(call), by=HungUpBy.CITIZEN, cause=16)
                house.recorder.write([gone])
            line.catches_up()
            await house.passes(1)

            assert [fact.by for fact in house.of(CallHungUp)] == [HungUpBy.CITIZEN] * 2
            assert house.fates() == ["call-abandoned"]

    at_once(story())


def test_a_callback_that_stands_in_line_outlives_a_gap_but_not_the_process() -> None:
    """Who asked for it lives on in a gap; after a start the engine asks anew (I6)."""

    async def story() -> None:
        async with settled_house() as (house, line):
            asked_at = house.clock.now()
            spare = asked_at + timedelta(hours=1)
            wanted = [
                CallbackWanted(
                    call=CallId(name), duty=DutyId(name), queue=QueueName("general"), needs={},
                    priority=0, asked_at=asked_at, spare_until=spare,
                )
                for name in ("out-1", "out-2")
            ]  # fmt: skip
            house.desk.tell(wanted[0])
            await house.passes(1)
            line.logs_in()
            line.catches_up()
            await house.passes(1)
            assert house.desk.snapshot().callbacks == ()

            house.desk.tell(wanted[1])
            await house.passes(1)
            line.breaks()
            line.logs_in()
            line.catches_up()
            await house.passes(1)
            assert [row.call for row in house.desk.snapshot().callbacks] == ["out-2"]
            assert house.of(CallHungUp) == []

    at_once(story())


def test_srg_02_whom_another_centre_answered_while_nobody_listened_has_met_his_fate() -> None:
    async def story() -> None:
        async with settled_house() as (house, line):
            line.logs_in()
            line.catches_up()
            await house.desk.order(
                ActivateSurge(
                    plan=PlanName("surge"),
                    measures=Measures(overflow_after_s=5.0, overflow_to=("jilin",)),
                    by="chief",
                    why="drill",
                )
            )
            for name in ("c1", "c2"):
                house.rings_up(name)
            await house.passes(SILENT + 10)
            line.breaks()
            for name, bridge in (("c1", "b-1"), ("c2", "")):
                call = Call(CallId(name), f"PJSIP/{name}", Phase.AWAY, bridge=bridge)
                line.mirror.calls[call.id] = call
            line.logs_in()
            line.catches_up()
            await house.passes(2)

            assert (house.fates("c1"), house.fates("c2")) == (["call-overflowed"], [])

    at_once(story())
