"""What PostgreSQL holds for an audit: the journal's rows and the stored quarters, of one moment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from figures.audit_lines import READ, Line, Micros, Span, micros, moment_of
from figures.audit_recount import Key
from figures.audit_seal import Sealed, sealed_row
from storage.pool import Connection, Pool

# Facts so long before and after a period may still belong to its calls and seats.
AROUND: Final = timedelta(days=7)

_CURSOR: Final = "select arrived from projection_cursor where name = 'figures'"
_ROWS: Final = """
    select epoch, n, at, kind, body, arrived <= $4 as counted from journal
    where at >= $1 and at < $2 and kind = any($3) order by arrived"""
_QUARTERS: Final = """
    select start, queue, counts from figure_interval
    where site = $1 and start >= $2 and start < $3"""
_SEATS: Final = """
    select start, counts from figure_seat_interval
    where site = $1 and start >= $2 and start < $3"""
_SEALED: Final = """
    select epoch, n, at, kind, body, prev_hash, hash from journal order by epoch, n"""
_AT_ONCE: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One snapshot. `counted`: the rows that the stored quarters must hold, in their order;
    `waiting`: those that the projection has not read yet."""

    counted: list[Line]
    waiting: list[Line]
    quarters: dict[Key, dict[str, int]]
    seats: dict[Micros, dict[str, int]]


class AuditStore:
    """Reads only. Each raises Unavailable."""

    def __init__(self, pool: Pool, site: str) -> None:
        self._pool = pool
        self._site = site

    async def kept(self, span: Span) -> Kept:
        start, end = moment_of(span.start), moment_of(span.end)
        counted: list[Line] = []
        waiting: list[Line] = []
        async with self._snapshot() as tx:
            cursor = await tx.fetchval(_CURSOR) or 0
            window = (start - AROUND, end + AROUND, sorted(READ), cursor)
            async for row in tx.cursor(_ROWS, *window, prefetch=_AT_ONCE):
                (counted if row["counted"] else waiting).append(_line(row))
            quarters = await tx.fetch(_QUARTERS, self._site, start, end)
            seats = await tx.fetch(_SEATS, self._site, start, end)
        return Kept(
            counted=counted,
            waiting=waiting,
            quarters={(micros(r["start"]), r["queue"]): r["counts"] for r in quarters},
            seats={micros(r["start"]): r["counts"] for r in seats},
        )

    @asynccontextmanager
    async def sealed(self) -> AsyncIterator[AsyncIterator[Sealed]]:
        """All rows of the journal by (epoch, n), of the moment of entering."""
        async with self._snapshot() as tx:
            yield _sealed(tx)

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[Connection]:
        async with (
            self._pool.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.fetchval(_CURSOR)  # the snapshot is taken by the first question
            yield connection


async def _sealed(tx: Connection) -> AsyncIterator[Sealed]:
    async for row in tx.cursor(_SEALED, prefetch=_AT_ONCE):
        chain = (row["prev_hash"].hex(), row["hash"].hex())
        place = (row["epoch"], row["n"])
        yield sealed_row(place, _moment(row), row["kind"], row["body"], chain)


def _moment(row: Any) -> datetime:
    at: datetime = row["at"]
    return at


def _line(row: Any) -> Line:
    body = orjson.loads(row["body"])
    return Line(row["epoch"], row["n"], micros(row["at"]), row["kind"], body)
