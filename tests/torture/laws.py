"""The invariants, kept by a second and simpler book of the facts alone. Every fact is looked at.

I1  one live ring a seat, one a call; one fate a call; an answer joins only the leg's own caller
I2  no ring for a caller whose hang-up was written; his ring is withdrawn in the same turn
I3  only a seat that is available, idle and reachable is rung
I4  every ring and wrap-up has a deadline
I5  within a class first come, first served
I7  a leg id is never used again, over crashes too
I8  who was sent on (emergency, transfer, refused) is not rung unless he asks again
I9  nobody meets a fate who never asked; the sums agree at any time (`in_progress`)

What needs the whole floor (I4, I5, I9, I10, I11) stands in floor_laws.py and world.py.
"""

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from acd import facts as f
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, LegId, SeatId
from tests.torture.owed_laws import OwedBook
from tests.torture.violation import Violation, demand

FATE_KINDS: Final = frozenset(fate.kind for fate in f.FATES)


@dataclass(slots=True)
class SeatBook:
    phone: Extension
    agent: AgentNo
    available: bool = False
    wrap_up: bool = False
    signed_out: bool = False
    leg: LegId | None = None


@dataclass(slots=True)
class Turn:
    """A caller's place: who of the same class comes first."""

    kind: Hashable
    at: tuple[datetime, int]
    held_until: datetime | None
    sticky_to: AgentNo | None
    excluded: dict[SeatId, datetime]


@dataclass(slots=True)
class Ring:
    seat: SeatId
    call: CallId
    deadline: datetime
    turn: Turn
    talking: bool = False


