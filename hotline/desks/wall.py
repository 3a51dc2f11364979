"""What hangs in the hall: figures from memory, counts of the day from the database."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from acd.seat_ratio import Districts
from callbacks.duty_lists import MissedDay
from cases.day_store import Filed
from console import wall_shown as shown
from console.figures_shown import Figure, FiguresNow
from figures.counts import Counts, day_bounds, day_of
from figures.surveys import ByMonth, SurveyCounts, measure_surveys
from hotline.rule_files import RuleFiles
from kernel.clock import Clock
from kernel.errors import Unavailable

FRESH_FOR: Final = timedelta(seconds=5)  # however many walls ask
SATISFACTION: Final = "D-22"
ShownT = TypeVar("ShownT")
Forecast = Callable[[date], Awaitable[Sequence[float]]]


class CountsDays(Protocol):
    """`cases/day_store.py: DayStore` fits by shape."""

    async def filed(self, start: datetime, end: datetime) -> Filed: ...

    async def hand_offs(self, start: datetime, end: datetime) -> Mapping[str, int]: ...


class ReportsMissed(Protocol):
    async def report(self, first: date, last: date) -> Sequence[MissedDay]: ...


class ReportsSurveys(Protocol):
    async def figures(self, since: datetime, before: datetime) -> ByMonth: ...


class FiguresOfToday(Protocol):
    def live(self) -> FiguresNow: ...


def names_of(districts: Districts) -> dict[str, str]:
    return {code: one.name_zh for code, one in districts.districts.items()}


@dataclass(slots=True, kw_only=True)
class WallDesk:
    """Fits `console/wall_shown.py: ShowsWall`.

    `hours`: today's counts by hour. `forecast`: requests for a person in each hour of a day, 24 of
    them, or Unavailable / an empty list.
    """

    today: FiguresOfToday
    hours: Callable[[], Mapping[datetime, Counts]]
    days: CountsDays
    missed: ReportsMissed
    surveys: ReportsSurveys
    forecast: Forecast
    districts: Mapping[str, str]
    zone: ZoneInfo
    clock: Clock
    _known: shown.WallNow | None = None
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def use(self, rules: RuleFiles) -> None:
        self.districts = names_of(rules.districts)

    async def now(self) -> shown.WallNow:
        async with self._asking:
            if self._known is None or self.clock.now() - self._known.at >= FRESH_FOR:
                self._known = await self._asked()
            return self._known

    async def _asked(self) -> shown.WallNow:
        now = self.clock.now()
        day = day_of(now)
        start, end = day_bounds(day)
        live = self.today.live()
        tickets, owed, hand_offs, satisfaction, expected = (
            await or_none(self._tickets(start, end)),
            await or_none(self._owed(now.astimezone(self.zone).date())),
            await or_none(self._hand_offs(start, end)),
            await or_none(self._satisfaction(now)),
            await or_none(self.forecast(day)),
        )
        return shown.WallNow(
            at=now,
            counts=live.counts,
            figures=[figure for figure in live.figures if figure.queue is None],
            hours=self._hours(start, expected or ()),
            districts=dict(self.districts),
            tickets=tickets,
            owed=owed,
            hand_offs=hand_offs,
            satisfaction=satisfaction,
        )

    def _hours(self, start: datetime, expected: Sequence[float]) -> list[shown.WallHour]:
        """The hours that have been or are forecast, oldest first."""
        known = self.hours()
        moments = {start + timedelta(hours=n): n for n in range(24)}
        return [
            shown.WallHour(
                start=moment,
                offered=known[moment].offered if moment in known else 0,
                answered=_answered(known[moment]) if moment in known else 0,
                forecast=round(expected[n], 1) if n < len(expected) else None,
            )
            for moment, n in moments.items()
            if moment in known or n < len(expected)
        ]

    async def _tickets(self, start: datetime, end: datetime) -> shown.WallTickets:
        filed = await self.days.filed(start, end)
        return shown.WallTickets(
            total=filed.total,
            by_type=dict(filed.by_type),
            by_district=dict(filed.by_district),
            by_topic=dict(filed.by_topic),
        )

    async def _owed(self, day: date) -> shown.WallOwed:
        days = await self.missed.report(day, day)
        return shown.WallOwed(
            owed=sum(one.owed for one in days),
            called_back=sum(one.called_back for one in days),
            reached=sum(one.reached for one in days),
        )

    async def _hand_offs(self, start: datetime, end: datetime) -> dict[str, int]:
        return dict(await self.days.hand_offs(start, end))

    async def _satisfaction(self, now: datetime) -> Figure:
        local = now.astimezone(self.zone)
        first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        found = await self.surveys.figures(first, now)
        counts = sum(found.values(), SurveyCounts())
        (ratio,) = [one.ratio for one in measure_surveys(counts) if one.id == SATISFACTION]
        return Figure(id=SATISFACTION, queue=None, value=ratio.value, n=ratio.n)


async def or_none(asked: Awaitable[ShownT]) -> ShownT | None:
    """None while what it needs is away."""
    try:
        return await asked
    except Unavailable:
        return None


def _answered(counts: Counts) -> int:
    return counts.answered + counts.fallback_answered
