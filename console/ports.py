"""What the console needs from outside, named by what it does; `hotline/wiring.py` plugs it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from acd.directory import Agent, Directory, SeatPlace, SkillName
from acd.happenings import Command
from acd.seat_ratio import Staffing
from acd.view import FloorView
from callbacks.missed import Duty
from callbacks.store import DutyFilter
from cases.case import CaseFile, CaseFilter, CaseSummary, Receipt, TicketFile
from console.alarms_shown import AlarmRow
from console.figures_shown import Definition, FiguresNow, Interval
from console.logins import Login, Session
from figures.periods import PeriodRow, Step
from intake.caller_lookup import Caller
from intake.drafts import Draft
from intake.repeats import MayRepeat
from intake.ticket import TicketForm
from kernel.fact import Fact
from kernel.ids import (
    AgentNo,
    CallId,
    CaseId,
    DutyId,
    LegId,
    NumberKey,
    QueueName,
    Skill,
    TicketNo,
)
from kernel.phone import PhoneNumber


class KeepsLogins(Protocol):
    """Accounts and sessions; `console/store.py: PgLogins`. Each raises Unavailable."""

    async def login(self, name: str) -> Login | None: ...

    async def all_logins(self) -> list[Login]: ...

    async def add_login(self, login: Login, at: datetime) -> bool: ...

    async def change_login(self, old: Login, new: Login) -> bool: ...

    async def drop_sessions_of(self, login: str, but: bytes | None) -> None: ...

    async def save_session(
        self, key: bytes, login: str, opened_at: datetime, expires_at: datetime
    ) -> None: ...

    async def session(self, key: bytes) -> Session | None: ...

    async def drop_session(self, key: bytes) -> None: ...

    async def drop_expired_sessions(self, now: datetime) -> None: ...


class RunsFloor(Protocol):
    """`acd/desk.py: AcdDesk` fits by shape."""

    async def order(self, command: Command) -> Sequence[Fact]:
        """Raises the HotlineError of an illegal command before anything changes."""
        ...

    def snapshot(self) -> FloorView: ...


class KeepsDirectory(Protocol):
    """Agents, seats, skills; a save names the version it changes (0: a new row) and the login.

    Raises a Conflict when the row has another version by now, Unavailable without the database.
    """

    @property
    def directory(self) -> Directory: ...

    async def save_agent(self, agent: Agent, *, by: str) -> Agent: ...

    async def save_seat(self, seat: SeatPlace, *, by: str) -> SeatPlace: ...

    async def save_skill(self, skill: SkillName, *, by: str) -> SkillName: ...


@dataclass(frozen=True, slots=True)
class OwnSeats:
    """A retained line's own seats; `asks_first`: consulted before the citizen is handed over."""

    line: str
    ticket_no: str = ""
    asks_first: bool = False


class ControlsCalls(Protocol):
    """Acts on the call an agent has; the other side knows which leg that is.

    Each raises NotYourCall's kind of error (NotAllowed) when `agent` does not talk on `call`, and a
    Conflict when the call is in no state for it.
    """

    async def hold(self, agent: AgentNo, call: CallId) -> None: ...

    async def resume(self, agent: AgentNo, call: CallId) -> None: ...

    async def transfer(
        self, agent: AgentNo, call: CallId, to: PhoneNumber, why: str = ""
    ) -> None: ...

    async def hand_to(self, agent: AgentNo, call: CallId, to: AgentNo, why: str = "") -> None: ...

    async def consult(
        self, agent: AgentNo, call: CallId, to: PhoneNumber | AgentNo, why: str = ""
    ) -> None: ...

    async def complete_consult(self, agent: AgentNo, call: CallId) -> None: ...

    async def cancel_consult(self, agent: AgentNo, call: CallId) -> None: ...

    async def three_way(
        self, agent: AgentNo, call: CallId, to: PhoneNumber | AgentNo | None, why: str = ""
    ) -> None:
        """`to` None: whoever is consulted."""
        ...

    async def to_own_seats(self, agent: AgentNo, call: CallId, to: OwnSeats, why: str = "") -> None:
        """Raises UnknownLine."""
        ...

    async def part_with(self, agent: AgentNo, call: CallId, leg: LegId) -> None: ...

    async def leave_conference(self, agent: AgentNo, call: CallId) -> None: ...

    async def emergency(self, agent: AgentNo, call: CallId, short_code: str) -> None: ...

    async def back_to_line(self, agent: AgentNo, call: CallId, queue: QueueName) -> None: ...

    async def to_line(
        self,
        agent: AgentNo,
        call: CallId,
        queue: QueueName | None,
        skills: Mapping[Skill, int],
        why: str = "",
    ) -> None:
        """Raises UnknownQueue, UnknownSkill."""
        ...

    async def hang_up(self, agent: AgentNo, call: CallId) -> None: ...


