"""What a dead process left of a survey call: kept as far as it was said, never rung again."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from callbacks.attempts import Abandoned, Attempt, Claim
from callbacks.duty import AttemptId, DutyState, Outcome, Result
from callbacks.engine import AttemptEngine
from callbacks.questions import Ending
from callbacks.survey_facts import SurveyAsked
from callbacks.survey_told import Visit, asked
from callbacks.survey_walk import Pressed, advance, begin
from callbacks.surveys import SurveyList
from hotline.owed.dialling import Dialling
from hotline.owed.survey_phone import SurveyPhone, TrunkNow
from kernel.ids import CallId
from kernel.phone import PhoneNumber
from telephony.dial_out import DialEnd
from telephony.speech.listens import Language
from telephony.story_teller import Story
from tests.contracts.duty_store import NOON, RULES, SECOND, SURVEY, Cases, a_case
from tests.fakes.fake_clock import FakeClock
from tests.stories.survey_house import SURVEY as QUESTIONS
from tests.stories.survey_house import SurveyHouse, open_survey_house

NUMBER = PhoneNumber.parse("13800000001")
BUSY = 4


@dataclass
class FakeOut:
    """Fits `DialOut`, as far as the robot goes: every ring ends so."""

    end: DialEnd = DialEnd.NO_ANSWER
    rung: list[str] = field(default_factory=list)

    async def dial(
        self, attempt: str, number: PhoneNumber, story: Story, *, ring_for: timedelta
    ) -> DialEnd:
        self.rung.append(attempt)
        return self.end


@dataclass
class FakeDialling:
    out: FakeOut = field(default_factory=FakeOut)

    def next_attempt(self) -> AttemptId:
        return AttemptId("out-1-000001")


class Desk:
    """A phone over fakes, and a call that a process before it had begun."""

    def __init__(self, house: SurveyHouse) -> None:
        self.house = house
        self.dialling = FakeDialling()
        self.is_up = True
        self.phone = SurveyPhone(
            cast(Dialling, self.dialling),
            house.desk(),
            TrunkNow(
                lines=10,
                is_up=lambda: self.is_up,
                busy=lambda: BUSY,
                answer_rate=lambda: 0.97,
                longest_wait=timedelta,
            ),
            ring_for=timedelta(seconds=5),
            asked_last=self._asked_last,
            language_of=self._chinese,
        )

    async def _asked_last(self, call: CallId) -> SurveyAsked | None:
        return await self.house.keeps.asked_last(AttemptId(call))

    async def _chinese(self, claim: Claim) -> Language:
        return Language.ZH

    async def begun(self) -> tuple[Claim, Attempt]:
        one, now = a_case(), self.house.clock.now()
        await SurveyList(self.house.store, Cases(one), RULES).owe(one, now)
        claim = await self.house.engine.claim_next(SURVEY, now)
        assert claim is not None
        return claim, await self.house.engine.begin(claim, AttemptId("out-1-000001"), now)

    async def taken_over(self) -> Abandoned:
        await self.begun()
        self.house.engine = AttemptEngine(self.house.store, RULES, "next")
        found = await self.house.engine.adopt(AttemptId("out-1-000001"), self.house.clock.now())
        assert found is not None
        return found

    def outcome(self) -> Outcome | None:
        return self.house.store.tables.attempts[AttemptId("out-1-000001")].outcome

    def state(self) -> tuple[DutyState, Result | None]:
        (held,) = self.house.store.tables.duties.values()
        return held.duty.state, held.duty.result


async def desk() -> Desk:
    """Time stands: nothing here waits."""
    async with open_survey_house() as house:
        house.clock = FakeClock(NOON)  # type: ignore[assignment]
        return Desk(house)


async def test_who_does_not_answer_is_settled_with_what_the_telephone_said() -> None:
    made = await desk()
    claim, attempt = await made.begun()
    made.dialling.out.end = DialEnd.POWERED_OFF

    await made.phone.ring(attempt, claim, NUMBER)

    assert made.dialling.out.rung == ["out-1-000001"]
    assert made.outcome() is Outcome.POWERED_OFF
    assert made.phone.trunk().surveys == 0


async def test_a_trunk_that_is_down_has_no_line_free() -> None:
    made = await desk()

    assert made.phone.trunk().free == 10 - BUSY
    made.is_up = False
    assert made.phone.trunk().free == 0


async def test_what_was_answered_before_the_end_is_kept() -> None:
    """The citizen hung up while nobody of us lived."""
    made = await desk()
    found = await made.taken_over()
    walk = begin(QUESTIONS)
    for key in "12":
        walk = advance(QUESTIONS, walk, Pressed(key))
    visit = Visit(attempt=found.attempt.id, duties=found.claim.duties)
    await made.house.keeps.asked(asked(QUESTIONS, walk, visit, NOON))

    await made.phone.finish(found)

    record = await made.house.keeps.record(found.claim.ids[0])
    assert (record.contacted, record.first_level) == ("no", None)
    assert record.ending is Ending.BROKEN_OFF
    assert made.outcome() is Outcome.REACHED
    assert made.state() == (DutyState.CLOSED, Result.BROKEN_OFF)


async def test_a_ring_of_which_nothing_is_known_counts_and_is_tried_again_another_time() -> None:
    made = await desk()
    found = await made.taken_over()

    await made.phone.finish(found)

    assert made.outcome() is Outcome.LOST
    assert made.state() == (DutyState.UNREACHED, None)


async def test_who_had_answered_and_was_asked_nothing_was_reached() -> None:
    made = await desk()
    found = await made.taken_over()
    await made.house.engine.answered(found.claim, found.attempt.id, NOON + SECOND)
    again = await made.house.engine.adopt(found.attempt.id, NOON + SECOND)
    assert again is not None

    await made.phone.finish(again)

    assert made.outcome() is Outcome.REACHED
    assert made.state() == (DutyState.CLOSED, Result.BROKEN_OFF)
