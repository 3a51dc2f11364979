"""What citizens answered to surveys, and what a person says of it (合理性判定)."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from callbacks.survey_facts import Ground
from callbacks.survey_records import (
    JudgedAlready,
    NothingToJudge,
    RecordPage,
    SurveyRecord,
    UnknownSurvey,
)
from console.asked import Asked
from console.logins import Scope
from console.routes import Routes
from console.surveys_api import Sent, Short
from kernel.errors import Unavailable
from kernel.ids import CallId, CaseId, DutyId

routes = Routes("survey answers")
_KNOWN = (UnknownSurvey, Unavailable)


class AnswersQuery(Sent):
    """`unjudged`: the supervisor's list. `before`: the last survey of the page before."""

    unjudged: bool = False
    call: Short | None = None
    case: Short | None = None
    since: AwareDatetime | None = None
    before: Short | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class AnswersRow(BaseModel):
    """Levels 5 (非常满意) to 1; None: not answered. `comment_at`: in the call's recording."""

    duty: str
    case: str
    round: int
    call: str
    at: datetime
    ending: str
    contacted: str | None
    solved: str | None
    first_level: int | None
    final_level: int | None
    level_by: str | None
    reason: str | None
    comment_at: datetime | None
    comment_s: float | None
    reasonable: bool | None
    ground: str | None
    judged_by: str | None
    judged_at: datetime | None


class AnswersPage(BaseModel):
    surveys: list[AnswersRow]
    next: str | None


class AnswersShown(BaseModel):
    survey: AnswersRow
    comment: str


class JudgementForm(Sent):
    reasonable: bool
    ground: Ground


class RatingForm(Sent):
    level: Annotated[int, Field(ge=1, le=5)]


@routes.get("/api/surveys/answers", scope=Scope.READ_DUTIES, errors=_KNOWN)
async def survey_answers(asked: Asked, query: AnswersQuery) -> AnswersPage:
    """What citizens answered, newest first; the dissatisfied who wait to be judged."""
    page = RecordPage(
        unjudged=query.unjudged,
        call=CallId(query.call) if query.call else None,
        case=CaseId(query.case) if query.case else None,
        since=query.since,
        before=DutyId(query.before) if query.before else None,
        limit=query.limit,
    )
    found = await asked.console.surveys.records(page)
    more = found[-1].duty if len(found) == query.limit else None
    return AnswersPage(surveys=[_row(one) for one in found], next=more)


@routes.get("/api/surveys/answers/{duty}", scope=Scope.RUN_SURVEYS, errors=_KNOWN)
async def survey_answer(asked: Asked, duty: str) -> AnswersShown:
    """One survey, with the citizen's own words."""
    record, comment = await asked.console.surveys.answers(DutyId(duty))
    return AnswersShown(survey=_row(record), comment=comment)


@routes.post(
    "/api/surveys/answers/{duty}/judgement",
    scope=Scope.RUN_SURVEYS,
    errors=(*_KNOWN, JudgedAlready, NothingToJudge),
)
async def judge_survey(asked: Asked, duty: str, body: JudgementForm) -> AnswersRow:
    """Reasonable or not (合理性判定): a reasonable demand sends the case back to its unit."""
    surveys, by = asked.console.surveys, asked.login.name
    return _row(await surveys.judge(DutyId(duty), body.reasonable, body.ground, by=by))


@routes.post("/api/surveys/answers/{duty}/rating", scope=Scope.RUN_SURVEYS, errors=_KNOWN)
async def rate_survey(asked: Asked, duty: str, body: RatingForm) -> AnswersRow:
    """The final rating, told to a person; the first one stays (CBK-04)."""
    by = asked.login.name
    return _row(await asked.console.surveys.rate(DutyId(duty), body.level, by=by))


def _row(one: SurveyRecord) -> AnswersRow:
    word = one.judgement
    return AnswersRow(
        duty=one.duty,
        case=one.case,
        round=one.round,
        call=one.call,
        at=one.at,
        ending=one.ending.value,
        contacted=one.contacted,
        solved=one.solved,
        first_level=one.first_level,
        final_level=one.final_level,
        level_by=one.level_by,
        reason=one.reason,
        comment_at=one.comment_at,
        comment_s=one.comment_s,
        reasonable=word.reasonable if word is not None else None,
        ground=word.ground.value if word is not None else None,
        judged_by=word.by if word is not None else None,
        judged_at=word.at if word is not None else None,
    )
