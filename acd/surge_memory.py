"""How each fact about surge plans, overflow, incidents and break wishes changes the floor."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from acd import surge_facts as s
from acd.alarms import ForBreaks
from acd.memory import FloorMemory
from acd.policy import QueuePolicies
from acd.standing import CALLS_KEPT
from acd.surge_rules import amended
from kernel.fact import Fact


def load(memory: FloorMemory, policies: QueuePolicies, at: datetime) -> None:
    """New rules of the file; what plans change in them goes on."""
    memory.base_policies = policies
    memory.signatures.spare(policies.spare_specialists.costs)
    amend(memory, at)


def amend(memory: FloorMemory, at: datetime) -> None:
    """The rules in force, for those who wait too: a deadline may have come nearer, or gone."""
    memory.obey(in_force(memory), at)


def in_force(memory: FloorMemory) -> QueuePolicies:
    measures = [plan.measures for plan in memory.standing.active.values()]
    return amended(memory.base_policies, measures)


def wished(memory: FloorMemory, fact: s.BreakWished) -> None:
    memory.standing.wishes.pop(fact.agent, None)
    memory.standing.wishes[fact.agent] = fact
    look_at_next_hour(memory, fact, fact.at)


def look_at_next_hour(memory: FloorMemory, wish: s.BreakWished, after: datetime) -> None:
    """The hours of minimums are no state: they follow from the rules."""
    ends = (rule.ends_after(after) for rule in memory.policies.minimums)
    due = min((end for end in ends if end is not None), default=None)
    if due is not None:
        memory.alarms.set(ForBreaks(due, wish, memory.standing.wishes))


def wish_dropped(memory: FloorMemory, fact: s.BreakWishDropped) -> None:
    memory.standing.wishes.pop(fact.agent, None)


def activated(memory: FloorMemory, fact: s.SurgeActivated) -> None:
    memory.standing.activated(fact)
    amend(memory, fact.at)


def returned(memory: FloorMemory, fact: s.SurgeReturned) -> None:
    memory.standing.returned(fact)
    amend(memory, fact.at)


def sent_over(memory: FloorMemory, fact: s.CallSentOver) -> None:
    caller = memory.callers[fact.call]
    memory.leave_line(caller)
    caller.away = fact
    caller.been_over = (*caller.been_over, fact.to)
    memory.standing.away[fact.call] = fact


def overflow_ended(memory: FloorMemory, fact: s.OverflowEnded) -> None:
    memory.standing.away.pop(fact.call, None)
    caller = memory.callers.get(fact.call)
    if caller is not None:
        caller.away = None


def opened(memory: FloorMemory, fact: s.IncidentOpened) -> None:
    memory.standing.opened(fact)


def closed(memory: FloorMemory, fact: s.IncidentClosed) -> None:
    memory.standing.incidents[fact.incident].closed = fact


def tagged(memory: FloorMemory, fact: s.IncidentCall) -> None:
    incident = memory.standing.incidents.get(fact.incident)
    if incident is not None and len(incident.calls) < CALLS_KEPT:
        incident.calls[fact.call] = fact.at


SURGE_FACTS: Final[dict[type[Fact], Callable[[FloorMemory, Any], None]]] = {
    s.BreakWished: wished,
    s.BreakWishDropped: wish_dropped,
    s.SurgeActivated: activated,
    s.SurgeReturned: returned,
    s.CallSentOver: sent_over,
    s.OverflowEnded: overflow_ended,
    s.IncidentOpened: opened,
    s.IncidentClosed: closed,
    s.IncidentCall: tagged,
}
