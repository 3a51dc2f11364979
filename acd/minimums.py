"""Skill minimums: a break that would leave too few seats waits for its turn (SEAT-03, SPC-01).

Rule: wishes are granted in the order in which they were said; one goes before an older one only
where the two have no minimum in common. Nobody is called back from a break for a minimum.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from acd import breaks
from acd import facts as f
from acd.errors import NoBreakWish
from acd.matching import bits
from acd.minimum_rules import Minimum
from acd.seat import SYSTEM_REASONS, WELLBEING, Activity, Presence, Seat
from acd.surge_facts import BreakWishDropped, BreakWished
from acd.turn import Turn
from kernel.ids import AgentNo, PauseReason

# Facts after which a break may begin that could not before.
MOVES: Final = (
    f.AgentAvailable,
    f.AgentSignedOut,
    f.AgentPaused,
    f.AgentSkillsChanged,
    f.PhoneReachability,
    f.SeatAnswered,
    f.SeatLetItRing,
    f.LegDropped,
    BreakWishDropped,
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one minimum that holds now: the signatures that are able, and how many such seats there
    are available and on a break."""

    rule: Minimum
    able: frozenset[int]
    available: int
    resting: int

    def short(self, seat: Seat, others: int = 0) -> int:
        """How many able seats must come back before this one may go, if `others` go first; 0 or
        less: none."""
        missing = 0
        if seat.presence is Presence.AVAILABLE:
            missing = self.rule.at_least - (self.available - seat.reachable - others)
        if self.rule.at_most_on_break is None:
            return missing
        away = self.resting - is_resting(seat) + others
        return max(missing, away + 1 - self.rule.at_most_on_break)


class Census:
    """All seats counted once, for every minimum that holds now, by its place in the file."""

    def __init__(self, turn: Turn) -> None:
        memory = turn.memory
        self.resting = [seat for seat in memory.seats.values() if is_resting(seat)]
        resting = Counter(seat.signature for seat in self.resting)
        available = Counter(
            seat.signature
            for seat in memory.seats.values()
            if seat.presence is Presence.AVAILABLE and seat.reachable
        )
        self._tallies: dict[int, Tally] = {}
        for n, rule in enumerate(turn.policies.minimums):
            if not rule.holds_at(turn.now):
                continue
            needs = memory.signatures.of_call(turn.policies.of(rule.queue).needs)
            able = frozenset(bits(memory.signatures.seats_for[needs]))
            self._tallies[n] = Tally(
                rule, able, sum(available[one] for one in able), sum(resting[one] for one in able)
            )

    def of(self, seat: Seat) -> dict[int, Tally]:
        """The minimums for which this seat counts."""
        return {n: tally for n, tally in self._tallies.items() if seat.signature in tally.able}


def is_resting(seat: Seat) -> bool:
    return seat.presence is Presence.PAUSED and seat.pause_reason not in SYSTEM_REASONS


def wish_instead(turn: Turn, seat: Seat, reason: PauseReason) -> bool:
    """Whether the break has to wait; then it stands among the wishes.

    That after a hard call never does (HR-02).
    """
    if not turn.policies.minimums or reason == WELLBEING:
        return False
    census = Census(turn)
    held = _in_the_way(census.of(seat), seat, _claimed_before(turn, seat, census))
    if not held:
        return False
    known = turn.memory.standing.wishes.get(seat.agent)
    if known is None or known.reason != reason:
        turn.note(
            BreakWished(
                at=turn.now,
                agent=seat.agent,
                seat=seat.id,
                reason=reason,
                queue=held[0].rule.queue,
                expected_at=_expected_at(turn, seat, census, held),
            )
        )
    return True


def after(turn: Turn, *, anyway: bool) -> None:
    """At the end of a turn; `anyway`: an hour or a rule has changed, which no fact tells."""
    wished = bool(turn.memory.standing.wishes)
    if wished and (anyway or any(isinstance(fact, MOVES) for fact in turn.facts)):
        grant(turn)


def grant(turn: Turn) -> None:
    """Whose break may begin now. A seat that rings is asked again when its ring is over."""
    claimed: set[int] = set()
    census = Census(turn)
    for wish in list(turn.memory.standing.wishes.values()):
        seat = turn.memory.agents.get(wish.agent)
        if seat is None:
            continue
        tallies = census.of(seat)
        if seat.activity is Activity.RINGING or _in_the_way(tallies, seat, claimed):
            claimed |= tallies.keys()
            continue
        breaks.pause(turn, seat, wish.reason, f.Who.AGENT)
        census = Census(turn)


def grant_by_hand(turn: Turn, agent: AgentNo, by: str, why: str) -> None:
    """A supervisor grants it, whatever the minimums say. Raises NoBreakWish."""
    wish, seat = turn.memory.standing.wishes.get(agent), turn.memory.agents.get(agent)
    if wish is None or seat is None:
        raise _no_wish(agent)
    breaks.pause(turn, seat, wish.reason, f.Who.SUPERVISOR, ordered_by=by, note=why)


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


def _claimed_before(turn: Turn, seat: Seat, census: Census) -> set[int]:
    """The minimums for which an older wish waits."""
    claimed: set[int] = set()
    for wish in turn.memory.standing.wishes.values():
        if wish.agent == seat.agent:
            break
        other = turn.memory.agents.get(wish.agent)
        if other is not None:
            claimed |= census.of(other).keys()
    return claimed


def _in_the_way(tallies: Mapping[int, Tally], seat: Seat, claimed: set[int]) -> list[Tally]:
    """Those that his break would break; and those which an older wish waits for, if there would
    be too few with both of them gone: the older one goes first."""
    return [
        tally
        for n, tally in tallies.items()
        if tally.short(seat) > 0 or (n in claimed and tally.short(seat, 1) > 0)
    ]


def _expected_at(turn: Turn, seat: Seat, census: Census, held: list[Tally]) -> datetime | None:
    """By the limits of the breaks that are taken now and the hours of the minimums."""
    moments = [_expected_by(turn, seat, census, tally) for tally in held]
    known = [moment for moment in moments if moment is not None]
    return max(known) if len(known) == len(moments) else None


def _expected_by(turn: Turn, seat: Seat, census: Census, tally: Tally) -> datetime | None:
    limits = (
        one.pause_until for one in census.resting if one is not seat and one.signature in tally.able
    )
    backs = sorted(at for at in limits if at is not None and at > turn.now)
    others = (turn.memory.agents.get(wish.agent) for wish in turn.memory.standing.wishes.values())
    before = sum(
        one is not None and one is not seat and one.signature in tally.able for one in others
    )
    needed = max(1, tally.short(seat)) + before
    back = backs[needed - 1 : needed]
    ends = [at for at in (*back, tally.rule.ends_after(turn.now)) if at is not None]
    return min(ends, default=None)
