"""What the console itself adds to the journal: who heard, held, erased or revealed what.

No free text of a person goes in here: reasons that were typed stand in the row, not in the fact.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console import login_facts
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId


class HearingFor(StrEnum):
    """Why a recording is heard or a number revealed: a list, so that no name gets into the
    journal."""

    OWN_CALL = "own_call"  # 本人通话
    QUALITY = "quality"  # 质检
    DISPUTE = "dispute"  # 申诉核实
    CASE = "case"  # 工单核实
    SECURITY = "security"  # 安全审计


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingHeard(Fact, kind="recording-heard"):
    """Each request for the sound, ranges included (SEC-04, SEC-07)."""

    call: CallId
    login: str
    agent: AgentNo | None
    why: HearingFor


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingHeld(Fact, kind="recording-held"):
    """Legal hold: not erased until released, whatever its age."""

    call: CallId
    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingReleased(Fact, kind="recording-released"):
    call: CallId
    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingErased(Fact, kind="recording-erased"):
    """The certificate of an erasure: what it was, and that its time was over."""

    call: CallId
    sha256: str
    bytes: int
    kept_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRevealed(Fact, kind="number-revealed"):
    """Somebody saw a caller's full number (SEC-01)."""

    call: CallId
    login: str
    why: HearingFor


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginOpened(Fact, kind="login-opened"):
    login: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginClosed(Fact, kind="login-closed"):
    login: str


FACTS: Final[tuple[type[Fact], ...]] = (
    RecordingHeard,
    RecordingHeld,
    RecordingReleased,
    RecordingErased,
    NumberRevealed,
    LoginOpened,
    LoginClosed,
    *login_facts.FACTS,
)
