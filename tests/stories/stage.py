"""A whole house for one story: the real floor, desk, menus and phrases, a telephone by hand.

Time is virtual: `passes(60)` takes no time at all.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from acd.desk import AcdDesk
from acd.directory import Directory
from acd.facts import FATES, SeatAnswered
from acd.floor import Floor
from acd.happenings import GoAvailable, SignIn
from acd.policy import QueuePolicies
from acd.surge_plans import load_surge
from hotline.center import Center
from hotline.entrances import Entrances
from hotline.stories.inbound_call import inbound_call
from hotline.stories.stages import Stage as StoryStage
from hotline.surge.notices import Notices
from hotline.tidings import LateDesk, Tidings
from intake.known_callers import NOBODY, KnownCaller
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, NumberKey, SeatId
from kernel.phone import PhoneNumber
from storage.feed import FactFeed, Recorder
from telephony.emergency_directory import EmergencyDirectory
from telephony.entry import Entry
from telephony.hangup import CallerHungUp
from telephony.levels import Levels
from telephony.lines import Lines
from telephony.live_call import LiveCall
from telephony.menu import Menus
from telephony.menu_file import load_levels, load_lines, load_menus
from telephony.party import Party
from telephony.phrases import load_phrases
from telephony.place import Place
from telephony.spoken import Sound
from tests.acd.centre import EPOCH, QUEUES, directory
from tests.fakes.emergency_lines import DIRECTORY
from tests.fakes.fake_telephone import FakeTelephone, Line
from tests.fakes.virtual_time import VirtualClock

CONFIG: Final = Path(__file__).parents[2] / "config"
RAW: Final[dict[str, Any]] = yaml.safe_load(QUEUES.read_text(encoding="utf-8"))
MENUS: Final = load_menus(CONFIG / "menus.yaml")
LEVELS: Final = load_levels(CONFIG / "levels.yaml")
LINES: Final = load_lines(CONFIG / "lines.yaml")
SURGE: Final = load_surge(CONFIG / "surge.yaml")
PHRASES: Final = load_phrases(CONFIG / "phrases.yaml")
SILENT: Final = 3 + 3 + 0.1  # three sounds, then the three seconds in which a key may come
MOBILE: Final = PhoneNumber.parse("13800000001")
F = TypeVar("F", bound=Fact)


@dataclass
class Told:
    """A citizen's call and how its story ended: None while it lasts."""

    line: Line
    task: asyncio.Task[None] | None = None
    end: str | Exception | None = None

    @property
    def heard(self) -> list[str]:
        """Phrases by their names in phrases.yaml, and "music"."""
        return [name.removeprefix("zh/phrases/") for name in self.line.heard]


