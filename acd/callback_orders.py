"""A callback joins the line, leaves it, or is taken by hand."""

from acd import callback_facts as c
from acd import entry, offers
from acd.call_facts import DropReason
from acd.errors import WrongState
from acd.happenings import CallBack, CallbackOver, CallbackWanted
from acd.line import Caller
from acd.seat import Activity
from acd.seat_orders import seat_of
from acd.turn import Turn


def wanted(turn: Turn, asked: CallbackWanted) -> None:
    """Idempotent by the call's id."""
    if asked.call in turn.memory.callers:
        turn.surprise("a callback stands in line already", asked.call)
        return
    caller = _queue(turn, asked)
    turn.placed.append(caller)


def _queue(turn: Turn, asked: CallbackWanted) -> Caller:
    queue = asked.queue if asked.queue in turn.policies.queues else turn.policies.default_queue
    policy = turn.policies.of(queue)
    priority = max(policy.priority, min(3, max(0, asked.priority)))
    asked_at = min(asked.asked_at, turn.now)
    spare = asked.spare_until
    turn.note(
        c.CallbackQueued(
            at=turn.now,
            call=asked.call,
            duty=asked.duty,
            queue=queue,
            needs=entry.joined(policy.needs, asked.needs),
            priority=priority,
            asked_at=asked_at,
            turn_at=entry.turn_at(turn, policy, priority, asked_at),
            spare_until=spare if spare is not None and spare > turn.now else None,
            citizen_first=asked.citizen_first,
        )
    )
    return turn.memory.callers[asked.call]


def over(turn: Turn, told: CallbackOver) -> None:
    """Not to be made, at least not now. Where its agent is there already, the leg's end says so."""
    caller = turn.memory.owed.get(told.call)
    if caller is None:
        return
    if caller.seat is not None and caller.seat.activity is Activity.RINGING:
        offers.withdraw_ring(turn, caller.seat, DropReason.CALL_WITHDRAWN)
    if caller.waiting or caller.turn_given:
        _drop(turn, caller, c.CallbackEnd.OVER)


def by_hand(turn: Turn, order: CallBack) -> None:
    """An agent calls back from the list: his own phone rings. In a break too: it is his wish.

    Raises UnknownWorkNumber, WrongState, TelephoneNotInStep.
    """
    offers.check_in_step(turn)
    seat = seat_of(turn, order.agent)
    if not seat.is_at_rest or not seat.reachable:
        raise WrongState(
            f"Agent {order.agent} is {seat.activity} or his phone is away.",
            remedy="Finish the call in hand, then choose the duty again.",
        )
    _out_of_line(turn, order.wanted)
    offers.ring(turn, seat, _queue(turn, order.wanted))


def _out_of_line(turn: Turn, wanted: CallbackWanted) -> None:
    """The same duty may stand in line for anybody. Raises WrongState where somebody has it."""
    for caller in [one for one in turn.memory.owed.values() if one.duty == wanted.duty]:
        if not caller.waiting:
            raise WrongState(
                f"The duty {wanted.duty} is being called back already.",
                remedy="Load the list of duties again.",
            )
        _drop(turn, caller, c.CallbackEnd.TAKEN_BY_HAND)


def _drop(turn: Turn, caller: Caller, why: c.CallbackEnd) -> None:
    assert caller.duty is not None, "only a callback is dropped"
    turn.note(c.CallbackDropped(at=turn.now, call=caller.call, duty=caller.duty, why=why))
