"""The surge side for the console's tests: the real desk over the house's own floor."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from pathlib import Path

from acd.happenings import Command
from acd.ports import WritesFacts
from acd.standing import Standing
from acd.surge_plans import load_surge
from acd.view import FloorView
from cases.daily_closing import DayCase, NotOfThatDay
from cases.status import CaseStatus
from console.surge_port import SurgeSide
from hotline.surge.desk import SurgeDesk
from hotline.surge.notices import Notices
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import CallId, CaseId, QueueName, TicketNo
from tests.console.fakes import FakeFloor

RULES = load_surge(Path(__file__).parents[2] / "config" / "surge.yaml")
TICKET = TicketNo("22010020261121000007")


class SayingFloor:
    """The house's floor; what is said to whom waits is noted."""

    def __init__(self, floor: FakeFloor) -> None:
        self._floor = floor
        self.said: list[tuple[CallId, tuple[str, ...]]] = []

    async def order(self, command: Command) -> Sequence[Fact]:
        return await self._floor.order(command)

    def snapshot(self) -> FloorView:
        return self._floor.snapshot()

    @property
    def standing(self) -> Standing:
        return self._floor.standing

    def line_of(self, queues: Collection[QueueName]) -> tuple[int, datetime | None]:
        return self._floor.line_of(queues)

    def say(self, call: CallId, phrases: tuple[str, ...]) -> bool:
        self.said.append((call, phrases))
        return True


class FakeClosing:
    """Fits KeepsDailyClosing."""

    def __init__(self) -> None:
        self.said: dict[tuple[CaseId, date], str] = {}
        self.cases: list[DayCase] = []

    def opened(self, case: str, at: datetime, status: CaseStatus) -> None:
        self.cases.append(
            DayCase(
                case=CaseId(case),
                status=status,
                category_code="0301",
                urgency="normal",
                opened_at=at,
            )
        )

    async def of_day(self, day: date, category: str = "") -> Sequence[DayCase]:
        found = [one for one in self.cases if one.category_code.startswith(category)]
        return [self._explained(one, day) for one in found if one.opened_at.date() == day]

    def _explained(self, one: DayCase, day: date) -> DayCase:
        said = self.said.get((one.case, day), "")
        return DayCase(
            case=one.case,
            status=one.status,
            category_code=one.category_code,
            urgency=one.urgency,
            opened_at=one.opened_at,
            said=said,
        )

    async def explain(self, case: CaseId, day: date, said: str, *, by: str, at: datetime) -> None:
        if case not in {one.case for one in self.cases if one.opened_at.date() == day}:
            raise NotOfThatDay("not of that day", remedy="look again")
        self.said[case, day] = said


class FakeSurge:
    def __init__(self, floor: FakeFloor, clock: Clock, write: WritesFacts) -> None:
        self.floor = SayingFloor(floor)
        self.closing = FakeClosing()
        self.desk = SurgeDesk(
            rules=RULES,
            floor=self.floor,
            notices=Notices(rules=RULES, standing=lambda: self.floor.standing),
            calls={},
            tickets=lambda _call: [TICKET],
            write=write,
            clock=clock,
        )

    def side(self) -> SurgeSide:
        return SurgeSide(desk=self.desk, closing=self.closing)
