"""What stands beside line and seats: surge plans, incidents, break wishes, who is away.

Changed by facts alone (`acd/surge_memory.py`). The rules in force are the file's, amended by every
plan that stands.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from acd.surge_facts import (
    BreakWished,
    CallSentOver,
    IncidentClosed,
    IncidentId,
    IncidentOpened,
    PlanName,
    SurgeActivated,
    SurgeReturned,
)
from kernel.ids import AgentNo, CallId

SPELLS_KEPT: Final = 100  # of plans, for the record
INCIDENTS_KEPT: Final = 20
CALLS_KEPT: Final = 20_000  # of one incident


@dataclass(frozen=True, slots=True)
class Spell:
    """A plan from its activation to its return; `returned` None while it stands."""

    activated: SurgeActivated
    returned: SurgeReturned | None = None


@dataclass(slots=True)
class Incident:
    opened: IncidentOpened
    closed: IncidentClosed | None = None
    calls: dict[CallId, datetime] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.closed is None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingImage:
    spells: list[Spell]
    incidents: list[Incident]
    wishes: list[BreakWished]


class Standing:
    def __init__(self) -> None:
        self.active: dict[PlanName, SurgeActivated] = {}
        self.spells: list[Spell] = []
        self.incidents: OrderedDict[IncidentId, Incident] = OrderedDict()
        self.wishes: dict[AgentNo, BreakWished] = {}  # in the order in which they were said
        self.away: dict[CallId, CallSentOver] = {}  # at a target, ringing or talking

    def activated(self, fact: SurgeActivated) -> None:
        self.active[fact.plan] = fact
        self.spells = [*self.spells, Spell(fact)][-SPELLS_KEPT:]

    def returned(self, fact: SurgeReturned) -> None:
        activated = self.active.pop(fact.plan)
        self.spells = [
            Spell(activated, fact) if one.activated is activated else one for one in self.spells
        ]

    def returned_at(self, plan: PlanName) -> datetime | None:
        """When it last returned, as far as is known."""
        ends = [
            one.returned.at for one in self.spells if one.returned and one.returned.plan == plan
        ]
        return max(ends, default=None)

    def opened(self, fact: IncidentOpened) -> None:
        self.incidents[fact.incident] = Incident(fact)
        closed = [name for name, one in self.incidents.items() if not one.is_open]
        for name in closed[: max(0, len(self.incidents) - INCIDENTS_KEPT)]:
            del self.incidents[name]

    def open_incidents(self) -> list[Incident]:
        return [one for one in self.incidents.values() if one.is_open]

    def at(self, target: str) -> int:
        """How many of ours are there."""
        return sum(sent.to == target for sent in self.away.values())

    def image(self) -> StandingImage:
        return StandingImage(
            spells=list(self.spells),
            incidents=[
                Incident(one.opened, one.closed, dict(one.calls)) for one in self.incidents.values()
            ],
            wishes=list(self.wishes.values()),
        )

    def put_back(self, image: StandingImage) -> None:
        """Who is away is put back with the callers."""
        self.spells = list(image.spells)
        self.active = {
            one.activated.plan: one.activated for one in image.spells if one.returned is None
        }
        self.incidents = OrderedDict(
            (one.opened.incident, Incident(one.opened, one.closed, dict(one.calls)))
            for one in image.incidents
        )
        self.wishes = {wish.agent: wish for wish in image.wishes}

    def contents(self) -> dict[str, object]:
        return {
            "spells": self.spells,
            "incidents": {
                name: (one.opened, one.closed, dict(one.calls))
                for name, one in self.incidents.items()
            },
            "wishes": list(self.wishes.values()),
            "away": dict(self.away),
        }
