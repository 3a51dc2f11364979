"""Staffing over a past and a roster in memory; the planner, the watch and the break are real."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from acd.directory import Directory
from acd.patience import Waits
from acd.roster import CHINA, HALF_HOUR, Shift
from acd.roster_store import RosterTaken
from acd.seat_ratio import load_districts
from acd.staffing_rules import load_staffing_rules
from acd.view import FloorView
from callbacks.workdays import load_calendar
from console.staffing_port import StaffingSide
from figures.occupancy import Occupancies
from figures.staffing_store import HalfHourCounted
from hotline.desks.staffing import StaffingPlanner
from hotline.desks.staffing_past import midnight
from hotline.desks.wellbeing import Wellbeing
from hotline.watch.occupancy import OccupancyWatch
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo, QueueName

CONFIG = Path(__file__).parents[2] / "config"
RULES = load_staffing_rules(CONFIG / "staffing.yaml")


class FakePast:
    """Fits ReadsPast."""

    def __init__(self) -> None:
        self.counted: list[HalfHourCounted] = []
        self.waited: dict[QueueName, Waits] = {}
        self.tickets: dict[str, dict[date, int]] = {}
        self.asked = 0

    def calls(self, day: date, counts: Sequence[int], aht_s: float = 200.0) -> None:
        """Of the half hours of a day from midnight; all answered."""
        for n, count in enumerate(counts):
            start, handled = midnight(day) + n * HALF_HOUR, count * timedelta(seconds=aht_s)
            self.counted.append(
                HalfHourCounted(start=start, offered=count, answered=count, handled=handled)
            )

    async def half_hours(self, start: datetime, end: datetime) -> list[HalfHourCounted]:
        self.asked += 1
        return [each for each in self.counted if start <= each.start < end]

    async def waits(self, first: date, last: date) -> dict[QueueName, Waits]:
        return self.waited

    async def tickets_by_category(
        self, start: datetime, end: datetime
    ) -> dict[str, dict[date, int]]:
        return self.tickets


class FakeRoster:
    """Fits KeepsRoster."""

    def __init__(self) -> None:
        self.stands: list[Shift] = []

    async def replace(
        self, name: str, content: bytes, shifts: Sequence[Shift], *, by: str, at: datetime
    ) -> RosterTaken:
        days = tuple(sorted({shift.day for shift in shifts}))
        kept = [shift for shift in self.stands if shift.day not in days]
        gone = len(self.stands) - len(kept)
        self.stands = [*kept, *shifts]
        return RosterTaken(shifts=len(shifts), replaced=gone, days=days)

    async def shifts(self, start: datetime, end: datetime) -> list[Shift]:
        return [one for one in self.stands if one.start < end and one.end > start]

    async def has_day(self, day: date) -> bool:
        return any(shift.day == day for shift in self.stands)

    def put(self, agent: str, start: float, end: float, day: date, *, leader: bool = False) -> None:
        """Hours from midnight."""
        begins, ends = (midnight(day) + timedelta(hours=hours) for hours in (start, end))
        self.stands.append(
            Shift(day=day, agent=AgentNo(agent), start=begins, end=ends, leader=leader)
        )


class StaffingOffice:
    """All of staffing for one test. `order` takes commands to the floor."""

    def __init__(
        self,
        clock: Clock,
        view: Callable[[], FloorView],
        write: Callable[[Sequence[Fact]], None],
        directory: Callable[[], Directory],
    ) -> None:
        self.past, self.roster, self.view = FakePast(), FakeRoster(), view
        self.today = clock.now().astimezone(CHINA).date()
        self.planner = StaffingPlanner(
            rules=RULES,
            calendar=load_calendar(CONFIG / "holidays.yaml"),
            districts=load_districts(CONFIG / "districts.yaml"),
            past=self.past,
            roster=self.roster,
            directory=directory,
            view=view,
            clock=clock,
            write=write,
        )
        self.seen = Occupancies(RULES.occupancy.window)
        self.occupancy = OccupancyWatch(self.seen, RULES.occupancy, write, clock)
        self._write, self._clock = write, clock

    def wellbeing(self, order: Callable[..., object]) -> Wellbeing:
        return Wellbeing(
            order=order,  # type: ignore[arg-type]  # the floor's own
            view=self.view,
            write=self._write,
            clock=self._clock,
            within=timedelta(minutes=RULES.wellbeing.within_minutes),
        )

    def side(self, wellbeing: Wellbeing) -> StaffingSide:
        return StaffingSide(planner=self.planner, occupancy=self.occupancy, wellbeing=wellbeing)
