"""The console's collaborators in memory. The floor is the real one, driven without a task."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from acd.directory import Agent, Directory, SeatPlace, SkillName
from acd.errors import ChangedMeanwhile
from acd.facts import DirectoryChanged, DirectoryTable
from acd.floor import Floor
from acd.happenings import DirectoryLoaded, Happening
from acd.seat_ratio import Staffing
from acd.standing import Standing
from acd.view import FloorView
from callbacks.missed import Duty
from callbacks.store import DutyFilter
from cases.case import CaseFile, CaseFilter, CaseSummary, Receipt, TicketFile
from cases.errors import RevealNeedsReason, UnknownCase, UnknownTicket
from cases.open_places import OpenPlace
from cases.status import CaseStatus
from console.alarms_shown import AlarmRow
from console.facts import RecordingHeard
from console.figures_shown import Definition, Figure, FiguresNow, Interval
from console.logins import Login, Session
from console.ports import OwnSeats
from console.recordings import Recording, RecordingFound, RecordingsWanted
from figures.counts import Counts
from figures.periods import PeriodRow, Step, rows
from figures.store import QueueQuarter
from intake.caller_lookup import Caller
from intake.drafts import Draft, new_draft
from intake.ticket import TicketForm
from kernel.clock import Clock
from kernel.errors import Unavailable
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
    TicketKey,
    TicketNo,
)
from kernel.phone import PhoneNumber

Write = Callable[[Sequence[Fact]], None]


def away() -> Unavailable:
    return Unavailable("It is away.", remedy="Try again.")


class FakeLogins:
    """Fits KeepsLogins. `is_away` makes each method raise; `held` keeps who looks up a session."""

    def __init__(self) -> None:
        self.logins: dict[str, Login] = {}
        self.sessions: dict[bytes, Session] = {}
        self.is_away = False
        self.held: asyncio.Event | None = None
        self.waiting = asyncio.Event()

    def _reach(self) -> None:
        if self.is_away:
            raise away()

    async def login(self, name: str) -> Login | None:
        self._reach()
        return self.logins.get(name)

    async def all_logins(self) -> list[Login]:
        self._reach()
        return [self.logins[name] for name in sorted(self.logins)]

    async def change_login(self, old: Login, new: Login) -> bool:
        self._reach()
        if self.logins.get(old.name) != old:
            return False
        self.logins[old.name] = new
        return True

    async def drop_sessions_of(self, login: str, but: bytes | None) -> None:
        self._reach()
        kept = {k: s for k, s in self.sessions.items() if s.login.name != login or k == but}
        self.sessions = kept

    async def add_login(self, login: Login, at: datetime) -> bool:
        self._reach()
        return self.logins.setdefault(login.name, login) is login

    async def save_session(
        self, key: bytes, login: str, opened_at: datetime, expires_at: datetime
    ) -> None:
        self._reach()
        self.sessions[key] = Session(self.logins[login], opened_at, expires_at)

    async def session(self, key: bytes) -> Session | None:
        self._reach()
        if self.held is not None:
            self.waiting.set()
            await self.held.wait()
        return self.sessions.get(key)

    async def drop_session(self, key: bytes) -> None:
        self._reach()
        self.sessions.pop(key, None)

    async def drop_expired_sessions(self, now: datetime) -> None:
        self._reach()
        self.sessions = {k: s for k, s in self.sessions.items() if s.expires_at > now}


class FakeFloor:
    """Fits RunsFloor: the real floor, each happening taken at once."""

    def __init__(self, floor: Floor, clock: Clock, write: Write) -> None:
        self._floor = floor
        self._clock = clock
        self._write = write

    def take(self, happening: Happening) -> list[Fact]:
        facts = self._floor.take(happening, self._clock.now())
        self._write(facts)
        return facts

    async def order(self, command: Happening) -> Sequence[Fact]:
        return self.take(command)

    def snapshot(self) -> FloorView:
        return self._floor.view(self._clock.now())

    @property
    def standing(self) -> Standing:
        return self._floor.standing

    def line_of(self, queues: Collection[QueueName]) -> tuple[int, datetime | None]:
        return self._floor.line_of(queues)


class FakeDirectory:
    """Fits KeepsDirectory."""

    def __init__(
        self,
        directory: Directory,
        order: Callable[[DirectoryLoaded], Awaitable[object]],
        clock: Clock,
    ) -> None:
        self.directory = directory
        self._order = order
        self._clock = clock

    async def save_agent(self, agent: Agent, *, by: str) -> Agent:
        known = self.directory.agents.get(agent.no)
        saved = replace(agent, version=_next(known.version if known else 0, agent.version))
        agents = {**self.directory.agents, agent.no: saved}
        self.directory = replace(self.directory, agents=agents)
        await self._known(DirectoryTable.AGENT, agent.no, saved.version, by)
        return saved

    async def save_seat(self, seat: SeatPlace, *, by: str) -> SeatPlace:
        known = self.directory.seats.get(seat.id)
        saved = replace(seat, version=_next(known.version if known else 0, seat.version))
        self.directory = replace(self.directory, seats={**self.directory.seats, seat.id: saved})
        await self._known(DirectoryTable.SEAT, seat.id, saved.version, by)
        return saved

    async def save_skill(self, skill: SkillName, *, by: str) -> SkillName:
        known = self.directory.skills.get(skill.skill)
        saved = replace(skill, version=_next(known.version if known else 0, skill.version))
        skills = {**self.directory.skills, skill.skill: saved}
        self.directory = replace(self.directory, skills=skills)
        await self._known(DirectoryTable.SKILL, skill.skill, saved.version, by)
        return saved

    async def _known(self, table: DirectoryTable, key: str, version: int, by: str) -> None:
        now = self._clock.now()
        change = DirectoryChanged(at=now, table=table, key=key, version=version, by=by)
        await self._order(DirectoryLoaded(self.directory, change))


def _next(stored: int, named: int) -> int:
    if stored != named:
        raise ChangedMeanwhile(f"It has version {stored}, not {named}.", remedy="Load it again.")
    return stored + 1


class FakeControl:
    """Fits ControlsCalls: what was asked, in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    async def hold(self, agent: AgentNo, call: CallId) -> None:
        self.asked.append(("hold", agent, call))

    async def resume(self, agent: AgentNo, call: CallId) -> None:
        self.asked.append(("resume", agent, call))

    async def transfer(self, agent: AgentNo, call: CallId, to: PhoneNumber, why: str = "") -> None:
        self._was_asked("transfer", agent, call, to.value, why)

    async def hand_to(self, agent: AgentNo, call: CallId, to: AgentNo, why: str = "") -> None:
        self._was_asked("hand_to", agent, call, to, why)

    async def consult(
        self, agent: AgentNo, call: CallId, to: PhoneNumber | AgentNo, why: str = ""
    ) -> None:
        self._was_asked("consult", agent, call, _dialled(to), why)

    async def complete_consult(self, agent: AgentNo, call: CallId) -> None:
        self.asked.append(("complete_consult", agent, call))

    async def cancel_consult(self, agent: AgentNo, call: CallId) -> None:
        self.asked.append(("cancel_consult", agent, call))

    async def three_way(
        self, agent: AgentNo, call: CallId, to: PhoneNumber | AgentNo | None, why: str = ""
    ) -> None:
        self._was_asked("three_way", agent, call, _dialled(to), why)

    async def to_own_seats(self, agent: AgentNo, call: CallId, to: OwnSeats, why: str = "") -> None:
        asks = "consult" if to.asks_first else "blind"
        self._was_asked("to_own_seats", agent, call, to.line, to.ticket_no, asks, why)

    async def part_with(self, agent: AgentNo, call: CallId, leg: LegId) -> None:
        self.asked.append(("part_with", agent, call, leg))

    async def to_line(
        self,
        agent: AgentNo,
        call: CallId,
        queue: QueueName | None,
        skills: Mapping[Skill, int],
        why: str = "",
    ) -> None:
        self._was_asked("to_line", agent, call, f"{queue or ''} {dict(skills)}", why)

    def _was_asked(self, *what: str) -> None:
        self.asked.append(tuple(said for said in what if said))

    async def leave_conference(self, agent: AgentNo, call: CallId) -> None:
        self.asked.append(("leave_conference", agent, call))

    async def emergency(self, agent: AgentNo, call: CallId, short_code: str) -> None:
        self.asked.append(("emergency", agent, call, short_code))

    async def back_to_line(self, agent: AgentNo, call: CallId, queue: QueueName) -> None:
        self.asked.append(("back_to_line", agent, call, queue))

    async def hang_up(self, agent: AgentNo, call: CallId) -> None:
        self.asked.append(("hang_up", agent, call))


