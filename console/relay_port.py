"""What the console asks of cases on the telephone; `hotline/relays/office.py` fits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from cases.facts import RelayOutcome, RelayStep
from cases.handlers import KeepsHandlers
from cases.progress import Question, Told
from cases.relay_store import OutboundCounts, RelayRecord
from console.logins import Login
from kernel.errors import Conflict, NotAllowed, NotFound
from kernel.ids import CallId, CaseId, NumberKey, TicketNo
from kernel.phone import PhoneNumber


class NotYourCase(NotAllowed):
    """Another unit handles it."""

    code: ClassVar[str] = "not-your-case"


class MayNotBeRung(NotAllowed):
    """Confidential, whistle-blower, withdrawn, or he asked not to be rung (CBK-01)."""

    code: ClassVar[str] = "may-not-be-rung"


class NotDialable(NotAllowed):
    """Off the allow-list of what may be dialled."""

    code: ClassVar[str] = "not-dialable"


class NotRungNow(Conflict):
    """Night, or he is on the phone with us, or being rung."""

    code: ClassVar[str] = "not-rung-now"


class NoSuchRelay(NotFound):
    """Not one's own, or over long ago."""

    code: ClassVar[str] = "no-such-relay"


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayNow:
    """`outcome` None: not over; `talked_s` once it is."""

    call: CallId
    case: CaseId | None
    step: RelayStep
    outcome: RelayOutcome | None = None
    joined_at: datetime | None = None
    talked_s: int | None = None


class RelaysCalls(Protocol):
    """Both numbers stay hidden from each other (FRD-03). Each raises Unavailable."""

    async def about(self, case: CaseId, login: Login) -> CallId:
        """The asker's phone rings, then the citizen's.

        Raises UnknownCase, NotYourCase, MayNotBeRung, NotDialable, NotRungNow, NoNumber,
        WrongState, UnknownWorkNumber, UnknownHandler.
        """
        ...

    async def dial(self, number: PhoneNumber, login: Login, case: CaseId | None) -> CallId:
        """An agent dials. Raises as `about`."""
        ...

    async def now(self, call: CallId, login: Login) -> RelayNow:
        """Raises NoSuchRelay."""
        ...

    def stop(self, call: CallId, login: Login) -> None:
        """Raises NoSuchRelay."""
        ...

    async def of_case(self, case: CaseId, login: Login) -> Sequence[RelayRecord]:
        """Oldest first. Raises UnknownCase, NotYourCase."""
        ...

    async def outbound(self, since: datetime, before: datetime) -> OutboundCounts: ...


class TellsProgress(Protocol):
    """`hotline/desks/progress.py: ProgressDesk` fits by shape (CH-05)."""

    async def tell(self, question: Question) -> Told:
        """Raises UnknownTicket, NotTheOwner, WrongQueryCode, GuardedCase, Unavailable."""
        ...

    def receipt(self, ticket_no: TicketNo) -> tuple[str, str]:
        """The query code of a ticket, and the words to send with it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPhone:
    """What the console has to do with cases on the telephone. `key_of` keeps a number."""

    relays: RelaysCalls
    handlers: KeepsHandlers
    progress: TellsProgress
    key_of: Callable[[PhoneNumber], NumberKey | None]
