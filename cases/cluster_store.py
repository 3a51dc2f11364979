"""The tickets of categories of which many came lately (RPT-06)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kernel.ids import TicketNo
from storage.pool import Pool

_MANY: Final = """
select ticket_no, category_code, region_code
from ticket
where submitted_at >= $1 and category_code in (
    select category_code from ticket where submitted_at >= $1
    group by category_code having count(*) >= $2)
order by ticket_no
limit $3
"""
AT_MOST: Final = 5000


@dataclass(frozen=True, slots=True)
class TicketLately:
    ticket_no: TicketNo
    category: str
    region_code: str  # of the centre that took it


class PgTicketsLately:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def since(self, start: datetime, *, at_least: int) -> tuple[TicketLately, ...]:
        """Of each category with so many since then. Raises Unavailable."""
        return tuple(
            TicketLately(row["ticket_no"], row["category_code"], row["region_code"])
            for row in await self._pool.fetch(_MANY, start, at_least, AT_MOST)
        )