class Laws:
    def __init__(self) -> None:
        self.asked: dict[CallId, int] = {}
        self.fates: dict[CallId, str] = {}
        self.counts: Counter[str] = Counter()
        self.line: dict[CallId, Turn] = {}
        self.owed = OwedBook(self)
        self.legs: dict[LegId, Ring] = {}
        self.leg_of: dict[CallId, LegId] = {}
        self.seats: dict[SeatId, SeatBook] = {}
        self.unreachable: set[Extension] = set()
        self.gone: set[CallId] = set()
        self.by_records: set[CallId] = set()  # they lived without us: asked after they had left
        self._last_leg = (0, 0)
        self._rung_ever: set[LegId] = set()
        self._queued = 0
        self._see: Final[dict[type[Fact], Callable[[Any], None]]] = {
            **self.owed.see,
            f.CallQueued: self._call_queued,
            f.CallMoved: self._moved,
            f.CallMovedByOrder: self._moved,
            f.CallPrioritised: self._prioritised,
            f.NeedsRelaxed: self._relaxed,
            f.StickyGraceOver: self._grace_over,
            f.SeatRung: self._rung,
            f.SeatAnswered: self._answered,
            f.SeatLetItRing: self._let_it_ring,
            f.LegDropped: self._dropped,
            f.TalkEnded: self._talk_ended,
            f.ReentryEnded: self._left_the_line,
            f.CallSentToFallback: self._left_the_line,
            f.CallSentOver: self._left_the_line,
            f.AgentSignedIn: self._signed_in,
            f.AgentSignedOut: self._signed_out,
            f.AgentAvailable: self._available,
            f.AgentPaused: self._paused,
            f.WrapUpStarted: self._wrap_up,
            f.WrapUpEnded: self._wrap_up_ended,
            f.PhoneReachability: self._reachability,
            **{fate: self._fate for fate in f.FATES if fate is not f.SeatAnswered},
        }

    @property
    def in_progress(self) -> int:
        """Calls that asked and have no fate yet (I9)."""
        return len(self.asked) - len(self.fates)

    def was_rung(self, leg: LegId) -> bool:
        return leg in self._rung_ever

    def see(self, fact: Fact) -> None:
        look = self._see.get(type(fact))
        if look is not None:
            look(fact)

    def hung_up(self, call: CallId) -> None:
        """The floor took the hang-up, and its turn is written (I2)."""
        self.gone.add(call)
        leg = self.leg_of.get(call)
        demand(leg is None, "I2", f"{leg} still rings or talks for {call}, who hung up")
        demand(call not in self.line, "I2", f"{call} stands in line after he hung up")
        demand(call not in self.owed.duties, "I6", f"{call} is owed still, and hung up")

    # ---- the line --------------------------------------------------------------------------------

    def _call_queued(self, fact: f.CallQueued) -> None:
        here = fact.call not in self.gone or fact.call in self.by_records
        demand(here, "I2", f"{fact.call} joins the line after he hung up")
        there = fact.call in self.line and fact.call not in self.owed.duties
        demand(not there, "I1", f"{fact.call} stands in line twice")
        demand(fact.call not in self.leg_of, "I1", f"{fact.call} has a seat and joins the line")
        known = fact.call in self.asked or fact.call in self.owed.ever
        demand(fact.again == known, "I9", f"{fact.call} asks: {fact.again=}")
        in_time = (
            fact.turn_at <= fact.asked_at or fact.lowered is True
        )  # MAL-01: by a measure alone
        demand(in_time, "I5", f"{fact.call} has his turn later than he asked")
        turn = self.joins(fact.call, self.class_of(fact.needs, fact.priority), fact.turn_at)
        turn.held_until, turn.sticky_to = fact.sticky_until, fact.sticky_to
        if fact.call not in self.owed.ever:
            self.asked.setdefault(fact.call, self._queued)
        self.owed.over(fact.call)

    def joins(self, call: CallId, kind: Hashable, turn_at: datetime) -> Turn:
        self._queued += 1
        turn = self.line[call] = Turn(kind, (turn_at, self._queued), None, None, {})
        return turn

    @staticmethod
    def class_of(needs: dict[Any, int], priority: int) -> Hashable:
        return frozenset(needs.items()), priority

    def _moved(self, fact: f.CallMoved | f.CallMovedByOrder) -> None:
        turn = self.line[fact.call]
        turn.kind = (frozenset(fact.needs.items()), turn.kind)
        turn.at = (fact.turn_at, turn.at[1])

    def _prioritised(self, fact: f.CallPrioritised) -> None:
        """Ordered: he may overtake, but whoever stands before him then may not be passed by."""
        turn = self.line[fact.call]
        turn.kind = (fact.priority, turn.at[1])  # a class of his own from now on
        turn.at = (fact.turn_at, turn.at[1])

    def _relaxed(self, fact: f.NeedsRelaxed) -> None:
        turn = self.line[fact.call]
        turn.kind = (frozenset(fact.needs.items()), turn.at[1])  # a class of his own from now on

    def _grace_over(self, fact: f.StickyGraceOver) -> None:
        self.line[fact.call].held_until = None

    def _left_the_line(self, fact: f.ReentryEnded | f.CallSentToFallback | f.CallSentOver) -> None:
        self.out(fact.call)
        self.owed.over(fact.call)

    def out(self, call: CallId) -> None:
        self.line.pop(call, None)
        demand(call not in self.leg_of, "I1", f"{call} leaves the line while a leg is his")

    def _fate(self, fact: Any) -> None:
        self.out(fact.call)
        self._meet(fact)

    def _meet(self, fact: Any) -> None:
        demand(fact.call in self.asked, "I9", f"{fact.call} meets {fact.kind} but never asked")
        before = self.fates.get(fact.call)
        demand(before is None, "I1", f"{fact.call} meets {fact.kind} after {before}")
        self.fates[fact.call] = fact.kind
        self.counts[fact.kind] += 1

    # ---- rings -----------------------------------------------------------------------------------

    def _rung(self, fact: f.SeatRung) -> None:
        epoch, _, n = fact.leg.partition("-")
        number = (int(epoch), int(n))
        demand(number > self._last_leg, "I7", f"{fact.leg} comes after {self._last_leg}")
        self._last_leg = number
        self._rung_ever.add(fact.leg)
        demand(fact.call not in self.gone, "I2", f"{fact.leg} rings for {fact.call}, who hung up")
        demand(fact.call not in self.leg_of, "I1", f"{fact.call} is offered twice")
        demand(fact.call in self.line, "I8", f"{fact.leg} rings for {fact.call}, not in line")
        demand(fact.deadline > fact.at, "I4", f"{fact.leg} has no time to ring")
        self._seat_may_ring(fact)
        self._his_turn(fact)
        turn = self.line.pop(fact.call)
        self.legs[fact.leg] = Ring(fact.seat, fact.call, fact.deadline, turn)
        self.leg_of[fact.call] = self.seats[fact.seat].leg = fact.leg

    def _seat_may_ring(self, fact: f.SeatRung) -> None:
        seat = self.seats.get(fact.seat)
        if seat is None or seat.signed_out:
            raise Violation("I3", f"{fact.leg} rings at {fact.seat}, where nobody is signed in")
        demand(seat.leg is None, "I1", f"{fact.seat} is rung by {fact.leg} beside {seat.leg}")
        ready = seat.available or fact.call in self.owed.by_hand
        demand(ready, "I3", f"{fact.leg} rings at {fact.seat}, which is not available")
        demand(not seat.wrap_up, "I3", f"{fact.leg} rings at {fact.seat} in wrap-up")
        there = seat.phone not in self.unreachable
        demand(there, "I3", f"{fact.leg} rings at {fact.seat}, which cannot be reached")

    def _his_turn(self, fact: f.SeatRung) -> None:
        """I5: nobody of his class stood before him and could have been rung there.

        Who asked for this very agent may be rung there at once: that is what it is for.
        """
        mine = self.line[fact.call]
        if mine.sticky_to == fact.agent or fact.call in self.owed.by_hand:
            return
        for call, turn in self.line.items():
            if turn.kind == mine.kind and turn.at < mine.at and turn.held_until is None:
                until = turn.excluded.get(fact.seat)
                barred = mine.held_until is not None or (until is not None and until > fact.at)
                demand(barred, "I5", f"{fact.call} is rung before {call} of the same class")

    def _answered(self, fact: f.SeatAnswered) -> None:
        ring = self._ring(fact.leg, fact.seat, fact.call, talking=False)
        ring.talking = True
        known = fact.call in self.fates or fact.call in self.owed.ever
        demand(fact.again == known, "I9", f"{fact.call} answered: {fact.again=}, fate {known}")
        if not fact.again:
            self._meet(fact)

    def _ring(self, leg: LegId, seat: SeatId, call: CallId, *, talking: bool) -> Ring:
        ring = self.legs.get(leg)
        if ring is None:
            raise Violation("I1", f"{leg} is no live leg")
        demand((ring.seat, ring.call) == (seat, call), "I1", f"{leg} meets a stranger: {call}")
        demand(ring.talking == talking, "I1", f"{leg}: {talking=} is not so")
        return ring

    def _let_it_ring(self, fact: f.SeatLetItRing) -> None:
        self._ring(fact.leg, fact.seat, fact.call, talking=False)
        self._back(fact.leg).excluded[fact.seat] = fact.excluded_until

    def _dropped(self, fact: f.LegDropped) -> None:
        if fact.seat is None or fact.call is None:
            demand(fact.leg not in self.legs, "I1", f"{fact.leg} is dropped without its caller")
            return
        self._ring(fact.leg, fact.seat, fact.call, talking=False)
        self._back(fact.leg)

    def _back(self, leg: LegId) -> Turn:
        """In line again, with his age and place."""
        ring = self.legs[leg]
        self._leg_over(leg)
        turn = self.line[ring.call] = ring.turn
        turn.held_until = None
        return turn

    def _talk_ended(self, fact: f.TalkEnded) -> None:
        self._ring(fact.leg, fact.seat, fact.call, talking=True)
        self._leg_over(fact.leg)
        self.owed.over(fact.call)
        self.seats[fact.seat].wrap_up = True

    def _leg_over(self, leg: LegId) -> None:
        ring = self.legs.pop(leg)
        del self.leg_of[ring.call]
        self.seats[ring.seat].leg = None

    # ---- seats -----------------------------------------------------------------------------------

    def _signed_in(self, fact: f.AgentSignedIn) -> None:
        before = self.seats.get(fact.seat)
        taken = before is not None and not before.signed_out
        demand(not taken, "I1", f"{fact.agent} signs in at {fact.seat}, which is taken")
        self.seats[fact.seat] = SeatBook(fact.phone, fact.agent)

    def _signed_out(self, fact: f.AgentSignedOut) -> None:
        self.seats[fact.seat].signed_out = True

    def _available(self, fact: f.AgentAvailable) -> None:
        self.seats[fact.seat].available = True

    def _paused(self, fact: f.AgentPaused) -> None:
        self.seats[fact.seat].available = False

    def _wrap_up(self, fact: f.WrapUpStarted) -> None:
        demand(self.seats[fact.seat].wrap_up, "I4", f"{fact.seat} wraps up without a talk")
        demand(fact.until > fact.at, "I4", f"{fact.seat} wraps up without an end")

    def _wrap_up_ended(self, fact: f.WrapUpEnded) -> None:
        self.seats[fact.seat].wrap_up = False

    def _reachability(self, fact: f.PhoneReachability) -> None:
        (self.unreachable.discard if fact.reachable else self.unreachable.add)(fact.extension)
