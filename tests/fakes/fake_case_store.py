"""A case store in memory. Honest, because the contract suite runs on it and on PostgreSQL."""

from dataclasses import dataclass, field, replace

from cases.case import (
    CaseEvent,
    CaseFile,
    CaseFilter,
    CaseSummary,
    Filing,
    Protection,
    Receipt,
    TicketFile,
)
from cases.errors import TicketKeyReused
from cases.numbering import day_of, ticket_no
from cases.status import OPEN, CaseStatus, step
from cases.store import repeated, unknown_case, unknown_ticket
from kernel.errors import Unavailable
from kernel.ids import CaseId, NumberKey, TicketKey, TicketNo, uuid7


@dataclass
class _Stored:
    filing: Filing
    file: TicketFile


@dataclass
class FakeCaseStore:
    """Fits `cases.store.CaseStore`. Set `away` to let every call raise Unavailable."""

    away: bool = False
    _cases: dict[CaseId, CaseSummary] = field(default_factory=dict)
    _events: dict[CaseId, list[CaseEvent]] = field(default_factory=dict)
    _tickets: dict[TicketKey, _Stored] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)

    async def take(self, ticket: Filing) -> Receipt:
        self._demand_here()
        known = self._tickets.get(ticket.ticket_key)
        if known is not None:
            return self._again(known, ticket)
        case_id, status = self._place(ticket)
        day = day_of(ticket.submitted_at)
        counter = f"{ticket.region_code}{day}"
        self._last[counter] = self._last.get(counter, 0) + 1
        number = ticket_no(ticket.region_code, day, self._last[counter])
        self._store(ticket, number, case_id)
        return Receipt(ticket_no=number, case_id=case_id, status=status)

    def _again(self, known: _Stored, ticket: Filing) -> Receipt:
        if _said(known.filing) != _said(ticket):
            raise TicketKeyReused("Other content.", remedy="File a further ticket.")
        case = self._cases[known.file.case_id]
        return Receipt(
            ticket_no=known.file.ticket_no, case_id=case.id, status=case.status, again=True
        )

    def _place(self, ticket: Filing) -> tuple[CaseId, CaseStatus]:
        if ticket.merge_into is None:
            case_id = CaseId(uuid7())
            status = step(CaseStatus.SUBMITTED, ticket.outcome)
            self._cases[case_id] = CaseSummary(
                id=case_id,
                status=status,
                opened_at=ticket.submitted_at,
                updated_at=ticket.submitted_at,
                region_code=ticket.region_code,
                request_type=ticket.request_type,
                category_code=ticket.category_code,
                title=ticket.title,
                urgency=ticket.urgency,
                protection=ticket.protection,
                tickets=(),
                calls=(),
                caller_tags=(),
            )
            self._events[case_id] = []
            return case_id, status
        case = self._cases.get(ticket.merge_into)
        if case is None:
            raise unknown_case(ticket.merge_into)
        status = repeated(case.id, case.status)
        guard = Protection(
            anonymous=case.protection.anonymous,
            confidential=case.protection.confidential or ticket.protection.confidential,
            whistleblower=case.protection.whistleblower or ticket.protection.whistleblower,
        )
        self._cases[case.id] = replace(
            case, status=status, updated_at=ticket.submitted_at, protection=guard
        )
        return case.id, status

    def _store(self, ticket: Filing, number: TicketNo, case_id: CaseId) -> None:
        case = self._cases[case_id]
        nth = len(case.tickets) + 1
        file = TicketFile(
            ticket_no=number,
            ticket_key=ticket.ticket_key,
            case_id=case_id,
            nth=nth,
            parent_ticket_no=case.tickets[0] if case.tickets else None,
            submitted_at=ticket.submitted_at,
            call=ticket.call,
            agent=ticket.agent,
            region_code=ticket.region_code,
            request_type=ticket.request_type,
            category_code=ticket.category_code,
            title=ticket.title,
            urgency=ticket.urgency,
            protection=ticket.protection,
            caller_tags=ticket.caller_tags,
            frame=dict(ticket.frame),
            said=dict(ticket.said),
            personal={name: value for name, value in ticket.personal.items() if value},
        )
        self._tickets[ticket.ticket_key] = _Stored(ticket, file)
        self._cases[case_id] = replace(
            case,
            tickets=(*case.tickets, number),
            calls=(*case.calls, ticket.call) if ticket.call else case.calls,
            caller_tags=tuple(sorted({*case.caller_tags, *ticket.caller_tags})),
        )
        self._events[case_id].append(
            CaseEvent(
                n=nth,
                at=ticket.submitted_at,
                kind="ticket-filed" if nth == 1 else "request-repeated",
                by=ticket.agent or "channel",
                body={
                    "ticket_no": number,
                    "nth": nth,
                    "status": case.status.value,
                    "outcome": ticket.outcome.value,
                },
            )
        )

    def filing_of(self, key: TicketKey) -> Filing:
        return self._tickets[key].filing

    def has_stepped(self, case: CaseId, status: CaseStatus, event: CaseEvent) -> None:
        """A step after filing (`FakeCaseClosing`): the status, and a line of the history."""
        self._cases[case] = replace(self._cases[case], status=status, updated_at=event.at)
        self._events[case].append(replace(event, n=len(self._events[case]) + 1))

    async def open_cases(self, number_key: NumberKey) -> tuple[CaseSummary, ...]:
        found = await self.cases(CaseFilter(number_key=number_key, limit=50))
        return tuple(case for case in found if case.status in OPEN)

    async def case(self, case_id: CaseId) -> CaseFile:
        self._demand_here()
        if case_id not in self._cases:
            raise unknown_case(case_id)
        files = [stored.file for stored in self._tickets.values()]
        mine = sorted((f for f in files if f.case_id == case_id), key=lambda file: file.nth)
        return CaseFile(
            summary=self._cases[case_id],
            tickets=tuple(mine),
            events=tuple(self._events[case_id]),
        )

    async def cases(self, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
        self._demand_here()
        newest = sorted(self._cases.values(), key=lambda case: case.id, reverse=True)
        return tuple(case for case in newest if self._fits(case, wanted))[: wanted.limit]

    async def ticket(self, number: TicketNo) -> TicketFile:
        self._demand_here()
        for stored in self._tickets.values():
            if stored.file.ticket_no == number:
                return stored.file
        raise unknown_ticket(number)

    def _fits(self, case: CaseSummary, wanted: CaseFilter) -> bool:
        filings = [s.filing for s in self._tickets.values() if s.file.case_id == case.id]
        name = "".join((wanted.caller_name or "").split())
        return all(
            (
                wanted.status in (None, case.status),
                wanted.request_type in (None, case.request_type),
                case.category_code.startswith(wanted.category or ""),
                wanted.region_code in (None, case.region_code),
                wanted.opened_from is None or case.opened_at >= wanted.opened_from,
                wanted.opened_until is None or case.opened_at < wanted.opened_until,
                wanted.before is None or case.id < wanted.before,
                wanted.call is None or wanted.call in case.calls,
                wanted.ticket_no is None or wanted.ticket_no in case.tickets,
                wanted.agent is None or any(f.agent == wanted.agent for f in filings),
                wanted.number_key is None
                or any(wanted.number_key in (f.caller_key, f.contact_key) for f in filings),
                not name
                or any("".join(f.personal.get("caller_name", "").split()) == name for f in filings),
            )
        )

    def _demand_here(self) -> None:
        if self.away:
            raise Unavailable("The case store is away.", remedy="Try again.")


def _name(filing: Filing) -> str:
    return "".join(filing.personal.get("caller_name", "").split())


def _said(filing: Filing) -> object:
    personal = {name: v for name, v in filing.personal.items() if name != "caller_number"}
    return (filing.said, personal, filing.merge_into)
