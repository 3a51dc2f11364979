"""Staffing as the console asks for it (SEAT-01 to SEAT-03, HR-02, RPT-07)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from acd.day_plan import HalfHour, WhatIf
from acd.forecast import DayClass
from acd.patience import Patience
from acd.roster import RollCall, Shift, Staffed
from acd.roster_store import RosterTaken
from acd.seat_ratio import Districts, SeatsAt, Staffing
from acd.shifts import Proposal
from figures.occupancy import AgentLoad
from figures.seasons import Outlook
from kernel.errors import Conflict, NotFound
from kernel.ids import AgentNo, CallId, QueueName


class UnknownCentre(NotFound):
    code = "unknown-centre"


class NoCallToRestFrom(Conflict):
    code = "no-call-to-rest-from"


class RestFrom(StrEnum):
    """What kind of call it was that asks for a break (HR-02)."""

    ABUSE = "abuse"  # 辱骂、骚扰
    CRISIS = "crisis"  # 轻生、危机
    DISTRESS = "distress"  # 其他令人难受的通话


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a day's plan stands on. `learned` False: the typical day of config/staffing.yaml.

    `provisional`: the year's holidays have no notice yet (F3). `calls` of the whole day.
    """

    of: DayClass
    learned: bool
    days: int  # of history
    calls: float
    aht_s: float
    aht_measured: bool
    patience_s: float
    patience_measured: bool
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingDay:
    """One day of China. `now`: the running half hour, on the present day alone."""

    day: date
    at: datetime
    basis: Basis
    plan: tuple[HalfHour, ...]
    staffed: tuple[Staffed, ...]
    now: Staffed | None
    roll: RollCall | None  # of the present day, when a roster was entered


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """The break that was taken; `until` None: it begins when the call is over."""

    call: CallId
    until: datetime | None


class RunsStaffing(Protocol):
    """`hotline/desks/staffing.py: StaffingPlanner` fits by shape.

    Each async one raises Unavailable.
    """

    async def today(self) -> StaffingDay: ...

    async def of_day(self, day: date) -> StaffingDay: ...

    def ratio(self) -> tuple[Districts, Sequence[Staffing]]: ...

    def inventory(self) -> Sequence[SeatsAt]: ...

    async def what_if(self, centres: Mapping[str, float | None]) -> WhatIf:
        """Names with their calls a day; None: a district, by its population. Raises UnknownCentre,
        BadLoad."""
        ...

    async def propose(self, day: date, *, plainly: bool) -> Proposal:
        """Raises SolverMissing, NoShiftCovers."""
        ...

    async def take_roster(self, name: str, content: bytes, *, by: str) -> RosterTaken:
        """Raises BadRoster."""
        ...

    async def shifts(self, day: date) -> Sequence[Shift]: ...

    async def patience(self) -> Mapping[QueueName, Patience | None]: ...

    async def outlooks(self) -> Sequence[Outlook]: ...


class WatchesOccupancy(Protocol):
    """`hotline/watch/occupancy.py: OccupancyWatch` fits by shape."""

    def loads(self) -> Sequence[AgentLoad]: ...

    def look(self) -> str:
        """Who stands above the limit now; facts of who is new and who is not any more."""
        ...

    def overworked(self) -> Mapping[AgentNo, datetime]:
        """Who is above the limit, since when."""
        ...


class GivesRest(Protocol):
    """`hotline/desks/wellbeing.py: Wellbeing` fits by shape."""

    async def rest(self, agent: AgentNo, why: RestFrom) -> Rest:
        """HR-02: a break that nobody refuses. Raises NoCallToRestFrom, WrongState,
        UnknownWorkNumber."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingSide:
    planner: RunsStaffing
    occupancy: WatchesOccupancy
    wellbeing: GivesRest
