"""Facts about seats, the people at them, their phones and the directory (see `acd/facts.py`)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, PauseReason, SeatId, Skill


class Who(StrEnum):
    AGENT = "agent"
    SYSTEM = "system"
    SUPERVISOR = "supervisor"


class DirectoryTable(StrEnum):
    AGENT = "agent"
    SEAT = "seat"
    SKILL = "skill"
    SEED = "seed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpStarted(Fact, kind="wrap-up-started"):
    seat: SeatId
    agent: AgentNo
    call: CallId
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpExtended(Fact, kind="wrap-up-extended"):
    seat: SeatId
    agent: AgentNo
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpEnded(Fact, kind="wrap-up-ended"):
    seat: SeatId
    agent: AgentNo
    by: Who


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSignedIn(Fact, kind="agent-signed-in"):
    """Signed in, and paused with the reason "signed_in" until the agent goes available."""

    agent: AgentNo
    seat: SeatId
    phone: Extension
    skills: dict[Skill, int]
    auto_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSignedOut(Fact, kind="agent-signed-out"):
    agent: AgentNo
    seat: SeatId
    by: Who
    ordered_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentAvailable(Fact, kind="agent-available"):
    agent: AgentNo
    seat: SeatId
    by: Who
    ordered_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPaused(Fact, kind="agent-paused"):
    """`until` is when the break is over its limit; None: no limit, or it begins after this call."""

    agent: AgentNo
    seat: SeatId
    reason: PauseReason
    until: datetime | None
    by: Who
    ordered_by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakBegan(Fact, kind="break-began"):
    """The break asked for during a conversation begins now."""

    agent: AgentNo
    seat: SeatId
    reason: PauseReason
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakOverrun(Fact, kind="break-overrun"):
    """The limit of the break's reason has passed; nobody is forced back, the supervisor sees it."""

    agent: AgentNo
    seat: SeatId
    reason: PauseReason


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSkillsChanged(Fact, kind="agent-skills-changed"):
    agent: AgentNo
    seat: SeatId
    skills: dict[Skill, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatModeChanged(Fact, kind="seat-mode-changed"):
    seat: SeatId
    auto_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneReachability(Fact, kind="phone-reachability"):
    extension: Extension
    reachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryChanged(Fact, kind="directory-changed"):
    """A row of the directory now has this version; `key` is 工号, seat or skill. No names."""

    table: DirectoryTable
    key: str
    version: int
    by: str
