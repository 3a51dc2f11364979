"""A whole house for callbacks: the real floor, desk, switchboard, engine and stories; the telephone
network, the rows and the time are fakes. Agents' phones are 8001 and so on; the citizen is MOBILE.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import TypeVar

from acd.desk import AcdDesk
from acd.floor import Floor
from acd.happenings import FinishWrapUp, GoAvailable, SignIn
from acd.policy import QueuePolicies
from callbacks.attempts import Attempt, Rules
from callbacks.duty import AttemptId, Duty, DutyKind, DutyState
from callbacks.engine import AttemptEngine
from callbacks.place_store import PlaceInLine
from callbacks.ports import Held
from callbacks.promised import CallbacksByPeople
from callbacks.schedule_settings import First, PeopleRules
from callbacks.settings import CallbackSettings
from callbacks.workdays import Calendar
from console.calls_view import CallsView
from hotline.callback_wiring import LeftBehind
from hotline.center import Center
from hotline.entrances import Entrances, nobody_known
from hotline.owed.callback_house import CallbackHouse
from hotline.owed.callback_line import CallbackLine, CallbackLines
from hotline.stories.inbound_call import inbound_call
from hotline.stories.stages import Stage as StoryStage
from hotline.tidings import LateDesk, Tidings
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, DutyId, NumberKey, SeatId, is_out, out_id
from kernel.phone import PhoneNumber
from storage.feed import FactFeed, Recorder
from telephony.ahead import SeatAhead
from telephony.call_control import AmiCallControl
from telephony.dial_out import DialOut
from telephony.ears import Ears
from telephony.live_call import LiveCall
from telephony.settings import RecordingSettings, TelephonySettings
from telephony.switchboard import Switchboard
from tests.acd.centre import EPOCH, directory, policies
from tests.fakes.duties import FakeAttemptStore, missed_duty
from tests.fakes.fake_switch import FakeSwitch, Habit
from tests.fakes.virtual_time import VirtualClock
from tests.stories.stage import LEVELS, LINES, MENUS, MOBILE, PHRASES

F = TypeVar("F", bound=Fact)
KEY = NumberKey("key-0001")
RULES = PeopleRules(ring_for=timedelta(seconds=20))


class FakePlaces:
    """Fits `callbacks.promised.KnowsPlaces`."""

    def __init__(self) -> None:
        self.of: dict[DutyId, PlaceInLine] = {}

    async def places(self, duties: Sequence[DutyId]) -> Mapping[DutyId, PlaceInLine]:
        return {duty: self.of[duty] for duty in duties if duty in self.of}


class Numbers:
    """Fits `callbacks.ports.RevealsNumbers`."""

    kept: dict[NumberKey, PhoneNumber]

    def __init__(self) -> None:
        self.kept = {KEY: MOBILE}

    async def reveal(self, key: NumberKey) -> PhoneNumber | None:
        return self.kept.get(key)


@dataclass
class CallbackStage:
    folder: Path
    people: PeopleRules
    rules: QueuePolicies
    facts: list[Fact] = field(default_factory=list)
    stages: dict[CallId, StoryStage] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.feed, late = FactFeed(), LateDesk()
        feed = self.feed
        recorder = Recorder(self.facts.extend, feed)
        tidings = Tidings(late)
        feed.add("tidings", tidings.see)
        self.switch = FakeSwitch()
        ears = Ears(
            write=recorder.write,
            on_leg=tidings.on_leg,
            on_phone=tidings.on_phone,
            key_of=lambda number: NumberKey(f"key-{number.value[-4:]}"),
            well=lambda: True,
            sound_path=str,
        )
        settings = TelephonySettings(
            recording=RecordingSettings(directory=self.folder),
        )
        self.board = Switchboard(
            self.switch, ears, clock=self.clock, settings=settings, epoch=EPOCH
        )
        self.control = AmiCallControl(self.switch, self.board)
        self.floor = Floor(self.rules, directory({"general": 1}, {"general": 1}), EPOCH)
        late.desk = self.desk = AcdDesk(self.floor, recorder.write, self.control, self.clock)
        self.center = Center(
            desk=self.desk,
            write=recorder.write,
            clock=self.clock,
            policies=self.rules,
            entrances=Entrances(
                lines=LINES,
                menus=MENUS,
                levels=LEVELS,
                look_up=nobody_known,
                clock=self.clock,
            ),
            phrases=PHRASES,
            last_agent_of=lambda key: None,
            overflow_targets={},
            stages=self.stages,
            key_of=ears.key_of,
        )
        self.inbound = partial(inbound_call, center=self.center)
        self.out = DialOut(self.switch, self.board, self._adopted)
        self.store, self.places, self.numbers = FakeAttemptStore(), FakePlaces(), Numbers()
        schedule = CallbackSettings().schedule.model_copy(update={"people": self.people})
        self.settings = CallbackSettings().model_copy(update={"schedule": schedule})
        self.duty_rules = duty_rules = Rules(self.settings, Calendar())
        self.engine = AttemptEngine(self.store, duty_rules, "leader-7")
        self.house = CallbackHouse(
            desk=self.desk,
            engine=self.engine,
            dial=self.out,
            ahead=SeatAhead(self.board),
            numbers=self.numbers,
            center=self.center,
            inbound=self.inbound,
            rules=self.people,
            lease_for=schedule.engine.dial_for,
            is_on_the_phone=self._rings_us,
        )
        turns = count(1)
        lines = CallbackLines(
            people=CallbacksByPeople(self.store, self.places, duty_rules),
            policies=self.rules,
            next_attempt=lambda: AttemptId(out_id(EPOCH, next(turns))),
            is_ready=lambda: self.board.is_ready,
        )
        self.line = CallbackLine(self.house, lines)
        feed.add("callbacks", self.line.see)
        self.cards = CallsView()
        feed.add("cards", self.cards.see)
        self.left = LeftBehind(self.cards, self.line, self.house)

    async def _adopted(self, call: LiveCall) -> None:
        """As `hotline/owed/dialling.py` does for a call that a process before us has rung."""
        found = await self.engine.adopt(AttemptId(call.id), self.clock.now())
        assert found is not None, "it is not settled"
        await (await self.left.adopts(call, found))(call)

    def _rings_us(self, key: NumberKey | None) -> bool:
        parties = self.board.mirror.parties.items()
        return any(party.caller_key == key and not is_out(call) for call, party in parties)

    # ---- people

    async def staff(self, *numbers: int, habit: Habit = Habit.ANSWERS) -> None:
        for n in numbers:
            self.switch.habits[f"800{n}"] = habit
            await self.desk.order(SignIn(AgentNo(f"100{n}"), SeatId(f"S00{n}")))
            await self.desk.order(GoAvailable(AgentNo(f"100{n}")))

    def citizen(self, habit: Habit) -> None:
        self.switch.habits[MOBILE.national] = habit

    async def wraps_up(self, n: int = 1) -> None:
        await self.desk.order(FinishWrapUp(AgentNo(f"100{n}")))

    async def passes(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    # ---- what is owed

    def owe(
        self, name: str = "m", kind: DutyKind = DutyKind.MISSED, due: float = 1800, **more: object
    ) -> DutyId:
        """A missed call of MOBILE, due in so many seconds, as the projection writes it."""
        now = self.clock.now()
        key = more.pop("key", KEY)
        duty = missed_duty(name, now, NumberKey(str(key)))
        duty = replace(duty, kind=kind, due_at=now + timedelta(seconds=due), **more)  # type: ignore[arg-type]
        self.store.tables.duties[duty.id] = Held(duty=duty)
        return duty.id

    def duty(self, duty_id: DutyId) -> Duty:
        return self.store.tables.duties[duty_id].duty

    def settled_otherwise(self, duty_id: DutyId) -> None:
        """He rang again and was answered: the projection writes it."""
        held = self.store.tables.duties[duty_id]
        after = replace(held.duty, state=DutyState.SELF_RESOLVED, closed_at=self.clock.now())
        self.store.tables.duties[duty_id] = replace(held, duty=after)

    def attempts(self) -> list[Attempt]:
        return sorted(self.store.tables.attempts.values(), key=lambda one: one.dialled_at)

    # ---- what came of it

    def of(self, kind: type[F]) -> list[F]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def rung(self, number: str) -> int:
        """How often that phone was rung."""
        dialled = [a for a in self.switch.actions if a["Action"] == "Originate"]
        return sum(a["Channel"].removeprefix("PJSIP/").split("@")[0] == number for a in dialled)

    def heard(self, leg: str) -> list[str]:
        """What was played on that channel."""
        done = [a for a in self.switch.actions if a["Action"] == "AGI"]
        name = next(a["Channel"] for a in done if a["CommandID"].startswith(f"{leg}/"))
        said = [a["Command"] for a in done if a["Channel"] == name]
        return [one.split('"')[1].rpartition("/")[2] for one in said if one.startswith("STREAM")]


@asynccontextmanager
async def open_stage(
    folder: Path, people: PeopleRules = RULES, general: dict[str, object] | None = None
) -> AsyncIterator[CallbackStage]:
    async with asyncio.TaskGroup() as group:
        stage = CallbackStage(folder, people, policies(general))
        tasks = [
            group.create_task(stage.desk.run(), name="desk"),
            group.create_task(stage.board.run(stage.out.tells(stage.inbound)), name="switchboard"),
        ]
        assert await stage.board.until(lambda: stage.board.is_ready, timedelta(seconds=5))
        tasks.append(group.create_task(stage.line.run(), name="callbacks"))
        yield stage
        for task in tasks:
            task.cancel()


def citizen_first(**more: object) -> PeopleRules:
    return RULES.model_copy(update={"first": First.CITIZEN, **more})
