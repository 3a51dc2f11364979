"""What intake writes into the journal. No personal data: ids only."""

from dataclasses import dataclass

from intake.suspect_facts import FACTS as MALICIOUS
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, CaseId, TicketKey, TicketNo


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketDrafted(Fact, kind="ticket-drafted"):
    """The form of a call was opened; its ticket key holds from now on."""

    call: CallId
    ticket_key: TicketKey


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFiled(Fact, kind="ticket-filed"):
    """The case store has it. After a crash the fact may stand twice, with one `ticket_no`."""

    call: CallId
    ticket_no: TicketNo
    ticket_key: TicketKey
    case: CaseId
    agent: AgentNo


FACTS: tuple[type[Fact], ...] = (TicketDrafted, TicketFiled, *MALICIOUS)
