"""Who was sent away in vain goes back first to the agent who sent him.

That agent is free for him also while he still wraps up this very call; if he talks with somebody
else, the citizen is held for him for a moment, then waits in the line with his age.
"""

from collections.abc import Callable

from acd import facts as f
from acd.line import Caller
from acd.seat import Activity, Presence, Seat
from acd.turn import Turn
from kernel.ids import AgentNo, CallId

Ring = Callable[[Turn, Seat, Caller], None]


def sender(turn: Turn, agent: AgentNo | None) -> Seat | None:
    """His seat, if he is at work there."""
    seat = turn.memory.agents.get(agent or AgentNo(""))
    if seat is None or seat.presence is not Presence.AVAILABLE or not seat.reachable:
        return None
    return seat


def is_free_for(turn: Turn, seat: Seat, call: CallId) -> bool:
    if turn.memory.deaf:
        return False
    wraps_up = seat.activity is Activity.WRAP_UP and seat.call == call
    return seat.offerable or (wraps_up and seat.presence is Presence.AVAILABLE and seat.reachable)


def ring_now(turn: Turn, seat: Seat, caller: Caller, ring: Ring) -> None:
    """What he was writing is of this call: his wrap-up goes on when they have talked again."""
    if seat.activity is Activity.WRAP_UP:
        turn.note(f.WrapUpEnded(at=turn.now, seat=seat.id, agent=seat.agent, by=f.Who.SYSTEM))
    ring(turn, seat, caller)


def not_taken(turn: Turn, seat: Seat, caller: Caller, ring: Ring) -> None:
    """The colleague to whom he was handed by number did not take him."""
    back = sender(turn, caller.back_to)
    if back is None or back is seat or not caller.waiting:
        return
    if is_free_for(turn, back, caller.call):
        ring_now(turn, back, caller, ring)


def after_a_gap(turn: Turn, ring: Ring) -> None:
    """Who was not taken while nobody could be rung goes back now, before others are matched."""
    for caller in list(turn.memory.line):
        back = sender(turn, caller.back_to)
        if back is None or caller.excluded.get(back.id, turn.now) > turn.now:
            continue
        if is_free_for(turn, back, caller.call):
            ring_now(turn, back, caller, ring)
