"""All that the console works with, by side; built once in `hotline/wiring.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from acd.directory import EmployerKind
from console.calls_view import CallsView
from console.desk_rules import DeskRules
from console.duty_port import RunsDuties
from console.emergency_port import RunsHandOffs
from console.experts_port import ExpertSide
from console.levels_shown import HandsToLevels, HandsToUtilities
from console.lines_port import LineSide
from console.live_feed import LiveFeed
from console.logins import LoginBrake, Passwords
from console.malicious_port import MaliciousSide
from console.ports import (
    ControlsCalls,
    FinishesContact,
    KeepsDirectory,
    KeepsForms,
    KeepsLogins,
    KnowsCallers,
    LooksForRepeats,
    MeasuresHealth,
    ReadsCases,
    ReadsDuties,
    ReadsFigures,
    RevealsNumbers,
    RunsFloor,
    TracesCalls,
)
from console.recordings import Recordings
from console.relay_port import ByPhone
from console.seat_credentials import SeatCredentials
from console.sessions import Sessions
from console.settings import ConsoleSettings
from console.settings_rules_port import SettingsSide
from console.staffing_port import StaffingSide
from console.supervision_port import Supervises
from console.surge_port import SurgeSide
from console.survey_port import MovesCases, RunsSurveys
from console.wall_shown import ShowsWall
from figures.agent_cards import AgentCardOffice
from figures.inspection_office import InspectionOffice
from intake.catalogue import Catalogue
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorSide:
    floor: RunsFloor
    directory: KeepsDirectory
    live: LiveFeed

    def is_third_party(self, agent: AgentNo | None) -> bool:
        """By the directory's word (GOV-01); an unknown agent is nobody's."""
        known = self.directory.directory.agents.get(agent) if agent else None
        return known is not None and known.employer_kind is EmployerKind.THIRD_PARTY


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSide:
    view: CallsView
    control: ControlsCalls
    traces: TracesCalls
    numbers: RevealsNumbers
    hand_offs: RunsHandOffs


@dataclass(slots=True, kw_only=True)
class CaseSide:
    """`catalogue`: renewed with each release of it."""

    forms: KeepsForms
    finishes: FinishesContact
    cases: ReadsCases
    callers: KnowsCallers
    repeats: LooksForRepeats
    catalogue: Catalogue
    duties: ReadsDuties


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSide:
    store: KeepsLogins
    sessions: Sessions
    passwords: Passwords
    brake: LoginBrake


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    floor: FloorSide
    calls: CallSide
    cases: CaseSide
    figures: ReadsFigures
    staffing: StaffingSide
    wall: ShowsWall
    lines: LineSide
    experts: ExpertSide
    logins: LoginSide
    recordings: Recordings
    duties: RunsDuties
    surveys: RunsSurveys
    case_steps: MovesCases
    by_phone: ByPhone
    levels: HandsToLevels
    utilities: HandsToUtilities
    softphones: SeatCredentials
    desk: DeskRules
    rules: SettingsSide
    supervision: Supervises
    surge: SurgeSide
    malicious: MaliciousSide
    inspections: InspectionOffice
    agent_cards: AgentCardOffice
    health: MeasuresHealth
    settings: ConsoleSettings
    clock: Clock
    write: Callable[[Sequence[Fact]], None]
