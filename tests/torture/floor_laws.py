"""The invariants that need the whole floor: looked at now and then, and whenever all is quiet.

I4  nothing is overdue, and the floor asks to be woken in time
I5  nobody waits beside a seat that may serve him, once we hear what the exchange holds
I9  offered = fates + in progress
I11 after a resync the floor holds what the exchange holds
"""

from datetime import datetime

from acd.floor import Floor
from acd.line import Caller
from acd.matching import fits
from acd.seat import Activity, Seat
from acd.view import FloorView
from kernel.ids import LegId
from tests.torture.exchange import Exchange, Where
from tests.torture.laws import Laws
from tests.torture.violation import demand

# The laws know the floor from inside: its indexes are what is to be caught lying.


def check_floor(floor: Floor, laws: Laws, now: datetime) -> None:
    """After a turn in which all that was due was done."""
    memory = floor._memory
    due = floor.next_deadline()
    if due is not None and due <= now:
        return  # the budget of one turn was not enough: the rest is still to come
    for seat in memory.seats.values():
        _ends_in_time(seat, due, now)
        _is_booked(seat, laws)
    for caller in memory.line:
        demand(caller.call in laws.line, "I1", f"{caller.call} is in line on the floor only")
    if not memory.deaf:
        _everybody_is_matched(floor, now)
    in_line = len(memory.line) + len(memory.spare) + len(memory.first)
    demand(in_line == len(laws.line), "I1", "somebody is in line in the book only")
    demand(memory.owed.keys() == laws.owed.duties.keys(), "I6", "other calls are owed by the book")
    offerable = {seat.id for seat in memory.seats.values() if seat.offerable}
    demand(offerable == {seat.id for seat in memory.idle}, "I3", "the idle seats are not those")
    open_calls = sum(caller.settled_at is None for caller in memory.callers.values())
    what = f"{open_calls} calls are open on the floor, {laws.in_progress} by the sums"
    demand(open_calls == laws.in_progress, "I9", what)


def _everybody_is_matched(floor: Floor, now: datetime) -> None:
    memory = floor._memory
    for caller in memory.line:
        _has_no_free_seat(caller, list(memory.idle), now)
    for caller in memory.spare:
        _takes_what_is_spare(caller, floor)


def check_convergence(view: FloorView, exchange: Exchange) -> None:
    legs: dict[LegId, bool] = {
        s.leg: s.activity is Activity.TALKING for s in view.seats if s.leg is not None
    }
    real = {leg: line.talking for leg, line in exchange.legs.items()}
    still = {leg: talks for leg, talks in legs.items() if leg not in exchange.records}
    demand(still == real, "I11", f"the floor has {still}, the exchange {real}")
    line = {waiting.call for waiting in view.waiting}
    gone = line - exchange.calls.keys()
    demand(not gone, "I11", f"{sorted(gone)} stand in line, but hung up")
    here = {call for call, where in exchange.calls.items() if where is Where.LINE}
    known = line | {seat.call for seat in view.seats if seat.leg is not None}
    demand(here <= known, "I11", f"{sorted(here - known)} wait, and nobody knows")


def _ends_in_time(seat: Seat, due: datetime | None, now: datetime) -> None:
    end = None
    if seat.activity is Activity.RINGING:
        end = seat.ring_deadline
        demand(end is not None, "I4", f"{seat.id} rings without an end")
    if seat.activity is Activity.WRAP_UP:
        end = seat.wrap_up_until
        demand(end is not None, "I4", f"{seat.id} is in wrap-up without an end")
    if end is not None:
        demand(end >= now, "I4", f"{seat.id} is {seat.activity} since {end - now}")
        demand(due is not None and due <= end, "I4", f"nobody will end what {seat.id} does")


def _is_booked(seat: Seat, laws: Laws) -> None:
    leg = laws.seats[seat.id].leg
    demand(seat.leg == leg, "I1", f"{seat.id} has {seat.leg} on the floor, {leg} in the book")
    busy = seat.activity in (Activity.RINGING, Activity.TALKING)
    demand(busy == (seat.leg is not None), "I1", f"{seat.id} is {seat.activity} with {seat.leg}")


def _has_no_free_seat(caller: Caller, idle: list[Seat], now: datetime) -> None:
    for seat in idle:
        until = caller.excluded.get(seat.id)
        barred = until is not None and until > now
        held = caller.held_for is not None and caller.held_for != seat.agent
        free = not barred and not held and fits(seat.skills, caller.needs)
        demand(not free, "I5", f"{caller.call} waits beside {seat.id}, which may serve him")


def _takes_what_is_spare(caller: Caller, floor: Floor) -> None:
    """A callback gets the seats of which nobody in line could make use.

    Unless a citizen is being rung, or is to be rung before it: a seat is kept for him.
    """
    memory = floor._memory
    kept = any(other.turn_given for other in memory.owed.values())
    if kept or len(memory.first) or any(other.citizen_first for other in memory.spare):
        return
    for seat in memory.idle:
        wanted = memory.line.could_use(seat) or seat.id in caller.excluded
        free = not wanted and fits(seat.skills, caller.needs)
        demand(not free, "I5", f"{caller.call} is owed, and {seat.id} has nothing to do")
