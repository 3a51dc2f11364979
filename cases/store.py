"""The case store: what becomes of a ticket. The port, and our own store in PostgreSQL.

Rule: a ticket, its case, the case's event and the word to a foreign case system are one
transaction; the same ticket key never makes a second ticket.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from cases import rows
from cases.case import CaseFile, CaseFilter, CaseSummary, Filing, Receipt, TicketFile
from cases.errors import (
    CaseNotOpen,
    RevealNeedsReason,
    TicketKeyReused,
    UnknownCase,
    UnknownTicket,
)
from cases.filtering import where_of
from cases.numbering import day_of, ticket_no
from cases.status import OPEN, CaseCue, CaseStatus, step
from kernel.ids import CaseId, NumberKey, TicketNo, uuid7
from storage.field_cipher import FieldCipher
from storage.pool import Connection, Pool, Transaction


class CaseStore(Protocol):
    """Where tickets go. `FakeCaseStore` and `PgCaseStore` keep the same contract."""

    async def take(self, ticket: Filing) -> Receipt:
        """Stores it once. Raises TicketKeyReused, CaseNotOpen, UnknownCase (merge_into)."""

    async def open_cases(self, number_key: NumberKey) -> tuple[CaseSummary, ...]:
        """Cases of that number that a repeated request may join (DUP-01), newest first."""

    async def case(self, case_id: CaseId) -> CaseFile:
        """With its tickets and history. Raises UnknownCase."""

    async def cases(self, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
        """Newest first, at most `wanted.limit`."""

    async def ticket(self, number: TicketNo) -> TicketFile:
        """Raises UnknownTicket."""


_ONE_AT_A_TIME: Final = "select pg_advisory_xact_lock(hashtextextended($1, 12345))"
_BY_KEY: Final = """
    select t.ticket_no, t.case_id, t.digest, c.status from ticket t
    join case_file c on c.id = t.case_id where t.ticket_key = $1"""
_NEXT_NUMBER: Final = """
    insert into ticket_counter as k (region_code, day, last) values ($1, $2, 1)
    on conflict (region_code, day) do update set last = k.last + 1 returning k.last"""
_NEW_CASE: Final = """
    insert into case_file (id, status, opened_at, updated_at, region_code, request_type,
        category_code, title, urgency, is_anonymous, is_confidential, is_whistleblower, tickets)
    values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)"""
_LOCK_CASE: Final = "select status, tickets from case_file where id = $1 for update"
_JOIN_CASE: Final = """
    update case_file set status = $2, updated_at = $3, tickets = tickets + 1,
        is_confidential = is_confidential or $4, is_whistleblower = is_whistleblower or $5
    where id = $1 returning tickets"""
_NEW_TICKET: Final = """
    insert into ticket (ticket_no, ticket_key, digest, case_id, nth, submitted_at, call, agent,
        caller_key, contact_key, name_index, region_code, request_type, category_code, title,
        urgency, is_anonymous, is_confidential, is_whistleblower, caller_tags, frame, said)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22)"""
_NEW_SECRET: Final = "insert into ticket_secret (ticket_no, field, sealed) values ($1, $2, $3)"  # noqa: S105
_NEW_EVENT: Final = """
    insert into case_event (case_id, n, at, kind, by, body)
    select $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5 from case_event where case_id = $1"""
_NEW_WORD: Final = """
    insert into outbox (event_key, kind, ticket_no, case_id, made_at, due_at)
    values ($1, 'ticket-filed', $2, $3, $4, $4)"""
_SUMMARIES: Final = """
    select c.*,
        array(select t.ticket_no from ticket t where t.case_id = c.id order by t.nth) ticket_nos,
        array(select t.call from ticket t where t.case_id = c.id and t.call is not null
              order by t.nth) calls,
        array(select unnest(t.caller_tags) from ticket t where t.case_id = c.id) all_tags
    from case_file c where {where} order by c.id desc limit {limit}"""
_TICKETS: Final = """
    select t.*, (select p.ticket_no from ticket p where p.case_id = t.case_id and p.nth = 1) parent
    from ticket t where {where} order by t.nth"""
_SECRETS: Final = "select field, sealed from ticket_secret where ticket_no = $1"
_EVENTS: Final = "select * from case_event where case_id = $1 order by n"
_REVEALED: Final = """
    insert into personal_reveal (at, by, ticket_no, fields, reason) values ($1, $2, $3, $4, $5)"""


class PgCaseStore:
    """`tells_foreign`: each ticket also leaves a word in the outbox (cases/webhook.py sends it)."""

    def __init__(self, pool: Pool, cipher: FieldCipher, *, tells_foreign: bool = False) -> None:
        self._pool = pool
        self._cipher = cipher
        self._tells_foreign = tells_foreign

    async def take(self, ticket: Filing) -> Receipt:
        digest = rows.digest_of(self._cipher, ticket)
        async with self._pool.transaction() as tx:
            await tx.execute(_ONE_AT_A_TIME, ticket.ticket_key)
            known = await tx.fetchrow(_BY_KEY, ticket.ticket_key)
            if known is not None:
                return _same_again(
                    known["digest"] == digest, known["ticket_no"], known["case_id"], known["status"]
                )
            case_id, nth, status = await self._place(tx, ticket)
            last = await tx.fetchval(_NEXT_NUMBER, ticket.region_code, day_of(ticket.submitted_at))
            number = ticket_no(ticket.region_code, day_of(ticket.submitted_at), last)
            await self._write(tx, ticket, digest, (number, case_id, nth))
            await self._tell(tx, ticket, (number, case_id, nth), status)
        return Receipt(ticket_no=number, case_id=case_id, status=status)

    async def _place(self, tx: Transaction, ticket: Filing) -> tuple[CaseId, int, CaseStatus]:
        """A new case, or the open one the agent chose; which ticket of it this is; its status."""
        guard = ticket.protection
        if ticket.merge_into is None:
            case_id = CaseId(uuid7())
            status = step(CaseStatus.SUBMITTED, ticket.outcome)
            await tx.execute(
                _NEW_CASE, case_id, status, ticket.submitted_at, ticket.region_code,
                ticket.request_type, ticket.category_code, ticket.title, ticket.urgency,
                guard.anonymous, guard.confidential, guard.whistleblower,
            )  # fmt: skip
            return case_id, 1, status
        row = await tx.fetchrow(_LOCK_CASE, ticket.merge_into)
        if row is None:
            raise unknown_case(ticket.merge_into)
        status = repeated(ticket.merge_into, CaseStatus(row["status"]))
        nth = await tx.fetchval(
            _JOIN_CASE, ticket.merge_into, status, ticket.submitted_at,
            guard.confidential, guard.whistleblower,
        )  # fmt: skip
        return ticket.merge_into, nth, status

    async def _write(
        self, tx: Transaction, ticket: Filing, digest: bytes, place: tuple[TicketNo, CaseId, int]
    ) -> None:
        number, case_id, nth = place
        guard = ticket.protection
        index = rows.name_index(self._cipher, ticket.personal.get("caller_name"))
        await tx.execute(
            _NEW_TICKET, number, ticket.ticket_key, digest, case_id, nth, ticket.submitted_at,
            ticket.call, ticket.agent, ticket.caller_key, ticket.contact_key, index,
            ticket.region_code, ticket.request_type, ticket.category_code, ticket.title,
            ticket.urgency, guard.anonymous, guard.confidential, guard.whistleblower,
            list(ticket.caller_tags), dict(ticket.frame), dict(ticket.said),
        )  # fmt: skip
        sealed = rows.seal_all(self._cipher, number, ticket.personal)
        await tx.executemany(_NEW_SECRET, sealed)

    async def _tell(
        self,
        tx: Transaction,
        ticket: Filing,
        place: tuple[TicketNo, CaseId, int],
        status: CaseStatus,
    ) -> None:
        number, case_id, nth = place
        kind = "ticket-filed" if nth == 1 else "request-repeated"
        body = {"ticket_no": number, "nth": nth, "status": status.value, "outcome": ticket.outcome}
        by = ticket.agent or "channel"
        await tx.execute(_NEW_EVENT, case_id, ticket.submitted_at, kind, by, body)
        if self._tells_foreign:
            await tx.execute(_NEW_WORD, ticket.ticket_key, number, case_id, ticket.submitted_at)

    async def open_cases(self, number_key: NumberKey) -> tuple[CaseSummary, ...]:
        sql = _SUMMARIES.format(
            where="""c.status = any($1) and exists (select from ticket t
                where t.case_id = c.id and $2 in (t.caller_key, t.contact_key))""",
            limit=50,
        )
        found = await self._pool.fetch(sql, sorted(OPEN), number_key)
        return tuple(rows.summary_of(row) for row in found)

    async def cases(self, wanted: CaseFilter) -> tuple[CaseSummary, ...]:
        where = where_of(wanted, self._cipher)
        sql = _SUMMARIES.format(where=where.sql, limit=wanted.limit)
        return tuple(rows.summary_of(row) for row in await self._pool.fetch(sql, *where.values))

    async def case(self, case_id: CaseId) -> CaseFile:
        async with self._pool.connection() as connection:
            row = await connection.fetchrow(_SUMMARIES.format(where="c.id = $1", limit=1), case_id)
            if row is None:
                raise unknown_case(case_id)
            return CaseFile(
                summary=rows.summary_of(row),
                tickets=await self._tickets(connection, "t.case_id = $1", case_id),
                events=tuple(rows.event_of(e) for e in await connection.fetch(_EVENTS, case_id)),
            )

    async def ticket(self, number: TicketNo) -> TicketFile:
        async with self._pool.connection() as connection:
            found = await self._tickets(connection, "t.ticket_no = $1", number)
        if not found:
            raise unknown_ticket(number)
        return found[0]

    async def reveal(
        self, number: TicketNo, fields: Sequence[str], *, by: str, reason: str, now: datetime
    ) -> TicketFile:
        """The ticket, after the line that says who saw which fields in full, and why (SEC-01)."""
        if len(reason.strip()) < 2:
            raise RevealNeedsReason(
                f"Nobody said why the personal data of {number} is to be shown.",
                remedy="Give the reason: it is kept with your name.",
            )
        found = await self.ticket(number)
        await self._pool.execute(_REVEALED, now, by, number, sorted(fields), reason.strip())
        return found

    async def _tickets(
        self, connection: Connection, where: str, value: str
    ) -> tuple[TicketFile, ...]:
        found = await connection.fetch(_TICKETS.format(where=where), value)
        opened = []
        for row in found:
            secrets = await connection.fetch(_SECRETS, row["ticket_no"])
            personal = rows.open_all(self._cipher, TicketNo(row["ticket_no"]), secrets)
            opened.append(rows.ticket_of(row, personal))
        return tuple(opened)


def repeated(case_id: CaseId, status: CaseStatus) -> CaseStatus:
    """The status after one more ticket. Raises CaseNotOpen."""
    if status not in OPEN:
        raise CaseNotOpen(
            f"Case {case_id} is {status}: no repeated request can join it.",
            remedy="File the ticket as a case of its own.",
        )
    return step(status, CaseCue.REPEAT)


def unknown_case(case_id: CaseId) -> UnknownCase:
    return UnknownCase(f"There is no case {case_id}.", remedy="Take the id from the list of cases.")


def unknown_ticket(number: TicketNo) -> UnknownTicket:
    return UnknownTicket(
        f"There is no ticket {number}.", remedy="Give the 20 digits of the number, nothing else."
    )


def _same_again(same: bool, number: str, case_id: str, status: str) -> Receipt:
    if not same:
        raise TicketKeyReused(
            f"Ticket {number} was filed under this key with other content.",
            remedy="Load the filed ticket; to add something, file a further ticket on its case.",
        )
    return Receipt(
        ticket_no=TicketNo(number), case_id=CaseId(case_id), status=CaseStatus(status), again=True
    )
