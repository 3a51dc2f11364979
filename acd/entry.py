"""A caller joins the line: his place, the limits of his queue, what time does to his wait."""

from datetime import datetime

from acd import departures, offers, overflow, returning
from acd import facts as f
from acd.alarms import CallerAlarm, ForCaller
from acd.announcements import announce_again, announce_entry
from acd.callback_facts import CallbackNearDue
from acd.happenings import SeatWanted
from acd.line import Caller
from acd.memory import seconds
from acd.policy import AtLimit, QueuePolicy
from acd.seat import Activity, Presence, Seat
from acd.turn import Turn
from kernel.ids import AgentNo, QueueName, Skill


def seat_wanted(turn: Turn, wanted: SeatWanted) -> None:
    """Idempotent: a call that is in the line, or talks, stays as it is (adoption asks again)."""
    if wanted.call in turn.memory.gone:
        turn.surprise("a call that has hung up asks for a seat", wanted.call)
        return
    before = turn.memory.callers.get(wanted.call)
    if before is not None and not _comes_again(turn, wanted, before):
        return
    first = _seat_at_once(turn, wanted)
    known = _queue_up(turn, wanted, before, first)
    caller = turn.memory.callers[wanted.call]
    if first is not None:
        returning.ring_now(turn, first, caller, offers.ring)
    elif known is not None and turn.is_free(known):
        offers.ring(turn, known, caller)
    turn.placed.append(caller)
    offers.match(turn)
    if turn.memory.deaf:
        turn.memory.came_meanwhile[caller.call] = None
    else:
        _looked_at(turn, caller)


def _looked_at(turn: Turn, caller: Caller) -> None:
    """Whoever has no seat at once: may he wait, and how long will it be?"""
    _check_limits(turn, caller)
    announce_entry(turn, caller)


def caught_up(turn: Turn) -> None:
    """Every idle seat chooses anew, the longest idle first (I5); then who came while we were deaf
    is told his place, or that there is no room."""
    memory = turn.memory
    memory.deaf = False
    came, memory.came_meanwhile = memory.came_meanwhile, {}
    returning.after_a_gap(turn, offers.ring)
    turn.freed += sorted(memory.idle, key=lambda seat: (seat.idle_since, seat.id))
    offers.match(turn)
    for call in came:
        caller = memory.callers.get(call)
        if caller is not None:
            _looked_at(turn, caller)


def _queue_up(
    turn: Turn, wanted: SeatWanted, before: Caller | None, first: Seat | None
) -> Seat | None:
    """Notes his place in the line; returns the seat of the agent who knows him."""
    queue = wanted.queue
    if queue not in turn.policies.queues:
        turn.surprise("unknown queue; the default one is taken", queue)
        queue = turn.policies.default_queue
    policy = turn.policies.of(queue)
    asked_at = before.asked_at if before is not None else min(wanted.asked_at, turn.now)
    priority = max(policy.priority, min(3, max(0, wanted.priority)))
    lowered = _is_lowered(wanted, before)
    needs = joined(policy.needs, wanted.needs)
    known = None if first is not None else _sticky_seat(turn, wanted.sticky_to, needs)
    sender = returning.sender(turn, wanted.back_to)
    awaited = known or (None if first is not None else sender)
    turn.note(
        f.CallQueued(
            at=turn.now,
            call=wanted.call,
            queue=queue,
            needs=needs,
            priority=priority,
            again=before is not None,
            asked_at=asked_at,
            turn_at=turn_at(turn, policy, priority, asked_at, lowered=lowered),
            sticky_to=awaited.agent if awaited is not None else None,
            sticky_until=_held_until(turn, policy, known) or _held_back(turn, awaited, sender),
            back_to=wanted.back_to,
            stays=wanted.stays or None,
            lowered=lowered or None,
        )
    )
    return known


def _seat_at_once(turn: Turn, wanted: SeatWanted) -> Seat | None:
    """Rung for him whatever its skills: the colleague he was handed to, then who sent him."""
    handed = turn.memory.agents.get(wanted.handed_to) if wanted.handed_to is not None else None
    if handed is not None and turn.is_free(handed):
        return handed
    back = returning.sender(turn, wanted.back_to)
    return back if back is not None and returning.is_free_for(turn, back, wanted.call) else None


def _comes_again(turn: Turn, wanted: SeatWanted, before: Caller) -> bool:
    if before.waiting:
        return before.duty is not None  # whom we owed a call is here himself
    seat = before.seat
    if seat is None:
        return True
    if seat.activity is Activity.TALKING and wanted.again:  # back to the line before the leg ended
        offers.end_talk(turn, seat)
        return True
    return False


def joined(ours: dict[Skill, int], asked: dict[Skill, int]) -> dict[Skill, int]:
    return {skill: max(ours.get(skill, 1), asked.get(skill, 1)) for skill in {**ours, **asked}}


def _is_lowered(wanted: SeatWanted, before: Caller | None) -> bool:
    """A measure holds until a person had him: also if he comes back from where nobody did."""
    if before is None or before.settled_at is not None:
        return wanted.lowered
    return wanted.lowered or before.lowered


def turn_at(
    turn: Turn, policy: QueuePolicy, priority: int, asked_at: datetime, *, lowered: bool = False
) -> datetime:
    """The virtual arrival: all callers age alike, so nobody starves; also not who was lowered."""
    advantage_s = turn.policies.priority_boost_s[priority] + policy.head_start_s
    return asked_at - seconds(advantage_s) + seconds(turn.policies.lowered_by_s * lowered)


