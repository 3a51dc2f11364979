"""The desk's loop: it sleeps until something is due, yields, refuses what it cannot do."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from acd.desk import AcdDesk, DeskClosed
from acd.errors import CallNotInLine, WrongState
from acd.floor import Floor
from acd.happenings import (
    CallBack,
    CallbackWanted,
    CallerLeft,
    CaughtUp,
    GoAvailable,
    Happening,
    LegAnswered,
    SeatWanted,
    SignIn,
    TimePassed,
    WentDeaf,
)
from acd.waits import Announce, Connected
from kernel.clock import Clock, SystemClock
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, DutyId, LegId, QueueName, SeatId
from tests.acd.centre import EPOCH, directory, policies
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_seats import FakeRings

ONE = AgentNo("1001")
C1 = CallId("c1")


class Watched(Floor):
    """Notes what it takes and how often it is asked for its next deadline."""

    def __init__(self, ring_limit: float = 10.0) -> None:
        rules = policies({"ring_limit_s": ring_limit}, ring_slack_s=0.01)
        super().__init__(rules, directory(), EPOCH)
        self.taken: list[Happening] = []
        self.looks = 0

    def take(self, happening: Happening, now: datetime) -> list[Fact]:
        self.taken.append(happening)
        return super().take(happening, now)

    def next_deadline(self) -> datetime | None:
        self.looks += 1
        return super().next_deadline()


class Hurried(Watched):
    """Something is always due; after twenty turns it breaks, so that the test ends."""

    def next_deadline(self) -> datetime | None:
        return FakeClock().now()

    def take(self, happening: Happening, now: datetime) -> list[Fact]:
        if len(self.taken) == 20:
            raise ZeroDivisionError
        self.taken.append(happening)
        return []


class Refusing(Watched):
    def take(self, happening: Happening, now: datetime) -> list[Fact]:
        raise CallNotInLine("Not in line.", remedy="Look again.")


class Broken(Watched):
    def take(self, happening: Happening, now: datetime) -> list[Fact]:
        raise ZeroDivisionError("a fault of ours")


class Bench:
    def __init__(self, floor: Floor | None = None, clock: Clock | None = None) -> None:
        self.fake = FakeClock()
        self.rings = FakeRings()
        self.written: list[list[Fact]] = []
        self.floor = floor or Watched()
        self.desk = AcdDesk(self.floor, self._write, self.rings, clock or self.fake)

    def _write(self, facts: Sequence[Fact]) -> None:
        self.written.append(list(facts))

    def wanted(self, call: str = "c1") -> SeatWanted:
        return SeatWanted(
            call=CallId(call),
            queue=QueueName("general"),
            needs={},
            priority=0,
            asked_at=self.desk.snapshot().at,
        )

    async def order(self, command: SignIn | GoAvailable) -> list[Fact]:
        async with asyncio.TaskGroup() as group:
            order = group.create_task(self.desk.order(command))
            await asyncio.sleep(0)
            self.desk.turn()
        return order.result()

    async def staff(self) -> None:
        await self.order(SignIn(ONE, SeatId("S001")))
        await self.order(GoAvailable(ONE))


async def running(desk: AcdDesk, seconds: float) -> None:
    """Lets the desk run for a while."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(seconds):
            await desk.run()


async def test_a_burst_of_deadlines_does_not_starve_the_other_tasks() -> None:
    bench = Bench(Hurried())
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        other = group.create_task(another())
        with pytest.raises(ZeroDivisionError):
            await bench.desk.run()
        other.cancel()

    assert turns >= 20


async def test_a_desk_with_nothing_to_do_sleeps() -> None:
    floor = Watched()
    bench = Bench(floor)

    await running(bench.desk, 0.03)

    assert floor.looks <= 4
    assert floor.taken == []


async def test_until_a_deadline_comes_it_sleeps_and_then_it_acts() -> None:
    floor = Watched(ring_limit=0.05)
    bench = Bench(floor, SystemClock())
    await bench.staff()
    bench.desk.wait_for_seat(bench.wanted())
    bench.desk.turn()
    before = floor.looks

    await running(bench.desk, 0.15)

    assert bench.rings.dropped == ["7-000001"]
    assert floor.looks - before <= 16
    assert sum(isinstance(one, TimePassed) for one in floor.taken) <= 3


async def test_a_sleeping_desk_wakes_for_news() -> None:
    bench = Bench()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        run = group.create_task(bench.desk.run())
        await asyncio.sleep(0.01)
        news = await anext(bench.desk.wait_for_seat(bench.wanted()))
        run.cancel()

    assert isinstance(news, Announce)


async def test_three_seconds_of_backlog_are_not_well() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as group:
        run = group.create_task(bench.desk.run())
        await asyncio.sleep(0.01)
        bench.desk.tell(CallerLeft(C1))
        bench.fake.advance(2.999)
        before = bench.desk.well
        bench.fake.advance(0.001)
        after = bench.desk.well
        run.cancel()

    assert (before, after) == (True, False)


