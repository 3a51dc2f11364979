"""What each line did, in PostgreSQL: projected from the journal, beside the statutory quarters.

As there, the cursor moves in the same transaction; `forget` and a cursor set back make them again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter

from figures.lines import KINDS, LineFigures, LineTally
from figures.lines_counts import LineCounts
from figures.store import CALLS_KEPT
from kernel.fact import Fact
from storage.pool import Pool, Transaction

_TALLY: Final = TypeAdapter(LineTally)
_CALLS: Final = "select tally from line_call where site = $1 and call = any($2)"
_KEEP_CALL: Final = """
    insert into line_call (site, call, seen_at, tally) values ($1, $2, $3, $4)
    on conflict (site, call) do update set seen_at = excluded.seen_at, tally = excluded.tally"""
_DROP_CALLS: Final = "delete from line_call where site = $1 and seen_at < $2"
_QUARTERS: Final = """
    select start, line, counts from line_interval
    where site = $1 and (start, line) in (select * from unnest($2::timestamptz[], $3::text[]))
    for update"""
_KEEP_QUARTER: Final = """
    insert into line_interval (site, start, line, counts) values ($1, $2, $3, $4)
    on conflict (site, start, line) do update set counts = excluded.counts"""
_SPAN: Final = """
    select start, line, counts from line_interval
    where site = $1 and start >= $2 and start < $3 order by start, line"""
_TOLD_SPAN: Final = """
    select start, line, counts from branch_interval
    where start >= $1 and start < $2 order by start, line"""
_FILED_SPAN: Final = """
    select date_bin('15 minutes', filed_at, 'epoch'::timestamptz) as start, line, count(*) as filed
    from branch_ticket where filed_at >= $1 and filed_at < $2 group by 1, 2 order by 1, 2"""
_TOLD_SINCE: Final = "select line, min(start) as start from branch_interval group by line"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineQuarterRow:
    """What is stored of one line in one quarter of an hour; `start` in UTC."""

    start: datetime
    line: str
    counts: LineCounts


class LinesProjector:
    """A `storage.projection.Projector`. `line_of`: by the number dialled; `own`: our own line."""

    name: Final = "line figures"
    kinds: Final = KINDS

    def __init__(self, site: str, line_of: Callable[[str], str], own: str) -> None:
        self._site = site
        self._line_of = line_of
        self._own = own

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        calls = sorted({call for fact in facts if (call := getattr(fact, "call", None))})
        rows = await tx.fetch(_CALLS, self._site, calls)
        known = [_TALLY.validate_python(row["tally"]) for row in rows]
        figures = LineFigures(self._line_of, self._own, known)
        for fact in facts:
            figures.take(fact)
        was = {tally.call: tally for tally in known}
        changed = [tally for tally in figures.calls.values() if was.get(tally.call) != tally]
        kept = [(self._site, t.call, t.seen_at, _plain(t)) for t in changed]
        await tx.executemany(_KEEP_CALL, kept)
        if facts:
            await tx.execute(_DROP_CALLS, self._site, facts[-1].at - CALLS_KEPT)
        await self._add_quarters(tx, figures)

    async def forget(self, tx: Transaction) -> None:
        """Empties all; with `storage.projection.start_over` everything is counted again."""
        await tx.execute("delete from line_interval where site = $1", self._site)
        await tx.execute("delete from line_call where site = $1", self._site)

    async def _add_quarters(self, tx: Transaction, figures: LineFigures) -> None:
        keys = sorted(figures.quarters)
        starts, lines = [key[0] for key in keys], [key[1] for key in keys]
        rows = await tx.fetch(_QUARTERS, self._site, starts, lines)
        stored = {(r["start"], r["line"]): LineCounts.from_json(r["counts"]) for r in rows}
        sums = [(key, stored.get(key, LineCounts()) + figures.quarters[key]) for key in keys]
        await tx.executemany(
            _KEEP_QUARTER, [(self._site, *key, counts.as_json()) for key, counts in sums]
        )


class LinesStore:
    """Reads the stored quarters: from the journal, and as branches told. Raises Unavailable."""

    def __init__(self, pool: Pool, site: str) -> None:
        self._pool = pool
        self._site = site

    async def quarters(self, start: datetime, end: datetime) -> list[LineQuarterRow]:
        """From `start` (inclusive) to `end` (exclusive), by time, then line."""
        return _rows(await self._pool.fetch(_SPAN, self._site, start, end))

    async def told(self, start: datetime, end: datetime) -> list[LineQuarterRow]:
        """Their calls as they tell them, and the tickets that we took from them."""
        filed = [
            LineQuarterRow(
                start=row["start"], line=row["line"], counts=LineCounts(tickets=row["filed"])
            )
            for row in await self._pool.fetch(_FILED_SPAN, start, end)
        ]
        return _rows(await self._pool.fetch(_TOLD_SPAN, start, end)) + filed

    async def told_since(self) -> dict[str, datetime]:
        """The first quarter for which each line has told anything of its own."""
        return {row["line"]: row["start"] for row in await self._pool.fetch(_TOLD_SINCE)}


def _rows(found: Sequence[Any]) -> list[LineQuarterRow]:  # asyncpg's records
    return [
        LineQuarterRow(start=r["start"], line=r["line"], counts=LineCounts.from_json(r["counts"]))
        for r in found
    ]


def _plain(tally: LineTally) -> dict[str, Any]:
    plain: dict[str, Any] = _TALLY.dump_python(tally, mode="json")
    return plain
