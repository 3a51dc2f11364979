"""What the console asks of the survey campaign; `hotline/owed/survey_office.py` is plugged in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callbacks.attempts import Attempt
from callbacks.duty import Duty
from callbacks.duty_lists import Campaign, DutyPage
from callbacks.schedule_settings import ScheduleRules
from callbacks.survey_facts import Ground
from callbacks.survey_plan import Planned
from callbacks.survey_records import Pause, RecordPage, SurveyRecord
from cases.closing import CaseFlag, Standing
from figures.service import ByAgent
from figures.surveys import ByMonth
from kernel.ids import CaseId, DutyId


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignNow:
    """`up`: calls that ring or talk; `free`: how many more may be dialled at this moment."""

    of: Campaign
    pause: Pause | None
    up: int
    free: int
    answer_rate: float | None
    longest_wait_s: float
    hears_voice: bool


@dataclass(frozen=True, slots=True)
class SurveyCalls:
    """A survey and its attempts (C5). `next`: of a last one when more follow."""

    duty: Duty
    attempts: tuple[Attempt, ...]
    next: str | None = None


class RunsSurveys(Protocol):
    """Raises Unavailable without the database."""

    @property
    def rules(self) -> ScheduleRules: ...

    async def campaign(self, since: datetime, before: datetime) -> CampaignNow: ...

    async def page(self, wanted: DutyPage) -> Sequence[SurveyCalls]:
        """The surveys by due time, each with its calls; `SurveyCalls.next` of the last one."""
        ...

    async def dry_run(self, limit: int) -> Sequence[Planned]: ...

    async def pause(self, paused: bool, *, by: str) -> None: ...

    async def records(self, page: RecordPage) -> Sequence[SurveyRecord]: ...

    async def answers(self, duty: DutyId) -> tuple[SurveyRecord, str]:
        """With the comment in words. Raises UnknownSurvey."""
        ...

    async def judge(
        self, duty: DutyId, reasonable: bool, ground: Ground, *, by: str
    ) -> SurveyRecord:
        """Reasonable: the case begins its next round (CBK-03). Raises as `KeepsSurveys.judge`."""
        ...

    async def rate(self, duty: DutyId, level: int, *, by: str) -> SurveyRecord: ...

    async def stop(self, duty: DutyId, stopped: bool, *, by: str) -> None:
        """The citizen's number on the stop list, or off it. Raises UnknownDuty."""
        ...

    async def figures(self, since: datetime, before: datetime) -> ByMonth: ...

    async def service(self, since: datetime, before: datetime) -> ByAgent:
        """The rating after an agent's call (接听服务)."""
        ...


class MovesCases(Protocol):
    """A case's steps after filing. Raises UnknownCase, WrongStep, Unavailable."""

    async def dispatch(self, case: CaseId, unit: str, *, by: str) -> Standing: ...

    async def close(self, case: CaseId, *, by: str) -> Standing: ...

    async def flag(self, case: CaseId, flag: CaseFlag, on: bool, *, by: str) -> Standing:
        """A flag that bars takes the case's survey off the list at once (CBK-01)."""
        ...
