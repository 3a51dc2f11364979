"""Daily closing (日清日结, SRG-03): of each day's cases, which are closed and which are explained.

Rule: by 24:00 every case of the day is closed, answered or refused, or somebody has said why not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from cases.status import CaseStatus
from kernel.errors import NotFound
from kernel.ids import CaseId
from storage.pool import Pool

DONE: Final = (CaseStatus.ANSWERED_ON_CALL, CaseStatus.NOT_ACCEPTED, CaseStatus.CLOSED)
ROOM: Final = 5_000  # rows of one day
_OF_DAY: Final = """
    select c.id, c.status, c.category_code, c.urgency, c.opened_at, r.said, r.by, r.at
    from case_file c left join closing_reason r on r.case_id = c.id and r.day = $1
    where c.opened_at >= $1::date::timestamp at time zone 'Asia/Shanghai'
      and c.opened_at < ($1::date + 1)::timestamp at time zone 'Asia/Shanghai'
      and ($2::text = '' or c.category_code like $2 || '%')
    order by c.opened_at, c.id limit $3"""
_SAY: Final = """
    insert into closing_reason (case_id, day, said, by, at) values ($1, $2, $3, $4, $5)
    on conflict (case_id, day) do update
        set said = excluded.said, by = excluded.by, at = excluded.at"""
_IS_OF: Final = """
    select 1 from case_file where id = $1
      and opened_at >= $2::date::timestamp at time zone 'Asia/Shanghai'
      and opened_at < ($2::date + 1)::timestamp at time zone 'Asia/Shanghai'"""


class NotOfThatDay(NotFound):
    code = "case-not-of-that-day"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCase:
    """`said` "": nobody has explained it. No personal data."""

    case: CaseId
    status: CaseStatus
    category_code: str
    urgency: str
    opened_at: datetime
    said: str = ""
    said_by: str = ""
    said_at: datetime | None = None

    @property
    def is_done(self) -> bool:
        return self.status in DONE

    @property
    def is_owed(self) -> bool:
        """Neither closed nor explained."""
        return not self.is_done and not self.said


class KeepsDailyClosing(Protocol):
    """Each raises Unavailable."""

    async def of_day(self, day: date, category: str = "") -> Sequence[DayCase]:
        """All cases opened on that day of China; `category` narrows by the beginning of a code."""
        ...

    async def explain(self, case: CaseId, day: date, said: str, *, by: str, at: datetime) -> None:
        """Why it is not closed. Raises NotOfThatDay."""
        ...


class PgDailyClosing:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def of_day(self, day: date, category: str = "") -> Sequence[DayCase]:
        rows = await self._pool.fetch(_OF_DAY, day, category, ROOM)
        return [
            DayCase(
                case=CaseId(row["id"]),
                status=CaseStatus(row["status"]),
                category_code=row["category_code"],
                urgency=row["urgency"],
                opened_at=row["opened_at"],
                said=row["said"] or "",
                said_by=row["by"] or "",
                said_at=row["at"],
            )
            for row in rows
        ]

    async def explain(self, case: CaseId, day: date, said: str, *, by: str, at: datetime) -> None:
        if not await self._pool.fetch(_IS_OF, case, day):
            raise NotOfThatDay(
                f"The case {case} was not opened on {day}.", remedy="Look at the list of that day."
            )
        await self._pool.execute(_SAY, case, day, said, by, at)
