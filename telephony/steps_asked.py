"""What an agent asked to be done with the call at his seat, before it was done.

What became of it follows in other facts: consultation, conference, transfer, a place in the line.
"""

from dataclasses import dataclass
from enum import StrEnum

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, Skill
from kernel.legs import LegEnd


class Step(StrEnum):
    CONSULT = "consult"  # 咨询
    THREE_WAY = "three_way"  # 三方
    TRANSFER = "transfer"  # 盲转, to a number or a line outside
    HAND_TO = "hand_to"  # 转工号
    TO_LINE = "to_line"  # 转队列或技能
    PART_WITH = "part_with"  # 请出第三方


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAsked(Fact, kind="step-asked"):
    """`leg`: whose ring was asked for, or who is to go. `to`: a masked number, a line or a queue;
    `to_agent`: a colleague's 工号. `reason` holds no figures that could be a person's number."""

    call: CallId
    agent: AgentNo
    step: Step
    leg: LegId | None = None
    to: str = ""
    to_agent: AgentNo | None = None
    needs: dict[Skill, int] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThirdPartyEnded(Fact, kind="third-party-ended"):
    """Whom an agent brought in, or tried to, is on the phone no more: `why` tells a conversation
    that ended from one that was busy, rang out or refused."""

    call: CallId
    leg: LegId
    why: LegEnd
