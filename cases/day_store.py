"""What a span brought, as counts: tickets by kind, district and topic, hand-offs by number."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.pool import Pool

_FILED: Final = """
    select request_type, region_code, said->'category_path'->>0 about, count(*) n
    from ticket where submitted_at >= $1 and submitted_at < $2
    group by 1, 2, 3"""
_HAND_OFFS: Final = """
    select code, count(*) n from hand_off where asked_at >= $1 and asked_at < $2 group by code"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """Tickets by `RequestType` value, by region code, by the catalogue's first level."""

    by_type: Mapping[str, int]
    by_district: Mapping[str, int]
    by_topic: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_type.values())


class DayStore:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def filed(self, start: datetime, end: datetime) -> Filed:
        """From `start` (inclusive) to `end` (exclusive). Raises Unavailable."""
        by_type, by_district, by_topic = Counter[str](), Counter[str](), Counter[str]()
        for row in await self._pool.fetch(_FILED, start, end):
            by_type[row["request_type"]] += row["n"]
            by_district[row["region_code"]] += row["n"]
            by_topic[row["about"] or ""] += row["n"]
        return Filed(by_type=by_type, by_district=by_district, by_topic=by_topic)

    async def hand_offs(self, start: datetime, end: datetime) -> Mapping[str, int]:
        """Asked for in the span, by emergency number. Raises Unavailable."""
        return {row["code"]: row["n"] for row in await self._pool.fetch(_HAND_OFFS, start, end)}