def _sticky_seat(turn: Turn, agent: AgentNo | None, needs: dict[Skill, int]) -> Seat | None:
    """The seat of the agent who knows this caller, if it is at work and may take him."""
    seat = turn.memory.agents.get(agent) if agent is not None else None
    if seat is None or seat.presence is not Presence.AVAILABLE or not seat.reachable:
        return None
    signature = turn.memory.signatures.of_call(needs)
    return seat if turn.memory.signatures.may_take(seat.signature, signature) else None


def _held_until(turn: Turn, policy: QueuePolicy, known: Seat | None) -> datetime | None:
    if known is None or turn.is_free(known) or policy.sticky_grace_s <= 0:
        return None
    return turn.now + seconds(policy.sticky_grace_s)


def _held_back(turn: Turn, awaited: Seat | None, sender: Seat | None) -> datetime | None:
    """For a moment he waits for nobody but the agent who sent him away."""
    grace = turn.policies.return_grace_s
    if awaited is None or awaited is not sender or grace <= 0:
        return None
    return turn.now + seconds(grace)


def _check_limits(turn: Turn, caller: Caller) -> None:
    nobody = turn.memory.policy_of(caller).when_nobody
    if caller.waiting and nobody is not AtLimit.WAIT and not _anybody(turn, caller):
        at_limit(turn, caller, f.Limit.NO_AGENTS)
    most = turn.memory.policy_of(caller).max_waiting  # he may have been moved
    if caller.waiting and turn.memory.line.in_queue[caller.queue] > most:
        at_limit(turn, caller, f.Limit.LINE_FULL)


def _anybody(turn: Turn, caller: Caller) -> bool:
    """Is anybody signed in who may take him, now or after all relaxation?"""
    policy = turn.memory.policy_of(caller)
    signatures = turn.memory.signatures
    wanted = {
        signatures.of_call(policy.needs_at(caller.asked, stage))
        for stage in range(len(policy.relaxation) + 1)
    }
    return any(
        signatures.may_take(seat.signature, call)
        for seat in turn.memory.seats.values()
        if seat.presence is not Presence.SIGNED_OUT
        for call in wanted
    )


def at_limit(turn: Turn, caller: Caller, limit: f.Limit) -> None:
    policy = turn.memory.policy_of(caller)
    choice = {
        f.Limit.LINE_FULL: policy.when_full,
        f.Limit.WAIT_TOO_LONG: policy.when_too_long,
        f.Limit.NO_AGENTS: policy.when_nobody,
    }[limit]
    match choice:
        case AtLimit.WAIT:
            pass
        case AtLimit.REFUSE:
            departures.refuse(turn, caller, limit)
        case AtLimit.OFFER_CALLBACK:
            if not _was_offered(caller, policy):
                offer_callback(turn, caller)
        case AtLimit.OVERFLOW:
            _overflow(turn, caller, policy, limit)


def _was_offered(caller: Caller, policy: QueuePolicy) -> bool:
    """At the end of his wait: a seat that let it ring, or a release of rules, ends it once more;
    how often he hears the offer again says `again_every_s`."""
    offered = caller.callback_offered_at
    return offered is not None and offered >= caller.queued_at + seconds(policy.max_wait_s)


def _overflow(turn: Turn, caller: Caller, policy: QueuePolicy, limit: f.Limit) -> None:
    assert policy.overflow is not None, "the policy was checked: overflow has its target"
    if policy.overflow.target is not None:
        overflow.send(turn, caller, limit)
        return
    to = policy.overflow.queue
    assert to is not None, "the policy was checked: overflow has its target"
    if to not in caller.been_in:  # queues may overflow into each other; nobody goes round twice
        _move(turn, caller, to, limit)


def _move(turn: Turn, caller: Caller, to: QueueName, limit: f.Limit) -> None:
    policy = turn.policies.of(to)
    needs = {s: level for s, level in caller.asked.items() if policy.is_must(s)}
    turn.note(
        f.CallMoved(
            at=turn.now,
            call=caller.call,
            queue=caller.queue,
            to=to,
            needs=joined(policy.needs, needs),
            turn_at=turn_at(turn, policy, caller.priority, caller.asked_at, lowered=caller.lowered),
            why=limit,
        )
    )
    turn.placed.append(caller)
    offers.match(turn)


def offer_callback(turn: Turn, caller: Caller) -> None:
    offer = turn.memory.policy_of(caller).callback
    if offer is not None:
        turn.note(
            f.CallbackOffered(at=turn.now, call=caller.call, queue=caller.queue, key=offer.key)
        )


def caller_alarm(turn: Turn, alarm: ForCaller) -> None:
    caller = alarm.caller
    match alarm.kind:
        case CallerAlarm.RELAX:
            _relax(turn, caller)
        case CallerAlarm.GRACE:
            turn.note(f.StickyGraceOver(at=turn.now, call=caller.call))
            turn.placed.append(caller)
        case CallerAlarm.EXCLUSION:
            turn.placed.append(caller)
        case CallerAlarm.ANNOUNCE:
            announce_again(turn, caller)
        case CallerAlarm.CALLBACK:
            offer_callback(turn, caller)
        case CallerAlarm.TOO_LONG:
            at_limit(turn, caller, f.Limit.WAIT_TOO_LONG)
        case CallerAlarm.OVERFLOW:
            overflow.look(turn, caller)
        case CallerAlarm.DUE:
            turn.note(CallbackNearDue(at=turn.now, call=caller.call))
            turn.placed.append(caller)


def _relax(turn: Turn, caller: Caller) -> None:
    stage = caller.stage + 1
    needs = turn.memory.policy_of(caller).needs_at(caller.asked, stage)
    turn.note(f.NeedsRelaxed(at=turn.now, call=caller.call, stage=stage, needs=needs))
    turn.placed.append(caller)
