"""What the engine writes into the journal: every step of a duty. Keys and masked forms only.

A fact may stand twice after a crash, with the same content: folds of it bear that.
"""

from dataclasses import dataclass
from datetime import datetime

from callbacks.duty import AttemptId, DutyKind, DutyState, Outcome, Result
from callbacks.survey_facts import SURVEY_FACTS
from kernel.fact import Fact
from kernel.ids import AgentNo, CaseId, DutyId, NumberKey


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyOwed(Fact, kind="duty-owed"):
    """A survey or follow-up stands on the list (CBK-01, CBK-06); missed ones are told by fates."""

    duty: DutyId
    of: DutyKind
    caller_key: NumberKey | None
    case: CaseId | None
    round: int
    due_at: datetime
    closed_at: datetime | None = None  # of the case: its month is the survey's (D-20)
    unit: str | None = None  # that handled it


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyClaimed(Fact, kind="duty-claimed"):
    duty: DutyId
    worker: str
    agent: AgentNo | None
    token: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptBegun(Fact, kind="attempt-begun"):
    """Written before the number was dialled."""

    attempt: AttemptId
    duties: tuple[DutyId, ...]
    caller_key: NumberKey
    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptAnswered(Fact, kind="attempt-answered"):
    attempt: AttemptId


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSettled(Fact, kind="attempt-settled"):
    attempt: AttemptId
    outcome: Outcome
    result: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyStepped(Fact, kind="duty-stepped"):
    """The duty's state from now on; `ready_at`: when it may be dialled, while it waits."""

    duty: DutyId
    state: DutyState
    ready_at: datetime | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsOwed(Fact, kind="sms-owed"):
    duty: DutyId
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveysStopped(Fact, kind="surveys-stopped"):
    """The number wants no survey ever again; `allowed`: it may be surveyed again."""

    caller_key: NumberKey
    why: str
    allowed: bool


FACTS: tuple[type[Fact], ...] = (
    DutyOwed,
    DutyClaimed,
    AttemptBegun,
    AttemptAnswered,
    AttemptSettled,
    DutyStepped,
    SmsOwed,
    SurveysStopped,
    *SURVEY_FACTS,
)