async def test_a_deadline_is_due_at_its_moment_and_not_before() -> None:
    floor = Watched()
    bench = Bench(floor)
    await bench.staff()
    bench.desk.wait_for_seat(bench.wanted())
    bench.desk.turn()
    due = floor.next_deadline()
    assert due is not None
    floor.taken.clear()

    bench.fake.advance((due - bench.fake.now()).total_seconds() - 0.001)
    bench.desk.turn()
    early = list(floor.taken)
    bench.fake.advance((due - bench.fake.now()).total_seconds())
    bench.desk.turn()

    assert early == []
    assert floor.taken == [TimePassed()]
    assert bench.rings.dropped == ["7-000001"]


async def test_no_deadline_falls_due_before_the_telephone_has_told_all_it_holds() -> None:
    """I4: a leg whose ring limit passed while nobody listened may have been answered."""
    bench = Bench()
    await bench.staff()
    bench.desk.wait_for_seat(bench.wanted())
    bench.desk.turn()
    bench.desk.hold_time()
    bench.fake.advance(60)
    bench.desk.tell(LegAnswered(LegId("7-000001")))
    bench.desk.turn()
    held = list(bench.rings.dropped)
    bench.desk.tell(CallerLeft(CallId("c9")))
    bench.desk.turn()

    bench.desk.tell(CaughtUp())
    bench.desk.turn()

    assert held == bench.rings.dropped == []
    assert bench.desk.late == timedelta()


async def test_only_that_it_caught_up_lets_time_go_on() -> None:
    bench = Bench()
    await bench.staff()
    bench.desk.wait_for_seat(bench.wanted())
    bench.desk.turn()
    bench.desk.hold_time()
    bench.fake.advance(60)
    bench.desk.tell(CallerLeft(CallId("c9")))
    for _ in range(3):
        bench.desk.turn()
        bench.fake.advance(0.5)
    held = list(bench.rings.dropped)

    bench.desk.tell(CaughtUp())
    bench.desk.turn()
    bench.fake.advance(0.25)
    bench.desk.turn()

    assert held == []
    assert bench.rings.dropped == ["7-000001"]


async def test_from_a_lost_line_until_all_is_told_no_phone_is_rung() -> None:
    """I2: also for news that came before the line was lost and were not read yet."""
    bench = Bench()
    await bench.staff()
    bench.desk.wait_for_seat(bench.wanted())
    bench.desk.hold_time()
    bench.desk.turn()
    held = list(bench.rings.rung)

    bench.desk.tell(CaughtUp())
    bench.desk.turn()

    assert held == []
    assert [ring.leg for ring in bench.rings.rung] == ["7-000001"]


async def test_that_all_was_told_before_the_line_was_lost_again_counts_no_more() -> None:
    floor = Watched()
    bench = Bench(floor)
    await bench.staff()
    floor.taken.clear()
    bench.desk.tell(CaughtUp())
    bench.desk.tell(CallerLeft(CallId("c9")))
    bench.desk.hold_time()
    bench.desk.turn()

    assert floor.taken == [WentDeaf(), CallerLeft(CallId("c9"))]


async def test_a_lost_line_wakes_the_desk() -> None:
    floor = Watched()
    bench = Bench(floor)
    async with asyncio.TaskGroup() as group:
        run = group.create_task(bench.desk.run())
        await asyncio.sleep(0)
        bench.desk.hold_time()
        for _ in range(5):
            await asyncio.sleep(0)
        run.cancel()

    assert floor.taken == [WentDeaf()]


async def test_news_that_the_floor_refuses_is_a_fault_of_ours() -> None:
    """Only commands are refused; nobody waits for the answer of a report."""
    bench = Bench(Refusing())
    bench.desk.tell(TimePassed())

    with pytest.raises(CallNotInLine):
        bench.desk.turn()


@pytest.mark.parametrize("floor", [Watched, Refusing])
async def test_who_gave_up_waiting_for_his_order_is_told_nothing(floor: type[Watched]) -> None:
    bench = Bench(floor())
    async with asyncio.TaskGroup() as group:
        order = group.create_task(bench.desk.order(SignIn(ONE, SeatId("S001"))))
        await asyncio.sleep(0)
        order.cancel()
        await asyncio.sleep(0)

    bench.desk.turn()

    assert order.cancelled()
    assert len(bench.written) == (1 if floor is Watched else 0)


async def test_a_fault_of_the_floor_is_logged_and_told_to_who_ordered() -> None:
    bench = Bench(Broken())
    failed: list[BaseException] = []

    async def order() -> None:
        try:
            await bench.desk.order(SignIn(ONE, SeatId("S001")))
        except ZeroDivisionError as fault:
            failed.append(fault)

    with capture_logs() as logs:
        async with asyncio.TaskGroup() as group:
            group.create_task(order())
            await asyncio.sleep(0)
            with pytest.raises(ZeroDivisionError):
                bench.desk.turn()

    assert len(failed) == 1
    assert [(one["event"], one["happening"]) for one in logs] == [("the floor failed", "SignIn")]


