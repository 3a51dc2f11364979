"""Rings: who is offered to whom, and what becomes of each ring and each conversation.

A ring is named by its leg. What the network says of a leg that is no current one changes nothing;
an answer of such a leg is hung up, so that it can never reach another caller.
"""

from datetime import datetime, timedelta
from typing import Final

from acd import breaks, callback_line, returning
from acd import facts as f
from acd.errors import TelephoneNotInStep
from acd.line import Caller
from acd.memory import seconds
from acd.policy import OnFailedRing
from acd.seat import NO_ANSWER, PHONE_BUSY, REJECTED, Activity, Presence, Seat
from acd.turn import Turn
from kernel.ids import LegId, PauseReason, leg_id
from kernel.legs import LegEnd

PAUSED_FOR: Final[dict[LegEnd, PauseReason]] = {
    LegEnd.NO_ANSWER: NO_ANSWER,
    LegEnd.BUSY: PHONE_BUSY,
    LegEnd.REJECTED: REJECTED,
}


def match(turn: Turn) -> None:
    """Nobody waits beside an idle seat that may serve him (I5). Freed seats choose first.

    While we are deaf nobody is rung; then every idle seat chooses anew (`reference.caught_up`).
    """
    if turn.memory.deaf:
        return
    while turn.freed or turn.placed:
        if turn.freed:
            _choose(turn, turn.freed.pop(0))
        else:
            _place(turn, turn.placed.pop(0))
    callback_line.serve(turn, ring)


def _choose(turn: Turn, seat: Seat) -> None:
    """The freed seat takes whose turn it is."""
    if not seat.offerable or turn.memory.seats.get(seat.id) is not seat:
        return
    caller = turn.memory.line.best_for(seat, turn.now)
    callback_line.turn_before(turn, seat, caller)
    if caller is not None:
        ring(turn, seat, caller)


def _place(turn: Turn, caller: Caller) -> None:
    if not caller.waiting or turn.memory.line_of(caller) is not turn.memory.line:
        return
    if caller.held_for is not None:
        return  # his agent chooses him when he is free
    free = turn.memory.idle.longest_idle(caller.signature, caller.excluded, turn.now)
    if free is None:
        return
    # A torn journal, or an exclusion that ends this very moment, may have left one before him.
    first = turn.memory.line.first_alike(caller, free, turn.now)
    ring(turn, free, first)
    turn.placed.append(caller)


def ring(turn: Turn, seat: Seat, caller: Caller) -> None:
    policy = turn.memory.policy_of(caller)
    limit = seconds(policy.ring_limit_s + turn.policies.ring_slack_s)
    turn.note(
        f.SeatRung(
            at=turn.now,
            leg=leg_id(turn.memory.epoch, turn.memory.rung + 1),
            seat=seat.id,
            agent=seat.agent,
            call=caller.call,
            queue=caller.queue,
            phone=seat.phone,
            ring_for_s=policy.ring_limit_s,
            auto_answer=seat.auto_answer,
            whisper=policy.whisper,
            deadline=turn.now + limit,
        )
    )


def check_in_step(turn: Turn) -> None:
    """Before a person has a phone rung. Raises TelephoneNotInStep while we are deaf."""
    if turn.memory.deaf:
        raise TelephoneNotInStep(
            "The telephone has not told yet what it holds after a gap; no phone is rung now.",
            remedy="Try again in a few seconds.",
        )


def leg_answered(turn: Turn, leg: LegId, at: datetime | None = None) -> None:
    seat = turn.memory.legs.get(leg)
    if seat is None:
        turn.surprise("answer of a leg that is no current ring", leg)
        turn.note(f.LegDropped(at=turn.now, leg=leg, why=f.DropReason.LATE_ANSWER))
    elif seat.activity is Activity.TALKING:
        turn.surprise("second answer of a leg", leg)
    else:
        _answered(turn, seat, leg, at)


def _answered(turn: Turn, seat: Seat, leg: LegId, at: datetime | None = None) -> None:
    assert seat.call is not None, "a ringing seat has its caller"
    caller = turn.memory.callers[seat.call]
    turn.note(
        f.SeatAnswered(
            at=turn.now,
            leg=leg,
            seat=seat.id,
            agent=seat.agent,
            call=caller.call,
            queue=caller.queue,
            waited=turn.waited(caller, at),
            again=caller.settled_at is not None,
        )
    )


