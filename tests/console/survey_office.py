"""The survey campaign in memory. Fits `console/survey_port.py`."""

from collections.abc import Sequence
from datetime import datetime

from callbacks.duty import DutyState
from callbacks.duty_lists import Campaign, DutyPage
from callbacks.schedule_settings import ScheduleRules
from callbacks.store import UnknownDuty
from callbacks.survey_facts import Ground
from callbacks.survey_plan import Planned
from callbacks.survey_records import Judgement, RecordPage, SurveyRecord
from cases.closing import CaseFlag, Standing
from console.survey_port import CampaignNow, SurveyCalls
from figures.service import ByAgent, ServiceCounts
from figures.surveys import ByMonth, SurveyCounts
from kernel.clock import Clock
from kernel.ids import CaseId, DutyId
from tests.fakes.fake_case_closing import FakeCaseClosing
from tests.fakes.fake_case_store import FakeCaseStore
from tests.fakes.fake_surveys import FakeSurveyStore


class FakeSurveyOffice:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.keeps, self.store = FakeSurveyStore(), FakeCaseStore()
        self.closing = FakeCaseClosing(self.store)
        self.rules = ScheduleRules()
        self.planned: list[Planned] = []
        self.calls: list[SurveyCalls] = []
        self.stopped: list[tuple[str, bool, str]] = []

    async def campaign(self, since: datetime, before: datetime) -> CampaignNow:
        return CampaignNow(
            of=Campaign(by_state={DutyState.OPEN: 2}, by_result={}, by_hour={14: (5, 3)}),
            pause=await self.keeps.paused(),
            up=1,
            free=8,
            answer_rate=0.98,
            longest_wait_s=4.0,
            hears_voice=False,
        )

    async def page(self, wanted: DutyPage) -> Sequence[SurveyCalls]:
        return [one for one in self.calls if not wanted.states or one.duty.state in wanted.states]

    async def dry_run(self, limit: int) -> Sequence[Planned]:
        return self.planned[:limit]

    async def pause(self, paused: bool, *, by: str) -> None:
        await self.keeps.pause(paused, by, self._clock.now())

    async def records(self, page: RecordPage) -> Sequence[SurveyRecord]:
        return await self.keeps.records(page)

    async def answers(self, duty: DutyId) -> tuple[SurveyRecord, str]:
        return await self.keeps.record(duty), await self.keeps.comment(duty)

    async def judge(
        self, duty: DutyId, reasonable: bool, ground: Ground, *, by: str
    ) -> SurveyRecord:
        word = Judgement(reasonable=reasonable, ground=ground, by=by, at=self._clock.now())
        return await self.keeps.judge(duty, word)

    async def rate(self, duty: DutyId, level: int, *, by: str) -> SurveyRecord:
        return await self.keeps.rate(duty, level, by, self._clock.now())

    async def stop(self, duty: DutyId, stopped: bool, *, by: str) -> None:
        if not duty.startswith("survey:"):
            raise UnknownDuty("There is no such duty.", remedy="Check it.")
        self.stopped.append((duty, stopped, by))

    async def figures(self, since: datetime, before: datetime) -> ByMonth:
        return {((2026, 11), "环保局"): SurveyCounts(due=4, surveyed=2, rated=2, satisfied=1)}

    async def service(self, since: datetime, before: datetime) -> ByAgent:
        return {((2026, 11), "1001"): ServiceCounts(asked=4, rated=2, satisfied=1)}

    async def dispatch(self, case: CaseId, unit: str, *, by: str) -> Standing:
        return await self.closing.dispatch(case, unit, by=by, now=self._clock.now())

    async def close(self, case: CaseId, *, by: str) -> Standing:
        return await self.closing.close(case, by=by, now=self._clock.now())

    async def flag(self, case: CaseId, flag: CaseFlag, on: bool, *, by: str) -> Standing:
        return await self.closing.flag(case, flag, on, by=by, now=self._clock.now())
