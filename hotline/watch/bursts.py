"""Bursts of one category in one district (RPT-06): where it happened, not who took the call.

The address is sealed in the database, so only the tickets of categories of which many came are
opened, once each. Of an address nothing but its district is kept, and that only in memory.
"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from cases.case import TicketFile
from cases.cluster_store import TicketLately
from cases.errors import UnknownTicket
from hotline.watch.alarm_settings import Burst
from hotline.watch.service_rules import Cluster
from kernel.clock import Clock
from kernel.ids import TicketNo

# "吉林省长春市朝阳区示范路88号": the last of these within its beginning is the district.
_DISTRICT: Final = re.compile(r"[一-鿿]{1,12}?(?:(?<!小)区|县|旗|市)")
_BEGINNING: Final = 16  # characters in which province, city and district stand
_NO_ROAD: Final = re.compile(r"[路街道巷号]")


class KnowsLately(Protocol):
    async def since(self, start: datetime, *, at_least: int) -> Sequence[TicketLately]: ...


class OpensTickets(Protocol):
    async def ticket(self, number: TicketNo) -> TicketFile: ...


class Bursts:
    def __init__(
        self, lately: KnowsLately, tickets: OpensTickets, rule: Burst, clock: Clock
    ) -> None:
        self._lately = lately
        self._tickets = tickets
        self._rule = rule
        self._clock = clock
        self._districts: dict[TicketNo, str] = {}

    def use(self, rule: Burst) -> None:
        self._rule = rule

    async def clusters(self) -> list[Cluster]:
        """All that are large enough. Raises Unavailable."""
        start = self._clock.now() - timedelta(minutes=self._rule.within_min)
        rows = await self._lately.since(start, at_least=self._rule.tickets)
        self._districts = {
            row.ticket_no: self._districts.get(row.ticket_no) or await self._district(row)
            for row in rows
        }
        counted = Counter((row.category, self._districts[row.ticket_no]) for row in rows)
        return [
            Cluster(category, district, n)
            for (category, district), n in counted.items()
            if n >= self._rule.tickets
        ]

    async def _district(self, row: TicketLately) -> str:
        try:
            found = await self._tickets.ticket(row.ticket_no)
        except UnknownTicket:
            return row.region_code
        return district_of(found.personal.get("incident_address", "")) or row.region_code


def district_of(address: str) -> str:
    """区, 县 or 市 of an address as it is written; empty where none is named."""
    beginning = _NO_ROAD.split(address[:_BEGINNING], maxsplit=1)[0]
    names = _DISTRICT.findall(beginning)
    return names[-1] if names else ""