def _dialled(to: PhoneNumber | AgentNo | None) -> str:
    return to.value if isinstance(to, PhoneNumber) else to or ""


class FakeJournal:
    """Fits `write`, TracesCalls; tells onlookers, as the recorder does."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.onlookers: list[Write] = []
        self.is_away = False

    def write(self, facts: Sequence[Fact]) -> None:
        self.facts += facts
        for onlooker in self.onlookers:
            onlooker(facts)

    async def facts_of(self, call: CallId) -> list[Fact]:
        if self.is_away:
            raise away()
        return [fact for fact in self.facts if getattr(fact, "call", None) == call]


class FakeVault:
    """Fits RevealsNumbers."""

    def __init__(self) -> None:
        self.numbers: dict[NumberKey, PhoneNumber] = {}

    async def reveal(self, number: NumberKey) -> PhoneNumber | None:
        return self.numbers.get(number)


class FakeCases:
    """Fits ReadsCases, KnowsCallers, KnowsPlaces, FinishesContact and KeepsForms, as far as the
    console goes."""

    def __init__(self, clock: Clock) -> None:
        self.is_away = False
        self._clock = clock
        self.tickets: dict[TicketNo, TicketFile] = {}
        self.files: dict[CaseId, CaseFile] = {}
        self.callers: dict[NumberKey, Caller] = {}
        self.places: list[OpenPlace] = []
        self.drafts: dict[CallId, Draft] = {}
        self.receipts: dict[CallId, Receipt] = {}
        self.revealed: list[tuple[str, str, str]] = []

    async def case(self, case_id: CaseId) -> CaseFile:
        if case_id not in self.files:
            raise UnknownCase("There is no such case.", remedy="Check it.")
        return self.files[case_id]

    async def ticket(self, ticket_no: TicketNo) -> TicketFile:
        if ticket_no not in self.tickets:
            raise UnknownTicket("There is no such ticket.", remedy="Check it.")
        return self.tickets[ticket_no]

    async def cases(self, wanted: CaseFilter) -> Sequence[CaseSummary]:
        found = [file.summary for file in self.files.values()]
        return [s for s in found if wanted.call is None or wanted.call in s.calls][: wanted.limit]

    async def reveal(
        self, ticket_no: TicketNo, fields: Sequence[str], *, by: str, reason: str, now: datetime
    ) -> TicketFile:
        if len(reason) < 2:
            raise RevealNeedsReason("Nobody said why.", remedy="Say why.")
        found = await self.ticket(ticket_no)
        self.revealed.append((ticket_no, by, reason))
        return found

    async def look_up(self, number_key: NumberKey | None) -> Caller:
        if self.is_away:
            raise away()
        return self.callers.get(number_key or NumberKey(""), Caller(number_key=number_key))

    async def open_places(self, category: str, since: datetime) -> tuple[OpenPlace, ...]:
        return tuple(one for one in self.places if one.case.category_code.startswith(category))

    async def open_draft(self, call: CallId, *, by: AgentNo) -> Draft:
        made = new_draft(call, TicketKey(f"key of {call}"), by=by, at=self._clock.now())
        return self.drafts.setdefault(call, made)

    async def save_draft(
        self, call: CallId, form: TicketForm, *, by: AgentNo, based_on: int | None
    ) -> Draft:
        draft = await self.open_draft(call, by=by)
        saved = draft.saved(form, by=by, based_on=based_on, at=self._clock.now())
        self.drafts[call] = saved
        return saved

    async def discard(self, call: CallId) -> Draft:
        return self.drafts[call]

    async def submit(self, call: CallId, form: TicketForm, *, by: AgentNo) -> Receipt:
        if call in self.receipts:
            return replace(self.receipts[call], again=True)
        number, case = TicketNo("22010020261123000001"), CaseId("case-1")
        receipt = Receipt(ticket_no=number, case_id=case, status=CaseStatus.PENDING_DISPATCH)
        return self.receipts.setdefault(call, receipt)


class FakeDuties:
    """Fits ReadsDuties."""

    def __init__(self) -> None:
        self.all: list[Duty] = []

    async def duties(self, wanted: DutyFilter) -> Sequence[Duty]:
        return [d for d in self.all if not wanted.states or d.state in wanted.states]

    async def duty(self, duty_id: DutyId) -> Duty:
        return next(duty for duty in self.all if duty.id == duty_id)


class FakeFigures:
    """Fits ReadsFigures."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.quarters: list[tuple[datetime, str, Counts]] = []

    def live(self) -> FiguresNow:
        one = Figure(id="D-01", queue=None, value=0.95, n=20)
        return FiguresNow(at=self._clock.now(), counts={"offered": 20}, figures=[one])

    async def intervals(self, start: datetime, end: datetime) -> Sequence[Interval]:
        return [
            Interval(start=start, queue="general", site="main", counts={"offered": 3}, figures=[])
        ]

    async def rows(self, start: datetime, end: datetime, step: Step) -> list[PeriodRow]:
        quarters = [
            QueueQuarter(start=at, queue=QueueName(queue), counts=counts)
            for at, queue, counts in self.quarters
            if start <= at < end
        ]
        return rows(quarters, {}, step)

    def definitions(self) -> Sequence[Definition]:
        said = {"name_zh": "接通率", "name_en": "answer rate", "formula": "answered / offered"}
        return [Definition(id="D-01", unit="ratio", **said)]

    def staffing(self) -> Sequence[Staffing]:
        return []


