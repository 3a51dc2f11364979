"""A duty, a call we owe (MISS-01, CBK-01, CBK-06), and the table of its steps. Nothing else.

`uncallable` is where a duty for a withheld number begins and ends: nobody can be rung, yet it
counts. What a robot took is `claimed`, what a person was given is `assigned`; both hold a lease.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from kernel.errors import Conflict
from kernel.ids import AgentNo, CallId, CaseId, DutyId, NumberKey

AttemptId = NewType("AttemptId", str)  # one dialling; also the id the channel is looked up by


class WrongDutyStep(Conflict):
    code = "wrong-duty-step"


class DutyKind(StrEnum):
    MISSED = "missed"  # 漏接回拨
    PROMISED = "promised"  # 预约回拨
    SURVEY = "survey"  # 满意度回访
    FOLLOW_UP = "follow_up"  # 跟踪回访 (CBK-06)


# Made by people at the citizen's own wish; no survey rule binds them (G).
OF_A_CALL: Final = frozenset({DutyKind.MISSED, DutyKind.PROMISED})


class DutyState(StrEnum):
    OPEN = "open"  # 待回拨
    CLAIMED = "claimed"  # 机器人已领取
    ASSIGNED = "assigned"  # 已分配
    DIALLING = "dialling"  # 拨打中
    REACHED = "reached"  # 已接通
    UNREACHED = "unreached"  # 未接通，待再拨
    CLOSED = "closed"  # 已办结
    SELF_RESOLVED = "self_resolved"  # 来电人再次来电已接听
    UNCALLABLE = "uncallable"  # 未显示号码，无法回拨
    EXHAUSTED = "unreached_exhausted"  # 多次未接通，已转短信
    REFUSED = "refused"  # 来电人拒绝回访
    WITHDRAWN = "withdrawn"  # 已撤销（保密、举报保护、申诉等）
    BY_SMS = "by_sms"  # 同一号码工单过多，改用短信


class DutyCue(StrEnum):
    ASSIGN = "assign"  # a person has it
    CLAIM = "claim"  # a robot has it
    GIVE_BACK = "give_back"  # not dialled after all, or the lease ran out
    DIAL = "dial"
    REACH = "reach"
    NOT_REACH = "not_reach"
    TRY_AGAIN = "try_again"
    CLOSE = "close"
    EXHAUST = "exhaust"  # no try is left
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    SEND_SMS = "send_sms"
    MISSED_AGAIN = "missed_again"  # the same number was missed once more
    CALLER_ANSWERED = "caller_answered"  # the same number rang again and a person answered


_S, _C = DutyState, DutyCue
STEPS: Final[dict[tuple[DutyState, DutyCue], DutyState]] = {
    (_S.OPEN, _C.ASSIGN): _S.ASSIGNED,
    (_S.OPEN, _C.CLAIM): _S.CLAIMED,
    (_S.UNREACHED, _C.ASSIGN): _S.ASSIGNED,
    (_S.UNREACHED, _C.CLAIM): _S.CLAIMED,
    (_S.ASSIGNED, _C.GIVE_BACK): _S.OPEN,
    (_S.CLAIMED, _C.GIVE_BACK): _S.OPEN,
    (_S.DIALLING, _C.GIVE_BACK): _S.OPEN,  # it is proved that no phone rang
    (_S.ASSIGNED, _C.DIAL): _S.DIALLING,
    (_S.CLAIMED, _C.DIAL): _S.DIALLING,
    (_S.DIALLING, _C.REACH): _S.REACHED,
    (_S.DIALLING, _C.NOT_REACH): _S.UNREACHED,
    (_S.REACHED, _C.NOT_REACH): _S.UNREACHED,  # a machine or the wrong person spoke
    (_S.UNREACHED, _C.TRY_AGAIN): _S.OPEN,
    (_S.UNREACHED, _C.CLOSE): _S.CLOSED,
    (_S.REACHED, _C.CLOSE): _S.CLOSED,
    (_S.OPEN, _C.EXHAUST): _S.EXHAUSTED,
    (_S.UNREACHED, _C.EXHAUST): _S.EXHAUSTED,
    (_S.OPEN, _C.REFUSE): _S.REFUSED,  # the number stands on the stop list
    (_S.UNREACHED, _C.REFUSE): _S.REFUSED,
    (_S.REACHED, _C.REFUSE): _S.REFUSED,
    (_S.OPEN, _C.SEND_SMS): _S.BY_SMS,
    (_S.UNREACHED, _C.SEND_SMS): _S.BY_SMS,
    (_S.OPEN, _C.WITHDRAW): _S.WITHDRAWN,
    (_S.CLAIMED, _C.WITHDRAW): _S.WITHDRAWN,
    (_S.ASSIGNED, _C.WITHDRAW): _S.WITHDRAWN,
    (_S.DIALLING, _C.WITHDRAW): _S.WITHDRAWN,  # whoever dials drops the leg
    (_S.REACHED, _C.WITHDRAW): _S.WITHDRAWN,
    (_S.UNREACHED, _C.WITHDRAW): _S.WITHDRAWN,
    (_S.OPEN, _C.MISSED_AGAIN): _S.OPEN,
    (_S.CLAIMED, _C.MISSED_AGAIN): _S.CLAIMED,
    (_S.ASSIGNED, _C.MISSED_AGAIN): _S.ASSIGNED,
    (_S.DIALLING, _C.MISSED_AGAIN): _S.DIALLING,
    (_S.UNREACHED, _C.MISSED_AGAIN): _S.OPEN,
    (_S.OPEN, _C.CALLER_ANSWERED): _S.SELF_RESOLVED,
    (_S.CLAIMED, _C.CALLER_ANSWERED): _S.SELF_RESOLVED,
    (_S.ASSIGNED, _C.CALLER_ANSWERED): _S.SELF_RESOLVED,
    (_S.DIALLING, _C.CALLER_ANSWERED): _S.SELF_RESOLVED,
    (_S.UNREACHED, _C.CALLER_ANSWERED): _S.SELF_RESOLVED,
}

# Not settled: one such duty a number at most; a further missed call joins it.
UNSETTLED: Final[frozenset[DutyState]] = frozenset(
    state for state, cue in STEPS if cue is DutyCue.MISSED_AGAIN
)
WAITING: Final[frozenset[DutyState]] = frozenset({DutyState.OPEN, DutyState.UNREACHED})
HELD: Final[frozenset[DutyState]] = frozenset({DutyState.CLAIMED, DutyState.ASSIGNED})
SETTLED: Final[frozenset[DutyState]] = frozenset(DutyState) - {state for state, _ in STEPS}


class Outcome(StrEnum):
    """What became of one attempt."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    REJECTED = "rejected"
    POWERED_OFF = "powered_off"
    EMPTY_NUMBER = "empty_number"  # 空号
    NETWORK_FAILURE = "network_failure"  # ours or the carrier's
    VOICEMAIL = "voicemail"
    WRONG_PERSON = "wrong_person"
    LOST = "lost"  # we died while it rang and nothing tells the end; it may have rung
    NOT_DIALLED = "not_dialled"  # it is proved that no phone rang