async def test_a_fault_of_the_floor_finds_an_order_that_nobody_waits_for_any_more() -> None:
    bench = Bench(Broken())
    async with asyncio.TaskGroup() as group:
        order = group.create_task(bench.desk.order(SignIn(ONE, SeatId("S001"))))
        await asyncio.sleep(0)
        order.cancel()
        await asyncio.sleep(0)

    with pytest.raises(ZeroDivisionError):
        bench.desk.turn()


async def test_nothing_decided_is_nothing_written() -> None:
    bench = Bench()
    bench.desk.tell(CallerLeft(C1))
    bench.desk.turn()

    assert bench.written == []


async def test_what_the_floor_wonders_at_stands_in_the_log() -> None:
    bench = Bench()
    bench.desk.tell(LegAnswered(LegId("7-000009")))

    with capture_logs() as logs:
        bench.desk.turn()
        bench.desk.turn()

    assert [(one["event"], one["about"]) for one in logs] == [
        ("the floor was surprised", "7-000009")
    ]


async def test_a_deed_for_a_call_without_a_story_is_nobody_s_news() -> None:
    """Its story was adopted in a later stage, or died."""
    bench = Bench()

    bench.desk.tell(bench.wanted())
    bench.desk.turn()

    assert [fact.kind for fact in bench.written[0]] == ["call-queued", "announcement-due"]


async def test_a_wait_that_is_over_is_not_kept() -> None:
    bench = Bench()
    await bench.staff()
    wait = bench.desk.wait_for_seat(bench.wanted())
    bench.desk.wait_for_seat(bench.wanted("c2"))
    bench.desk.turn()
    bench.desk.tell(LegAnswered(LegId("7-000001")))
    bench.desk.turn()

    assert [each async for each in wait] == [Connected(SeatId("S001"), ONE, LegId("7-000001"))]
    assert list(bench.desk._waits) == ["c2"]


async def test_news_that_ends_no_wait_keeps_it() -> None:
    bench = Bench()
    wait = bench.desk.wait_for_seat(bench.wanted())
    bench.desk.turn()

    assert isinstance(await anext(wait), Announce)
    assert list(bench.desk._waits) == ["c1"]


async def test_an_order_to_a_closed_desk_is_refused_at_once() -> None:
    bench = Bench()
    await running(bench.desk, 0.01)

    async with asyncio.timeout(20):
        with pytest.raises(DeskClosed) as refused:
            await bench.desk.order(GoAvailable(ONE))

    assert refused.value.remedy


async def test_letters_that_lie_there_when_it_closes_are_refused_and_dropped() -> None:
    """News, an order, and an order whose giver has gone."""
    bench = Bench()
    refused: list[str] = []

    async def order() -> None:
        try:
            await bench.desk.order(GoAvailable(ONE))
        except DeskClosed as why:
            refused.append(why.code)

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        run = group.create_task(bench.desk.run())
        await asyncio.sleep(0.01)
        given_up, _ = group.create_task(order()), group.create_task(order())
        await asyncio.sleep(0)  # both have written their letters
        bench.desk.tell(CallerLeft(C1))
        given_up.cancel()
        run.cancel()

    bench.fake.advance(60)
    assert refused == ["desk-closed"]
    assert given_up.cancelled()
    assert bench.desk.late == timedelta()
    assert not bench.desk.well


def owed(bench: Bench) -> CallbackWanted:
    return CallbackWanted(
        call=CallId("out-7-p"),
        duty=DutyId("missed:p"),
        queue=QueueName("general"),
        needs={},
        priority=0,
        asked_at=bench.fake.now(),
    )


async def test_a_callback_hears_of_its_agent_as_a_caller_does() -> None:
    bench = Bench()
    await bench.staff()
    wait = bench.desk.wait_for_callback(owed(bench))
    bench.desk.turn()
    bench.desk.tell(LegAnswered(LegId("7-000001")))
    bench.desk.turn()

    assert [each async for each in wait] == [Connected(SeatId("S001"), ONE, LegId("7-000001"))]


async def test_a_callback_by_hand_rings_the_agent_and_then_waits_for_him() -> None:
    bench = Bench()
    await bench.staff()
    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        order = group.create_task(bench.desk.call_back(CallBack(ONE, owed(bench))))
        await asyncio.sleep(0)
        bench.desk.turn()
    bench.desk.tell(LegAnswered(LegId("7-000001")))
    bench.desk.turn()

    assert [ring.phone for ring in bench.rings.rung] == ["8001"]
    assert [type(each) async for each in order.result()] == [Connected]


async def test_a_callback_by_hand_that_is_refused_leaves_nobody_waiting() -> None:
    bench = Bench()

    async def order() -> None:
        with pytest.raises(WrongState):
            await bench.desk.call_back(CallBack(ONE, owed(bench)))

    async with asyncio.timeout(20), asyncio.TaskGroup() as group:
        group.create_task(order())
        await asyncio.sleep(0)
        bench.desk.turn()

    assert bench.desk._waits == {}
