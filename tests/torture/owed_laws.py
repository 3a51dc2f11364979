"""The book of the calls that we owe: callbacks in the floor's line. I6, and the part of I5.

I6  at most one callback of a duty is in line, at a seat or being dialled; none for who hung up
I5  who is rung back by age has his place among those who wait; by_hand ones have none
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from acd import facts as f
from kernel.fact import Fact
from kernel.ids import CallId, DutyId
from tests.torture.violation import demand

if TYPE_CHECKING:
    from tests.torture.laws import Laws


class OwedBook:
    """`ever`: calls that began as a callback: their fate was met before, by another call."""

    def __init__(self, laws: "Laws") -> None:
        self._laws = laws
        self.duties: dict[CallId, DutyId] = {}
        self.ever: set[CallId] = set()
        self.by_hand: set[CallId] = set()  # an agent takes them, in a break and out of turn too
        self._place: dict[CallId, Any] = {}  # among those who wait, once it is near due
        self.see: Final[dict[type[Fact], Callable[[Any], None]]] = {
            f.CallbackQueued: self._queued,
            f.CallbackNearDue: self._near_due,
            f.CallbackTurn: self._turn,
            f.CallbackDropped: self._dropped,
        }

    def over(self, call: CallId) -> None:
        """It is an ordinary call from now on, or has ended."""
        self.duties.pop(call, None)

    def _queued(self, fact: f.CallbackQueued) -> None:
        demand(fact.call not in self._laws.line, "I1", f"{fact.call} stands in line twice")
        demand(fact.call not in self.ever, "I7", f"{fact.call} is owed under an id used before")
        other = [call for call, duty in self.duties.items() if duty == fact.duty]
        demand(not other, "I6", f"{fact.call} and {other} are rung for the same duty")
        self.duties[fact.call] = fact.duty
        self.ever.add(fact.call)
        kind = self._laws.class_of(fact.needs, fact.priority)
        beside = fact.spare_until is not None or fact.citizen_first
        self._place[fact.call] = (fact.call, "first") if fact.citizen_first else kind
        self._laws.joins(fact.call, (fact.call, "spare") if beside else kind, fact.turn_at)

    def _near_due(self, fact: f.CallbackNearDue) -> None:
        demand(fact.call in self._laws.line, "I1", f"{fact.call} is near due, and not in line")
        self._laws.line[fact.call].kind = self._place[fact.call]

    def _turn(self, fact: f.CallbackTurn) -> None:
        demand(fact.call in self._laws.line, "I1", f"{fact.call} is dialled, and not in line")
        self._laws.out(fact.call)

    def _dropped(self, fact: f.CallbackDropped) -> None:
        demand(fact.call in self.duties, "I6", f"{fact.call} is dropped, and not owed")
        self._laws.out(fact.call)
        self.over(fact.call)
