"""Progress of a case in PostgreSQL: one look-up, and what was asked, from the journal."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from cases.closing_store import standing_of
from cases.facts import ProgressAsked
from cases.progress import WRONG_WITHIN, Progress
from kernel.fact import Fact
from kernel.ids import NumberKey, TicketNo
from storage.pool import Pool, Transaction


class LooksUpProgress(Protocol):
    async def look_up(self, ticket_no: TicketNo, now: datetime) -> Progress | None:
        """None: there is no such ticket. Raises Unavailable."""


_FIND: Final = """
    select c.*, t.ticket_no,
        array_remove(array[t.caller_key, t.contact_key], null) as owners,
        (select count(*) from progress_enquiry e
         where e.ticket_no = t.ticket_no and e.answer = 'wrong-code' and e.at > $2) as wrong_codes
    from ticket t join case_file c on c.id = t.case_id where t.ticket_no = $1"""
_ASKED: Final = """
    insert into progress_enquiry (at, call, agent, ticket_no, way, answer)
    values ($1, $2, $3, $4, $5, $6)"""


class PgProgress:
    """Fits `LooksUpProgress`. One round to the database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def look_up(self, ticket_no: TicketNo, now: datetime) -> Progress | None:
        row = await self._pool.fetchrow(_FIND, ticket_no, now - WRONG_WITHIN)
        if row is None:
            return None
        standing = standing_of(row)
        return Progress(
            ticket_no=TicketNo(row["ticket_no"]),
            case=standing.case,
            status=standing.status,
            request_type=row["request_type"],
            owners=frozenset(NumberKey(key) for key in row["owners"]),
            flags=standing.flags,
            unit=standing.lead_unit,
            dispatched_at=standing.dispatched_at,
            closed_at=standing.closed_at,
            wrong_codes=row["wrong_codes"],
        )


class ProgressEnquiries:
    """The projector of what was asked: it holds back whoever tries codes."""

    name: Final = "progress enquiries"
    kinds: Final = frozenset({ProgressAsked.kind})

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            assert isinstance(fact, ProgressAsked), "the projection asks for no other kind"
            await tx.execute(
                _ASKED, fact.at, fact.call, fact.agent, fact.ticket_no, fact.way, fact.answer.value
            )
