"""The survey robot's telephone: rings over the trunk out, tells the story, adopts after a crash.

Fits `callbacks.survey_robot.RingsForSurveys`; what a process before us left is finished here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from callbacks.attempts import Abandoned, Attempt, Claim, LeaseLost
from callbacks.duty import AttemptId, Outcome, Result
from callbacks.schedule import Trunk
from callbacks.schedule_settings import SurveyRules
from callbacks.survey_facts import SurveyAsked
from callbacks.survey_told import Visit, ended, in_order, walk_again
from callbacks.survey_walk import HungUp, advance, outcome_of
from hotline.owed.dialling import Dialling, settle_unseen
from hotline.stories.survey_call import TRY_AGAIN_S, SurveyCall, SurveyDesk, survey_call
from kernel.errors import Unavailable
from kernel.ids import CallId
from kernel.phone import PhoneNumber
from telephony.dial_out import DialEnd
from telephony.live_call import LiveCall
from telephony.speech.listens import Language
from telephony.story_teller import Story

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class TrunkNow:
    """`busy`: calls in our hands; `answer_rate` of the running quarter, None: nobody asked."""

    lines: int
    is_up: Callable[[], bool]
    busy: Callable[[], int]
    answer_rate: Callable[[], float | None]
    longest_wait: Callable[[], timedelta]


class SurveyPhone:
    """`asked_last`: where a call is, by the journal (raises Unavailable)."""

    def __init__(
        self,
        dialling: Dialling,
        desk: SurveyDesk,
        now: TrunkNow,
        *,
        ring_for: timedelta,
        asked_last: Callable[[CallId], Awaitable[SurveyAsked | None]],
        language_of: Callable[[Claim], Awaitable[Language]],
    ) -> None:
        self._dialling = dialling
        self.desk = desk
        self._now = now
        self._ring_for = ring_for
        self._asked_last = asked_last
        self._language_of = language_of
        self._up: set[AttemptId] = set()  # that ring or talk
        self._ringing: set[AttemptId] = set()

    def use(self, rules: SurveyRules) -> None:
        """For the next call."""
        self._ring_for, self._now = rules.ring_for, replace(self._now, lines=rules.trunk_lines)

    def next_attempt(self) -> AttemptId:
        return self._dialling.next_attempt()

    def drop(self, attempt: AttemptId) -> None:
        self._dialling.out.drop(attempt)

    def trunk(self) -> Trunk:
        now, busy = self._now, self._now.busy() + len(self._ringing)
        return Trunk(
            lines=now.lines,
            free=max(now.lines - busy, 0) if now.is_up() else 0,
            surveys=len(self._up),
            answer_rate=now.answer_rate(),
            longest_wait=now.longest_wait(),
        )

    async def ring(self, attempt: Attempt, claim: Claim, number: PhoneNumber) -> None:
        survey = SurveyCall(claim, Visit(attempt=attempt.id, duties=claim.duties))
        survey.language = await self._language_of(claim)

        async def story(call: LiveCall) -> None:
            self._ringing.discard(attempt.id)
            await survey_call(call, survey, self.desk)

        self.desk.listener.hears(Language.ZH)  # starts the worker: it is up when they answer
        self._up.add(attempt.id)
        self._ringing.add(attempt.id)
        try:
            out = self._dialling.out
            end = await out.dial(attempt.id, number, story, ring_for=self._ring_for)
            if end is DialEnd.REACHED:
                await survey.over.wait()
            else:
                await self._settle(claim, attempt.id, (Outcome(end.value), None))
        finally:
            self._ringing.discard(attempt.id)
            self._up.discard(attempt.id)

    # ---- after a crash

    async def adopt(self, call: LiveCall, found: Abandoned) -> Story:
        """A citizen who was being asked when the process died: goes on in the middle."""
        last = await self._asked_last(call.id)
        duties = in_order(last, found.claim.duties) if last is not None else found.claim.duties
        survey = SurveyCall(found.claim, Visit(attempt=found.attempt.id, duties=duties))
        survey.language = await self._language_of(found.claim)
        if last is not None:
            survey.walk = walk_again(self.desk.survey, last)

        async def story(call: LiveCall) -> None:
            self._up.add(found.attempt.id)
            try:
                await survey_call(call, survey, self.desk)
            finally:
                self._up.discard(found.attempt.id)

        return story

    async def finish(self, found: Abandoned) -> None:
        """Its call is over, unseen: what was answered until then is kept. Raises Unavailable."""
        last = await self._asked_last(CallId(found.attempt.id))
        if last is None:
            await settle_unseen(self.desk.engine, found, self.desk.clock.now())
            return
        walk = advance(self.desk.survey, walk_again(self.desk.survey, last), HungUp())
        duties = in_order(last, found.claim.duties)
        visit = Visit(attempt=found.attempt.id, duties=duties)
        facts = ended(self.desk.survey, walk, visit, self.desk.clock.now(), {})
        await self.desk.keeps.ended(facts, {})
        await self._settle(found.claim, found.attempt.id, outcome_of(walk))

    async def _settle(
        self, claim: Claim, attempt: AttemptId, end: tuple[Outcome, Result | None]
    ) -> None:
        """Tried until it is done; who settled it meanwhile is right."""
        while True:
            try:
                outcome, result = end
                now = self.desk.clock.now()
                await self.desk.engine.settle(claim, attempt, outcome, now, result)
                return
            except LeaseLost as lost:
                log.warning("survey was settled by another", why=str(lost))
                return
            except Unavailable as trouble:
                log.warning("survey waits to be settled", why=str(trouble))
                await asyncio.sleep(TRY_AGAIN_S)
