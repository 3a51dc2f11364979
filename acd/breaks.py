"""Breaks with a reason from the policy's list, its limit in minutes and in agents at once."""

from datetime import datetime, timedelta

from acd import facts as f
from acd.errors import PauseReasonFull, UnknownPauseReason
from acd.seat import SYSTEM_REASONS, WELLBEING, Activity, Presence, Seat
from acd.turn import Turn
from kernel.ids import PauseReason


def until_of(turn: Turn, reason: PauseReason) -> datetime | None:
    """When a break that begins now is over its limit; None: no limit."""
    rule = turn.policies.pause_reasons.get(reason)
    if rule is None or rule.max_minutes is None:
        return None
    return turn.now + timedelta(minutes=rule.max_minutes)


def check_reason(turn: Turn, seat: Seat, reason: PauseReason) -> None:
    """Raises UnknownPauseReason or PauseReasonFull."""
    rule = turn.policies.pause_reasons.get(reason)
    if rule is None or reason in SYSTEM_REASONS:
        known = sorted(set(turn.policies.pause_reasons) - SYSTEM_REASONS)
        raise UnknownPauseReason(
            f"{reason!r} is not a reason for a break.", remedy=f"Choose one of {', '.join(known)}."
        )
    if rule.max_agents_at_once is None or reason == WELLBEING:
        return
    taken = sum(
        other.presence is Presence.PAUSED and other.pause_reason == reason and other is not seat
        for other in turn.memory.seats.values()
    )
    if taken >= rule.max_agents_at_once:
        raise PauseReasonFull(
            f"{taken} agents are on a break for {reason!r} already.",
            remedy="Wait until one of them is back, or ask the supervisor.",
        )


def begin(turn: Turn, seat: Seat) -> None:
    """The break asked for in a conversation or its wrap-up begins now."""
    assert seat.pause_reason is not None, "a paused seat has its reason"
    turn.note(
        f.BreakBegan(
            at=turn.now,
            agent=seat.agent,
            seat=seat.id,
            reason=seat.pause_reason,
            until=until_of(turn, seat.pause_reason),
        )
    )


def pause(turn: Turn, seat: Seat, reason: PauseReason, by: f.Who, **said: str) -> None:
    """`said`: ordered_by and note of a supervisor."""
    idle = seat.activity is Activity.IDLE
    turn.note(
        f.AgentPaused(
            at=turn.now,
            agent=seat.agent,
            seat=seat.id,
            reason=reason,
            until=until_of(turn, reason) if idle else None,
            by=by,
            ordered_by=said.get("ordered_by", ""),
            note=said.get("note", ""),
        )
    )


def overrun(turn: Turn, seat: Seat) -> None:
    assert seat.pause_reason is not None, "a paused seat has its reason"
    turn.note(f.BreakOverrun(at=turn.now, agent=seat.agent, seat=seat.id, reason=seat.pause_reason))
