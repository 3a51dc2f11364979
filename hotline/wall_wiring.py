"""Builds what the wall asks for (大屏)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from cases.day_store import DayStore
from console.staffing_port import RunsStaffing
from hotline.desks.figures import FiguresDesk
from hotline.desks.wall import ReportsMissed, ReportsSurveys, WallDesk, names_of
from hotline.wiring import Hotline


@dataclass(frozen=True, slots=True, kw_only=True)
class WallSources:
    today: FiguresDesk
    missed: ReportsMissed
    surveys: ReportsSurveys
    planner: RunsStaffing


def make_wall(hotline: Hotline, sources: WallSources) -> WallDesk:
    ground = hotline.ground
    wall = WallDesk(
        today=sources.today,
        hours=hotline.boards.figures.hours,
        days=DayStore(ground.pool),
        missed=sources.missed,
        surveys=sources.surveys,
        forecast=LearnedForecast(sources.planner).of_day,
        districts=names_of(ground.rules.districts),
        zone=ZoneInfo("Asia/Shanghai"),
        clock=ground.clock,
    )
    ground.in_force.follow(wall.use)
    return wall


@dataclass(frozen=True, slots=True)
class LearnedForecast:
    """By hour, from our own past; nothing while there is too little of it (a typical day out of a
    file would look like knowledge)."""

    planner: RunsStaffing

    async def of_day(self, day: date) -> Sequence[float]:
        planned = await self.planner.of_day(day)
        if not planned.basis.learned:
            return ()
        calls = [half.calls for half in planned.staffed]
        return [sum(calls[n : n + 2]) for n in range(0, len(calls), 2)]