@dataclass
class House:
    group: asyncio.TaskGroup
    policies: QueuePolicies
    people: Directory
    facts: list[Fact] = field(default_factory=list)
    stages: dict[CallId, StoryStage] = field(default_factory=dict)
    known_to: dict[NumberKey | None, AgentNo] = field(default_factory=dict)
    known: KnownCaller = NOBODY  # what the database says of any caller
    database_takes: float = 0.0  # seconds
    lines: Lines = LINES
    menus: Menus = MENUS
    levels: Levels = LEVELS
    emergency: EmergencyDirectory = DIRECTORY

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.feed = feed = FactFeed()
        self.recorder = Recorder(self.facts.extend, feed)
        late = LateDesk()
        tidings = Tidings(late)
        feed.add("tidings", tidings.see)
        self.telephone = FakeTelephone(self.recorder.write, tidings.on_leg, self.clock)
        self.floor = Floor(self.policies, self.people, EPOCH)
        late.desk = self.desk = AcdDesk(self.floor, self.recorder.write, self.telephone, self.clock)
        self.center = Center(
            desk=self.desk,
            write=self.recorder.write,
            clock=self.clock,
            policies=self.policies,
            entrances=Entrances(
                lines=self.lines,
                menus=self.menus,
                levels=self.levels,
                look_up=self._look_up,
                clock=self.clock,
            ),
            phrases=PHRASES,
            last_agent_of=self.known_to.get,
            overflow_targets={"province": "04319999999"},
            stages=self.stages,
            key_of=lambda number: NumberKey(f"key-{number.value[-4:]}"),
            notices=Notices(rules=SURGE, levels=self.levels, standing=lambda: self.desk.standing),
        )

    async def _look_up(self, key: NumberKey) -> KnownCaller:
        if self.database_takes:
            await asyncio.sleep(self.database_takes)
        return self.known

    # ---- people come in

    async def staff(self, *numbers: int) -> None:
        for n in numbers:
            await self.desk.order(SignIn(AgentNo(str(1000 + n)), SeatId(f"S{n:03d}")))
            await self.desk.order(GoAvailable(AgentNo(str(1000 + n))))

    def channel(
        self,
        name: str = "c1",
        *,
        caller: PhoneNumber = MOBILE,
        dialled: str = "12345",
        handed: str = "",
    ) -> Line:
        """A citizen's channel that nobody tells the story of yet; not in our hands."""
        key = None if caller.is_withheld else NumberKey("k" * 64)
        party = Party(caller, key, "", dialled, "trunk-in", self.clock.now())
        party.handed = handed
        live = LiveCall(CallId(name), f"PJSIP/{name}", party, self.telephone, sound_path=_as_named)
        self.telephone.lines[live.ami_name] = line = Line(live, party)
        return line

    def rings_up(
        self,
        name: str = "c1",
        *,
        caller: PhoneNumber = MOBILE,
        where: str = "hotline",
        place: Place | None = None,
        dialled: str = "12345",
        handed: str = "",
    ) -> Told:
        """A citizen's call is in our hands (`where` "": it talks), and its story begins."""
        told = Told(self.channel(name, caller=caller, dialled=dialled, handed=handed))
        told.line.live.place = place
        if where:
            told.line.live.taken_in_hand(where, told.line.live.ami_name)
        told.task = self.group.create_task(self._tell(told), name=f"story {name}")
        return told

    def returns(self, name: str = "c1") -> Told:
        """Out of the fallback queue, into a fresh story."""
        told = Told(self.channel(name))
        told.line.live.entry = Entry.RETURNED
        told.line.live.taken_in_hand("room", told.line.live.ami_name)
        told.task = self.group.create_task(self._tell(told), name=f"story {name}")
        return told

    async def _tell(self, told: Told) -> None:
        try:
            await inbound_call(told.line.live, self.center)
        except CallerHungUp:
            told.end = "caller hung up"
        except Exception as fault:
            told.end = fault
        else:
            told.end = "over"

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    # ---- what came of it

    def of(self, kind: type[F]) -> list[F]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def only(self, kind: type[F]) -> F:
        (found,) = self.of(kind)
        return found

    def fates(self, call: str = "c1") -> list[str]:
        """Kinds of the fates of this call (I9: one, if it asked for a person)."""
        return [
            fact.kind
            for fact in self.facts
            if isinstance(fact, FATES)
            and getattr(fact, "call", None) == call
            and not (isinstance(fact, SeatAnswered) and fact.again)
        ]

    def folded(self) -> Floor:
        """The floor as a restart would find it: from the facts alone."""
        floor = Floor(self.policies, self.people, EPOCH)
        for fact in self.facts:
            floor.apply(fact)
        return floor


def rules(general: dict[str, object] | None) -> QueuePolicies:
    """As `tests.acd.centre.policies`; the file is read once."""
    changed = {**RAW["queues"], "general": {**RAW["queues"]["general"], **(general or {})}}
    return QueuePolicies.model_validate({**RAW, "queues": changed})


def _as_named(sound: Sound) -> str:
    return sound


@asynccontextmanager
async def open_house(
    general: dict[str, object] | None = None,
    *skills: dict[str, int],
    lines: Lines = LINES,
    levels: Levels = LEVELS,
) -> AsyncIterator[House]:
    """`general`: changed keys of the queue "general"; `skills`: one agent each.

    At the end the floor that lived and the one folded from its facts are the same.
    """
    async with asyncio.TaskGroup() as group:
        house = House(group, rules(general), directory(*skills), lines=lines, levels=levels)
        desk = group.create_task(house.desk.run(), name="desk")
        yield house
        running = [told for told in asyncio.all_tasks() if told.get_name().startswith("story ")]
        desk.cancel()
        for story in running:
            story.cancel()
    assert house.folded().contents() == house.floor.contents()


async def connected(house: House) -> Told:
    """A citizen talks with agent 1001, who answered after two seconds."""
    await house.staff(1)
    told = house.rings_up()
    await house.passes(SILENT + 2)
    house.telephone.seat_answers()
    await house.passes(30)
    return told
