"""What surveys brought, in memory: fits `callbacks.survey_records.KeepsSurveys`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from callbacks.duty import AttemptId
from callbacks.survey_facts import (
    SurveyAsked,
    SurveyEnded,
    SurveyJudged,
    SurveyRated,
    SurveysPaused,
)
from callbacks.survey_records import (
    Judgement,
    Pause,
    RecordPage,
    SurveyRecord,
    UnknownSurvey,
    judged,
    merged,
    record_of,
)
from kernel.errors import Unavailable
from kernel.fact import Fact
from kernel.ids import DutyId


@dataclass
class FakeSurveyStore:
    """Set `away` to let every call raise Unavailable."""

    away: bool = False
    walks: dict[AttemptId, SurveyAsked] = field(default_factory=dict)
    told: list[Fact] = field(default_factory=list)
    _records: dict[DutyId, SurveyRecord] = field(default_factory=dict)
    _said: dict[DutyId, str] = field(default_factory=dict)
    _pause: Pause | None = None

    def _demand_here(self) -> None:
        if self.away:
            raise Unavailable("The database is away.", remedy="Wait.")

    async def asked(self, fact: SurveyAsked) -> None:
        self._demand_here()
        self.walks[fact.attempt] = fact

    async def asked_last(self, attempt: AttemptId) -> SurveyAsked | None:
        self._demand_here()
        return self.walks.get(attempt)

    async def ended(self, facts: Sequence[SurveyEnded], said: Mapping[DutyId, str]) -> None:
        self._demand_here()
        for fact in facts:
            before = self._records.get(fact.duty)
            after = merged(before, record_of(fact))
            if after != before:
                self._records[fact.duty] = after
                self.told.append(fact)
                if said.get(fact.duty):
                    self._said[fact.duty] = said[fact.duty]
            self.walks.pop(fact.attempt, None)

    async def record(self, duty: DutyId) -> SurveyRecord:
        self._demand_here()
        if duty not in self._records:
            raise UnknownSurvey.of(duty)
        return self._records[duty]

    async def records(self, page: RecordPage) -> Sequence[SurveyRecord]:
        self._demand_here()
        found = sorted(self._records.values(), key=lambda one: (one.at, one.duty), reverse=True)
        last = self._records.get(page.before) if page.before else None
        found = [
            one
            for one in found
            if (not page.unjudged or one.wants_judging)
            and page.call in (None, one.call)
            and page.case in (None, one.case)
            and (page.since is None or one.at >= page.since)
            and (last is None or (one.at, one.duty) < (last.at, last.duty))
        ]
        return found[: page.limit]

    async def comment(self, duty: DutyId) -> str:
        await self.record(duty)
        return self._said.get(duty, "")

    async def judge(self, duty: DutyId, judgement: Judgement) -> SurveyRecord:
        before = await self.record(duty)
        after = judged(before, judgement)
        if after is None:
            return before
        self._records[duty] = after
        self.told.append(
            SurveyJudged(
                at=judgement.at,
                duty=duty,
                case=after.case,
                round=after.round,
                reasonable=judgement.reasonable,
                ground=judgement.ground,
                by=judgement.by,
            )
        )
        return after

    async def rate(self, duty: DutyId, level: int, by: str, now: datetime) -> SurveyRecord:
        before = await self.record(duty)
        self._records[duty] = replace(
            before, first_level=before.first_level or level, final_level=level, level_by="person"
        )
        self.told.append(SurveyRated(at=now, duty=duty, level=level, by=by))
        return self._records[duty]

    async def pause(self, paused: bool, by: str, now: datetime) -> None:
        self._demand_here()
        if paused != (self._pause is not None):
            self._pause = Pause(now, by) if paused else None
            self.told.append(SurveysPaused(at=now, paused=paused, by=by))

    async def paused(self) -> Pause | None:
        self._demand_here()
        return self._pause

    async def last_closed(self) -> datetime | None:
        self._demand_here()
        return None
