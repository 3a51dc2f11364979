"""A whole console over fakes, with five people who can sign in, and one way to ask it things.

Each answer is held against openapi.json: an undocumented status or field fails the test that met
it.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from acd.directory import Agent, Directory, EmployerKind, Grade, SeatPlace, SkillName
from acd.floor import Floor
from acd.happenings import GoAvailable, LegAnswered, PhoneSeen, SeatWanted, SignIn
from acd.policy import load_policies
from console.app import OPERATIONS, make_app
from console.calls_view import CallsView
from console.collaborators import CallSide, CaseSide, Console, FloorSide, LoginSide
from console.live_feed import LiveFeed, LiveSources
from console.logins import Login, LoginBrake, Passwords, Role
from console.openapi import document
from console.recordings import Recordings
from console.seat_credentials import SeatCredentials
from console.sessions import Sessions
from console.settings import ConsoleSettings, PasswordCost
from intake.catalogue import Catalogue, Category, Contents, Unit
from intake.repeats import RepeatLookup
from kernel.ids import AgentNo, CallId, Epoch, Extension, NumberKey, QueueName, SeatId, Skill
from kernel.phone import PhoneNumber
from telephony.facts import CallArrived
from telephony.menu_file import load_lines
from tests.console import fakes
from tests.console.desk_rules import desk_rules
from tests.console.duty_desk import FakeDutyDesk
from tests.console.expert_office import FakeExperts
from tests.console.hand_offs import FakeHandOffs
from tests.console.inspection_room import InspectionRoom
from tests.console.line_office import FakeLines
from tests.console.malicious_office import FakeMalicious
from tests.console.openapi_check import misfits, operation_of
from tests.console.relay_desk import FakeRelayDesk
from tests.console.rules_room import RulesRoom
from tests.console.softphones import FakePhones
from tests.console.staffing_office import StaffingOffice
from tests.console.supervision_desk import FakeSupervision
from tests.console.surge_office import FakeSurge
from tests.console.survey_office import FakeSurveyOffice
from tests.console.wall_office import FakeDay, make_wall
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_hands import FakeHands
from tests.fakes.fake_relays import FakeHandlers

QUEUES = Path(__file__).parents[2] / "config" / "queues.yaml"
LINES = QUEUES.with_name("lines.yaml")
PASSWORD = "开门 please 12345"
CALL = CallId("cc1-1767603600.41")
GENERAL = QueueName("general")
CHEAP = PasswordCost(passes=1, memory_kib=8, lanes=1)
PEOPLE: dict[str, tuple[Role, str | None]] = {
    "agent": (Role.AGENT, "1001"),
    "colleague": (Role.AGENT, "1002"),
    "contractor": (Role.AGENT, "1003"),  # third party by the directory alone (GOV-01)
    "supervisor": (Role.SUPERVISOR, "1004"),
    "administrator": (Role.ADMINISTRATOR, None),
    "handler": (Role.HANDLER, None),
    "wall": (Role.WALL, None),
}
DOCUMENT = document(OPERATIONS, cookie="hotline")


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]


class Visitor:
    """One browser. `ask` checks the answer against the document."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client

    async def ask(self, method: str, path: str, json: Any = None, **more: Any) -> Answer:
        async with self.client.request(method, path, json=json, **more) as response:
            is_json = response.content_type == "application/json"
            body = await response.json() if is_json else await response.read()
            answer = Answer(response.status, body, dict(response.headers))
        _fits_document(method, path.partition("?")[0], answer)
        return answer


def _fits_document(method: str, path: str, answer: Answer) -> None:
    operation = operation_of(DOCUMENT, method, path)
    if operation is None:
        assert answer.status in (403, 404, 405), f"{method} {path} is not documented"
        return
    promised = operation["responses"].get(str(answer.status))
    assert promised is not None, f"{method} {path} gave the undocumented {answer.status}"
    schema = promised.get("content", {}).get("application/json", {}).get("schema")
    if schema is not None:
        assert misfits(DOCUMENT, schema, answer.body) == []
    if answer.status >= 400 and isinstance(answer.body, dict) and "code" in answer.body:
        assert answer.body["code"] in promised["description"], "each code stands in the document"


