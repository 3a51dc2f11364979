"""The record of one hand-off to an emergency line (EMG-04): it exists without any ticket."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.ids import AgentNo, CallId, CaseId, TicketNo


class Result(StrEnum):
    OPEN = "open"  # it rings, or they talk  进行中
    HANDED_OVER = "handed_over"  # 已移交
    NOT_OURS = "not_ours"  # the far end refused the matter  不属对方
    FAILED = "failed"  # by no trunk was it reached  未接通
    CITIZEN_LEFT = "citizen_left"  # before it was answered  市民挂机


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffRecord:
    """Who, where, what, when, and what came of it; `caller` is masked by who shows it."""

    id: str
    call: CallId
    code: str
    agent: AgentNo | None
    asked_by: str
    out_of_line: bool
    asked_at: datetime
    trunk: str
    rung_at: datetime | None
    rung_after_s: float | None
    answered_at: datetime | None
    agent_left_at: datetime | None
    over_at: datetime | None
    result: Result
    why: str
    owner: str
    keeper: str
    receiver_no: str
    incident_no: str
    answer: str  # of the receiving system: ack, reject, silent, or "" as yet
    reference: str
    recorded: bool
    tickets: tuple[TicketNo, ...]
    case: CaseId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffMessage:
    """One thing to tell the receiving system, under a claim. `attempts` counts this one too."""

    key: str
    kind: str  # asked, over
    made_at: datetime
    attempts: int
    claim: str
    record: HandOffRecord
