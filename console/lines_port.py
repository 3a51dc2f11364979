"""Lines and branch centres as the console asks for them and shows them (MRG-05, MRG-08)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict, JsonValue

from figures.lines_report import LinesReport
from intake.branch_door import Signed
from intake.field_errors import FieldError


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class FeedState(StrEnum):
    NOT_CONNECTED = "not-connected"  # it has no key
    NEVER = "never"  # it has a key and has not told anything yet
    CURRENT = "current"
    LATE = "late"  # its newest event is older than a minute


class BranchShown(_Shown):
    """One line with seats of its own. `lag_s`: now less its newest event's own time; None: never.

    `refused` counts rows that could not be taken.
    """

    line: str
    name_zh: str
    name_en: str
    kind: str
    state: FeedState
    newest_at: datetime | None
    heard_at: datetime | None
    lag_s: float | None
    calls: int
    tickets: int
    refused: int


class RowRefused(_Shown):
    """`row` counts from 0 as sent; `id` is empty where it could not be read."""

    row: int
    id: str
    errors: list[FieldError]


class CallsTaken(_Shown):
    """`taken`: new, or newer than what we had; `known`: nothing new in them."""

    taken: int
    known: int
    refused: list[RowRefused]


class TicketTaken(_Shown):
    """`again`: we had it already."""

    id: str
    ticket_no: str
    case_id: str
    status: str
    again: bool


class TicketsTaken(_Shown):
    tickets: list[TicketTaken]
    refused: list[RowRefused]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request of a branch: it has told all until `as_of`, by its own clock."""

    as_of: datetime
    rows: Sequence[JsonValue]


class TakesBranches(Protocol):
    """`hotline/branches.py: Branches` fits. Each raises Unavailable: the branch sends it again."""

    async def admit(self, line: str, signed: Signed) -> None:
        """Raises BadSignature."""
        ...

    async def take_calls(self, line: str, sent: Sent) -> CallsTaken: ...

    async def take_tickets(self, line: str, sent: Sent) -> TicketsTaken: ...

    def feeds(self) -> Sequence[BranchShown]:
        """Of each line with seats of its own, as of a few seconds ago."""
        ...


class ReportsLines(Protocol):
    """`figures/lines_report.py: LineReports` fits by shape."""

    async def report(self, start: datetime, end: datetime, *, by_day: bool) -> LinesReport: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSide:
    branches: TakesBranches
    reports: ReportsLines
