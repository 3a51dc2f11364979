"""The watch over the figures, on the real floor (SRG-01); the forecast behind it; the alarm."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from acd.forecast import DayClass
from acd.happenings import CallerLeft, Command
from acd.roster import Staffed
from acd.standing import Standing
from acd.surge_facts import PlanName, SurgeActivated, SurgeReturned
from acd.surge_happenings import ActivateSurge
from acd.surge_plans import SurgeRules
from acd.view import FloorView
from console.staffing_port import Basis, StaffingDay
from hotline.surge.expected import HALF_HOUR, Expected
from hotline.surge.watch import SurgeWatch
from hotline.watch.alarms import Alarms
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import CallId, QueueName
from tests.acd.centre import Centre
from tests.console.surge_office import RULES
from tests.fakes.fake_clock import FakeClock
from tests.fakes.virtual_time import at_once

PLAN = PlanName("surge")


def rules() -> SurgeRules:
    plan = RULES.plans[PLAN].model_dump()
    plan["triggers"] = [{"waiting": 3, "for_s": 2}]
    plan["back"] = {"waiting_at_most": 0, "for_s": 4, "stands_s": 6, "rests_s": 60}
    changed = RULES.model_dump(exclude_none=True, by_alias=True)
    changed["plans"] = {"surge": plan}
    changed["look_every_s"] = 1.0
    return SurgeRules.model_validate(changed)


class CentreFloor:
    """A centre of the floor's tests as the watch sees a desk."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre

    async def order(self, command: Command) -> Sequence[Fact]:
        return self.centre.take(command)

    def snapshot(self) -> FloorView:
        return self.centre.floor.view(self.centre.clock.now())

    @property
    def standing(self) -> Standing:
        return self.centre.floor.standing

    def line_of(self, queues: Collection[QueueName]) -> tuple[int, datetime | None]:
        return self.centre.floor.line_of(queues)

    def say(self, call: CallId, phrases: tuple[str, ...]) -> bool:
        return False


class Watched:
    def __init__(self) -> None:
        self.centre = Centre()
        self.written: list[Fact] = []
        self.alarms = Alarms(self.written.extend)
        clock: Clock = self.centre.clock
        self.floor = CentreFloor(self.centre)
        self.watch = SurgeWatch(rules(), self.floor, lambda _a, _b: None, self.alarms, clock)

    async def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            await self.watch.look()
            self.centre.clock.advance(1)

    def standing(self) -> list[str]:
        return [row.name for row in self.alarms.standing()]


def test_srg_01_the_plan_is_activated_once_returns_once_and_the_board_says_so() -> None:
    async def story() -> None:
        watched = Watched()
        for n in range(4):
            watched.centre.call(f"c{n}")
        await watched.passes(5)
        assert watched.standing() == ["surge-stands"]
        watched.centre.staff(1, 2, 3)
        for ring in list(watched.centre.floor.view(watched.centre.clock.now()).waiting):
            watched.centre.take(CallerLeft(ring.call))
        await watched.passes(30)

        assert len(watched.centre.of(SurgeActivated)) == 1
        assert len(watched.centre.of(SurgeReturned)) == 1
        assert watched.standing() == []

    at_once(story())


def test_what_a_supervisor_did_first_is_no_fault_of_the_watch() -> None:
    async def story() -> None:
        watched = Watched()
        for n in range(4):
            watched.centre.call(f"c{n}")
        measures = rules().plans[PLAN].measures()
        await watched.passes(2)
        await watched.floor.order(
            ActivateSurge(plan=PLAN, measures=measures, by="chief", why="降温")
        )
        await watched.passes(40)

        assert [fact.by for fact in watched.centre.of(SurgeActivated)] == ["chief"]
        assert watched.centre.of(SurgeReturned) == []

    at_once(story())


def day_of(start: datetime, *, learned: bool) -> StaffingDay:
    """60 requests in the half hour that begins at `start`, 90 in the next."""
    basis = Basis(
        of=next(iter(DayClass)),
        learned=learned,
        days=40,
        calls=150.0,
        aht_s=200.0,
        aht_measured=True,
        patience_s=120.0,
        patience_measured=True,
        provisional=False,
    )
    staffed = (
        Staffed(start=start, needed=9, calls=60.0),
        Staffed(start=start + HALF_HOUR, needed=9, calls=90.0),
    )
    return StaffingDay(
        day=start.date(), at=start, basis=basis, plan=(), staffed=staffed, now=None, roll=None
    )


class Days:
    """Fits ForecastsDay."""

    def __init__(self, day: StaffingDay) -> None:
        self._day = day

    async def today(self) -> StaffingDay:
        return self._day


def test_requests_expected_are_shares_of_half_hours() -> None:
    start = FakeClock().now()
    expected = Expected(Days(day_of(start, learned=True)))
    at_once(expected.read())

    assert expected(start, start + HALF_HOUR) == 60
    assert expected(start, start + timedelta(minutes=5)) == 10
    assert expected(start + timedelta(minutes=15), start + timedelta(minutes=45)) == 30 + 45
    assert expected(start - timedelta(minutes=5), start + timedelta(minutes=5)) is None


def test_a_guess_that_was_never_learned_is_no_forecast() -> None:
    start = FakeClock().now()
    expected = Expected(Days(day_of(start, learned=False)))
    at_once(expected.read())

    assert expected(start, start + HALF_HOUR) is None
