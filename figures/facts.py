"""What quality inspection adds to the journal. No words of a person: those stand in the row."""

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


FACTS: Final[tuple[type[Fact], ...]] = (InspectionScored, InspectionAppealed, InspectionDecided)
