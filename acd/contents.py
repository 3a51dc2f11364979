"""All that the floor remembers, as plain values: two floors are equal when these are.

Indexes (signature numbers, heaps, when to look again) follow from it and are left out.
"""

from dataclasses import fields

from acd.line import Caller
from acd.memory import FloorMemory
from acd.seat import Seat

_NOT_STATE = {"version", "spell", "signature", "look_over_at"}


def contents_of(memory: FloorMemory) -> dict[str, object]:
    return {
        "seats": {seat.id: _plain(seat) for seat in memory.seats.values()},
        "agents": {agent: seat.id for agent, seat in memory.agents.items()},
        "phones": {phone: seat.id for phone, seat in memory.phones.items()},
        "idle": sorted((seat.idle_since, seat.id) for seat in memory.idle),
        "callers": {call: _plain(caller) for call, caller in memory.callers.items()},
        "line": [caller.call for caller in memory.line],
        "spare": [caller.call for caller in memory.spare],
        "first": [caller.call for caller in memory.first],
        "owed": sorted(memory.owed),
        "in_queue": {queue: n for queue, n in memory.line.in_queue.items() if n},
        "legs": {leg: seat.id for leg, seat in memory.legs.items()},
        "lent": {leg: seat.id for leg, seat in memory.lent.items()},
        "unreachable": sorted(memory.unreachable),
        "settled": dict(memory.settled),
        "counts": (memory.asked, memory.rung, memory.serving),
        "measured": memory.measured,
        "standing": memory.standing.contents(),
    }


def _plain(record: Seat | Caller) -> dict[str, object]:
    values = {f.name: getattr(record, f.name) for f in fields(record) if f.name not in _NOT_STATE}
    if isinstance(record, Caller):
        values["seat"] = record.seat.id if record.seat is not None else None
    return values
