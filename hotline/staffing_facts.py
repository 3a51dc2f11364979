"""Facts of staffing: rosters taken over, agents who work without a breath, breaks after a call."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterChanged(Fact, kind="roster-changed"):
    """A file replaced the shifts of these days (SEAT-03)."""

    by: str
    first: date
    last: date
    shifts: int
    replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOverworked(Fact, kind="agent-overworked"):
    """HR-02: above the limit for the whole window."""

    agent: AgentNo
    occupancy: float
    at_work: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRelieved(Fact, kind="agent-relieved"):
    """Calmer again, or gone home."""

    agent: AgentNo


@dataclass(frozen=True, slots=True, kw_only=True)
class WellbeingBreakTaken(Fact, kind="wellbeing-break-taken"):
    """HR-02: the agent's own button after this call; `why` is abuse, crisis or distress."""

    call: CallId
    agent: AgentNo
    why: str


FACTS: Final = (RosterChanged, AgentOverworked, AgentRelieved, WellbeingBreakTaken)
