"""How each fact about a call changes the floor's memory."""

from collections.abc import Callable
from typing import Any, Final

from acd import facts as f
from acd.alarms import ForSeat, SeatAlarm
from acd.lending_memory import takes_over
from acd.line import Caller
from acd.memory import FloorMemory, seconds
from acd.seat import Cue, Seat
from kernel.fact import Fact


def queued(memory: FloorMemory, fact: f.CallQueued) -> None:
    memory.forget_old(fact.at)
    memory.asked += 1
    memory.measured.came(fact.at, (fact.asked_at - fact.turn_at).total_seconds())
    before = memory.callers.get(fact.call)
    if before is not None:
        memory.leave_line(before)
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
        held_for=fact.sticky_to if fact.sticky_until is not None else None,
        held_until=fact.sticky_until,
        settled_at=before.settled_at if before is not None else None,
        back_to=fact.back_to,
        stays=fact.stays is True,
        lowered=fact.lowered is True,
        been_over=before.been_over if before is not None else (),
        seat=None,
    )
    memory.callers[fact.call] = caller
    memory.owed.pop(fact.call, None)  # whom we rang waits as anybody does
    memory.standing.away.pop(fact.call, None)  # nobody answered where he was sent
    memory.line_up(caller)


def moved(memory: FloorMemory, fact: f.CallMoved) -> None:
    caller = memory.callers[fact.call]
    memory.leave_line(caller)
    caller.queue = fact.to
    caller.been_in = (*caller.been_in, fact.to)
    caller.asked = caller.needs = fact.needs
    caller.signature = memory.signatures.of_call(fact.needs)
    caller.turn_at = fact.turn_at
    caller.queued_at = fact.at
    caller.stage = 0
    memory.line_up(caller)


def relaxed(memory: FloorMemory, fact: f.NeedsRelaxed) -> None:
    caller = memory.callers[fact.call]
    caller.stage = fact.stage
    caller.needs = fact.needs
    memory.line_of(caller).relax(caller, memory.signatures.of_call(fact.needs))
    memory.set_relaxation(caller)


def grace_over(memory: FloorMemory, fact: f.StickyGraceOver) -> None:
    memory.line.release(memory.callers[fact.call])


def rung(memory: FloorMemory, fact: f.SeatRung) -> None:
    caller, seat = memory.callers[fact.call], memory.seats[fact.seat]
    memory.leave_line(caller)
    memory.step(seat, Cue.RING, fact.at)
    caller.seat = seat
    seat.call, seat.leg, seat.queue = fact.call, fact.leg, fact.queue
    seat.rung_at, seat.ring_deadline = fact.at, fact.deadline
    memory.legs[fact.leg] = seat
    memory.minted(fact.leg)
    memory.alarms.set(ForSeat(SeatAlarm.RING_LIMIT, fact.deadline, seat, fact.leg))


def answered(memory: FloorMemory, fact: f.SeatAnswered) -> None:
    caller, seat = memory.callers[fact.call], memory.seats[fact.seat]
    if fact.leg in memory.lent:
        takes_over(memory, seat, caller, fact)
    else:
        memory.step(seat, Cue.ANSWER, fact.at)
    seat.ring_deadline = None
    if not fact.again:
        memory.measured.waited(fact.waited, gave_up=False)
    memory.settle(caller, fact.at)


def let_it_ring(memory: FloorMemory, fact: f.SeatLetItRing) -> None:
    seat, caller = memory.seats[fact.seat], memory.callers[fact.call]
    seat.idle_since = fact.at
    caller.excluded[fact.seat] = fact.excluded_until
    _stop_ringing(memory, seat, caller, Cue.NO_ANSWER, fact)


def leg_dropped(memory: FloorMemory, fact: f.LegDropped) -> None:
    """A withdrawn ring: the seat keeps its place among the idle, the caller his in the line."""
    if fact.seat is None or fact.call is None:
        return
    seat, caller = memory.seats[fact.seat], memory.callers[fact.call]
    _stop_ringing(memory, seat, caller, Cue.CALLER_LEFT, fact)


def _stop_ringing(
    memory: FloorMemory, seat: Seat, caller: Caller, cue: Cue, fact: f.SeatLetItRing | f.LegDropped
) -> None:
    del memory.legs[fact.leg]
    seat.call = seat.leg = seat.queue = seat.rung_at = seat.ring_deadline = None
    caller.seat = None
    caller.excluded = {s: until for s, until in caller.excluded.items() if until > fact.at}
    memory.step(seat, cue, fact.at)
    memory.line_up(caller)


def talk_ended(memory: FloorMemory, fact: f.TalkEnded) -> None:
    seat, caller = memory.seats[fact.seat], memory.callers[fact.call]
    del memory.legs[fact.leg]
    seat.leg = None
    if caller.seat is seat:
        caller.seat = None
    memory.owed.pop(fact.call, None)
    memory.step(seat, Cue.HANG_UP, fact.at)
    # What follows is told in the next fact; a journal torn between the two strands nobody (I4).
    memory.wrap_up_until(seat, fact.at + seconds(memory.policy_of(caller).wrap_up.limit_s))


def abandoned(memory: FloorMemory, fact: f.CallAbandoned) -> None:
    memory.measured.waited(fact.waited, gave_up=True)
    left(memory, fact)


Leaving = (
    f.CallAbandoned
    | f.CallOverflowed
    | f.CallbackPromised
    | f.CallBlocked
    | f.CallFailed
    | f.FallbackAnswered
    | f.FallbackLost
    | f.ReentryEnded
)


def left(memory: FloorMemory, fact: Leaving) -> None:
    caller = memory.callers[fact.call]
    memory.leave_line(caller)
    caller.in_fallback = False
    memory.owed.pop(fact.call, None)
    memory.settle(caller, fact.at)


def to_fallback(memory: FloorMemory, fact: f.CallSentToFallback) -> None:
    caller = memory.callers[fact.call]
    memory.leave_line(caller)
    caller.in_fallback = True
    caller.away = None
    memory.standing.away.pop(fact.call, None)


def announced(memory: FloorMemory, fact: f.AnnouncementDue) -> None:
    memory.callers[fact.call].announced = fact


def callback_offered(memory: FloorMemory, fact: f.CallbackOffered) -> None:
    caller = memory.callers[fact.call]
    caller.callback_offered_at = fact.at
    memory.set_callback_offer(caller)


CALL_FACTS: Final[dict[type[Fact], Callable[[FloorMemory, Any], None]]] = {
    f.CallQueued: queued,
    f.CallMoved: moved,
    f.NeedsRelaxed: relaxed,
    f.StickyGraceOver: grace_over,
    f.SeatRung: rung,
    f.SeatAnswered: answered,
    f.SeatLetItRing: let_it_ring,
    f.LegDropped: leg_dropped,
    f.TalkEnded: talk_ended,
    f.CallAbandoned: abandoned,
    f.CallOverflowed: left,
    f.CallbackPromised: left,
    f.CallBlocked: left,
    f.CallFailed: left,
    f.FallbackAnswered: left,
    f.FallbackLost: left,
    f.ReentryEnded: left,
    f.CallSentToFallback: to_fallback,
    f.AnnouncementDue: announced,
    f.CallbackOffered: callback_offered,
}