class FakeHealth:
    """Fits MeasuresHealth."""

    def __init__(self) -> None:
        self.states = {"database": True, "telephony": True}
        self.standing: list[AlarmRow] = []

    async def dependencies(self) -> Mapping[str, bool]:
        return self.states

    def gauges(self) -> Mapping[str, float]:
        return {"journal_lag_seconds": 0.5}

    def alarms(self) -> Sequence[AlarmRow]:
        return self.standing


class FakeRecordings:
    """Fits KeepsRecordings."""

    def __init__(self) -> None:
        self.rows: dict[CallId, Recording] = {}
        self.hearings: list[RecordingHeard] = []

    async def heard(self, since: datetime, until: datetime, limit: int) -> list[RecordingHeard]:
        found = [one for one in self.hearings if since <= one.at < until]
        return sorted(found, key=lambda one: one.at, reverse=True)[:limit]

    async def find(self, call: CallId) -> Recording | None:
        return self.rows.get(call)

    async def listed(self, wanted: RecordingsWanted) -> Sequence[RecordingFound]:
        kept = [row for row in self.rows.values() if not row.erased_at]
        held = [row for row in kept if row.held_at or not wanted.held]
        return [RecordingFound(recording=row, agents=()) for row in held[: wanted.limit]]

    async def hold(self, call: CallId, *, by: str, reason: str, at: datetime) -> bool:
        row = self.rows[call]
        if row.held_at or row.erased_at:
            return False
        self.rows[call] = replace(row, held_at=at, held_by=by, held_reason=reason)
        return True

    async def release(self, call: CallId) -> bool:
        was_held = self.rows[call].held_at is not None
        self.rows[call] = replace(self.rows[call], held_at=None, held_by=None, held_reason=None)
        return was_held

    async def erase_one(
        self, kept_before: datetime, at: datetime, erase: Callable[[Recording], None]
    ) -> Recording | None:
        for call, row in self.rows.items():
            if row.kept_at < kept_before and not row.held_at and not row.erased_at:
                erase(row)
                self.rows[call] = replace(row, erased_at=at)
                return row
        return None