class House:
    def __init__(self, folder: Path, **settings: Any) -> None:
        self.clock = FakeClock()
        self.settings = ConsoleSettings(password=CHEAP, home_area="0431", **settings)
        self.journal = fakes.FakeJournal()
        self.folder = folder
        people = directory()
        floor = Floor(load_policies(QUEUES), people, Epoch(7))
        self.floor = fakes.FakeFloor(floor, self.clock, self.journal.write)
        self.directory = fakes.FakeDirectory(people, self.floor.order, self.clock)
        self.calls = CallsView()
        self.cases = fakes.FakeCases(self.clock)
        self.duties = fakes.FakeDuties()
        self.control = fakes.FakeControl()
        self.vault = fakes.FakeVault()
        self.hands = FakeHands()
        self.phones = FakePhones()
        self.softphones = SeatCredentials(self.phones)
        self.hand_offs = FakeHandOffs(self.clock)
        self.logins = fakes.FakeLogins()
        self.health = fakes.FakeHealth()
        self.supervision = FakeSupervision(self.health)
        self.wall_days = FakeDay()
        self.surge = FakeSurge(self.floor, self.clock, self.journal.write)
        self.rules = RulesRoom(
            folder, self.floor.snapshot, self.floor.order, self.journal.write, self.clock
        )
        self.recordings = fakes.FakeRecordings()
        self.malicious = FakeMalicious(self.clock, self.journal, folder)
        self.surveys = FakeSurveyOffice(self.clock)
        self.owed = FakeDutyDesk(self.clock)
        self.relays, self.handlers = FakeRelayDesk(self.clock), FakeHandlers()
        self.lines = FakeLines(self.clock, load_lines(LINES))
        self.experts = FakeExperts()
        self.inspections = InspectionRoom(self.clock, self.journal.write)
        self.staffing = StaffingOffice(
            self.clock, self.floor.snapshot, self.journal.write, lambda: self.directory.directory
        )
        self.wellbeing = self.staffing.wellbeing(self.floor.order)
        self.live = self._live()
        self.journal.onlookers += [self.calls.see, self.live.see]
        self.journal.onlookers += [self.staffing.seen.see, self.wellbeing.see]
        self.console = self._console()

    def _live(self) -> LiveFeed:
        sources = LiveSources(
            floor=self.floor,
            directory=self.directory,
            calls=self.calls,
            callers=self.cases,
            alarms=self.health.alarms,
            callbacks=self.owed,
        )
        return LiveFeed(sources, self.clock, self.settings)

    def _console(self) -> Console:
        self.sessions = Sessions(
            self.logins,
            self.clock,
            lasts=self.settings.session_lasts,
            wall_lasts=self.settings.wall_session_lasts,
        )
        self.passwords = Passwords(CHEAP)
        figures = fakes.FakeFigures(self.clock)
        recordings = Recordings(
            self.recordings, self.folder, self.journal.write, self.clock, self.settings
        )
        return Console(
            floor=FloorSide(floor=self.floor, directory=self.directory, live=self.live),
            calls=CallSide(
                view=self.calls,
                control=self.control,
                traces=self.journal,
                numbers=self.vault,
                hand_offs=self.hand_offs,
            ),
            cases=CaseSide(
                forms=self.cases,
                finishes=self.cases,
                cases=self.cases,
                callers=self.cases,
                repeats=RepeatLookup(self.cases, self.clock),
                catalogue=catalogue(),
                duties=self.duties,
            ),
            figures=figures,
            wall=make_wall(figures, self.wall_days, self.clock),
            staffing=self.staffing.side(self.wellbeing),
            lines=self.lines.side(),
            experts=self.experts.side(),
            logins=LoginSide(
                store=self.logins,
                sessions=self.sessions,
                passwords=self.passwords,
                brake=LoginBrake(),
            ),
            recordings=recordings,
            duties=self.owed,
            surveys=self.surveys,
            case_steps=self.surveys,
            by_phone=self.relays.by_phone(self.handlers),
            levels=self.hands.levels(self.clock, self.journal.write),
            softphones=self.softphones,
            desk=desk_rules(),
            rules=self.rules.side(),
            utilities=self.hands.utilities(self.clock, self.journal.write, self.cases),
            supervision=self.supervision,
            surge=self.surge.side(),
            malicious=self.malicious.side(recordings),
            inspections=self.inspections.office,
            agent_cards=self.inspections.cards,
            health=self.health,
            settings=self.settings,
            clock=self.clock,
            write=self.journal.write,
        )

    async def hire(self) -> None:
        """Gives the five people their logins; one hash serves them all."""
        password_hash = await self.passwords.hash(PASSWORD)
        for name, (role, agent) in PEOPLE.items():
            no = AgentNo(agent) if agent else None
            self.logins.logins[name] = Login(name, role, no, False, password_hash)

    def seat(self, agent: int, *, available: bool = True) -> None:
        """Agent 1001 sits at S001 with the phone 8001, and so on."""
        self.floor.take(PhoneSeen(Extension(f"800{agent}"), True))
        self.floor.take(SignIn(AgentNo(f"100{agent}"), SeatId(f"S00{agent}")))
        if available:
            self.floor.take(GoAvailable(AgentNo(f"100{agent}")))

    def ring(self, call: CallId = CALL, caller: str = "13812345678") -> list[Any]:
        """A citizen arrives and asks for a person; the facts that follow."""
        number, key = PhoneNumber.parse(caller), NumberKey(f"key-{caller[-4:]}")
        self.vault.numbers[key] = number
        arrived = CallArrived(
            at=self.clock.now(), call=call, sip_call_id="abc@sip", dialled="12345",
            caller=number.masked(), caller_key=key, trunk="trunk",
        )  # fmt: skip
        self.journal.write([arrived])
        wanted = SeatWanted(
            call=call, queue=GENERAL, needs={Skill("general"): 1}, priority=0,
            asked_at=self.clock.now(),
        )  # fmt: skip
        return self.floor.take(wanted)

    def talk(self, agent: int = 1, call: CallId = CALL) -> None:
        """Agent `agent` sits down, the citizen rings, they talk."""
        self.seat(agent)
        rung = next(fact for fact in self.ring(call) if fact.kind == "seat-rung")
        self.clock.advance(3)
        self.floor.take(LegAnswered(rung.leg))


