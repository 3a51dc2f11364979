"""The floor's memory as plain values, to be kept and put back: a cache of what the facts say.

Indexes (heaps, masks, deadlines) are made anew from what is put back. Rule: a floor put back from
its image and one folded from all facts have the same contents and take the same decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from acd import surge_memory
from acd.alarms import ForSeat, SeatAlarm
from acd.line import Caller
from acd.memory import FloorMemory
from acd.seat import Seat
from acd.standing import StandingImage
from acd.wait_estimate import Measured
from kernel.ids import CallId, Epoch, Extension, SeatId, Skill


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorImage:
    """`callers` name no seat; `at_seat` says who is rung for or talks where."""

    epoch: Epoch
    seats: list[Seat]
    idle: list[SeatId]  # in their order
    callers: list[Caller]
    at_seat: dict[CallId, SeatId]
    settled: list[tuple[CallId, datetime]]
    unreachable: list[Extension]
    asked: int
    rung: int
    measured: Measured
    seat_skills: list[dict[Skill, int]]  # in the order of their signatures, which breaks ties
    call_needs: list[dict[Skill, int]]
    standing: StandingImage


def image_of(memory: FloorMemory) -> FloorImage:
    """Copies: what happens on the floor afterwards does not change it."""
    callers = memory.callers.values()
    return FloorImage(
        epoch=memory.epoch,
        seats=[replace(seat) for seat in memory.seats.values()],
        idle=[seat.id for seat in memory.idle],
        callers=[replace(caller, seat=None, version=0, spell=0) for caller in callers],
        at_seat={c.call: c.seat.id for c in callers if c.seat is not None},
        settled=list(memory.settled.items()),
        unreachable=sorted(memory.unreachable),
        asked=memory.asked,
        rung=memory.rung,
        measured=replace(memory.measured),
        seat_skills=[dict(skills) for skills in memory.signatures.seat_skills],
        call_needs=[dict(needs) for needs in memory.signatures.call_needs],
        standing=memory.standing.image(),
    )


def put_back(memory: FloorMemory, image: FloorImage) -> None:
    """Into an empty memory, perhaps of a later epoch."""
    assert not memory.seats and not memory.callers, "only an empty floor is filled from an image"
    for skills in image.seat_skills:
        memory.signatures.of_seat(skills)
    for needs in image.call_needs:
        memory.signatures.of_call(needs)
    memory.unreachable.update(image.unreachable)
    memory.asked, memory.measured = image.asked, replace(image.measured)
    memory.rung = image.rung if image.epoch == memory.epoch else 0
    memory.standing.put_back(image.standing)
    memory.policies = surge_memory.in_force(memory)
    for wish in image.standing.wishes:
        surge_memory.look_at_next_hour(memory, wish, wish.at)
    for seat in image.seats:
        _seat(memory, replace(seat))
    for seat_id in image.idle:
        memory.refresh(memory.seats[seat_id])
    for known in memory.seats.values():
        memory.refresh(known)
    for caller in image.callers:
        _caller(memory, replace(caller), image.at_seat.get(caller.call))
    memory.settled.update(image.settled)


def _seat(memory: FloorMemory, seat: Seat) -> None:
    seat.signature = memory.signatures.of_seat(seat.skills)
    memory.sit_down(seat)
    if seat.leg is not None:
        memory.legs[seat.leg] = seat
    if seat.lent_leg is not None:
        memory.lent[seat.lent_leg] = seat
    if seat.ring_deadline is not None:
        memory.alarms.set(ForSeat(SeatAlarm.RING_LIMIT, seat.ring_deadline, seat, seat.leg))
    if seat.wrap_up_until is not None:
        memory.alarms.set(ForSeat(SeatAlarm.WRAP_UP, seat.wrap_up_until, seat))
    if seat.pause_until is not None:
        memory.alarms.set(ForSeat(SeatAlarm.BREAK, seat.pause_until, seat))


def _caller(memory: FloorMemory, caller: Caller, seat: SeatId | None) -> None:
    caller.signature = memory.signatures.of_call(caller.needs)
    caller.seat = memory.seats[seat] if seat is not None else None
    memory.callers[caller.call] = caller
    if caller.away is not None:
        memory.standing.away[caller.call] = caller.away
    if caller.duty is not None and (caller.waiting or caller.seat or caller.turn_given):
        memory.owed[caller.call] = caller
    if caller.waiting:
        memory.line_up(caller)
