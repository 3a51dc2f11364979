"""What a supervisor ordered for a caller in line: another queue, another priority (E2.3).

Neither is a fate. An order is the one way in which a caller may overtake his own class.
"""

from dataclasses import dataclass
from datetime import datetime

from kernel.fact import Fact
from kernel.ids import CallId, QueueName, Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMovedByOrder(Fact, kind="call-moved-by-order"):
    """From `queue` into `to`, with his age. `by` is the login, `reason` a sentence of his."""

    call: CallId
    queue: QueueName
    to: QueueName
    needs: dict[Skill, int]
    turn_at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPrioritised(Fact, kind="call-prioritised"):
    """His place is now that of `priority` (0-3), with his age."""

    call: CallId
    queue: QueueName
    priority: int
    turn_at: datetime
    by: str
    reason: str


ORDER_KINDS: tuple[type[Fact], ...] = (CallMovedByOrder, CallPrioritised)
