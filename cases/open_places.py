"""Open cases of one kind of request with the place each is about (DUP-01)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from cases.case import CaseSummary
from cases.rows import SECRET_TABLE, summary_of
from cases.status import OPEN
from storage.field_cipher import FieldCipher
from storage.pool import Pool

ADDRESS: Final = "incident_address"
AT_MOST: Final = 100
# Who reported in confidence, or against somebody, is not shown to other citizens' agents.
_OPEN: Final = f"""
    select c.*, first.ticket_no, place.sealed, array[first.ticket_no] as ticket_nos,
        array[]::text[] as calls, array[]::text[] as all_tags
    from case_file c
    join ticket first on first.case_id = c.id and first.nth = 1
    join ticket_secret place on place.ticket_no = first.ticket_no and place.field = '{ADDRESS}'
    where c.status = any($1) and starts_with(c.category_code, $2) and c.opened_at >= $3
        and not c.is_confidential and not c.is_whistleblower
    order by c.id desc limit {AT_MOST}"""  # noqa: S608  our own words only


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """`address` in the open: compare it, never show it."""

    case: CaseSummary
    address: str = field(repr=False)


class KnowsPlaces(Protocol):
    async def open_places(self, category: str, since: datetime) -> tuple[OpenPlace, ...]:
        """Open cases whose category begins so, opened since then, newest first; none that is
        confidential. Raises Unavailable."""
        ...


class PgOpenPlaces:
    def __init__(self, pool: Pool, cipher: FieldCipher) -> None:
        self._pool = pool
        self._cipher = cipher

    async def open_places(self, category: str, since: datetime) -> tuple[OpenPlace, ...]:
        found = await self._pool.fetch(_OPEN, sorted(OPEN), category, since)
        return tuple(
            OpenPlace(
                summary_of(row),
                self._cipher.open(
                    row["sealed"], table=SECRET_TABLE, column=ADDRESS, row=row["ticket_no"]
                ),
            )
            for row in found
        )
