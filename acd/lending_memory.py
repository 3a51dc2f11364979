"""How a loan of a seat changes the floor's memory."""

from collections.abc import Callable
from typing import Any, Final

from acd.call_facts import SeatAnswered
from acd.lending_facts import LoanEnded, SeatLent
from acd.line import Caller
from acd.memory import FloorMemory
from acd.seat import Cue, Seat
from kernel.fact import Fact


def lent(memory: FloorMemory, fact: SeatLent) -> None:
    seat = memory.seats[fact.seat]
    seat.lent_leg, seat.lent_to = fact.leg, fact.call
    memory.lent[fact.leg] = seat
    memory.minted(fact.leg)
    memory.refresh(seat)


def loan_ended(memory: FloorMemory, fact: LoanEnded) -> None:
    seat = memory.seats[fact.seat]
    seat.idle_since = fact.at
    give_back(memory, seat)


def give_back(memory: FloorMemory, seat: Seat) -> None:
    assert seat.lent_leg is not None, "only a lent seat is given back"
    del memory.lent[seat.lent_leg]
    seat.lent_leg = seat.lent_to = None
    memory.refresh(seat)


def takes_over(memory: FloorMemory, seat: Seat, caller: Caller, fact: SeatAnswered) -> None:
    """The colleague who was lent has the citizen for himself, on the leg of the loan."""
    give_back(memory, seat)
    seat.call, seat.leg, seat.queue = fact.call, fact.leg, fact.queue
    seat.rung_at = fact.at
    caller.seat = seat
    memory.legs[fact.leg] = seat
    memory.step(seat, Cue.TAKE_OVER, fact.at)


LENDING_FACTS: Final[dict[type[Fact], Callable[[FloorMemory, Any], None]]] = {
    SeatLent: lent,
    LoanEnded: loan_ended,
}
