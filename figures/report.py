"""Reports from the stored quarters: any span, by day, and the rolling 24 hours of D-03."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from figures import periods
from figures.counts import QUARTER, Counts, day_bounds, seat_total, total
from figures.definitions import Measured, measure, measure_queue
from figures.periods import PeriodRow, Step
from figures.quality import QualityCounts
from figures.rolling import WINDOW, measure_rolling, windows
from figures.store import FiguresStore, QueueQuarter
from kernel.ids import QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalReport:
    """One quarter of one queue; `queue` "" holds the calls that arrived (D-02 of the site)."""

    start: datetime
    queue: QueueName
    counts: Counts
    figures: tuple[Measured, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpanReport:
    """Any span of the whole site, with its queues and D-03 over the windows that end in it."""

    start: datetime
    end: datetime
    counts: Counts
    figures: tuple[Measured, ...]
    queues: dict[QueueName, tuple[Counts, tuple[Measured, ...]]]


QualityByMonth: TypeAlias = Callable[[datetime, datetime], Awaitable[Mapping[date, QualityCounts]]]


class FigureReports:
    """Each raises Unavailable when PostgreSQL is away."""

    def __init__(self, store: FiguresStore, quality: QualityByMonth | None = None) -> None:
        self._store = store
        self._quality = quality

    async def intervals(self, start: datetime, end: datetime) -> list[IntervalReport]:
        """The stored quarters from `start` (inclusive) to `end` (exclusive)."""
        return [
            IntervalReport(
                start=quarter.start,
                queue=quarter.queue,
                counts=quarter.counts,
                figures=tuple(measure_queue(quarter.counts)),
            )
            for quarter in await self._store.quarters(start, end)
        ]

    async def rows(self, start: datetime, end: datetime, step: Step) -> list[PeriodRow]:
        """The site and each queue by period. `start` and `end` are borders of quarters."""
        quarters = await self._store.quarters(start, end)
        seats = await self._store.seat_quarters(start, end)
        monthly = self._quality if step is Step.MONTH else None
        return periods.rows(quarters, seats, step, await monthly(start, end) if monthly else None)

    async def day(self, day: date) -> SpanReport:
        """A calendar day in China."""
        return await self.span(*day_bounds(day))

    async def span(self, start: datetime, end: datetime) -> SpanReport:
        """`start` and `end` are borders of quarters."""
        with_day_before = await self._store.quarters(start - WINDOW, end)
        inside = [quarter for quarter in with_day_before if quarter.start >= start]
        seats = seat_total((await self._store.seat_quarters(start, end)).values())
        counts = total(quarter.counts for quarter in inside)
        rolling = windows(_by_time(with_day_before), start + QUARTER, end)
        return SpanReport(
            start=start,
            end=end,
            counts=counts,
            figures=(*measure(counts, seats), *measure_rolling(rolling)),
            queues=_by_queue(inside),
        )


def _by_time(quarters: Sequence[QueueQuarter]) -> dict[datetime, Counts]:
    sums: defaultdict[datetime, Counts] = defaultdict(Counts)
    for quarter in quarters:
        sums[quarter.start] += quarter.counts
    return dict(sums)


def _by_queue(
    quarters: Sequence[QueueQuarter],
) -> dict[QueueName, tuple[Counts, tuple[Measured, ...]]]:
    sums: defaultdict[QueueName, Counts] = defaultdict(Counts)
    for quarter in quarters:
        sums[quarter.queue] += quarter.counts
    return {
        queue: (counts, tuple(measure_queue(counts)))
        for queue, counts in sorted(sums.items())
        if queue
    }
