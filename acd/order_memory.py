"""How an order for a caller in line changes the floor's memory."""

from collections.abc import Callable
from typing import Any, Final

from acd import call_memory
from acd.memory import FloorMemory
from acd.order_facts import CallMovedByOrder, CallPrioritised
from kernel.fact import Fact


def prioritised(memory: FloorMemory, fact: CallPrioritised) -> None:
    """Out of the line and in again at his new place; what he has come to there, he keeps."""
    caller = memory.callers[fact.call]
    memory.line.remove(caller)
    caller.priority, caller.turn_at, caller.lowered = fact.priority, fact.turn_at, False
    memory.line_up(caller)


ORDER_FACTS: Final[dict[type[Fact], Callable[[FloorMemory, Any], None]]] = {
    CallMovedByOrder: call_memory.moved,
    CallPrioritised: prioritised,
}
