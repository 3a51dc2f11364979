"""The desk: written before done, commands answered, news for the waiting story."""

import asyncio
from collections.abc import Coroutine, Sequence

import pytest

from acd.desk import AcdDesk, DeskClosed
from acd.errors import UnknownWorkNumber
from acd.facts import SeatRung, Withdrawal
from acd.floor import Floor
from acd.happenings import (
    CallerLeft,
    CallWithdrawn,
    GoAvailable,
    LegAnswered,
    PolicyLoaded,
    SeatWanted,
    SignIn,
    TimePassed,
)
from acd.waits import Announce, Connected, Gone, SeatWait
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, QueueName, SeatId
from tests.acd.centre import EPOCH, directory, policies
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_seats import FakeRings

ONE = AgentNo("1001")


class Journal:
    """Notes how many rings had been started when each batch was written."""

    def __init__(self, rings: FakeRings) -> None:
        self.rings = rings
        self.facts: list[Fact] = []
        self.rung_at_writing: list[int] = []

    def write(self, facts: Sequence[Fact]) -> None:
        self.facts += facts
        self.rung_at_writing.append(len(self.rings.rung))


class BrokenFloor(Floor):
    def take(self, happening: object, now: object) -> list[Fact]:
        raise ZeroDivisionError("a fault of ours")


class Bench:
    def __init__(self, floor: Floor | None = None) -> None:
        self.clock = FakeClock()
        self.rings = FakeRings()
        self.journal = Journal(self.rings)
        self.floor = floor or Floor(policies(), directory(), EPOCH)
        self.desk = AcdDesk(self.floor, self.journal.write, self.rings, self.clock)

    def ask(self, call: str) -> SeatWait:
        wait = self.desk.wait_for_seat(
            SeatWanted(
                call=CallId(call),
                queue=QueueName("general"),
                needs={},
                priority=0,
                asked_at=self.clock.now(),
            )
        )
        self.desk.turn()
        return wait

    async def staff(self) -> None:
        async with asyncio.TaskGroup() as group:
            orders = [SignIn(ONE, SeatId("S001")), GoAvailable(ONE)]
            for order in orders:
                group.create_task(self.desk.order(order))
            await asyncio.sleep(0)
            self.desk.turn()


async def test_a_decision_is_written_before_it_is_done() -> None:
    bench = Bench()
    await bench.staff()

    bench.ask("c1")

    assert any(isinstance(fact, SeatRung) for fact in bench.journal.facts)
    assert bench.journal.rung_at_writing[-1] == 0
    assert [(ring.phone, ring.caller) for ring in bench.rings.rung] == [("8001", "c1")]


async def test_the_story_hears_its_place_and_then_its_seat() -> None:
    bench = Bench()
    wait = bench.ask("c1")
    await bench.staff()
    bench.desk.tell(LegAnswered(LegId("7-000001")))
    bench.desk.turn()

    news = [each async for each in wait]

    assert [type(each) for each in news] == [Announce, Connected]
    assert news[-1] == Connected(SeatId("S001"), ONE, LegId("7-000001"))


async def test_a_refused_command_goes_back_to_who_gave_it() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as group:
        order = group.create_task(_refusal(bench.desk.order(GoAvailable(AgentNo("9999")))))
        await asyncio.sleep(0)
        bench.desk.turn()

    assert isinstance(order.result(), UnknownWorkNumber)
    assert bench.journal.facts == []


async def _refusal(order: Coroutine[None, None, list[Fact]]) -> HotlineError | None:
    try:
        await order
    except HotlineError as refused:
        return refused
    return None


async def test_an_adopted_story_finds_its_caller_in_conversation() -> None:
    bench = Bench()
    await bench.staff()
    bench.ask("c1")
    bench.desk.tell(LegAnswered(LegId("7-000001")))
    bench.desk.turn()

    again = bench.ask("c1")

    assert [each async for each in again] == [Connected(SeatId("S001"), ONE, LegId("7-000001"))]


async def test_the_wait_of_a_caller_who_left_is_over_and_the_ring_dropped() -> None:
    bench = Bench()
    await bench.staff()
    wait = bench.ask("c1")

    bench.desk.tell(CallerLeft(CallId("c1")))
    bench.desk.turn()

    assert [each async for each in wait] == [Gone("call-abandoned")]
    assert bench.rings.dropped == ["7-000001"]


async def test_a_call_sent_to_the_fallback_queue_waits_no_more_here() -> None:
    bench = Bench()
    wait = bench.ask("c1")

    bench.desk.tell(CallWithdrawn(CallId("c1"), Withdrawal.TO_FALLBACK))
    bench.desk.turn()

    assert [each async for each in wait][-1] == Gone("call-sent-to-fallback")


async def test_a_deadline_is_kept_without_anything_else_happening() -> None:
    bench = Bench()
    await bench.staff()
    bench.ask("c1")

    bench.clock.advance(11.5)
    bench.desk.turn()

    assert bench.rings.dropped == ["7-000001"]


async def test_the_running_desk_is_well_and_a_closed_one_refuses() -> None:
    bench = Bench()
    before = bench.desk.well
    async with asyncio.TaskGroup() as group:
        running = group.create_task(bench.desk.run())
        facts = await bench.desk.order(SignIn(ONE, SeatId("S001")))
        during = bench.desk.well
        late = group.create_task(_refusal(bench.desk.order(GoAvailable(ONE))))
        running.cancel()

    assert (before, during, bench.desk.well) == (False, True, False)
    assert [fact.kind for fact in facts] == ["agent-signed-in"]
    assert isinstance(late.result(), DeskClosed)


async def test_a_backlog_is_not_well() -> None:
    bench = Bench()
    async with asyncio.TaskGroup() as group:
        running = group.create_task(bench.desk.run())
        await asyncio.sleep(0)
        bench.desk.tell(TimePassed())
        bench.clock.advance(4)
        well = bench.desk.well
        running.cancel()

    assert not well


async def test_a_fault_of_the_floor_ends_the_desk_and_is_not_swallowed() -> None:
    bench = Bench(BrokenFloor(policies(), directory(), EPOCH))
    bench.desk.tell(TimePassed())

    with pytest.raises(ZeroDivisionError):
        await bench.desk.run()


async def test_the_desk_tells_who_has_a_call_and_what_calls_may_ask_for() -> None:
    bench = Bench()
    await bench.staff()
    bench.ask("c1")

    assert bench.desk.last_agent_of(CallId("c1")) == ONE
    assert bench.desk.last_agent_of(CallId("c2")) is None
    assert "general" in bench.desk.known_skills()


def test_after_each_portion_of_many_deadlines_the_desk_tidies_up() -> None:
    """Other rules: three wait, one is looked at in a turn; after the last nothing is due."""
    done: list[int] = []
    bench = Bench(Floor(policies(time_budget=1), directory(), EPOCH))
    bench.desk.tidy = lambda: done.append(1)
    for n in range(3):
        bench.ask(f"c{n}")
    bench.desk.turn()

    bench.floor.take(PolicyLoaded(policies({"max_wait_s": 60}, time_budget=1)), bench.clock.now())
    tidied = []
    for _ in range(5):
        bench.desk.turn()
        tidied.append(len(done))

    assert tidied == [1, 2, 2, 2, 2]
