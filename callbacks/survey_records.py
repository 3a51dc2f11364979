"""What surveys brought (C5), one record a case and round; and the port of those who keep them.

Rules: the first rating stays for ever, a later one is the final one (CBK-04); a dissatisfied
citizen's demand is judged by a person, once (CBK-03); no rating is never a good one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from callbacks.duty import AttemptId
from callbacks.questions import DISSATISFIED, Ending
from callbacks.survey_facts import Ground, SurveyAsked, SurveyEnded
from kernel.errors import Conflict, NotFound
from kernel.ids import CallId, CaseId, DutyId


class UnknownSurvey(NotFound):
    code = "unknown-survey"

    @classmethod
    def of(cls, duty: DutyId) -> "UnknownSurvey":
        return cls(
            f"The survey {duty} has brought no answers.",
            remedy="Take the id from the list of answered surveys.",
        )


class JudgedAlready(Conflict):
    code = "judged-already"


class NothingToJudge(Conflict):
    code = "nothing-to-judge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A person's word on a dissatisfied citizen's demand. `by`: a login."""

    reasonable: bool
    ground: Ground
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRecord:
    """Levels 5 (非常满意) to 1; None: not answered. `comment_at`: where in the call's recording."""

    duty: DutyId
    case: CaseId
    round: int
    attempt: AttemptId
    call: CallId
    survey: str
    at: datetime
    ending: Ending
    contacted: str | None = None
    solved: str | None = None
    first_level: int | None = None
    final_level: int | None = None
    level_by: str | None = None
    reason: str | None = None
    comment_at: datetime | None = None
    comment_s: float | None = None
    judgement: Judgement | None = None

    @property
    def wants_judging(self) -> bool:
        return self.first_level in DISSATISFIED and self.judgement is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """Newest first. `unjudged`: the supervisor's list; `before`: the last of the page before."""

    unjudged: bool = False
    call: CallId | None = None
    case: CaseId | None = None
    since: datetime | None = None
    before: DutyId | None = None
    limit: int = 100

    def __post_init__(self) -> None:
        assert 1 <= self.limit <= 500, "a page of surveys holds 1 to 500"


@dataclass(frozen=True, slots=True)
class Pause:
    at: datetime
    by: str


class KeepsSurveys(Protocol):
    """Each method is one transaction, with its facts. Raises DatabaseAway."""

    async def asked(self, fact: SurveyAsked) -> None:
        """Where the call is: who takes it over goes on there."""

    async def asked_last(self, attempt: AttemptId) -> SurveyAsked | None: ...

    async def ended(self, facts: Sequence[SurveyEnded], said: Mapping[DutyId, str]) -> None:
        """The records of one call, `said`: the comments in words. Again: nothing is changed."""

    async def record(self, duty: DutyId) -> SurveyRecord:
        """Raises UnknownSurvey."""

    async def records(self, page: RecordPage) -> Sequence[SurveyRecord]: ...

    async def comment(self, duty: DutyId) -> str:
        """In words; "" when it was not written down. Raises UnknownSurvey."""

    async def judge(self, duty: DutyId, judgement: Judgement) -> SurveyRecord:
        """Again with the same word: nothing happens. Raises UnknownSurvey, NothingToJudge,
        JudgedAlready.
        """

    async def rate(self, duty: DutyId, level: int, by: str, now: datetime) -> SurveyRecord:
        """The final rating, told to a person. Raises UnknownSurvey."""

    async def pause(self, paused: bool, by: str, now: datetime) -> None: ...

    async def paused(self) -> Pause | None: ...

    async def last_closed(self) -> datetime | None:
        """The closing of the newest case on the work list."""


def merged(before: SurveyRecord | None, after: SurveyRecord) -> SurveyRecord:
    """The record after one more call about the same case and round."""
    if before is None or before.attempt == after.attempt:
        return before or after
    newer = after if after.first_level is not None else before
    return replace(
        newer,
        contacted=after.contacted or before.contacted,
        solved=after.solved or before.solved,
        first_level=before.first_level or after.first_level,
        final_level=after.final_level or before.final_level,
        judgement=before.judgement,
    )


def judged(record: SurveyRecord, judgement: Judgement) -> SurveyRecord | None:
    """The record with the word; None: it bears the same already. Raises as `KeepsSurveys.judge`."""
    known = record.judgement
    if known is not None:
        if (known.reasonable, known.ground) == (judgement.reasonable, judgement.ground):
            return None
        raise JudgedAlready(
            f"{known.by} has judged the survey {record.duty} already.",
            remedy="Load the list again; talk to whoever judged it.",
        )
    if not record.wants_judging:
        raise NothingToJudge(
            f"The citizen of {record.duty} was not dissatisfied.",
            remedy="Only ratings of 不满意 and 非常不满意 are judged.",
        )
    return replace(record, judgement=judgement)


def record_of(fact: SurveyEnded) -> SurveyRecord:
    return SurveyRecord(
        duty=fact.duty,
        case=fact.case,
        round=fact.round,
        attempt=fact.attempt,
        call=fact.call,
        survey=fact.survey,
        at=fact.at,
        ending=fact.ending,
        contacted=fact.contacted,
        solved=fact.solved,
        first_level=fact.level,
        final_level=fact.level,
        level_by=fact.level_by,
        reason=fact.reason,
        comment_at=fact.comment_at,
        comment_s=fact.comment_s,
    )
