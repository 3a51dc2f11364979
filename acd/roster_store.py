"""The roster in PostgreSQL. A file replaces whole days, or nothing."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from acd.roster import Shift
from acd.roster_errors import BadRoster, RosterFault
from kernel.ids import AgentNo
from storage.pool import Pool, Row, Transaction

_FILE: Final = """
    insert into roster_file (name, sha256, by, at, shifts) values ($1, $2, $3, $4, $5)
    returning id"""
_SHIFT: Final = """
    insert into roster_shift (agent, starts_at, ends_at, break_starts_at, break_ends_at, day, name,
        leader, file)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing"""
# A night shift of the day before reaches into the days of the file.
_OVERLAPS: Final = """
    select b.agent, b.starts_at, a.starts_at earlier
    from roster_shift a join roster_shift b on a.agent = b.agent and a.starts_at < b.starts_at
        and b.starts_at < a.ends_at
    where b.file = $1 or a.file = $1 order by b.agent, b.starts_at limit 20"""
_OF_SPAN: Final = """
    select agent, starts_at, ends_at, break_starts_at, break_ends_at, day, name, leader
    from roster_shift where starts_at < $2 and ends_at > $1 order by starts_at, agent"""
_FILES: Final = "select name, by, at, shifts from roster_file order by id desc limit $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterTaken:
    """What a file has changed: shifts by the days that it replaces."""

    shifts: int
    replaced: int
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterFile:
    name: str
    by: str
    at: datetime
    shifts: int


class PgRosterStore:
    """Each raises Unavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def replace(
        self, name: str, content: bytes, shifts: Sequence[Shift], *, by: str, at: datetime
    ) -> RosterTaken:
        """The days of the file anew; other days stay.

        Raises BadRoster when a shift overlaps with one of a day that stays.
        """
        days = tuple(sorted({shift.day for shift in shifts}))
        async with self._pool.transaction() as tx:
            await tx.execute("lock table roster_shift in share row exclusive mode")
            gone = await tx.execute("delete from roster_shift where day = any($1)", list(days))
            digest = hashlib.sha256(content).digest()
            file = await tx.fetchval(_FILE, name, digest, by, at, len(shifts))
            await tx.executemany(_SHIFT, [_values(shift, file) for shift in shifts])
            await _refuse_overlaps(tx, name, file)
        return RosterTaken(shifts=len(shifts), replaced=int(gone.rpartition(" ")[2]), days=days)

    async def shifts(self, start: datetime, end: datetime) -> list[Shift]:
        """All that reach into the span, by time."""
        return [_shift(row) for row in await self._pool.fetch(_OF_SPAN, start, end)]

    async def has_day(self, day: date) -> bool:
        """A roster was entered for that day."""
        sql = "select exists (select from roster_shift where day = $1)"
        return bool(await self._pool.fetchval(sql, day))

    async def files(self, limit: int = 20) -> list[RosterFile]:
        """The last ones first: who took over which file, and when."""
        return [RosterFile(**dict(row)) for row in await self._pool.fetch(_FILES, limit)]


async def _refuse_overlaps(tx: Transaction, name: str, file: int) -> None:
    rows = await tx.fetch(_OVERLAPS, file)
    if rows:
        raise BadRoster(name, [_fault(row) for row in rows])


def _fault(row: Row) -> RosterFault:
    return RosterFault(
        0,
        "开始",
        f"{row['agent']} {row['starts_at']:%m-%d %H:%M} UTC",
        "roster-overlap",
        f"Overlaps with the shift that begins at {row['earlier']:%m-%d %H:%M} UTC.",
        "Change one of the two, or give both days in one file.",
    )


def _values(shift: Shift, file: int) -> tuple[object, ...]:
    times = shift.start, shift.end, shift.break_start, shift.break_end
    return shift.agent, *times, shift.day, shift.name, shift.leader, file


def _shift(row: Row) -> Shift:
    return Shift(
        day=row["day"],
        agent=AgentNo(row["agent"]),
        start=row["starts_at"],
        end=row["ends_at"],
        break_start=row["break_starts_at"],
        break_end=row["break_ends_at"],
        name=row["name"],
        leader=row["leader"],
    )