def leg_ended(turn: Turn, leg: LegId, why: LegEnd, talked: timedelta | None = None) -> None:
    seat = turn.memory.legs.get(leg)
    if seat is None:
        if not turn.memory.has_rung(leg):  # else we ended it first: its end is news no more
            turn.surprise("end of a leg that was never rung", leg)
    elif seat.activity is Activity.TALKING:
        end_talk(turn, seat, talked)
    elif why is LegEnd.HUNG_UP:  # it talked: we missed the answer
        turn.surprise("a conversation whose answer was never heard", leg)
        _answered(turn, seat, leg)
        end_talk(turn, seat)
    else:
        ring_failed(turn, seat, why)


def ring_limit(turn: Turn, seat: Seat) -> None:
    """Nothing was heard by the ring's own deadline (I4): given up, and hung up to be sure."""
    leg = seat.leg
    assert leg is not None, "a ringing seat has its leg"
    ring_failed(turn, seat, LegEnd.NO_ANSWER)
    turn.note(f.LegDropped(at=turn.now, leg=leg, why=f.DropReason.RING_LIMIT))


def ring_failed(turn: Turn, seat: Seat, why: LegEnd) -> None:
    """The seat is paused or kept by the reason; the caller is offered again with his age."""
    assert seat.leg is not None and seat.call is not None, "a ringing seat has leg and caller"
    caller = turn.memory.callers[seat.call]
    turn.note(
        f.SeatLetItRing(
            at=turn.now,
            leg=seat.leg,
            seat=seat.id,
            agent=seat.agent,
            call=caller.call,
            why=why,
            excluded_until=turn.now + seconds(turn.policies.excluded_after_failed_ring_s),
        )
    )
    if why is LegEnd.UNREACHABLE:
        turn.note(f.PhoneReachability(at=turn.now, extension=seat.phone, reachable=False))
    elif _pauses(turn, why):
        breaks.pause(turn, seat, PAUSED_FOR[why], f.Who.SYSTEM)
    returning.not_taken(turn, seat, caller, ring)
    turn.freed.append(seat)
    turn.placed.append(caller)


def _pauses(turn: Turn, why: LegEnd) -> bool:
    match why:
        case LegEnd.NO_ANSWER:
            return True
        case LegEnd.BUSY:
            return turn.policies.on_busy is OnFailedRing.PAUSE
        case LegEnd.REJECTED:
            return turn.policies.on_rejected is OnFailedRing.PAUSE
        case _:
            return False


def withdraw_ring(turn: Turn, seat: Seat, why: f.DropReason) -> None:
    """Hang the ring up; its caller stands in the line again, the seat is idle."""
    assert seat.leg is not None and seat.call is not None, "a ringing seat has leg and caller"
    caller = turn.memory.callers[seat.call]
    turn.note(f.LegDropped(at=turn.now, leg=seat.leg, why=why, seat=seat.id, call=caller.call))
    if why in (f.DropReason.SEAT_PAUSED, f.DropReason.SEAT_SIGNED_OUT):
        returning.not_taken(turn, seat, caller, ring)
    turn.freed.append(seat)
    turn.placed.append(caller)


def end_talk(turn: Turn, seat: Seat, talked: timedelta | None = None) -> None:
    assert seat.leg is not None and seat.call is not None, "a talking seat has leg and caller"
    caller = turn.memory.callers[seat.call]
    turn.note(
        f.TalkEnded(
            at=turn.now,
            leg=seat.leg,
            seat=seat.id,
            agent=seat.agent,
            call=caller.call,
            talked=turn.now - seat.activity_since if talked is None else talked,
        )
    )
    limit = turn.memory.policy_of(caller).wrap_up.limit_s
    if limit <= 0 or seat.presence is Presence.SIGNED_OUT:
        end_wrap_up(turn, seat, f.Who.SYSTEM)
        return
    turn.note(
        f.WrapUpStarted(
            at=turn.now,
            seat=seat.id,
            agent=seat.agent,
            call=caller.call,
            until=turn.now + seconds(limit),
        )
    )


def end_wrap_up(turn: Turn, seat: Seat, by: f.Who) -> None:
    """The seat is idle; a break asked for during the conversation begins."""
    turn.note(f.WrapUpEnded(at=turn.now, seat=seat.id, agent=seat.agent, by=by))
    if seat.presence is Presence.PAUSED:
        breaks.begin(turn, seat)
    turn.freed.append(seat)