class Result(StrEnum):
    """With what a duty ended once the citizen was reached (C5); None: it did not come to that."""

    COMPLETE = "complete"
    BROKEN_OFF = "broken_off"  # hung up before the end
    REFUSED = "refused"  # did not want this survey
    NEVER_AGAIN = "never_again"  # nor any other: the number goes on the stop list
    HANDED_OVER = "handed_over"  # asked for a person and got one


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A call we owe. `calls`: all that share it, in order; the first one opened it.

    `ready_at`: not dialled before; `due_at`: to be dialled by. `case` and `round` of a survey.
    """

    id: DutyId
    kind: DutyKind
    state: DutyState
    caller_key: NumberKey | None
    caller: str  # masked
    opened_at: datetime
    last_missed_at: datetime
    due_at: datetime
    urgent: bool
    agent: AgentNo | None = None
    closed_at: datetime | None = None
    resolved_by: CallId | None = None
    calls: tuple[CallId, ...] = ()
    ready_at: datetime | None = None  # None: from the start
    case: CaseId | None = None
    round: int = 1
    result: Result | None = None


def step(state: DutyState, cue: DutyCue) -> DutyState:
    """The state after `cue`. Raises WrongDutyStep when the table has no such step."""
    after = STEPS.get((state, cue))
    if after is None:
        raise WrongDutyStep(
            f"A duty that is {state} cannot take the step {cue}.",
            remedy="Load the duty again and choose one of the steps it offers.",
        )
    return after