@asynccontextmanager
async def open_house(folder: Path, **settings: Any) -> AsyncIterator["OpenHouse"]:
    house = House(folder, **settings)
    await house.hire()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(make_app(house.console)))
        yield OpenHouse(house, server, stack)


class OpenHouse:
    """A house that answers at an address."""

    def __init__(self, house: House, server: TestServer, stack: AsyncExitStack) -> None:
        self.inside = house
        self.server = server
        self._stack = stack

    async def visitor(self) -> Visitor:
        client = TestClient(self.server, cookie_jar=CookieJar(unsafe=True))
        return Visitor(await self._stack.enter_async_context(client))

    async def signed_in(self, name: str) -> Visitor:
        visitor = await self.visitor()
        answer = await visitor.ask("POST", "/api/login", {"name": name, "password": PASSWORD})
        assert answer.status == 200, answer.body
        return visitor


def directory() -> Directory:
    kinds = [EmployerKind.OWN, EmployerKind.OWN, EmployerKind.THIRD_PARTY, EmployerKind.OWN]
    agents = [
        Agent(
            no=AgentNo(f"100{n}"), name=f"话务员{n}", employer_kind=kind, grade=Grade.FIVE,
            district="220100", skills={Skill("general"): 3}, version=1,
        )
        for n, kind in enumerate(kinds, start=1)
    ]  # fmt: skip
    seats = [
        SeatPlace(
            id=SeatId(f"S00{n}"), phone=Extension(f"800{n}") if n < 5 else None,
            district="220100", version=1,
        )
        for n in range(1, 6)
    ]  # fmt: skip
    general = SkillName(skill=Skill("general"), name_zh="综合", name_en="General", version=1)
    return Directory(
        {agent.no: agent for agent in agents},
        {seat.id: seat for seat in seats},
        {general.skill: general},
    )


def catalogue() -> Catalogue:
    leaf = Category(
        code="0101010101", path=("市场", "消费", "商品", "质量", "食品"), version="2026.1",
        units=("market",), synonyms=("过期变质",), valid_from=date(2026, 1, 1),
    )  # fmt: skip
    contents = Contents(version="2026.1", valid_from=date(2026, 1, 1), files=("one.yaml",))
    return Catalogue(contents, [leaf], {"market": Unit(name="市场监管局")})
