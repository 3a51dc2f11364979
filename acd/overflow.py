"""Overflow to other centres (SRG-02): whom, where to, and what becomes of it.

Rules: a call that came by overflow stays (no ping-pong); no target is tried twice for one call; no
more are at a target than it takes; who has talked here is not sent away. The fate "overflowed" is
met when somebody answers there: whom nobody answers comes back with his age.
"""

from datetime import timedelta
from typing import Final

from acd import facts as f
from acd.alarms import CallerAlarm, ForCaller
from acd.call_facts import Limit
from acd.line import Caller
from acd.surge_facts import CallSentOver, OverflowEnded
from acd.turn import Turn
from kernel.ids import CallId

LOOK_AGAIN: Final = timedelta(seconds=5)  # all targets were full


def look(turn: Turn, caller: Caller) -> None:
    """He has waited long enough to be sent over, if a plan says so now."""
    policy = turn.memory.policy_of(caller)
    if policy.overflow_after_s is None or not _may_go(caller) or _speaks_only(turn, caller):
        return
    to = _target(turn, caller)
    if to is not None:
        _send_to(turn, caller, to, Limit.SURGE)
    else:
        caller.look_over_at = turn.now + LOOK_AGAIN
        again = ForCaller(CallerAlarm.OVERFLOW, caller.look_over_at, caller, caller.spell)
        turn.memory.alarms.set(again)


def send(turn: Turn, caller: Caller, why: Limit) -> None:
    """To the first target that has room; without one he waits on."""
    to = _target(turn, caller)
    if to is not None and _may_go(caller):
        _send_to(turn, caller, to, why)


def _send_to(turn: Turn, caller: Caller, to: str, why: Limit) -> None:
    turn.note(
        CallSentOver(
            at=turn.now,
            call=caller.call,
            queue=caller.queue,
            to=to,
            why=why,
            waited=turn.waited(caller),
        )
    )


def _may_go(caller: Caller) -> bool:
    return not caller.stays and caller.duty is None and caller.settled_at is None


def reached(turn: Turn, call: CallId) -> None:
    """Somebody answered there. Of a call that was sent elsewhere it says nothing."""
    caller = turn.memory.callers.get(call)
    sent = caller.away if caller is not None else None
    if caller is None or sent is None or caller.settled_at is not None:
        return
    turn.note(
        f.CallOverflowed(
            at=turn.now,
            call=call,
            queue=caller.queue,
            to=sent.to,
            why=sent.why,
            waited=turn.waited(caller),
        )
    )


def left(turn: Turn, caller: Caller) -> None:
    """He hung up there, or while it rang there."""
    sent = caller.away
    assert sent is not None, "only who is away leaves from there"
    answered = caller.settled_at is not None
    if not answered:
        turn.note(
            f.CallAbandoned(
                at=turn.now,
                call=caller.call,
                queue=caller.queue,
                waited=turn.waited(caller),
                short=False,
                while_ringing=False,
            )
        )
    turn.note(OverflowEnded(at=turn.now, call=caller.call, to=sent.to, answered=answered))


def _target(turn: Turn, caller: Caller) -> str | None:
    overflow = turn.memory.policy_of(caller).overflow
    for to in overflow.targets if overflow is not None else ():
        room = turn.policies.overflow_capacity.get(to)
        if to in caller.been_over:
            continue
        if room is None or turn.memory.standing.at(to) < room:
            return to
    return None


def _speaks_only(turn: Turn, caller: Caller) -> bool:
    """What he asks for is a must: another centre need not have it."""
    policy = turn.memory.policy_of(caller)
    return any(policy.is_must(skill) for skill in caller.asked)
