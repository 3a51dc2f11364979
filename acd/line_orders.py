"""Orders for a caller in line: another queue, another priority. Checked first; by supervisors only.

Rule: he keeps his age, and his one fate is still to come. Who is being rung for just now is left
alone: the ring is over within seconds.
"""

from typing import Final

from acd import entry
from acd.errors import CallNotInLine, UnknownQueue, WrongState
from acd.line import Caller
from acd.order_facts import CallMovedByOrder, CallPrioritised
from acd.order_happenings import LineCommand, MoveCaller, PrioritiseCaller
from acd.turn import Turn
from kernel.ids import CallId

HIGHEST: Final = 3


def obey(turn: Turn, order: LineCommand) -> None:
    match order:
        case MoveCaller():
            move(turn, order)
        case PrioritiseCaller():
            prioritise(turn, order)


def move(turn: Turn, order: MoveCaller) -> None:
    """Raises CallNotInLine, UnknownQueue, WrongState."""
    caller = _in_line(turn, order.call)
    if order.to not in turn.policies.queues:
        raise UnknownQueue(
            f"There is no queue {order.to!r}.", remedy="Use a queue of config/queues.yaml."
        )
    if order.to == caller.queue:
        raise WrongState(f"Call {order.call} waits in {order.to}.", remedy="Nothing is to be done.")
    policy = turn.policies.of(order.to)
    needs = {skill: level for skill, level in caller.asked.items() if policy.is_must(skill)}
    turn.note(
        CallMovedByOrder(
            at=turn.now,
            call=caller.call,
            queue=caller.queue,
            to=order.to,
            needs=entry.joined(policy.needs, needs),
            turn_at=entry.turn_at(
                turn, policy, caller.priority, caller.asked_at, lowered=caller.lowered
            ),
            by=order.by,
            reason=order.reason,
        )
    )
    turn.placed.append(caller)


def prioritise(turn: Turn, order: PrioritiseCaller) -> None:
    """Up or down. No seat is idle that could take him, so nobody is matched.

    The order takes the place of a measure that lowered him (MAL-01).

    Raises CallNotInLine, WrongState.
    """
    caller = _in_line(turn, order.call)
    priority = min(HIGHEST, max(0, order.priority))
    if priority == caller.priority and not caller.lowered:
        raise WrongState(
            f"Call {order.call} has the priority {priority}.", remedy="Nothing is to be done."
        )
    policy = turn.memory.policy_of(caller)
    turn.note(
        CallPrioritised(
            at=turn.now,
            call=caller.call,
            queue=caller.queue,
            priority=priority,
            turn_at=entry.turn_at(turn, policy, priority, caller.asked_at),
            by=order.by,
            reason=order.reason,
        )
    )


def _in_line(turn: Turn, call: CallId) -> Caller:
    caller = turn.memory.callers.get(call)
    if caller is None or not caller.waiting or caller.duty is not None:
        raise CallNotInLine(
            f"Call {call} does not wait in line now.",
            remedy="Load the floor: it has left, talks, or a seat rings for it.",
        )
    return caller
