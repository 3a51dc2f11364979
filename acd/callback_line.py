"""When a callback gets a seat (I5). Three kinds of place, and none before an older waiting caller.

by age          promised, urgent or near due: in the line itself, by the citizen's first wish
citizen first   by age too, but beside the line: its turn means that the citizen is rung; the seat
                takes whoever waits, and who answers comes into the line with his age
spare           it takes a seat that no waiting caller could use, now or after a hold
"""

from collections.abc import Callable

from acd import callback_facts as c
from acd.line import Caller
from acd.seat import Seat
from acd.turn import Turn

Ring = Callable[[Turn, Seat, Caller], None]


def turn_before(turn: Turn, seat: Seat, caller: Caller | None) -> None:
    """A seat chooses `caller`: is it the turn of a citizen who came before him to be rung?"""
    if not turn.memory.first:
        return
    owed = turn.memory.first.best_for(seat, turn.now)
    if owed is None or not _may_turn(turn):
        return
    if caller is None or (owed.turn_at, owed.n) < (caller.turn_at, caller.n):
        give_turn(turn, owed)


def serve(turn: Turn, ring: Ring) -> None:
    """Seats that nobody waiting could use take what is owed, the longest idle first."""
    memory = turn.memory
    if not (memory.spare or memory.first):
        return
    for seat in sorted(memory.idle, key=lambda one: (one.idle_since, one.id)):
        if memory.line.could_use(seat):
            continue
        owed = _oldest(turn, seat)
        if owed is None:
            continue
        if not owed.citizen_first:
            ring(turn, seat, owed)
        elif _may_turn(turn):
            give_turn(turn, owed)


def give_turn(turn: Turn, owed: Caller) -> None:
    assert owed.duty is not None, "only a callback has a turn"
    turn.note(c.CallbackTurn(at=turn.now, call=owed.call, duty=owed.duty, queue=owed.queue))


def _oldest(turn: Turn, seat: Seat) -> Caller | None:
    """By age goes before spare, whatever the ages."""
    memory = turn.memory
    return memory.first.best_for(seat, turn.now) or memory.spare.best_for(seat, turn.now)


def _may_turn(turn: Turn) -> bool:
    """No more citizens are being rung than seats could take them (pain 45)."""
    dialling = sum(caller.turn_given for caller in turn.memory.owed.values())
    return dialling < sum(1 for _ in turn.memory.idle)
