"""What the console asks of surge plans, overflow, incidents and the daily closing list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from acd.standing import Standing
from acd.surge_facts import IncidentId, IncidentKind, PlanName
from acd.surge_plans import SurgeRules
from cases.daily_closing import KeepsDailyClosing
from kernel.errors import NotFound
from kernel.ids import CallId, TicketNo


class UnknownPlan(NotFound):
    code = "unknown-surge-plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """`areas`: area codes or levels; (): everywhere."""

    about: IncidentKind
    title: str
    areas: tuple[str, ...]
    by: str
    why: str


class RunsSurge(Protocol):
    """`hotline/surge/desk.py: SurgeDesk` fits by shape. Each async one raises Unavailable."""

    @property
    def rules(self) -> SurgeRules: ...

    @property
    def standing(self) -> Standing: ...

    def line_of(self, plan: PlanName) -> tuple[int, datetime | None]:
        """How many wait in the queues of a plan, and since when the first of them."""
        ...

    def tickets_of(self, call: CallId) -> Sequence[TicketNo]: ...

    async def activate(self, plan: PlanName, *, by: str, why: str, drill: bool) -> None:
        """Raises UnknownPlan, SurgeStands."""
        ...

    async def give_back(self, plan: PlanName, *, by: str, why: str) -> None:
        """Raises UnknownPlan, SurgeNotActive."""
        ...

    async def open_incident(self, wanted: NewIncident) -> IncidentId:
        """Who waits in its areas is told at once (EMG-05)."""
        ...

    async def close_incident(self, incident: IncidentId, *, by: str, why: str) -> None:
        """Raises IncidentNotOpen."""
        ...

    async def tag(self, call: CallId, incident: IncidentId, *, by: str) -> None:
        """Raises IncidentNotOpen."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SurgeSide:
    desk: RunsSurge
    closing: KeepsDailyClosing
