"""Makes the frozen view of the floor from its memory; seats that no fact has changed since the last
view are handed out again as they are, so that a board of 1,700 seats costs what has changed."""

from collections import Counter
from datetime import datetime

from acd.line import Caller
from acd.matching import bits
from acd.memory import FloorMemory
from acd.seat import Activity, Presence, Seat
from acd.view import CallbackView, FloorView, QueueView, SeatView, WaitingView
from kernel.ids import QueueName


def view_of(memory: FloorMemory, now: datetime) -> FloorView:
    rung_for = [
        seat_caller
        for seat in memory.seats.values()
        if seat.activity is Activity.RINGING and seat.call is not None
        for seat_caller in [memory.callers[seat.call]]
    ]
    waiting = [_waiting(caller, 0) for caller in rung_for if caller.duty is None]
    in_line = enumerate(memory.line, start=1)  # a callback before him is a place before him
    waiting += [_waiting(caller, place) for place, caller in in_line if caller.duty is None]
    seats = sorted(memory.seats.values(), key=lambda seat: seat.id)
    return FloorView(
        at=now,
        seats=tuple(_seat(memory, seat) for seat in seats),
        waiting=tuple(waiting),
        queues=_queues(memory, [*rung_for, *memory.line], now),
        callbacks=callbacks_of(memory),
        wishes=tuple(memory.standing.wishes.values()),
        away=len(memory.standing.away),
    )


def _seat(memory: FloorMemory, seat: Seat) -> SeatView:
    known = memory.seat_views.get(seat.id)
    if known is None:
        known = memory.seat_views[seat.id] = _view_of_seat(seat)
    return known


def _view_of_seat(seat: Seat) -> SeatView:
    return SeatView(
        seat=seat.id,
        phone=seat.phone,
        reachable=seat.reachable,
        agent=seat.agent,
        presence=seat.presence,
        presence_since=seat.presence_since,
        activity=seat.activity,
        activity_since=seat.activity_since,
        auto_answer=seat.auto_answer,
        skills=dict(seat.skills),
        pause_reason=seat.pause_reason,
        pause_by=seat.pause_by,
        pause_until=seat.pause_until,
        pause_overrun=seat.pause_overrun,
        wrap_up_until=seat.wrap_up_until,
        call=seat.call,
        leg=seat.leg,
        queue=seat.queue,
        lent_leg=seat.lent_leg,
        lent_to=seat.lent_to,
    )


def _waiting(caller: Caller, position: int) -> WaitingView:
    return WaitingView(
        call=caller.call,
        queue=caller.queue,
        asked_at=caller.asked_at,
        priority=caller.priority,
        position=position,
        needs=dict(caller.needs),
        stage=caller.stage,
        ringing_at=caller.seat.id if caller.seat is not None else None,
    )


def callbacks_of(memory: FloorMemory) -> tuple[CallbackView, ...]:
    owed = sorted(memory.owed.values(), key=lambda caller: (caller.asked_at, caller.n))
    return tuple(_callback(caller) for caller in owed)


def _callback(caller: Caller) -> CallbackView:
    assert caller.duty is not None, "only callbacks are owed"
    return CallbackView(
        call=caller.call,
        duty=caller.duty,
        queue=caller.queue,
        asked_at=caller.asked_at,
        by_age=caller.spare_until is None,
        dialling=caller.turn_given,
        seat=caller.seat.id if caller.seat is not None else None,
        agent=caller.seat.agent if caller.seat is not None else None,
    )


def _queues(memory: FloorMemory, callers: list[Caller], now: datetime) -> tuple[QueueView, ...]:
    ringing: Counter[QueueName] = Counter()
    oldest: dict[QueueName, datetime] = {}
    for caller in callers:
        if caller.duty is not None:
            continue
        queue, asked_at = caller.queue, caller.asked_at
        if caller.seat is not None:
            ringing[queue] += 1
        oldest[queue] = min(asked_at, oldest.get(queue, now))
    talking = Counter(
        [seat.queue for seat in memory.seats.values() if seat.activity is Activity.TALKING]
    )
    present, idle = _seats_by_signature(memory)
    views = []
    for name, policy in memory.policies.queues.items():
        able = list(bits(memory.signatures.seats_for[memory.signatures.of_call(policy.needs)]))
        views.append(
            QueueView(
                queue=name,
                waiting=memory.line.in_queue[name],
                ringing=ringing[name],
                talking=talking[name],
                longest_wait=now - oldest.get(name, now),
                seats_signed_in=sum(present[signature] for signature in able),
                seats_idle=sum(idle[signature] for signature in able),
            )
        )
    return tuple(views)


def _seats_by_signature(memory: FloorMemory) -> tuple[Counter[int], Counter[int]]:
    seats, out = memory.seats.values(), Presence.SIGNED_OUT
    present = Counter([seat.signature for seat in seats if seat.presence is not out])
    return present, Counter([seat.signature for seat in memory.idle])
