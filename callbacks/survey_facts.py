"""What the journal keeps of surveys: each question put, what was answered, what a person judged.

Levels and values only, never words; `callbacks/facts.py` lists them with the others.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from callbacks.duty import AttemptId
from callbacks.questions import Ending
from kernel.fact import Fact
from kernel.ids import CallId, CaseId, DutyId


class Ground(StrEnum):
    """Why a dissatisfied citizen's demand is reasonable or not (APL-02); 理由."""

    NOT_HANDLED = "not_handled"  # 未办理或未联系
    NOT_SOLVED = "not_solved"  # 问题未解决
    POOR_SERVICE = "poor_service"  # 态度、速度
    NO_ROOM = "no_room"  # 无办理空间
    NO_LEGAL_BASIS = "no_legal_basis"  # 无政策和法律法规依据
    ADMIN_MEDIATION = "admin_mediation"  # 行政调解类
    ENFORCEMENT_CASE = "enforcement_case"  # 执法办案类
    SUGGESTION_NOT_ADOPTED = "suggestion_not_adopted"  # 建议未采纳，已解释
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAsked(Fact, kind="survey-asked"):
    """A question is put; written before it is spoken, so that another process can go on here.

    `answers`: (case number in the call, question, value, by, level). `cases`: of the duties, in
    their order; None in journals from before it was told.
    """

    attempt: AttemptId
    call: CallId
    duties: tuple[DutyId, ...]
    survey: str
    subject: int
    question: str
    asked: int
    deaf: int
    spoke: bool
    answers: tuple[tuple[int, str, str, str, int | None], ...]
    cases: tuple[CaseId, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyEnded(Fact, kind="survey-ended"):
    """One case's survey in one call (C5). `level` 5 to 1, None: no rating.

    `comment_at`, `comment_s`: where in the call's recording the citizen gave his reason.
    """

    attempt: AttemptId
    call: CallId
    duty: DutyId
    case: CaseId
    round: int
    survey: str
    ending: Ending
    contacted: str | None
    solved: str | None
    level: int | None
    level_by: str | None
    reason: str | None
    comment_at: datetime | None = None
    comment_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyJudged(Fact, kind="survey-judged"):
    """A person has judged a dissatisfied citizen's demand (CBK-03). `by`: a login."""

    duty: DutyId
    case: CaseId
    round: int
    reasonable: bool
    ground: Ground
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyRated(Fact, kind="survey-rated"):
    """A later rating of the same round, told to a person: the first one stays (CBK-04)."""

    duty: DutyId
    level: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveysPaused(Fact, kind="surveys-paused"):
    """A person has stopped the campaign, or let it go on."""

    paused: bool
    by: str


SURVEY_FACTS: Final = (SurveyAsked, SurveyEnded, SurveyJudged, SurveyRated, SurveysPaused)
