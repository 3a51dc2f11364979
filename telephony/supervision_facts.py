"""What a supervisor did with a conversation (E2): asked for, begun, switched, over.

No figure counts any of it: a listener's leg is nobody's talk.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, LegId


class Mode(StrEnum):
    """Whom the supervisor's voice reaches; he hears both in each."""

    LISTEN = "listen"  # 监听: nobody
    WHISPER = "whisper"  # 耳语: the agent alone
    BARGE = "barge"  # 强插: both


class SupervisorStep(StrEnum):
    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"
    STOP = "stop"  # 结束监听
    TAKE_OVER = "take_over"  # 拦截: the citizen is his, the agent is freed
    HANG_UP = "hang_up"  # 强拆


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionAsked(Fact, kind="supervision-asked"):
    """Written before it is done. `by` is the login, `supervisor` his 工号 if he has one.

    `agent` is supervised; `phone` and `leg` are where the supervisor hears. `reason` holds no
    figures that could be a person's number.
    """

    call: CallId
    step: SupervisorStep
    agent: AgentNo
    by: str
    supervisor: AgentNo | None
    phone: Extension | None
    leg: LegId | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionStarted(Fact, kind="supervision-started"):
    """The supervisor hears the conversation from now on."""

    call: CallId
    leg: LegId
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionSwitched(Fact, kind="supervision-switched"):
    call: CallId
    leg: LegId
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionEnded(Fact, kind="supervision-ended"):
    """`why`: how his leg ended, "taken_over", or "lost" where nobody heard it end."""

    call: CallId
    leg: LegId
    why: str


FACTS: Final[tuple[type[Fact], ...]] = (
    SupervisionAsked,
    SupervisionStarted,
    SupervisionSwitched,
    SupervisionEnded,
)
