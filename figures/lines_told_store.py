"""What branches tell of their calls, in PostgreSQL: by the branch's own id, the newest word wins.

Rule: a row, the counts it changes and how far the branch has told are one transaction; told again
it changes nothing, so that a branch repeats until we said yes (at least once, in any order).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from figures.lines_counts import LineCounts
from figures.lines_told import ToldCall, contribution
from intake.branch_store import Told, note_told
from kernel.ids import NumberKey
from kernel.phone import WITHHELD, PhoneNumber
from storage.pool import Pool, Transaction

_ONE_AT_A_TIME: Final = "select pg_advisory_xact_lock(hashtextextended('branch ' || $1, 12345))"
_KNOWN: Final = "select id, told from branch_call where line = $1 and id = any($2)"
_KEEP: Final = """
    insert into branch_call (line, id, as_of, asked_at, told, caller_key, caller)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (line, id) do update
        set as_of = excluded.as_of, asked_at = excluded.asked_at, told = excluded.told,
            caller_key = excluded.caller_key, caller = excluded.caller"""
_QUARTERS: Final = "select start, counts from branch_interval where line = $1 and start = any($2)"
_KEEP_QUARTER: Final = """
    insert into branch_interval (line, start, counts) values ($1, $2, $3)
    on conflict (line, start) do update set counts = excluded.counts"""


class ToldCallStore:
    """`key_of` keeps a number in the vault and gives its key."""

    def __init__(self, pool: Pool, key_of: Callable[[PhoneNumber], NumberKey | None]) -> None:
        self._pool = pool
        self._key_of = key_of

    async def take(
        self, line: str, calls: Sequence[ToldCall], *, newest: datetime, heard: datetime
    ) -> frozenset[str]:
        """The ids that said something new. Raises Unavailable: the branch sends it all again."""
        async with self._pool.transaction() as tx:
            await tx.execute(_ONE_AT_A_TIME, line)
            rows = await tx.fetch(_KNOWN, line, [told.id for told in calls])
            known = {row["id"]: ToldCall.model_validate(row["told"]) for row in rows}
            news, changes = _news(calls, known)
            await tx.executemany(_KEEP, [self._row(line, told) for told in news.values()])
            await _add_to_quarters(tx, line, changes)
            added = len(set(news) - set(known))
            await note_told(tx, line, Told(newest=newest, heard=heard, calls=added))
        return frozenset(news)

    def _row(self, line: str, told: ToldCall) -> tuple[object, ...]:
        number = PhoneNumber.parse(told.caller_number) if told.caller_number else WITHHELD
        plain = told.model_dump(mode="json", exclude={"caller_number"})
        key = self._key_of(number)
        return line, told.id, told.as_of, told.asked_at, plain, key, number.masked()


def _news(
    calls: Sequence[ToldCall], known: dict[str, ToldCall]
) -> tuple[dict[str, ToldCall], dict[datetime, LineCounts]]:
    """What is newer than what was known, and what that changes in the counts."""
    news: dict[str, ToldCall] = {}
    changes: defaultdict[datetime, LineCounts] = defaultdict(LineCounts)
    for told in calls:
        before = news.get(told.id, known.get(told.id))
        if before is not None and before.as_of >= told.as_of:
            continue
        if before is not None:
            quarter, counts = contribution(before)
            changes[quarter] -= counts
        quarter, counts = contribution(told)
        changes[quarter] += counts
        news[told.id] = told
    return news, changes


async def _add_to_quarters(tx: Transaction, line: str, changes: dict[datetime, LineCounts]) -> None:
    starts = sorted(changes)
    rows = await tx.fetch(_QUARTERS, line, starts)
    stored = {row["start"]: LineCounts.from_json(row["counts"]) for row in rows}
    sums = [(line, s, (stored.get(s, LineCounts()) + changes[s]).as_json()) for s in starts]
    await tx.executemany(_KEEP_QUARTER, sums)