class KeepsForms(Protocol):
    """What an agent is typing; `intake/submission.py: TicketIntake` fits by shape."""

    async def open_draft(self, call: CallId, *, by: AgentNo) -> Draft: ...

    async def save_draft(
        self, call: CallId, form: TicketForm, *, by: AgentNo, based_on: int | None
    ) -> Draft:
        """Raises DraftChanged, WrongTicketStep."""
        ...

    async def discard(self, call: CallId) -> Draft: ...


class FinishesContact(Protocol):
    """The agent's form becomes a ticket; the same call twice is one ticket (`Receipt.again`)."""

    async def submit(self, call: CallId, form: TicketForm, *, by: AgentNo) -> Receipt:
        """Raises BadTicket with all broken rules, Unavailable when it must be kept in the
        browser."""
        ...


class KnowsCallers(Protocol):
    """`intake/caller_lookup.py: CallerLookup` fits by shape."""

    async def look_up(self, number_key: NumberKey | None) -> Caller: ...


class LooksForRepeats(Protocol):
    """`intake/repeats.py: RepeatLookup` fits by shape."""

    async def look_up(self, category: str, address: str) -> tuple[MayRepeat, ...]: ...


class RevealsNumbers(Protocol):
    """The vault; None when the key is no longer kept."""

    async def reveal(self, number: NumberKey) -> PhoneNumber | None: ...


class ReadsCases(Protocol):
    """`cases/store.py: PgCaseStore` fits by shape."""

    async def case(self, case_id: CaseId) -> CaseFile: ...

    async def ticket(self, ticket_no: TicketNo) -> TicketFile: ...

    async def cases(self, wanted: CaseFilter) -> Sequence[CaseSummary]: ...

    async def reveal(
        self, ticket_no: TicketNo, fields: Sequence[str], *, by: str, reason: str, now: datetime
    ) -> TicketFile:
        """The same, after the audit line is stored (SEC-01)."""
        ...


class TracesCalls(Protocol):
    """All facts of one call in order, from the journal. Raises Unavailable."""

    async def facts_of(self, call: CallId) -> Sequence[Fact]: ...


class MeasuresHealth(Protocol):
    """Each dependency's state for /readyz, numbers for /metrics, and the alarms that stand."""

    async def dependencies(self) -> Mapping[str, bool]: ...

    def gauges(self) -> Mapping[str, float]: ...

    def alarms(self) -> Sequence[AlarmRow]:
        """Those that stand now, the gravest first; `hotline/watch/alarms.py` raises them."""
        ...


class ReadsDuties(Protocol):
    """`callbacks/store.py: PgDutyStore` fits by shape."""

    async def duties(self, wanted: DutyFilter) -> Sequence[Duty]: ...

    async def duty(self, duty_id: DutyId) -> Duty: ...


class ReadsFigures(Protocol):
    """Live from memory; intervals from the database (Unavailable without it)."""

    def live(self) -> FiguresNow: ...

    async def intervals(self, start: datetime, end: datetime) -> Sequence[Interval]: ...

    async def rows(self, start: datetime, end: datetime, step: Step) -> list[PeriodRow]: ...

    def definitions(self) -> Sequence[Definition]: ...

    def staffing(self) -> Sequence[Staffing]: ...
