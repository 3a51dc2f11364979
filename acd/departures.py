"""A caller leaves the line: each way is one fact, and a call meets its fate once.

An answered call that had come back leaves with ReentryEnded: its fate stays "answered".
"""

from datetime import datetime, timedelta

from acd import facts as f
from acd import offers
from acd import overflow as overflow_away
from acd.callback_facts import CallbackDropped, CallbackEnd
from acd.errors import CallNotInLine
from acd.happenings import BlockCall, LivedInFallback
from acd.line import Caller
from acd.memory import seconds
from acd.seat import Activity
from acd.turn import Turn
from kernel.ids import CallId

Fate = (
    f.CallAbandoned
    | f.CallOverflowed
    | f.CallbackPromised
    | f.CallBlocked
    | f.CallFailed
    | f.FallbackAnswered
    | f.FallbackLost
)


def _meet(turn: Turn, caller: Caller, fate: Fate) -> None:
    if caller.settled_at is None:
        turn.note(fate)
        return
    turn.note(
        f.ReentryEnded(
            at=turn.now,
            call=caller.call,
            queue=caller.queue,
            how=fate.kind,
            to=fate.to if isinstance(fate, f.CallOverflowed) else "",
            why=fate.why if isinstance(fate, f.CallOverflowed | f.CallFailed) else None,
        )
    )


def _step_out(turn: Turn, caller: Caller, why: f.DropReason) -> bool:
    """Withdraws his ring, if one rings. Returns whether one did."""
    if caller.seat is None or caller.seat.activity is not Activity.RINGING:
        return False
    offers.withdraw_ring(turn, caller.seat, why)
    return True


def caller_left(turn: Turn, call: CallId) -> None:
    """The hang-up is final (I2): his ring is withdrawn in this turn, his conversation has ended."""
    turn.memory.hung_up(call, turn.now)
    caller = turn.memory.callers.get(call)
    if caller is None:
        return  # he never asked for a person
    if caller.away is not None:
        overflow_away.left(turn, caller)
    elif caller.in_fallback:
        waited = turn.waited(caller)
        fate = f.FallbackLost(at=turn.now, call=call, queue=caller.queue, waited=waited)
        _meet(turn, caller, fate)
    elif caller.seat is not None and caller.seat.activity is Activity.TALKING:
        offers.end_talk(turn, caller.seat)
    elif caller.duty is not None:
        _callback_left(turn, caller)
    else:
        while_ringing = _step_out(turn, caller, f.DropReason.CALLER_LEFT)
        if caller.waiting:
            _meet(turn, caller, _abandoned(turn, caller, while_ringing))


def _callback_left(turn: Turn, caller: Caller) -> None:
    """He whom we owed the call has hung up before a seat had him: none is kept for him (I5, I6)."""
    _step_out(turn, caller, f.DropReason.CALLER_LEFT)
    if caller.duty is not None and (caller.waiting or caller.turn_given):
        why = CallbackEnd.CITIZEN_LEFT
        turn.note(CallbackDropped(at=turn.now, call=caller.call, duty=caller.duty, why=why))


def _abandoned(turn: Turn, caller: Caller, while_ringing: bool) -> f.CallAbandoned:
    waited = turn.waited(caller)
    return f.CallAbandoned(
        at=turn.now,
        call=caller.call,
        queue=caller.queue,
        waited=waited,
        short=waited <= seconds(turn.memory.policy_of(caller).short_abandon_s),
        while_ringing=while_ringing,
    )


def withdrawn(turn: Turn, call: CallId, why: f.Withdrawal) -> None:
    caller = turn.memory.callers.get(call)
    if caller is None:
        if why is f.Withdrawal.TO_FALLBACK:  # the plain queue is where he asks for a person
            _ask_in_fallback(turn, call, turn.now)
        return  # else it had not asked for a person yet
    if caller.in_fallback and why is f.Withdrawal.TO_FALLBACK:
        return
    _step_out(turn, caller, f.DropReason.CALL_WITHDRAWN)
    is_back = caller.away is not None and why is f.Withdrawal.TO_FALLBACK  # nobody answered there
    if not (caller.waiting or is_back):
        turn.surprise("a call that is not in line was withdrawn", call)
        return
    match why:
        case f.Withdrawal.TO_FALLBACK:
            turn.note(f.CallSentToFallback(at=turn.now, call=call, queue=caller.queue))
        case f.Withdrawal.TRANSFERRED_AWAY:
            overflow(turn, caller, "transferred", f.Limit.TRANSFERRED_AWAY)
        case f.Withdrawal.FAILED:
            refuse(turn, caller, f.Limit.FAILED)


