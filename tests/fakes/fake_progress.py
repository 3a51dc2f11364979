"""Progress of cases in memory: the contract runs on it and on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cases.errors import UnknownTicket
from cases.facts import ProgressAnswer, ProgressAsked
from cases.progress import WRONG_WITHIN, Progress
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import TicketNo
from tests.fakes.fake_case_closing import FakeCaseClosing


@dataclass
class FakeProgress:
    """Fits `cases.progress_store.LooksUpProgress`; `see` is what the projector does."""

    tickets: dict[TicketNo, Progress] = field(default_factory=dict)
    closing: FakeCaseClosing | None = None  # whose tickets are known too
    asked: list[ProgressAsked] = field(default_factory=list)
    away: bool = False

    async def look_up(self, ticket_no: TicketNo, now: datetime) -> Progress | None:
        if self.away:
            raise Unavailable("The database is away.", remedy="Wait.")
        found = self.tickets.get(ticket_no) or await self._stored(ticket_no)
        wrong = [
            fact
            for fact in self.asked
            if fact.ticket_no == ticket_no
            and fact.answer is ProgressAnswer.WRONG_CODE
            and fact.at > now - WRONG_WITHIN
        ]
        return None if found is None else replace(found, wrong_codes=len(wrong))

    async def _stored(self, ticket_no: TicketNo) -> Progress | None:
        try:
            file = await self.closing.store.ticket(ticket_no) if self.closing is not None else None
        except UnknownTicket:
            file = None
        if file is None or self.closing is None:
            return None
        filing = self.closing.store.filing_of(file.ticket_key)
        standing = await self.closing.standing(file.case_id)
        return Progress(
            ticket_no=ticket_no,
            case=file.case_id,
            status=standing.status,
            request_type=file.request_type,
            owners=frozenset(key for key in (filing.caller_key, filing.contact_key) if key),
            flags=standing.flags,
            unit=standing.lead_unit,
            dispatched_at=standing.dispatched_at,
            closed_at=standing.closed_at,
            wrong_codes=0,
        )

    def see(self, facts: Sequence[Fact]) -> None:
        self.asked += [fact for fact in facts if isinstance(fact, ProgressAsked)]
