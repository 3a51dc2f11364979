"""Inspections opened, scored, appealed against, decided: the row first, then the fact of it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from figures.counts import SHANGHAI
from figures.facts import InspectionAppealed, InspectionDecided, InspectionScored
from figures.inspection import (
    Calibration,
    Inspection,
    Scores,
    State,
    Why,
    Word,
    appealed,
    calibrate,
    decided,
    scored,
)
from figures.inspection_blind import Conversation, unveiled_pairs, veiled
from figures.inspection_errors import JudgeInOwnCase, UnknownTalk, WrongInspectionStep
from figures.inspection_rules import InspectionRules
from figures.inspection_sampling import Sample, Talk, draw
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, uuid7


class KeepsInspections(Protocol):
    """`figures/inspection_store.py: PgInspections`. Each raises Unavailable."""

    async def talks(self, start: datetime, end: datetime) -> Sequence[Talk]: ...

    async def has_talk(self, call: CallId, agent: AgentNo) -> bool: ...

    async def open(self, one: Inspection) -> None:
        """Raises InspectedAlready: another word counts, or this inspector has one already."""
        ...

    async def find(self, inspection: str) -> Inspection:
        """Raises UnknownInspection."""
        ...

    async def listed(
        self, agent: AgentNo | None, state: State | None, before: str | None, limit: int
    ) -> Sequence[Inspection]:
        """The newest first. Of one agent: without those that calibrate or wait for scores."""
        ...

    async def unscored_by(self, inspector: str) -> Collection[Conversation]:
        """What he has taken and not scored yet."""
        ...

    async def calibrated(self, start: datetime, end: datetime) -> Sequence[Inspection]:
        """All that were scored of talks for which a calibration was opened in the span."""
        ...

    async def step(self, was: State, one: Inspection) -> bool:
        """False: it stands at `was` no longer, and nothing has changed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who acts: the login, and the agent behind it if there is one."""

    login: str
    agent: AgentNo | None


class InspectionOffice:
    """Each raises Unavailable."""

    def __init__(
        self,
        keeps: KeepsInspections,
        rules: InspectionRules,
        write: Callable[[Sequence[Fact]], None],
        clock: Clock,
    ) -> None:
        self.rules = rules
        self._keeps = keeps
        self._write = write
        self._clock = clock

    async def samples(self, day: date) -> list[Sample]:
        """What is to be inspected of that day of China."""
        start = datetime.combine(day, time(), SHANGHAI)
        talks = await self._keeps.talks(start, start + timedelta(days=1))
        return draw(talks, day, self.rules.sampling)

    async def listed(
        self, agent: AgentNo | None, state: State | None, before: str | None, limit: int, by: By
    ) -> Sequence[Inspection]:
        """Of what `by` himself is still to score, others' words are left out."""
        found = await self._keeps.listed(agent, state, before, limit)
        return veiled(found, by.login, await self._keeps.unscored_by(by.login))

    async def open(
        self, call: CallId, agent: AgentNo, why: Why, by: By, *, calibrates: bool
    ) -> Inspection:
        """Raises UnknownTalk, JudgeInOwnCase, InspectedAlready."""
        if by.agent == agent:
            raise JudgeInOwnCase(
                f"{by.login} took the call {call}.", remedy="Let another supervisor inspect it."
            )
        if not await self._keeps.has_talk(call, agent):
            raise UnknownTalk(
                f"No talk of agent {agent} in call {call} is known.",
                remedy="Look at the call's agents; one that just ended may take a second.",
            )
        one = Inspection(
            id=uuid7(),
            call=call,
            agent=agent,
            inspector=by.login,
            why=why,
            calibrates=calibrates,
            opened_at=self._clock.now(),
        )
        await self._keeps.open(one)
        return one

    async def score(
        self,
        inspection: str,
        scores: Scores,
        comment: str,
        by: By,
        ticket_errors: int | None = None,
    ) -> Inspection:
        """Raises UnknownInspection, NotYourInspection, WrongInspectionStep, BadScores."""
        was = await self._keeps.find(inspection)
        word = self._word(by, comment)
        one = scored(was, self.rules.scorecard, scores, word, ticket_errors)
        assert one.total is not None, "it was scored"
        fact = InspectionScored(
            at=self._clock.now(),
            inspection=one.id,
            call=one.call,
            agent=one.agent,
            login=by.login,
            total=one.total,
            calibrates=one.calibrates,
        )
        return await self._step(was, one, fact)

    async def appeal(self, inspection: str, reason: str, by: By) -> Inspection:
        """Raises UnknownInspection, NotYourInspection, WrongInspectionStep, AppealTooLate."""
        assert by.agent is not None, "the route asks for an agent"
        was = await self._keeps.find(inspection)
        one = appealed(was, self._word(by, reason), by.agent, self.rules.appeal_within)
        fact = InspectionAppealed(
            at=self._clock.now(), inspection=one.id, call=one.call, agent=one.agent
        )
        return await self._step(was, one, fact)

    async def decide(
        self, inspection: str, scores: Scores | None, reason: str, by: By
    ) -> Inspection:
        """`scores` None: upheld. Raises UnknownInspection, WrongInspectionStep, JudgeInOwnCase,
        BadScores."""
        was = await self._keeps.find(inspection)
        if (was.call, was.agent) in await self._keeps.unscored_by(by.login):
            raise JudgeInOwnCase(
                f"{by.login} has not scored the talk in call {was.call} yet.",
                remedy="Give your own scores first, or let another supervisor decide.",
            )
        one = decided(was, self.rules.scorecard, scores, self._word(by, reason), by.agent)
        assert one.total is not None, "it was scored"
        fact = InspectionDecided(
            at=self._clock.now(),
            inspection=one.id,
            call=one.call,
            agent=one.agent,
            login=by.login,
            upheld=scores is None,
            total=one.total,
        )
        return await self._step(was, one, fact)

    async def calibration(self, start: datetime, end: datetime, by: By) -> Calibration:
        """Without what `by` himself is still to score."""
        found = calibrate(await self._keeps.calibrated(start, end))
        return unveiled_pairs(found, await self._keeps.unscored_by(by.login))

    def _word(self, by: By, text: str) -> Word:
        return Word(by=by.login, at=self._clock.now(), text=text)

    async def _step(self, was: Inspection, one: Inspection, fact: Fact) -> Inspection:
        if not await self._keeps.step(was.state, one):
            raise WrongInspectionStep(
                f"The inspection {one.id} has taken another step meanwhile.",
                remedy="Load it again and choose one of the steps that are left.",
            )
        self._write([fact])
        return one