def _ask_in_fallback(turn: Turn, call: CallId, asked_at: datetime) -> Caller:
    """He was never in our line: he asks for a person and is in the plain queue in one step."""
    queue = turn.policies.default_queue
    policy = turn.policies.of(queue)
    turn.note(
        f.CallQueued(
            at=turn.now,
            call=call,
            queue=queue,
            needs=dict(policy.needs),
            priority=policy.priority,
            again=False,
            asked_at=min(asked_at, turn.now),
            turn_at=min(asked_at, turn.now),
        )
    )
    turn.note(f.CallSentToFallback(at=turn.now, call=call, queue=queue))
    return turn.memory.callers[call]


def lived_in_fallback(turn: Turn, told: LivedInFallback) -> None:
    """What happened without us, from Asterisk's records. Told twice, it changes nothing (I1)."""
    caller = turn.memory.callers.get(told.call)
    if caller is None:
        caller = _ask_in_fallback(turn, told.call, told.asked_at)
    elif _talks(caller) or not (caller.waiting or caller.in_fallback or caller.seat is not None):
        return
    _step_out(turn, caller, f.DropReason.CALL_WITHDRAWN)
    if not caller.in_fallback:
        turn.note(f.CallSentToFallback(at=turn.now, call=told.call, queue=caller.queue))
    at, call, queue = turn.now, told.call, caller.queue
    over_at = told.asked_at + told.waited  # he may have asked us before he asked the plain queue
    waited = max(over_at - caller.asked_at, timedelta())
    if told.answered:
        _meet(turn, caller, f.FallbackAnswered(at=at, call=call, queue=queue, waited=waited))
    else:
        _meet(turn, caller, f.FallbackLost(at=at, call=call, queue=queue, waited=waited))


def answered_in_fallback(turn: Turn, call: CallId) -> None:
    caller = turn.memory.callers.get(call)
    if caller is None or not caller.in_fallback:
        turn.surprise("a call that is not in the fallback queue was answered there", call)
        return
    at, waited = turn.now, turn.waited(caller)
    _meet(turn, caller, f.FallbackAnswered(at=at, call=call, queue=caller.queue, waited=waited))


def callback_taken(turn: Turn, call: CallId) -> None:
    caller = turn.memory.callers.get(call)
    if caller is not None:
        _step_out(turn, caller, f.DropReason.CALLBACK_TAKEN)
    if caller is None or not caller.waiting:
        turn.surprise("a callback was taken by a call that is not in line", call)
        return
    waited = turn.waited(caller)
    fate = f.CallbackPromised(at=turn.now, call=call, queue=caller.queue, waited=waited)
    _meet(turn, caller, fate)


def block(turn: Turn, order: BlockCall) -> None:
    """A supervisor's measure. Raises CallNotInLine."""
    caller = turn.memory.callers.get(order.call)
    ringing = caller is not None and caller.seat is not None
    if caller is None or not (caller.waiting or ringing) or _talks(caller):
        raise CallNotInLine(
            f"Call {order.call} is not in line.", remedy="Look at the line again; it has moved on."
        )
    _step_out(turn, caller, f.DropReason.CALL_BLOCKED)
    fate = f.CallBlocked(
        at=turn.now,
        call=caller.call,
        queue=caller.queue,
        by=order.by,
        reason=order.reason,
        waited=turn.waited(caller),
    )
    _meet(turn, caller, fate)


def _talks(caller: Caller) -> bool:
    return caller.seat is not None and caller.seat.activity is Activity.TALKING


def refuse(turn: Turn, caller: Caller, why: f.Limit) -> None:
    waited = turn.waited(caller)
    fate = f.CallFailed(at=turn.now, call=caller.call, queue=caller.queue, why=why, waited=waited)
    _meet(turn, caller, fate)


def overflow(turn: Turn, caller: Caller, to: str, why: f.Limit) -> None:
    fate = f.CallOverflowed(
        at=turn.now,
        call=caller.call,
        queue=caller.queue,
        to=to,
        why=why,
        waited=turn.waited(caller),
    )
    _meet(turn, caller, fate)
