"""The survey campaign as the console asks for it. Fits `console/survey_port.py`.

Rule: a reasonable demand goes back to its unit as the next round; only a person says so (CBK-03).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from callbacks.duty_lists import DutyPage, PgDutyLists
from callbacks.schedule import survey_lines
from callbacks.schedule_settings import ScheduleRules
from callbacks.store import PgDutyStore
from callbacks.survey_facts import Ground
from callbacks.survey_plan import Planned, SurveyPlan
from callbacks.survey_records import Judgement, KeepsSurveys, RecordPage, SurveyRecord
from callbacks.surveys import SurveyList
from cases.closing import BARRING, CaseFlag, ClosesCases, Standing
from cases.errors import UnknownCase, WrongStep
from console.survey_port import CampaignNow, SurveyCalls
from figures.service import ByAgent
from figures.survey_store import PgSurveyFigures
from figures.surveys import ByMonth
from hotline.owed.survey_phone import SurveyPhone
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.ids import CaseId, DutyId
from telephony.speech.listens import Language, Listens

log = structlog.get_logger(__name__)

_LOOK_BACK: Final = timedelta(days=7)


@dataclass(kw_only=True)
class SurveyOffice:
    keeps: KeepsSurveys
    closing: ClosesCases
    work_list: SurveyList
    plan: SurveyPlan
    lists: PgDutyLists
    duties: PgDutyStore
    made: PgSurveyFigures
    phone: SurveyPhone
    rules: ScheduleRules
    listener: Listens
    clock: Clock

    async def campaign(self, since: datetime, before: datetime) -> CampaignNow:
        trunk = self.phone.trunk()
        return CampaignNow(
            of=await self.lists.campaign(since, before),
            pause=await self.keeps.paused(),
            up=trunk.surveys,
            free=survey_lines(trunk, self.rules),
            answer_rate=trunk.answer_rate,
            longest_wait_s=trunk.longest_wait.total_seconds(),
            hears_voice=self.listener.hears(Language.ZH),
        )

    async def page(self, wanted: DutyPage) -> Sequence[SurveyCalls]:
        found = await self.lists.page(wanted)
        attempts = await self.lists.attempts_of([duty.id for duty in found.duties])
        shown = [SurveyCalls(duty, attempts[duty.id]) for duty in found.duties]
        if shown and found.next is not None:
            shown[-1] = replace(shown[-1], next=found.next)
        return shown

    async def dry_run(self, limit: int) -> Sequence[Planned]:
        return await self.plan.dry_run(self.clock.now(), limit)

    async def pause(self, paused: bool, *, by: str) -> None:
        await self.keeps.pause(paused, by, self.clock.now())

    async def records(self, page: RecordPage) -> Sequence[SurveyRecord]:
        return await self.keeps.records(page)

    async def answers(self, duty: DutyId) -> tuple[SurveyRecord, str]:
        return await self.keeps.record(duty), await self.keeps.comment(duty)

    async def judge(
        self, duty: DutyId, reasonable: bool, ground: Ground, *, by: str
    ) -> SurveyRecord:
        word = Judgement(reasonable=reasonable, ground=ground, by=by, at=self.clock.now())
        record = await self.keeps.judge(duty, word)
        await self._send_back(record)
        return record

    async def finish_judged(self) -> None:
        """After a restart: what was judged reasonable, and was not sent back before the end."""
        try:
            await self._send_back_all()
        except Unavailable as trouble:
            log.warning("judged demands wait for the next start", why=str(trouble))

    async def _send_back_all(self) -> None:
        page = RecordPage(since=self.clock.now() - _LOOK_BACK, limit=500)
        while found := await self.keeps.records(page):
            for record in found:
                await self._send_back(record)
            page = RecordPage(since=page.since, before=found[-1].duty, limit=500)

    async def _send_back(self, record: SurveyRecord) -> None:
        """The next round, once, however often it is asked for."""
        word = record.judgement
        if word is None or not word.reasonable:
            return
        try:
            now = self.clock.now()
            await self.closing.rehandle(record.case, record.round, by=word.by, now=now)
        except (WrongStep, UnknownCase) as stands:
            log.warning("case could not go back", case_id=record.case, why=str(stands))

    async def rate(self, duty: DutyId, level: int, *, by: str) -> SurveyRecord:
        return await self.keeps.rate(duty, level, by, self.clock.now())

    async def stop(self, duty: DutyId, stopped: bool, *, by: str) -> None:
        found = await self.duties.duty(duty)
        if found.caller_key is None:
            return
        change = self.work_list.stop if stopped else self.work_list.allow
        await change(found.caller_key, f"person {by}", self.clock.now())

    async def figures(self, since: datetime, before: datetime) -> ByMonth:
        return await self.made.by_month(since, before)

    async def service(self, since: datetime, before: datetime) -> ByAgent:
        return await self.made.service(since, before)

    # ---- the case itself: fits `MovesCases`

    async def dispatch(self, case: CaseId, unit: str, *, by: str) -> Standing:
        return await self.closing.dispatch(case, unit, by=by, now=self.clock.now())

    async def close(self, case: CaseId, *, by: str) -> Standing:
        return await self.closing.close(case, by=by, now=self.clock.now())

    async def flag(self, case: CaseId, flag: CaseFlag, on: bool, *, by: str) -> Standing:
        now = self.clock.now()
        standing = await self.closing.flag(case, flag, on, by=by, now=now)
        if on and flag in BARRING:
            await self.work_list.withdraw(case, flag.value, now)
        elif standing.closed_at is not None:
            await self.work_list.owe_again(case, standing.closed_at, now)
        return standing
