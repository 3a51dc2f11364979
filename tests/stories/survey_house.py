"""A survey call by hand: walk, engine and live call are real; database, voice, time are fakes."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from callbacks.attempts import Claim
from callbacks.duty import AttemptId, Duty, DutyKind
from callbacks.engine import AttemptEngine
from callbacks.ports import ClosedCase
from callbacks.questions import Survey, load_survey
from callbacks.survey_facts import SurveyAsked
from callbacks.survey_told import Visit, walk_again
from callbacks.surveys import SurveyList
from hotline.stories.survey_call import SurveyCall, SurveyDesk, survey_call
from kernel.fact import Fact
from kernel.ids import CallId, CaseId, NumberKey
from telephony.live_call import LiveCall
from telephony.party import Party
from telephony.speech.listens import Answer, Comment, Language
from telephony.spoken import Sound
from tests.contracts.duty_store import RULES, Cases
from tests.fakes.duties import FakeAttemptStore
from tests.fakes.fake_listener import FakeListener
from tests.fakes.fake_surveys import FakeSurveyStore
from tests.fakes.fake_telephone import FakeTelephone, Line
from tests.fakes.virtual_time import VirtualClock
from tests.stories.stage import CONFIG, MOBILE, PHRASES

KEY = NumberKey("k" * 64)
SURVEY: Survey = load_survey(
    CONFIG / "surveys" / "case_result.yaml", {*PHRASES.phrases, *PHRASES.tones}
)
SURVEYS = frozenset({DutyKind.SURVEY})
CALL = CallId("out-9-000001")


@dataclass
class SurveyHouse:
    group: asyncio.TaskGroup
    listener: FakeListener
    facts: list[Fact] = field(default_factory=list)
    recorded: list[CallId] = field(default_factory=list)
    to_line: list[CallId] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.store = FakeAttemptStore()
        self.keeps = FakeSurveyStore()
        self.engine = AttemptEngine(self.store, RULES, "robot")
        self.telephone = FakeTelephone(self.facts.extend, self.facts.append, self.clock)  # type: ignore[arg-type]
        self.cases: list[ClosedCase] = []

    def desk(self) -> SurveyDesk:
        async def to_line(call: LiveCall) -> None:
            self.to_line.append(call.id)

        return SurveyDesk(
            survey=SURVEY,
            phrases=PHRASES,
            listener=self.listener,
            keeps=self.keeps,
            engine=self.engine,
            write=self.facts.extend,
            clock=self.clock,
            zone=ZoneInfo("Asia/Shanghai"),
            record=lambda call: self.recorded.append(call.id),
            to_line=to_line,
        )

    async def answers(self, cases: int = 1, language: Language = Language.ZH) -> "Told":
        """A citizen with so many closed cases lifts the phone."""
        now = self.clock.now()
        closed = [
            ClosedCase(
                case=CaseId(f"case-{n}"),
                round=1,
                contact_key=KEY,
                contact="138****0001",
                closed_at=now - timedelta(hours=2 + n),
                unit="环保局",
            )
            for n in range(cases)
        ]
        work_list = SurveyList(self.store, Cases(*closed), RULES)
        for one in closed:
            await work_list.owe(one, now)
        claim = await self.engine.claim_next(SURVEYS, now)
        assert claim is not None, "the virtual clock stands in a window"
        await self.engine.begin(claim, AttemptId(CALL), now)
        survey = SurveyCall(claim, Visit(attempt=AttemptId(CALL), duties=claim.duties))
        survey.language = language
        return self._lifts(survey)

    async def goes_on_elsewhere(self, told: "Told") -> "Told":
        """The process dies in the middle; the next one finds the call living."""
        assert told.task is not None
        told.task.cancel()
        await asyncio.wait([told.task])
        found = await AttemptEngine(self.store, RULES, "next").adopt(
            AttemptId(CALL), self.clock.now()
        )
        assert found is not None
        self.engine = AttemptEngine(self.store, RULES, "next")
        asked = [fact for fact in self.facts if isinstance(fact, SurveyAsked)][-1]
        survey = SurveyCall(found.claim, Visit(attempt=AttemptId(CALL), duties=found.claim.duties))
        survey.walk = walk_again(SURVEY, asked)
        return self._lifts(survey)

    def _lifts(self, survey: SurveyCall) -> "Told":
        party = Party(MOBILE, KEY, "", "12345", "trunk-out", self.clock.now())
        live = LiveCall(CALL, "PJSIP/out", party, self.telephone, sound_path=_as_named)
        line = self.telephone.lines[live.ami_name] = Line(live, party)
        live.taken_in_hand("hotline", live.ami_name)
        told = Told(self, line, survey)
        told.task = self.group.create_task(survey_call(live, survey, self.desk()), name="story out")
        return told


@dataclass
class Told:
    house: SurveyHouse
    line: Line
    survey: SurveyCall
    task: asyncio.Task[None] | None = None

    @property
    def heard(self) -> list[str]:
        return [name.removeprefix("zh/phrases/") for name in self.line.heard]

    @property
    def duties(self) -> tuple[Duty, ...]:
        held = self.house.store.tables.duties
        return tuple(held[duty].duty for duty in self.survey.visit.ids)

    @property
    def claim(self) -> Claim:
        return self.survey.claim

    async def presses(self, keys: str, every: float = 0.5) -> None:
        for key in keys:
            await asyncio.sleep(every)
            self.house.telephone.press(CALL, key)

    async def hangs_up(self) -> None:
        self.house.telephone.citizen_hangs_up(CALL)
        await self.is_over()

    async def is_over(self) -> None:
        assert self.task is not None
        async with asyncio.timeout(600):
            await asyncio.wait([self.task])
            await self.survey.over.wait()


def _as_named(sound: Sound) -> str:
    return sound


@asynccontextmanager
async def open_survey_house(
    says: Iterable[Answer | Comment] = (), *, deaf: bool = False
) -> AsyncIterator[SurveyHouse]:
    """`deaf`: nobody listens, keys only."""
    listener = FakeListener(says, () if deaf else Language)
    async with asyncio.TaskGroup() as group:
        house = SurveyHouse(group, listener)
        yield house
        for task in asyncio.all_tasks():
            if task.get_name().startswith("story "):
                task.cancel()
