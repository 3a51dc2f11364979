"""The journal's monthly partitions (UTC), made before a row needs them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from storage.pool import Pool

_LOCK_WITHIN: Final = "set local lock_timeout = '5s'"


def month_of(at: datetime) -> datetime:
    """The first moment of its UTC month."""
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_after(month: datetime) -> datetime:
    year, number = divmod(month.year * 12 + month.month, 12)
    return month.replace(year=year, month=number + 1)


def partition_name(month: datetime) -> str:
    return f"journal_{month:%Y_%m}"


class Partitions:
    """Remembers which months exist, so that a batch costs no look-up."""

    def __init__(self, pool: Pool, months_ahead: int) -> None:
        self._pool = pool
        self._months_ahead = months_ahead
        self._made: set[datetime] = set()

    async def ensure(self, times: Iterable[datetime]) -> None:
        """The months of `times`, and some ahead of the last. Raises DatabaseAway."""
        months = {month_of(at) for at in times}
        if not months:
            return
        ahead = max(months)
        for _ in range(self._months_ahead):
            ahead = month_after(ahead)
            months.add(ahead)
        for month in sorted(months - self._made):
            await self._make(month)
            self._made.add(month)

    async def _make(self, month: datetime) -> None:
        name = partition_name(month)
        async with self._pool.transaction() as tx:
            await tx.execute(_LOCK_WITHIN)
            # two shippers may both find it missing
            await tx.execute("select pg_advisory_xact_lock(hashtext($1))", name)
            if await tx.fetchval("select to_regclass($1)", name) is None:
                await tx.execute(
                    f"create table {name} partition of journal "
                    f"for values from ('{month:%Y-%m-%d}+00') "
                    f"to ('{month_after(month):%Y-%m-%d}+00')"
                )
