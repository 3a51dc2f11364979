"""The wall's own desk over counts that a test gives; a database that can be away."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from callbacks.duty_lists import MissedDay
from cases.day_store import Filed
from figures.counts import Counts
from figures.surveys import ByMonth, SurveyCounts
from hotline.desks.wall import FiguresOfToday, WallDesk
from kernel.clock import Clock
from kernel.errors import Unavailable


class FakeDay:
    """Fits CountsDays, ReportsMissed and ReportsSurveys. `is_away`: the database."""

    def __init__(self) -> None:
        self.is_away = False
        self.asked = 0
        self.hours: dict[datetime, Counts] = {}
        self.expected: list[float] = []
        self.spans: list[tuple[datetime, datetime]] = []

    def _look(self) -> None:
        self.asked += 1
        if self.is_away:
            raise Unavailable("The database is away.", remedy="Wait.")

    async def filed(self, start: datetime, end: datetime) -> Filed:
        self._look()
        self.spans.append((start, end))
        return Filed(
            by_type={"complaint": 3, "consult": 1},
            by_district={"220100": 4},
            by_topic={"供热": 3, "社保": 1},
        )

    async def hand_offs(self, start: datetime, end: datetime) -> Mapping[str, int]:
        self._look()
        return {"110": 2}

    async def report(self, first: date, last: date) -> Sequence[MissedDay]:
        self._look()
        none = dict.fromkeys(("in_time", "exhausted", "uncallable"), 0)
        return [
            MissedDay(
                day=first, duties=5, calls=6, self_resolved=1, called_back=3, reached=2,
                median_delay=None, **none,
            )
        ]  # fmt: skip

    async def figures(self, since: datetime, before: datetime) -> ByMonth:
        self._look()
        counts = SurveyCounts(rated=4, satisfied=3)
        return {((2026, 11), "a"): counts, ((2026, 11), "b"): counts}

    async def forecast(self, day: date) -> Sequence[float]:
        self._look()
        return self.expected


def make_wall(today: FiguresOfToday, days: FakeDay, clock: Clock) -> WallDesk:
    return WallDesk(
        today=today,
        hours=lambda: days.hours,
        days=days,
        missed=days,
        surveys=days,
        forecast=days.forecast,
        districts={"220100": "长春市"},
        zone=ZoneInfo("Asia/Shanghai"),
        clock=clock,
    )
