"""The outbox in PostgreSQL: what the foreign case system must still be told, claimed row by row.

A claim has its own name and runs out; whoever lost it can no longer mark the row. Times are passed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kernel.ids import CaseId, TicketNo, uuid7
from storage.field_cipher import FieldCipher
from storage.pool import Pool

_CLAIM: Final = """
    with due as (
        select id from outbox
        where sent_at is null and given_up_at is null and due_at <= $1
            and (claimed_until is null or claimed_until <= $1)
        order by id limit $2 for update skip locked)
    update outbox o set claim = $3, claimed_until = $4, attempts = o.attempts + 1
    from due where o.id = due.id
    returning o.id, o.event_key, o.kind, o.ticket_no, o.case_id, o.made_at, o.attempts"""
_SENT: Final = """
    update outbox set sent_at = $3, claim = null, claimed_until = null, last_error = null
    where event_key = $1 and claim = $2 and sent_at is null returning true"""
_RECEIPT: Final = """
    insert into outbox_receipt (event_key, received_at, http_status, foreign_ref, body)
    values ($1, $2, $3, $4, $5) on conflict (event_key) do nothing"""
_FAILED: Final = """
    update outbox set due_at = $3, last_error = $4, given_up_at = $5,
        claim = null, claimed_until = null
    where event_key = $1 and claim = $2 and sent_at is null"""
_STANDING: Final = """
    select count(*) filter (where given_up_at is null) as waiting,
        count(*) filter (where given_up_at is not null) as given_up,
        min(made_at) filter (where given_up_at is null) as oldest
    from outbox where sent_at is null"""
_RECEIPT_OF: Final = "select * from outbox_receipt where event_key = $1"
_TABLE: Final = "outbox_receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One thing to tell, under a claim. `attempts` counts this one too."""

    event_key: str
    kind: str
    ticket_no: TicketNo
    case_id: CaseId
    made_at: datetime
    attempts: int
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignReceipt:
    """What the other side answered; `foreign_ref` is its own id for the ticket, if it named one."""

    received_at: datetime
    http_status: int
    foreign_ref: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """For /metrics. `oldest`: when the word that waits longest was made."""

    waiting: int
    given_up: int
    oldest: datetime | None


class Outbox:
    def __init__(self, pool: Pool, cipher: FieldCipher) -> None:
        self._pool = pool
        self._cipher = cipher

    async def claim(self, now: datetime, *, at_most: int, hold: timedelta) -> tuple[Word, ...]:
        """Those that are due, oldest first; nobody else gets them while the claim holds."""
        name = uuid7()
        rows = await self._pool.fetch(_CLAIM, now, at_most, name, now + hold)
        return tuple(
            Word(
                event_key=row["event_key"],
                kind=row["kind"],
                ticket_no=TicketNo(row["ticket_no"]),
                case_id=CaseId(row["case_id"]),
                made_at=row["made_at"],
                attempts=row["attempts"],
                claim=name,
            )
            for row in sorted(rows, key=lambda row: row["id"])
        )

    async def sent(self, word: Word, receipt: ForeignReceipt) -> bool:
        """Marked and the receipt kept, together. False: the claim had run out."""
        body = self._cipher.seal(receipt.body, table=_TABLE, column="body", row=word.event_key)
        async with self._pool.transaction() as tx:
            if not await tx.fetchval(_SENT, word.event_key, word.claim, receipt.received_at):
                return False
            await tx.execute(
                _RECEIPT, word.event_key, receipt.received_at, receipt.http_status,
                receipt.foreign_ref, body,
            )  # fmt: skip
        return True

    async def failed(
        self, word: Word, why: str, *, again_at: datetime, given_up_at: datetime | None
    ) -> None:
        """`why` holds no personal data; `given_up_at` None: it is tried again."""
        await self._pool.execute(
            _FAILED, word.event_key, word.claim, again_at, why[:200], given_up_at
        )

    async def standing(self) -> Standing:
        row = await self._pool.fetchrow(_STANDING)
        assert row is not None, "an aggregate always has a row"
        return Standing(waiting=row["waiting"], given_up=row["given_up"], oldest=row["oldest"])

    async def receipt(self, event_key: str) -> ForeignReceipt | None:
        row = await self._pool.fetchrow(_RECEIPT_OF, event_key)
        if row is None:
            return None
        body = self._cipher.open(row["body"], table=_TABLE, column="body", row=event_key)
        return ForeignReceipt(
            received_at=row["received_at"],
            http_status=row["http_status"],
            foreign_ref=row["foreign_ref"],
            body=body,
        )
