"""Dispatched, closed, flagged, handled again: what a survey needs of a case's life."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cases.status import CaseStatus
from kernel.ids import CaseId, NumberKey


class CaseFlag(StrEnum):
    """Each but the last keeps the citizen from being rung by a robot (CBK-01, G)."""

    CONFIDENTIAL = "confidential"  # 保密工单
    WHISTLEBLOWER = "whistleblower"  # 举报人保护
    MINOR = "minor"  # 未成年人
    CRISIS = "crisis"  # 危机
    IN_APPEAL = "in_appeal"  # 申诉中
    WITHDRAWN = "withdrawn"  # 诉求人撤回
    SATISFACTION_EXCLUDED = "satisfaction_excluded"  # 不计入满意度统计 (APL-01)


BARRING = tuple(flag for flag in CaseFlag if flag is not CaseFlag.SATISFACTION_EXCLUDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands. `round` 1: handled for the first time."""

    case: CaseId
    status: CaseStatus
    round: int
    lead_unit: str | None
    dispatched_at: datetime | None
    closed_at: datetime | None
    flags: frozenset[CaseFlag]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A dispatched case that was closed. `number_key`: the contact's, else the caller's."""

    case: CaseId
    round: int
    number_key: NumberKey | None
    closed_at: datetime
    unit: str | None = None


class ClosesCases(Protocol):
    """Each step is committed with its event; `by`: a login or a unit. Raises UnknownCase,
    WrongStep, Unavailable.
    """

    async def dispatch(self, case: CaseId, unit: str, *, by: str, now: datetime) -> Standing: ...

    async def close(self, case: CaseId, *, by: str, now: datetime) -> Standing: ...

    async def rehandle(self, case: CaseId, after_round: int, *, by: str, now: datetime) -> Standing:
        """The round after that one; again: nothing happens."""

    async def flag(
        self, case: CaseId, flag: CaseFlag, on: bool, *, by: str, now: datetime
    ) -> Standing: ...

    async def standing(self, case: CaseId) -> Standing: ...

    async def closed(
        self, since: datetime, limit: int, behind: CaseId | None = None
    ) -> Sequence[Closed]:
        """Closed at that moment or later, oldest first, without those that may not be rung.

        `behind`: the last case of the page before, which was closed at `since`.
        """

    async def language(self, case: CaseId) -> str:
        """What the citizen speaks, as the first ticket has it; "" is not said."""

    async def barred(self, cases: Collection[CaseId]) -> Mapping[CaseId, str]:
        """Those that may not be rung now, and why: a flag, or "open"."""
