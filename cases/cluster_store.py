"""How many tickets of one category came from one district lately (RPT-06)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.pool import Pool

_CLUSTERS: Final = """
select category_code, region_code, count(*) as tickets
from ticket
where submitted_at >= $1
group by category_code, region_code
having count(*) >= $2
order by tickets desc, category_code, region_code
limit 20
"""


@dataclass(frozen=True, slots=True)
class TicketCluster:
    category: str
    district: str
    tickets: int


class PgTicketClusters:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def since(self, start: datetime, *, at_least: int) -> tuple[TicketCluster, ...]:
        """The largest first. Raises Unavailable."""
        return tuple(
            TicketCluster(row["category_code"], row["region_code"], row["tickets"])
            for row in await self._pool.fetch(_CLUSTERS, start, at_least)
        )
