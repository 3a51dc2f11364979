"""The steps of a duty, a call we owe (MISS-01). A table, nothing else.

`uncallable` is where a duty for a withheld number begins and ends: nobody can be rung, yet it
counts.
"""

from enum import StrEnum
from typing import Final

from kernel.errors import Conflict


class WrongDutyStep(Conflict):
    code = "wrong-duty-step"


class DutyState(StrEnum):
    OPEN = "open"  # 待回拨
    ASSIGNED = "assigned"  # 已分配
    DIALLING = "dialling"  # 拨打中
    REACHED = "reached"  # 已接通
    UNREACHED = "unreached"  # 未接通
    CLOSED = "closed"  # 已办结
    SELF_RESOLVED = "self_resolved"  # 来电人再次来电已接听
    UNCALLABLE = "uncallable"  # 未显示号码，无法回拨


class DutyCue(StrEnum):
    ASSIGN = "assign"
    GIVE_BACK = "give_back"
    DIAL = "dial"
    REACH = "reach"
    NOT_REACH = "not_reach"
    TRY_AGAIN = "try_again"
    CLOSE = "close"
    MISSED_AGAIN = "missed_again"  # the same number was missed once more
    CALLER_ANSWERED = "caller_answered"  # the same number rang again and a person answered


STEPS: Final[dict[tuple[DutyState, DutyCue], DutyState]] = {
    (DutyState.OPEN, DutyCue.ASSIGN): DutyState.ASSIGNED,
    (DutyState.ASSIGNED, DutyCue.GIVE_BACK): DutyState.OPEN,
    (DutyState.ASSIGNED, DutyCue.DIAL): DutyState.DIALLING,
    (DutyState.DIALLING, DutyCue.REACH): DutyState.REACHED,
    (DutyState.DIALLING, DutyCue.NOT_REACH): DutyState.UNREACHED,
    (DutyState.UNREACHED, DutyCue.TRY_AGAIN): DutyState.OPEN,
    (DutyState.UNREACHED, DutyCue.CLOSE): DutyState.CLOSED,
    (DutyState.REACHED, DutyCue.CLOSE): DutyState.CLOSED,
    (DutyState.OPEN, DutyCue.MISSED_AGAIN): DutyState.OPEN,
    (DutyState.ASSIGNED, DutyCue.MISSED_AGAIN): DutyState.ASSIGNED,
    (DutyState.DIALLING, DutyCue.MISSED_AGAIN): DutyState.DIALLING,
    (DutyState.UNREACHED, DutyCue.MISSED_AGAIN): DutyState.OPEN,
    (DutyState.OPEN, DutyCue.CALLER_ANSWERED): DutyState.SELF_RESOLVED,
    (DutyState.ASSIGNED, DutyCue.CALLER_ANSWERED): DutyState.SELF_RESOLVED,
    (DutyState.DIALLING, DutyCue.CALLER_ANSWERED): DutyState.SELF_RESOLVED,
    (DutyState.UNREACHED, DutyCue.CALLER_ANSWERED): DutyState.SELF_RESOLVED,
}

# Not settled: one such duty a number at most; a further missed call joins it.
UNSETTLED: Final[frozenset[DutyState]] = frozenset(
    state for state, cue in STEPS if cue is DutyCue.MISSED_AGAIN
)


def step(state: DutyState, cue: DutyCue) -> DutyState:
    """The state after `cue`. Raises WrongDutyStep when the table has no such step."""
    after = STEPS.get((state, cue))
    if after is None:
        raise WrongDutyStep(
            f"A duty that is {state} cannot take the step {cue}.",
            remedy="Load the duty again and choose one of the steps it offers.",
        )
    return after
