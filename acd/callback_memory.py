"""How each fact about a callback changes the floor's memory."""

from collections.abc import Callable
from typing import Any, Final

from acd import callback_facts as c
from acd.line import Caller
from acd.memory import FloorMemory
from kernel.fact import Fact


def queued(memory: FloorMemory, fact: c.CallbackQueued) -> None:
    """He met his fate when his own call was missed or promised: what comes now is none (I1)."""
    memory.forget_old(fact.at)
    memory.asked += 1
    caller = Caller(
        call=fact.call,
        queue=fact.queue,
        asked=fact.needs,
        needs=fact.needs,
        signature=memory.signatures.of_call(fact.needs),
        priority=fact.priority,
        asked_at=fact.asked_at,
        queued_at=fact.at,
        turn_at=fact.turn_at,
        n=memory.asked,
        been_in=(fact.queue,),
        duty=fact.duty,
        spare_until=fact.spare_until,
        citizen_first=fact.citizen_first,
    )
    memory.callers[fact.call] = memory.owed[fact.call] = caller
    memory.settle(caller, fact.at)
    memory.line_up(caller)


def near_due(memory: FloorMemory, fact: c.CallbackNearDue) -> None:
    caller = memory.callers[fact.call]
    memory.leave_line(caller)
    caller.spare_until = None
    memory.line_up(caller)


def turn(memory: FloorMemory, fact: c.CallbackTurn) -> None:
    caller = memory.callers[fact.call]
    memory.leave_line(caller)
    caller.turn_given = True


def dropped(memory: FloorMemory, fact: c.CallbackDropped) -> None:
    caller = memory.callers[fact.call]
    memory.leave_line(caller)
    caller.turn_given = False
    memory.owed.pop(fact.call, None)


CALLBACK_FACTS: Final[dict[type[Fact], Callable[[FloorMemory, Any], None]]] = {
    c.CallbackQueued: queued,
    c.CallbackNearDue: near_due,
    c.CallbackTurn: turn,
    c.CallbackDropped: dropped,
}
