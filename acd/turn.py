"""One turn of the floor: what has happened, the facts found so far, who is to be matched.

`note` applies each fact at once, so that the next decision sees it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from acd.call_memory import CALL_FACTS
from acd.callback_memory import CALLBACK_FACTS
from acd.lending_memory import LENDING_FACTS
from acd.line import Caller
from acd.memory import FloorMemory
from acd.order_memory import ORDER_FACTS
from acd.policy import QueuePolicies
from acd.seat import Seat
from acd.seat_facts import PhoneReachability
from acd.seat_memory import SEAT_FACTS
from acd.surge_memory import SURGE_FACTS
from kernel.fact import Fact

REMEMBER: Final[Mapping[type[Fact], Callable[[FloorMemory, Any], None]]] = {
    **SEAT_FACTS,
    **CALL_FACTS,
    **CALLBACK_FACTS,
    **LENDING_FACTS,
    **ORDER_FACTS,
    **SURGE_FACTS,
}


def remember(memory: FloorMemory, fact: Fact) -> None:
    """Facts of other packages change nothing here."""
    change = REMEMBER.get(type(fact))
    if change is not None:
        change(memory, fact)
        _forget_view(memory, fact)


def _forget_view(memory: FloorMemory, fact: Fact) -> None:
    """A seat is changed only by facts that name it, or its phone."""
    if isinstance(fact, PhoneReachability):
        seat = memory.phones.get(fact.extension)
        changed = seat.id if seat is not None else None
    else:
        changed = getattr(fact, "seat", None)
    if changed is not None:
        memory.seat_views.pop(changed, None)


@dataclass(frozen=True, slots=True)
class Surprise:
    """Something the world said that cannot be right now: counted, logged, no harm done."""

    what: str
    about: str


class Turn:
    def __init__(self, memory: FloorMemory, now: datetime) -> None:
        self.memory = memory
        self.now = now
        self.facts: list[Fact] = []
        self.surprises: list[Surprise] = []
        self.freed: list[Seat] = []  # may have become offerable
        self.placed: list[Caller] = []  # may fit an idle seat now

    @property
    def policies(self) -> QueuePolicies:
        return self.memory.policies

    def note(self, fact: Fact) -> None:
        remember(self.memory, fact)
        self.facts.append(fact)

    def surprise(self, what: str, about: str) -> None:
        self.surprises.append(Surprise(what, about))

    def is_free(self, seat: Seat) -> bool:
        """May it be rung now? While we are deaf no seat may (WentDeaf)."""
        return seat.offerable and not self.memory.deaf

    def waited(self, caller: Caller, until: datetime | None = None) -> timedelta:
        """Until now, or until a moment that we hear of late."""
        return max(timedelta(), min(until or self.now, self.now) - caller.asked_at)
