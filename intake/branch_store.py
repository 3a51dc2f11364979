"""Branch centres in PostgreSQL: their keys, how far they have told, which of their tickets we have.

A key's secret stands sealed; it is shown once, when it is made.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cases.case import Receipt
from intake.branch_tickets import ToldTicket
from storage.field_cipher import FieldCipher
from storage.pool import Pool, Transaction

KEYS_AT_ONCE: Final = 2  # the one in use and its successor
_TABLE: Final = "branch_key"
_VALID: Final = """
    select n, sealed from branch_key where line = $1 and revoked_at is null order by n"""
_LOCK: Final = "select pg_advisory_xact_lock(hashtextextended('branch key ' || $1, 12345))"
_NEXT: Final = "select coalesce(max(n), 0) + 1 from branch_key where line = $1"
_MAKE: Final = """
    insert into branch_key (line, n, sealed, made_at, made_by) values ($1, $2, $3, $4, $5)"""
_REVOKE: Final = """
    update branch_key set revoked_at = $2
    where line = $1 and revoked_at is null and n <= $3"""
_TOLD: Final = """
    insert into branch_feed as f (line, newest_at, heard_at, calls, tickets, refused)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (line) do update
        set newest_at = greatest(f.newest_at, excluded.newest_at),
            heard_at = greatest(f.heard_at, excluded.heard_at), calls = f.calls + excluded.calls,
            tickets = f.tickets + excluded.tickets, refused = f.refused + excluded.refused"""
_TICKET: Final = """
    insert into branch_ticket (line, id, ticket_no, filed_at, taken_at)
    values ($1, $2, $3, $4, $5) on conflict do nothing returning true"""
_FEEDS: Final = """
    select line, newest_at, heard_at, coalesce(calls, 0) as calls,
        coalesce(tickets, 0) as tickets, coalesce(refused, 0) as refused,
        k.line is not null as has_key
    from branch_feed full join (
        select distinct line from branch_key where revoked_at is null) k using (line)
    order by line"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one request added. `newest`: the branch's own time of its last event; `heard`: ours."""

    newest: datetime
    heard: datetime
    calls: int = 0
    tickets: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchFeed:
    """How far one branch has told. `newest_at`: its own time of what it told last; None: never."""

    line: str
    has_key: bool
    newest_at: datetime | None = None
    heard_at: datetime | None = None
    calls: int = 0
    tickets: int = 0
    refused: int = 0  # rows


class BranchStore:
    """Each raises Unavailable."""

    def __init__(self, pool: Pool, cipher: FieldCipher) -> None:
        self._pool = pool
        self._cipher = cipher

    async def secrets_of(self, line: str) -> list[bytes]:
        """Those that are valid now; none when it is not connected."""
        rows = await self._pool.fetch(_VALID, line)
        return [self._open(line, row["n"], row["sealed"]) for row in rows]

    async def make_key(self, line: str, *, by: str, at: datetime) -> str:
        """A new secret, to be shown once. Of the older ones only the newest stays valid."""
        secret = secrets.token_urlsafe(32)
        async with self._pool.transaction() as tx:
            await tx.execute(_LOCK, line)
            n = await tx.fetchval(_NEXT, line)
            place = f"{line} {n}"
            sealed = self._cipher.seal(secret, table=_TABLE, column="sealed", row=place)
            await tx.execute(_MAKE, line, n, sealed, at, by)
            await tx.execute(_REVOKE, line, at, n - KEYS_AT_ONCE)
        return secret

    async def revoke_old(self, line: str, *, at: datetime) -> None:
        """Only the newest key stays valid."""
        async with self._pool.transaction() as tx:
            await tx.execute(_LOCK, line)
            newest = await tx.fetchval(_NEXT, line) - 1
            await tx.execute(_REVOKE, line, at, newest - 1)

    async def disconnect(self, line: str, *, at: datetime) -> None:
        """No key stays valid: nothing is heard from this branch any more."""
        async with self._pool.transaction() as tx:
            await tx.execute(_LOCK, line)
            await tx.execute(_REVOKE, line, at, await tx.fetchval(_NEXT, line))

    async def feeds(self) -> list[BranchFeed]:
        """Of every line that has a key or has ever told anything."""
        return [BranchFeed(**dict(row)) for row in await self._pool.fetch(_FEEDS)]

    async def note_heard(self, line: str, told: Told) -> None:
        """It has told all until `newest`, even if that was nothing."""
        async with self._pool.transaction() as tx:
            await note_told(tx, line, told)

    async def note_ticket(
        self, line: str, told: ToldTicket, receipt: Receipt, at: datetime
    ) -> None:
        """Fits `NotesTickets`: counted once."""
        async with self._pool.transaction() as tx:
            new = await tx.fetchval(_TICKET, line, told.id, receipt.ticket_no, told.filed_at, at)
            if new:
                await note_told(tx, line, Told(newest=told.filed_at, heard=at, tickets=1))

    def _open(self, line: str, n: int, sealed: bytes) -> bytes:
        place = f"{line} {n}"
        return self._cipher.open(sealed, table=_TABLE, column="sealed", row=place).encode()


async def note_told(tx: Transaction, line: str, told: Told) -> None:
    added = told.calls, told.tickets, told.refused
    await tx.execute(_TOLD, line, told.newest, told.heard, *added)
