"""What the engine of attempts needs from outside: rows of one transaction, cases, numbers."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callbacks.attempts import Attempt
from callbacks.duty import AttemptId, Duty, DutyKind
from kernel.fact import Fact
from kernel.ids import CaseId, DutyId, NumberKey
from kernel.phone import PhoneNumber


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A duty's row, locked: the duty, and who holds it until when. `token` 0: never claimed."""

    duty: Duty
    worker: str | None = None
    token: int = 0
    lease_until: datetime | None = None
    attempt: AttemptId | None = None  # the one that is not settled


class DutyRows(Protocol):
    """The rows inside one transaction. Attempts are locked before duties, duties by id."""

    async def lock(self, ids: Collection[DutyId]) -> tuple[Held, ...]:
        """In the order of their ids; those that do not exist are left out."""

    async def lock_ready(
        self, kinds: Collection[DutyKind], now: datetime, number_key: NumberKey | None
    ) -> tuple[Held, ...]:
        """Waiting ones that may be dialled, due first, never one that another transaction holds.

        With a number: all of that number; without: one at most.
        """

    async def lock_waiting(
        self, *, case: CaseId | None = None, number_key: NumberKey | None = None
    ) -> tuple[Held, ...]:
        """Surveys that are not settled, of that case or number."""

    async def lock_number(self, number_key: NumberKey) -> None:
        """Nobody else claims for this number until the transaction ends."""

    async def lock_attempt(self, attempt: AttemptId) -> Attempt | None: ...

    async def lock_expired(
        self, now: datetime, at_most: int, ours: str | None
    ) -> tuple[Attempt, ...]:
        """Outstanding attempts whose lease ran out, never one that another transaction holds.

        `ours`: a worker; the leases of every other one count as run out.
        """

    async def lock_idle(self, now: datetime, at_most: int, ours: str | None) -> tuple[Held, ...]:
        """Claimed or assigned ones whose lease ran out before they were dialled."""

    async def attempts_at(self, number_key: NumberKey, since: datetime) -> tuple[Attempt, ...]:
        """Over all duties, oldest first."""

    async def leases_at(self, number_key: NumberKey, but: Collection[DutyId]) -> tuple[Held, ...]:
        """The number's other duties that somebody holds or dials."""

    async def is_stopped(self, number_key: NumberKey) -> bool: ...

    async def set_stop(self, number_key: NumberKey, at: datetime, why: str | None) -> None:
        """`why` None: it may be surveyed again."""

    async def next_token(self) -> int: ...

    async def put(self, held: Held) -> None: ...

    async def put_new(self, duty: Duty) -> bool:
        """False: it stands there already."""

    async def put_attempt(self, attempt: Attempt, kind: DutyKind) -> None:
        """New or changed. Raises NumberBusy when the number has another outstanding one."""

    async def put_sms(self, duty: Duty, at: datetime, valid_until: datetime) -> None: ...

    async def tell(self, fact: Fact) -> None:
        """Told to the journal after the commit, in this order."""


class OpensDutyRows(Protocol):
    def rows(self) -> AbstractAsyncContextManager[DutyRows]:
        """One transaction: all or nothing. Raises DatabaseAway."""

    async def ready(
        self, kinds: Collection[DutyKind], now: datetime, limit: int
    ) -> tuple[Duty, ...]:
        """Those that may be dialled now as far as `ready_at` says; nothing is locked."""

    async def untold(self, limit: int) -> Sequence[tuple[int, str, str]]:
        """Facts not yet in the journal, in order: (n, kind, body)."""

    async def told(self, ns: Collection[int], at: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCase:
    """A dispatched case that was closed, of one round. `contact_key` None: no number is known."""

    case: CaseId
    round: int
    contact_key: NumberKey | None
    contact: str  # masked
    closed_at: datetime
    unit: str | None = None


class ListsClosedCases(Protocol):
    """The case store's side of the survey work list (CBK-01)."""

    async def closed(
        self, since: datetime, limit: int, behind: CaseId | None = None
    ) -> Sequence[ClosedCase]:
        """Dispatched and closed then or later, oldest first, without the barred ones.

        `behind`: the last case of the page before, which was closed at `since`.
        """

    async def barred(self, cases: Collection[CaseId]) -> Mapping[CaseId, str]:
        """Those that must not be rung now, and why: confidential, whistle-blower, minor, crisis,
        in appeal, withdrawn, open again.
        """


class RevealsNumbers(Protocol):
    """`storage.vault.NumberVault` fits."""

    async def reveal(self, key: NumberKey) -> PhoneNumber | None: ...


class Dials(Protocol):
    """The telephone, plugged by hotline/wiring.py. The channel's id is the attempt's."""

    async def dial(self, attempt: AttemptId, number: PhoneNumber) -> None:
        """Asks for the call; how it goes comes back by the attempt's id."""

    async def is_live(self, attempt: AttemptId) -> bool:
        """Is its channel there? After a crash, before an abandoned attempt is settled."""
