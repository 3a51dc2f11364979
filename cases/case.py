"""The values that go into the case store and come out of it.

`Filing` is what one submission hands over (C1-C3), split by its sender into what may be
read in the open and what is personal; `TicketFile` is the same, read back. A ticket never changes;
a case lives on and may hold several tickets (并单).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from cases.status import CaseCue, CaseStatus
from kernel.ids import AgentNo, CallId, CaseId, NumberKey, TicketKey, TicketNo


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """How far the citizen must be hidden (C2: 匿名, 保密, 举报人保护)."""

    anonymous: bool = False
    confidential: bool = False
    whistleblower: bool = False

    @property
    def strict(self) -> bool:
        """Confidential or whistle-blower: every cell of the masking table one level stricter."""
        return self.confidential or self.whistleblower


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One complete ticket on its way into the store.

    `frame`: C1 as plain JSON (channel, times, seat ...). `said`: the plain fields of C2 and C3.
    `personal`: the fields marked "enc" in C and all free text, by name; they are stored encrypted.
    `submitted_at` is aware UTC. `outcome` decides the first status of a new case (C6).
    """

    ticket_key: TicketKey
    region_code: str
    submitted_at: datetime
    call: CallId | None
    agent: AgentNo | None
    caller_key: NumberKey | None
    contact_key: NumberKey | None = None
    request_type: str
    category_code: str
    title: str
    urgency: str
    outcome: CaseCue  # ANSWER, REFUSE or ACCEPT
    protection: Protection = Protection()
    merge_into: CaseId | None = None
    caller_tags: tuple[str, ...] = ()
    frame: Mapping[str, JsonValue] = field(default_factory=dict)
    said: Mapping[str, JsonValue] = field(default_factory=dict)
    personal: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the sender of a ticket gets. `again`: the key was known; nothing was stored now."""

    ticket_no: TicketNo
    case_id: CaseId
    status: CaseStatus
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """A line of a list: no personal data in it."""

    id: CaseId
    status: CaseStatus
    opened_at: datetime
    updated_at: datetime
    region_code: str
    request_type: str
    category_code: str
    title: str
    urgency: str
    protection: Protection
    tickets: tuple[TicketNo, ...]  # in the order they were filed; the first opened the case
    calls: tuple[CallId, ...]
    caller_tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFile:
    """One stored ticket, decrypted. Show it only through `cases/masking.py`."""

    ticket_no: TicketNo
    ticket_key: TicketKey
    case_id: CaseId
    nth: int  # of its case, from 1: repeat_round
    parent_ticket_no: TicketNo | None
    submitted_at: datetime
    call: CallId | None
    agent: AgentNo | None
    region_code: str
    request_type: str
    category_code: str
    title: str
    urgency: str
    protection: Protection
    caller_tags: tuple[str, ...]
    frame: Mapping[str, JsonValue]
    said: Mapping[str, JsonValue]
    personal: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One line of the case's history, committed with its rows. No personal data in `body`."""

    n: int
    at: datetime
    kind: str
    by: str
    body: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    summary: CaseSummary
    tickets: tuple[TicketFile, ...]
    events: tuple[CaseEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """The only ways to narrow a list; those given must all hold.

    `category` is the beginning of a code; `caller_name` is found by its blind index; `before` is
    the id of the last case of the page before. `limit` 1..200, newest first.
    """

    status: CaseStatus | None = None
    request_type: str | None = None
    category: str | None = None
    region_code: str | None = None
    agent: AgentNo | None = None
    call: CallId | None = None
    ticket_no: TicketNo | None = None
    number_key: NumberKey | None = None
    caller_name: str | None = field(default=None, repr=False)
    opened_from: datetime | None = None
    opened_until: datetime | None = None
    before: CaseId | None = None
    limit: int = 50

    def __post_init__(self) -> None:
        assert 1 <= self.limit <= 200, "a page of cases holds 1 to 200"
