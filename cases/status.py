"""What becomes of a case: the table of its steps (C6), as far as filing and surveys need them.

Sign-off and extension add their steps below; a pair that is missing here cannot happen.
"""

from enum import StrEnum
from typing import Final

from cases.errors import WrongStep


class CaseStatus(StrEnum):
    SUBMITTED = "submitted"  # 已提交
    ANSWERED_ON_CALL = "answered_on_call"  # 接诉即答
    NOT_ACCEPTED = "not_accepted"  # 不予受理，已引导
    PENDING_DISPATCH = "pending_dispatch"  # 待派单
    DISPATCHED = "dispatched"  # 已派单
    CLOSED = "closed"  # 已办结


class CaseCue(StrEnum):
    ANSWER = "answer"  # answered while the citizen was on the line
    REFUSE = "refuse"  # excluded by law; the statutory way was told (EXC-01..05)
    ACCEPT = "accept"  # to be dispatched to a unit
    REPEAT = "repeat"  # another ticket on the same matter (并单, DUP-01)
    DISPATCH = "dispatch"  # to a unit 派单
    CLOSE = "close"  # the unit has answered 办结
    REHANDLE = "rehandle"  # dissatisfied and reasonable: the next round 重办 (CBK-03)


STEPS: Final[dict[tuple[CaseStatus, CaseCue], CaseStatus]] = {
    (CaseStatus.SUBMITTED, CaseCue.ANSWER): CaseStatus.ANSWERED_ON_CALL,
    (CaseStatus.SUBMITTED, CaseCue.REFUSE): CaseStatus.NOT_ACCEPTED,
    (CaseStatus.SUBMITTED, CaseCue.ACCEPT): CaseStatus.PENDING_DISPATCH,
    (CaseStatus.PENDING_DISPATCH, CaseCue.REPEAT): CaseStatus.PENDING_DISPATCH,
    (CaseStatus.PENDING_DISPATCH, CaseCue.DISPATCH): CaseStatus.DISPATCHED,
    (CaseStatus.DISPATCHED, CaseCue.REPEAT): CaseStatus.DISPATCHED,
    (CaseStatus.DISPATCHED, CaseCue.CLOSE): CaseStatus.CLOSED,
    (CaseStatus.CLOSED, CaseCue.REHANDLE): CaseStatus.DISPATCHED,
}

# A case that can still take a repeated request.
OPEN: Final[frozenset[CaseStatus]] = frozenset(
    status for status, cue in STEPS if cue is CaseCue.REPEAT
)


def step(status: CaseStatus, cue: CaseCue) -> CaseStatus:
    """The status after `cue`. Raises WrongStep when the table has no such step."""
    after = STEPS.get((status, cue))
    if after is None:
        raise WrongStep(
            f"A case that is {status} cannot take the step {cue}.",
            remedy="Load the case again and choose one of the steps it offers.",
        )
    return after
