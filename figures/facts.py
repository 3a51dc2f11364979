"""What quality inspection and monthly cards add to the journal. No words: those are in the row."""

from dataclasses import dataclass
from typing import Final

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionScored(Fact, kind="inspection-scored"):
    """`total` of 100. `calibrates`: beside another inspector's word."""

    inspection: str
    call: CallId
    agent: AgentNo
    login: str
    total: int
    calibrates: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionAppealed(Fact, kind="inspection-appealed"):
    inspection: str
    call: CallId
    agent: AgentNo


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionDecided(Fact, kind="inspection-decided"):
    """`upheld` False: changed to `total`."""

    inspection: str
    call: CallId
    agent: AgentNo
    login: str
    upheld: bool
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentMarked(Fact, kind="agent-marked"):
    """Praise or complaint about an agent, written down by a supervisor (HR-03)."""

    mark: str
    agent: AgentNo
    what: str
    call: CallId | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GreetingTold(Fact, kind="greeting-told"):
    """The agent pressed his greeting key: he has greeted this citizen."""

    call: CallId
    agent: AgentNo


FACTS: Final[tuple[type[Fact], ...]] = (
    InspectionScored,
    InspectionAppealed,
    InspectionDecided,
    AgentMarked,
    GreetingTold,
)
