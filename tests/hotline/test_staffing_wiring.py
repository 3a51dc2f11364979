"""Alarms of staffing: too few people, no leader, agents without a breath (SEAT-03, HR-02)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from acd.directory import Directory
from acd.facts import AgentAvailable, AgentSignedIn, SeatAnswered, TalkEnded
from acd.roster import RollCall, Staffed
from acd.seat_facts import Who
from acd.staffing_rules import Understaffed
from acd.view import FloorView
from console.staffing_port import StaffingDay
from hotline.facts import AlarmCleared, AlarmRaised
from hotline.staffing_facts import AgentOverworked, AgentRelieved
from hotline.staffing_wiring import StaffingWatch, short_of
from hotline.watch.alarms import Alarms
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, LegId, QueueName, SeatId
from tests.console.staffing_office import StaffingOffice
from tests.fakes.fake_clock import FakeClock

RULE = Understaffed(share=0.1, seats=1, minutes=5)
ONE = AgentNo("1001")


def empty_floor(at: datetime = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) -> FloorView:
    return FloorView(at=at, seats=(), waiting=(), queues=())


class Watched:
    """A watch over an office in memory; what it wrote."""

    def __init__(self) -> None:
        self.clock, self.written = FakeClock(), list[Fact]()
        self.office = StaffingOffice(
            self.clock, empty_floor, self.written.extend, lambda: Directory({}, {}, {})
        )
        self.alarms = Alarms(self.written.extend)
        self.watch = StaffingWatch(
            planner=self.office.planner,
            occupancy=self.office.occupancy,
            alarms=self.alarms,
            rule=RULE,
            clock=self.clock,
        )

    async def look_for(self, minutes: int) -> None:
        for _ in range(minutes):
            self.clock.advance(60)
            await self.watch.look()

    @property
    def standing(self) -> dict[str, str]:
        return {row.name: row.why for row in self.alarms.standing()}


async def day(learned: bool, needed: int, signed_in: int, *due: str) -> StaffingDay:
    """A day as it may be seen at one moment; `due` by the roster, none of them here."""
    plain = await Watched().office.planner.today()
    roll = RollCall(tuple(AgentNo(no) for no in due), (), (), (), False) if due else None
    now = Staffed(start=plain.at, needed=needed, rostered=len(due), signed_in=signed_in)
    return replace(plain, basis=replace(plain.basis, learned=learned), now=now, roll=roll)


@pytest.mark.parametrize(
    ("learned", "needed", "signed_in", "due", "short"),
    [
        (True, 10, 9, (), True),
        (True, 10, 10, (), False),
        (True, 40, 37, (), False),  # a tenth may be missing, less one
        (True, 40, 36, (), True),
        (False, 40, 0, (), False),  # nothing is known: the typical day is no reason for an alarm
        (False, 1, 1, ("1001", "1002"), True),
        (False, 9, 2, ("1001", "1002"), False),
    ],
)
async def test_seat_03_short_is_measured_against_the_roster_and_a_learned_need(
    learned: bool, needed: int, signed_in: int, due: tuple[str, ...], short: bool
) -> None:
    assert bool(short_of(await day(learned, needed, signed_in, *due), RULE)) is short


async def test_nobody_knows_who_is_signed_in_and_nobody_is_blamed() -> None:
    unknown = await day(True, 10, 0)

    assert short_of(replace(unknown, now=None), RULE) == ""


async def test_seat_03_too_few_people_are_an_alarm_after_five_minutes_and_only_while_it_is_so() -> (
    None
):
    seen = Watched()
    seen.office.roster.put("1001", 8, 17, seen.office.today, leader=True)
    seen.office.roster.put("1002", 8, 17, seen.office.today)

    await seen.look_for(5)
    early = seen.standing
    await seen.look_for(2)

    assert early == {}
    assert set(seen.standing) == {"understaffed", "no-duty-leader"}
    assert seen.standing["understaffed"].endswith(", 2 rostered, 0 signed in: 32 short")
    assert seen.standing["no-duty-leader"] == "rostered: 1001"

    seen.office.roster.stands.clear()
    await seen.look_for(5)
    assert seen.standing == {}
    raised = [fact.alarm for fact in seen.written if isinstance(fact, AlarmRaised)]
    cleared = [fact.alarm for fact in seen.written if isinstance(fact, AlarmCleared)]
    assert sorted(raised) == sorted(cleared) == ["no-duty-leader", "understaffed"]


def busy_from(at: datetime) -> list[Fact]:
    signed_in = AgentSignedIn(
        at=at, agent=ONE, seat=SeatId("S001"), phone=Extension("8001"), skills={}, auto_answer=False
    )
    ready = AgentAvailable(at=at, agent=ONE, seat=SeatId("S001"), by=Who.AGENT)
    answered = SeatAnswered(
        at=at, leg=LegId("7-000001"), seat=SeatId("S001"), agent=ONE, call=CallId("c1"),
        queue=QueueName("general"), waited=timedelta(), again=False,
    )  # fmt: skip
    return [signed_in, ready, answered]


async def test_hr_02_an_agent_without_a_breath_is_an_alarm_once_and_a_fact_once() -> None:
    seen = Watched()
    seen.office.seen.see(busy_from(seen.clock.now()))

    await seen.look_for(44)
    early = seen.standing
    await seen.look_for(5)

    assert early == {}, "less than 45 minutes say nothing"
    assert seen.standing == {"agents-overworked": "1001 100%"}
    assert set(seen.office.occupancy.overworked()) == {ONE}
    over = [fact for fact in seen.written if isinstance(fact, AgentOverworked)]
    assert [(fact.agent, fact.occupancy) for fact in over] == [(ONE, 1.0)]


async def test_hr_02_an_hour_with_a_quarter_of_rest_ends_the_alarm() -> None:
    seen = Watched()
    seen.office.seen.see(busy_from(seen.clock.now()))
    await seen.look_for(50)

    ended = TalkEnded(
        at=seen.clock.now(), leg=LegId("7-000001"), seat=SeatId("S001"), agent=ONE,
        call=CallId("c1"), talked=timedelta(minutes=50),
    )  # fmt: skip
    seen.office.seen.see([ended])
    await seen.look_for(20)

    assert seen.standing == {}
    relieved = [fact for fact in seen.written if isinstance(fact, AgentRelieved)]
    assert [fact.agent for fact in relieved] == [ONE]
