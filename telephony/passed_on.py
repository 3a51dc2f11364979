"""Facts of calls that pass between levels of government, or on to a utility (NAV-02, UTL-01).

What becomes of one is told by the call's own facts: transferred, transfer failed, hung up. No
personal data: a ticket number names a ticket, not a person.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId


class LevelReason(StrEnum):
    """Why a call goes to another level. Values are API, and go along as a SIP header."""

    PROVINCE = "province_matter"  # 省本级诉求
    UNRESOLVED = "unresolved"  # 市级未能解决: with the city's ticket number
    CROSS_CITY = "cross_city"  # 跨市州
    CITY = "city_matter"  # 市级诉求: down again


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAsked(Fact, kind="level-asked"):
    """He is being sent to another level. `how`: blind, consult, or key (he chose it himself) or
    rule (the province does not take it)."""

    call: CallId
    level: str
    reason: LevelReason
    ticket_no: str
    how: str
    agent: AgentNo | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CameFromLevel(Fact, kind="came-from-level"):
    """Another level handed him over, and said so. `taken` False: he goes back to it (NAV-05).
    `home`: the region code of his home, of one who came by overflow (SRG-02)."""

    call: CallId
    level: str
    reason: str  # as it came; "": it did not come
    ticket_no: str
    their_call: str
    taken: bool
    home: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UtilityAsked(Fact, kind="utility-asked"):
    """He is being handed to a utility. `instead`: its other number, not the first one."""

    call: CallId
    utility: str
    district: str
    number: str
    instead: bool
    agent: AgentNo


@dataclass(frozen=True, slots=True, kw_only=True)
class UtilityTicketBegun(Fact, kind="utility-ticket-begun"):
    """Nobody answers there now: an urgent ticket instead (UTL-02)."""

    call: CallId
    utility: str
    district: str
    category_code: str
    agent: AgentNo


@dataclass(frozen=True, slots=True, kw_only=True)
class PassingRefused(Fact, kind="passing-refused"):
    """Asterisk did not do what was asked: the citizen is where he was."""

    call: CallId
    why: str


FACTS: Final[tuple[type[Fact], ...]] = (
    LevelAsked,
    CameFromLevel,
    UtilityAsked,
    UtilityTicketBegun,
    PassingRefused,
)
