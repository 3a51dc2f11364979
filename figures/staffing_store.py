"""What staffing reads of the past: calls and handling by half hour, patience by queue and day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from acd.patience import KINDS, Waits, wait_of
from figures.counts import day_of
from kernel.fact import Fact
from kernel.ids import QueueName
from storage.pool import Pool, Transaction

_HALF_HOURS: Final = """
    select to_timestamp(floor(extract(epoch from start) / 1800) * 1800) as start,
        sum((counts ->> 'offered')::bigint)::bigint as offered,
        sum((counts ->> 'answered')::bigint)::bigint as answered,
        sum((counts ->> 'talked_ms')::bigint + (counts ->> 'wrap_up_ms')::bigint)::bigint as handled
    from figure_interval where site = $1 and start >= $2 and start < $3
    group by 1 order by 1"""
_ADD: Final = """
    insert into patience_day (site, queue, day, callers, waited_ms, gave_up, gave_up_ms)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (site, queue, day) do update set
        callers = patience_day.callers + excluded.callers,
        waited_ms = patience_day.waited_ms + excluded.waited_ms,
        gave_up = patience_day.gave_up + excluded.gave_up,
        gave_up_ms = patience_day.gave_up_ms + excluded.gave_up_ms"""
_WAITS: Final = """
    select queue, sum(callers)::bigint callers, sum(waited_ms)::float8 / 1000 waited_s,
        sum(gave_up)::bigint gave_up, sum(gave_up_ms)::float8 / 1000 gave_up_s
    from patience_day where site = $1 and day >= $2 and day <= $3 group by queue order by queue"""
_BY_CATEGORY: Final = """
    select left(category_code, 4) as category,
        (submitted_at at time zone 'Asia/Shanghai')::date as day, count(*)::bigint as tickets
    from ticket where submitted_at >= $1 and submitted_at < $2
    group by 1, 2 order by 1, 2"""


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfHourCounted:
    """`handled`: talk, hold and wrap-up of the answered, together."""

    start: datetime
    offered: int
    answered: int
    handled: timedelta


class PatienceProjector:
    """A `storage.projection.Projector`: sums of waits by queue and day of China."""

    name: Final = "patience"
    kinds: Final = KINDS

    def __init__(self, site: str) -> None:
        self._site = site

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        sums: defaultdict[tuple[QueueName, date], Waits] = defaultdict(Waits)
        for fact in facts:
            told = wait_of(fact)
            if told is not None:
                sums[told[0], day_of(fact.at)] += told[1]
        await tx.executemany(_ADD, [(self._site, *key, *_ms(sums[key])) for key in sorted(sums)])

    async def forget(self, tx: Transaction) -> None:
        """With `storage.projection.start_over` everything is counted again."""
        await tx.execute("delete from patience_day where site = $1", self._site)


def _ms(waits: Waits) -> tuple[int, int, int, int]:
    waited, gave_up_s = round(waits.waited_s * 1000), round(waits.gave_up_s * 1000)
    return waits.callers, waited, waits.gave_up, gave_up_s


class StaffingFigures:
    """Each raises Unavailable."""

    def __init__(self, pool: Pool, site: str) -> None:
        self._pool = pool
        self._site = site

    async def half_hours(self, start: datetime, end: datetime) -> list[HalfHourCounted]:
        """Those with a call, from `start` (inclusive) to `end` (exclusive), by time."""
        rows = await self._pool.fetch(_HALF_HOURS, self._site, start, end)
        return [
            HalfHourCounted(
                start=row["start"],
                offered=row["offered"],
                answered=row["answered"],
                handled=timedelta(milliseconds=row["handled"]),
            )
            for row in rows
        ]

    async def waits(self, first: date, last: date) -> dict[QueueName, Waits]:
        """By queue over days of China, both included."""
        rows = await self._pool.fetch(_WAITS, self._site, first, last)
        return {
            QueueName(row["queue"]): Waits(
                row["callers"], row["waited_s"], row["gave_up"], row["gave_up_s"]
            )
            for row in rows
        }

    async def tickets_by_category(
        self, start: datetime, end: datetime
    ) -> dict[str, dict[date, int]]:
        """Tickets filed by the first four digits of their category, then by day of China."""
        found: defaultdict[str, dict[date, int]] = defaultdict(dict)
        for row in await self._pool.fetch(_BY_CATEGORY, start, end):
            found[row["category"]][row["day"]] = row["tickets"]
        return dict(found)
