"""Facts about callbacks in line: calls that we owe, made by people, each under the id that the
citizen's channel will bear. None of them is a fate, and no figure of D-01 counts them.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.fact import Fact
from kernel.ids import CallId, DutyId, QueueName, Skill


class CallbackEnd(StrEnum):
    """Why a callback left the line without a conversation."""

    OVER = "over"  # the duty is settled, or may not be dialled just now
    TAKEN_BY_HAND = "taken_by_hand"  # an agent chose it from the list
    CITIZEN_LEFT = "citizen_left"  # he answered and hung up before he was in line


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackQueued(Fact, kind="callback-queued"):
    """`turn_at` by the citizen's first wish for a person, as for any caller (I5).

    `spare_until`: until then it takes only seats that no waiting caller could use; None: its place
    by age at once. `citizen_first`: no seat rings before the citizen has answered.
    """

    call: CallId
    duty: DutyId
    queue: QueueName
    needs: dict[Skill, int]
    priority: int
    asked_at: datetime
    turn_at: datetime
    spare_until: datetime | None
    citizen_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackNearDue(Fact, kind="callback-near-due"):
    """From now on it has its place by age."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackTurn(Fact, kind="callback-turn"):
    """Deed: ring the citizen now; when he answers he comes into the line with his age."""

    call: CallId
    duty: DutyId
    queue: QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackDropped(Fact, kind="callback-dropped"):
    """Out of the line again."""

    call: CallId
    duty: DutyId
    why: CallbackEnd


CALLBACK_KINDS: tuple[type[Fact], ...] = (
    CallbackQueued,
    CallbackNearDue,
    CallbackTurn,
    CallbackDropped,
)
