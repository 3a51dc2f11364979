"""The way of one survey call (回访), from the greeting to the farewell. Questions are data.

    answered -> question -> question ... -> farewell -> settled      0: on to the line, to a person

Each question is journaled before it is spoken, so that another process goes on in the middle. The
robot records what was said; what follows from it is decided by people (CBK-03).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from acd.ports import WritesFacts
from callbacks.attempts import Claim, LeaseLost
from callbacks.engine import AttemptEngine
from callbacks.questions import Ending, Spoken, Survey
from callbacks.survey_facts import SurveyAsked
from callbacks.survey_records import KeepsSurveys
from callbacks.survey_told import Spoken as Said
from callbacks.survey_told import Visit, asked, ended
from callbacks.survey_walk import (
    Commented,
    Heard,
    HungUp,
    NotUnderstood,
    Pressed,
    Silence,
    Understood,
    Walk,
    advance,
    begin,
    is_keys_only,
    outcome_of,
    says,
)
from hotline.rule_files import RuleFiles
from kernel.clock import Clock
from kernel.errors import Unavailable
from telephony import spoken
from telephony.hangup import CallerHungUp, until_hangup
from telephony.live_call import LiveCall
from telephony.phrases import Phrases
from telephony.speech import listens
from telephony.spoken import Sound
from telephony.story_teller import Story

log = structlog.get_logger(__name__)

TRY_AGAIN_S: Final = 1.0  # to store what was said, while the database is away


@dataclass(kw_only=True)
class SurveyDesk:
    """What a survey call needs of the house. `to_line`: goes on with whom a person shall have."""

    survey: Survey
    phrases: Phrases
    listener: listens.Listens
    keeps: KeepsSurveys
    engine: AttemptEngine
    write: WritesFacts
    clock: Clock
    zone: ZoneInfo
    record: Callable[[LiveCall], None]
    to_line: Story

    def use(self, rules: RuleFiles) -> None:
        self.phrases = rules.phrases


@dataclass
class SurveyCall:
    """One call in progress. `walk` None: it has just been answered."""

    claim: Claim
    visit: Visit
    walk: Walk | None = None
    language: listens.Language = listens.Language.ZH
    said: dict[int, Said] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)  # settled, as far as we could


async def survey_call(call: LiveCall, survey: SurveyCall, desk: SurveyDesk) -> None:
    """Entered at the question where it is. Never raises for what the citizen does."""
    if survey.over.is_set():  # he was handed to a person, and comes back out of the plain queue
        await desk.to_line(call)
        return
    fresh = survey.walk is None
    walk = survey.walk or begin(desk.survey, len(survey.visit.duties))
    talk = _Talk(call, survey, desk, walk)
    try:
        async with until_hangup(call.hung_up):
            await talk.through(fresh=fresh)
    except CallerHungUp:
        log.info("citizen hung up", ending=talk.walk.ending)
    except Exception:
        log.exception("survey failed", question=talk.walk.at)
    talk.is_gone()
    async with asyncio.TaskGroup() as group:
        group.create_task(_settled(talk, survey), name=f"survey settled {call.id}")
        await _afterwards(call, talk.walk.ending, desk)


async def _settled(talk: "_Talk", survey: SurveyCall) -> None:
    try:
        await talk.settle()
    finally:
        survey.over.set()


async def _afterwards(call: LiveCall, ending: Ending | None, desk: SurveyDesk) -> None:
    """The citizen does not wait for what is stored: on to a person, or the line is his again."""
    if ending is Ending.HANDED_OVER and not call.hung_up.is_set():
        try:
            await desk.to_line(call)
        except CallerHungUp:
            log.info("citizen hung up", ending=ending)
    elif call.where:
        call.hang_up()


class _Talk:
    def __init__(self, call: LiveCall, survey: SurveyCall, desk: SurveyDesk, walk: Walk) -> None:
        self.walk = walk
        self._call = call
        self._of = survey
        self._desk = desk

    async def through(self, *, fresh: bool) -> None:
        call, desk = self._call, self._desk
        await call.in_hand()
        desk.record(call)
        opening = self._say(*desk.survey.greeting) if fresh else []
        while not self.walk.is_over:
            call.forget_keys()
            desk.write([fact := asked(desk.survey, self.walk, self._of.visit, desk.clock.now())])
            async with asyncio.TaskGroup() as group:
                group.create_task(self._note(fact, answered=bool(opening)))
                heard = await self._put([*opening, *self._sounds()])
            opening = []
            self.walk = advance(desk.survey, self.walk, heard)
        await call.play(self._sounds())

    def is_gone(self) -> None:
        if not self.walk.is_over:
            self.walk = advance(self._desk.survey, self.walk, HungUp())

    async def _note(self, fact: SurveyAsked, *, answered: bool) -> None:
        """Beside the question: the journal has it already."""
        desk, now = self._desk, self._desk.clock.now()
        try:
            if answered:
                await desk.engine.answered(self._of.claim, self._of.visit.attempt, now)
            await desk.keeps.asked(fact)
            await desk.engine.extend(self._of.claim, now)
        except (Unavailable, LeaseLost) as trouble:
            log.warning("question is only in the journal", why=str(trouble))

    def _sounds(self) -> list[Sound]:
        desk, walk = self._desk, self.walk
        sounds = self._say(*says(desk.survey, walk))
        first_of_next = walk.at == desk.survey.each and walk.asked == 1 and not walk.is_over
        if walk.subject and first_of_next:
            return [*self._which(), *sounds]
        return sounds

    def _say(self, *phrases: str) -> list[Sound]:
        book = self._desk.phrases
        korean = self._of.language is listens.Language.KO
        return book.say_in_korean(*phrases) if korean else book.say(*phrases)

    def _which(self) -> list[Sound]:
        """下面请评价您在 X 月 Y 日办结的诉求: no detail of the case itself (G)."""
        if self._of.language is listens.Language.KO:
            return self._say("survey_case_of")  # numbers are recorded in Chinese only
        duty = self._of.visit.duties[self.walk.subject]
        closed, say = duty.last_missed_at.astimezone(self._desk.zone), self._desk.phrases.say
        month = [*spoken.cardinal(closed.month), *say("survey_month")]
        day = [*spoken.cardinal(closed.day), *say("survey_day_closed")]
        return [*say("survey_case_of"), *month, *day]

    # ---- one question

    async def _put(self, sounds: list[Sound]) -> Heard:
        question = self._desk.survey.questions[self.walk.at]
        if question.record is not None:
            return await self._comment(sounds, question.record)
        deaf = is_keys_only(self._desk.survey, self.walk) or not self._words()
        if not deaf and self._desk.listener.hears(self._of.language):
            heard = await self._listen(sounds)
            if heard is not None:
                return heard
        within = self._desk.survey.answer_within
        key = await self._call.collect(
            sounds, digits=1, first_within=within, between=within, ends=""
        )
        return Pressed(key) if key else Silence()

    def _words(self) -> Mapping[str, tuple[str, ...]]:
        question = self._desk.survey.questions[self.walk.at]
        return question.korean if self._of.language is listens.Language.KO else question.words

    async def _listen(self, sounds: list[Sound]) -> Heard | None:
        """By key or by voice, the key wins. None: nobody listens any more."""
        words = self._words()
        question = listens.Question(
            name=self.walk.at,
            sounds=tuple(sounds),
            choices=tuple(listens.Choice(value, said) for value, said in words.items()),
            language=self._of.language,
            within=self._desk.survey.answer_within,
        )
        match await self._desk.listener.choice(self._call, question):
            case listens.Pressed(key):
                return Pressed(key)
            case listens.Heard(option=option):
                return Understood(option)
            case listens.Unclear():
                return NotUnderstood()
            case listens.Silent():
                return Silence()
            case listens.KeysOnly(why):
                log.info("nobody listens", why=why)
                return None

    async def _comment(self, sounds: list[Sound], limits: Spoken) -> Heard:
        """Why not, in his own words; the call's recording has them in any case."""
        if self._desk.listener.hears(self._of.language):
            question = listens.OpenQuestion(
                name=self.walk.at,
                sounds=tuple(sounds),
                language=self._of.language,
                within=limits.silence,
                longest=limits.longest,
            )
            match await self._desk.listener.comment(self._call, question):
                case listens.Pressed(key):
                    return Pressed(key)
                case listens.Said(text, evidence):
                    self._keep(evidence.seconds, text)
                    return Commented()
                case listens.Silent():
                    return Silence()
                case listens.KeysOnly(why):
                    log.info("nobody listens", why=why)
        return await self._record(sounds, limits)

    async def _record(self, sounds: list[Sound], limits: Spoken) -> Heard:
        """Nobody writes it down: he speaks until he presses a key, or hangs up."""
        key = await self._call.play(sounds, until="0123456789*#")
        if key:
            return Pressed(key)
        began = self._desk.clock.now()
        self._keep(0.0, "")
        try:
            key = await self._call.next_key(limits.longest)
        finally:
            self._keep((self._desk.clock.now() - began).total_seconds(), "")
        return Pressed(key) if key in ("0", "*", "9") else Commented()

    def _keep(self, seconds: float, text: str) -> None:
        at = self._desk.clock.now() - timedelta(seconds=seconds)
        self._of.said[self.walk.subject] = Said(at, round(seconds, 1), text)

    # ---- afterwards

    async def settle(self) -> None:
        """Stored, then settled; tried until it is done. Who settled it meanwhile is right."""
        while True:
            try:
                await self._settle_once()
                return
            except Unavailable as trouble:
                log.warning("survey waits to be stored", why=str(trouble))
            except LeaseLost as lost:
                if not await self._claim_again():
                    log.warning("survey was settled by another", why=str(lost))
                    return
            await asyncio.sleep(TRY_AGAIN_S)

    async def _settle_once(self) -> None:
        desk, of, now = self._desk, self._of, self._desk.clock.now()
        facts = ended(desk.survey, self.walk, of.visit, now, of.said)
        texts = {of.visit.ids[n]: said.text for n, said in of.said.items() if said.text}
        await desk.keeps.ended(facts, texts)
        outcome, result = outcome_of(self.walk)
        await desk.engine.settle(of.claim, of.visit.attempt, outcome, now, result)

    async def _claim_again(self) -> bool:
        found = await self._desk.engine.adopt(self._of.visit.attempt, self._desk.clock.now())
        if found is not None:
            self._of.claim = found.claim
        return found is not None
