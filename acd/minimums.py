"""Skill minimums: a break that would leave too few seats waits for its turn (SEAT-03, SPC-01).

Rule: wishes are granted in the order in which they were said; one goes before an older one only
where the two have no minimum in common. Nobody is called back from a break for a minimum.
"""

from dataclasses import dataclass
from datetime import datetime

from acd import breaks
from acd import facts as f
from acd.errors import NoBreakWish
from acd.matching import fits
from acd.minimum_rules import Minimum
from acd.seat import SYSTEM_REASONS, WELLBEING, Activity, Presence, Seat
from acd.surge_facts import BreakWishDropped, BreakWished
from acd.turn import Turn
from kernel.ids import AgentNo, PauseReason


@dataclass(frozen=True, slots=True)
class Count:
    """Of the seats that are able for a minimum's queue, without the one that asks."""

    available: int
    on_break: int
    back_at: tuple[datetime, ...]  # when breaks are over their limit, the first one first


def wish_instead(turn: Turn, seat: Seat, reason: PauseReason) -> bool:
    """Whether the break has to wait; then it stands among the wishes."""
    held = _in_the_way(turn, seat, _claimed_before(turn, seat))
    if not held or reason == WELLBEING:
        return False
    known = turn.memory.standing.wishes.get(seat.agent)
    if known is None or known.reason != reason:
        turn.note(
            BreakWished(
                at=turn.now,
                agent=seat.agent,
                seat=seat.id,
                reason=reason,
                queue=held[0].queue,
                expected_at=_expected_at(turn, seat, held),
            )
        )
    return True


def grant(turn: Turn) -> None:
    """Whose break may begin now. A seat that rings is asked again when its ring is over."""
    for wish in list(turn.memory.standing.wishes.values()):
        seat = turn.memory.agents.get(wish.agent)
        if seat is None or seat.activity is Activity.RINGING:
            continue
        if not _in_the_way(turn, seat, _claimed_before(turn, seat)):
            breaks.pause(turn, seat, wish.reason, f.Who.AGENT)


def grant_by_hand(turn: Turn, agent: AgentNo, by: str, why: str) -> Seat:
    """The seat whose wish a supervisor grants. Raises NoBreakWish."""
    wish, seat = turn.memory.standing.wishes.get(agent), turn.memory.agents.get(agent)
    if wish is None or seat is None:
        raise _no_wish(agent)
    breaks.pause(turn, seat, wish.reason, f.Who.SUPERVISOR, ordered_by=by, note=why)
    return seat


def drop(turn: Turn, agent: AgentNo) -> None:
    """Raises NoBreakWish."""
    wish = turn.memory.standing.wishes.get(agent)
    if wish is None:
        raise _no_wish(agent)
    turn.note(BreakWishDropped(at=turn.now, agent=agent, seat=wish.seat))


def _no_wish(agent: AgentNo) -> NoBreakWish:
    return NoBreakWish(
        f"No break of agent {agent} waits to be granted.", remedy="Look at the list of wishes."
    )


def _of(turn: Turn, seat: Seat) -> list[Minimum]:
    """The minimums that hold now and for which this seat counts."""
    return [
        rule
        for rule in turn.policies.minimums
        if rule.holds_at(turn.now) and fits(seat.skills, turn.policies.of(rule.queue).needs)
    ]


def _claimed_before(turn: Turn, seat: Seat) -> set[int]:
    """The minimums, by their place in the file, for which an older wish waits."""
    claimed: set[int] = set()
    for wish in turn.memory.standing.wishes.values():
        if wish.agent == seat.agent:
            break
        other = turn.memory.agents.get(wish.agent)
        if other is not None:
            claimed |= {id(rule) for rule in _of(turn, other)}
    return claimed


def _in_the_way(turn: Turn, seat: Seat, claimed: set[int]) -> list[Minimum]:
    return [
        rule
        for rule in _of(turn, seat)
        if _short(rule, seat, count(turn, rule, seat)) > 0
        or (id(rule) in claimed and _is_tight(turn, rule, seat))
    ]


def _is_tight(turn: Turn, rule: Minimum, seat: Seat) -> bool:
    """With an older wish granted too there would be too few: he goes first."""
    found = count(turn, rule, seat)
    with_other = Count(found.available - 1, found.on_break + 1, found.back_at)
    return _short(rule, seat, with_other) > 0


def _short(rule: Minimum, seat: Seat, found: Count) -> int:
    """How many seats must come back before this one may go; 0 or less: none."""
    missing = rule.at_least - found.available if seat.presence is Presence.AVAILABLE else 0
    if rule.at_most_on_break is None:
        return missing
    return max(missing, found.on_break + 1 - rule.at_most_on_break)


def count(turn: Turn, rule: Minimum, seat: Seat | None) -> Count:
    needs = turn.policies.of(rule.queue).needs
    others = [
        one for one in turn.memory.seats.values() if one is not seat and fits(one.skills, needs)
    ]
    resting = [
        one
        for one in others
        if one.presence is Presence.PAUSED and one.pause_reason not in SYSTEM_REASONS
    ]
    backs = (one.pause_until for one in resting)
    return Count(
        available=sum(one.presence is Presence.AVAILABLE and one.reachable for one in others),
        on_break=len(resting),
        back_at=tuple(sorted(at for at in backs if at is not None and at > turn.now)),
    )


def _expected_at(turn: Turn, seat: Seat, held: list[Minimum]) -> datetime | None:
    """By the limits of the breaks that are taken now and the hours of the minimums."""
    moments = [_expected_by(turn, seat, rule) for rule in held]
    known = [moment for moment in moments if moment is not None]
    return max(known) if len(known) == len(moments) else None


def _expected_by(turn: Turn, seat: Seat, rule: Minimum) -> datetime | None:
    found = count(turn, rule, seat)
    before = sum(
        rule in _of(turn, other)
        for wish in turn.memory.standing.wishes.values()
        if wish.agent != seat.agent and (other := turn.memory.agents.get(wish.agent)) is not None
    )
    needed = max(1, _short(rule, seat, found)) + before
    backs = found.back_at[needed - 1 : needed]
    ends = [at for at in (*backs, rule.ends_after(turn.now)) if at is not None]
    return min(ends, default=None)
