"""Progress of cases in memory: the contract runs on it and on PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cases.facts import ProgressAnswer, ProgressAsked
from cases.progress import WRONG_WITHIN, Progress
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import TicketNo


@dataclass
class FakeProgress:
    """Fits `cases.progress_store.LooksUpProgress`; `see` is what the projector does."""

    tickets: dict[TicketNo, Progress] = field(default_factory=dict)
    asked: list[ProgressAsked] = field(default_factory=list)
    away: bool = False

    async def look_up(self, ticket_no: TicketNo, now: datetime) -> Progress | None:
        if self.away:
            raise Unavailable("The database is away.", remedy="Wait.")
        found = self.tickets.get(ticket_no)
        wrong = [
            fact
            for fact in self.asked
            if fact.ticket_no == ticket_no
            and fact.answer is ProgressAnswer.WRONG_CODE
            and fact.at > now - WRONG_WITHIN
        ]
        return None if found is None else replace(found, wrong_codes=len(wrong))

    def see(self, facts: Sequence[Fact]) -> None:
        self.asked += [fact for fact in facts if isinstance(fact, ProgressAsked)]
