"""What people and the telephone say of surge plans, overflow, incidents and break wishes."""

from dataclasses import dataclass

from acd.surge_facts import IncidentId, IncidentKind, Measures, PlanName
from kernel.ids import AgentNo, CallId, QueueName


@dataclass(frozen=True, slots=True)
class DropBreakWish:
    """The agent does not want that break any more."""

    agent: AgentNo


@dataclass(frozen=True, slots=True)
class GrantBreak:
    """A supervisor grants a break that waits, whatever the minimums say."""

    agent: AgentNo
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivateSurge:
    """`by` is a login or "system"."""

    plan: PlanName
    measures: Measures
    by: str
    why: str
    drill: bool = False


@dataclass(frozen=True, slots=True)
class ReturnSurge:
    plan: PlanName
    by: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    incident: IncidentId
    about: IncidentKind
    title: str
    areas: tuple[str, ...]
    announcement: str
    key: str
    queue: QueueName
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class CloseIncident:
    incident: IncidentId
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class TagCall:
    """The call is about an open incident; told twice, it changes nothing."""

    call: CallId
    incident: IncidentId
    by: str


@dataclass(frozen=True, slots=True)
class OverflowReached:
    """Somebody answered where he was passed on to."""

    call: CallId


SurgeCommand = (
    DropBreakWish
    | GrantBreak
    | ActivateSurge
    | ReturnSurge
    | OpenIncident
    | CloseIncident
    | TagCall
)
