"""Builds what the wall asks for (大屏)."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from cases.day_store import DayStore
from hotline.desks.figures import FiguresDesk
from hotline.desks.wall import ReportsMissed, ReportsSurveys, WallDesk
from hotline.wiring import Hotline


def make_wall(
    hotline: Hotline, today: FiguresDesk, missed: ReportsMissed, surveys: ReportsSurveys
) -> WallDesk:
    ground = hotline.ground
    known = ground.rules.districts.districts
    return WallDesk(
        today=today,
        hours=hotline.boards.figures.hours,
        days=DayStore(ground.pool),
        missed=missed,
        surveys=surveys,
        forecast=no_forecast,
        districts={code: one.name_zh for code, one in known.items()},
        zone=ZoneInfo("Asia/Shanghai"),
        clock=ground.clock,
    )


async def no_forecast(day: date) -> Sequence[float]:
    return ()
