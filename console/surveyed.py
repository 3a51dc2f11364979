"""What a surveyed citizen has answered by now: on the card of his call, for the person whom he asks
for (key 0), and his cases beside it. Folded from the journal's facts: values and levels, no words.
"""

from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict

from callbacks.survey_facts import SurveyAsked, SurveyEnded
from kernel.fact import Fact
from kernel.ids import CaseId, DutyId


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyedCase:
    """`answers`: (question, value, by key or voice, level of satisfaction), in their order.

    `ending` None: the survey of this case goes on.
    """

    duty: DutyId
    case: CaseId | None
    answers: tuple[tuple[str, str, str, int | None], ...] = ()
    ending: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """`question`: the last one that was put, about case number `subject` of the call."""

    survey: str
    question: str
    subject: int
    cases: tuple[SurveyedCase, ...]


class SurveyAnswerRow(BaseModel):
    """`level` 5 to 1, of satisfaction alone; `by`: key, voice or person."""

    model_config = ConfigDict(frozen=True)

    question: str
    value: str
    by: str
    level: int | None


class SurveyedCaseRow(BaseModel):
    """`asked_now`: the last question that was put concerned this case."""

    model_config = ConfigDict(frozen=True)

    case: str | None
    duty: str
    asked_now: bool
    answers: list[SurveyAnswerRow]
    ending: str | None


class SurveyedRow(BaseModel):
    """A survey call (回访) as whoever talks on it sees it. `question`: the last one put."""

    model_config = ConfigDict(frozen=True)

    survey: str
    question: str
    cases: list[SurveyedCaseRow]


def surveyed(before: Surveyed | None, fact: Fact) -> Surveyed | None:
    """After this fact; None when it says nothing of a survey."""
    match fact:
        case SurveyAsked():
            return _asked(fact)
        case SurveyEnded() if before is not None:
            cases = (_ended(one, fact) if one.duty == fact.duty else one for one in before.cases)
            return replace(before, cases=tuple(cases))
        case _:
            return None


def _asked(fact: SurveyAsked) -> Surveyed:
    known = dict(zip(fact.duties, fact.cases or (), strict=False))
    cases = tuple(
        SurveyedCase(
            duty=duty,
            case=known.get(duty),
            answers=tuple(answer[1:] for answer in fact.answers if answer[0] == n),
        )
        for n, duty in enumerate(fact.duties)
    )
    return Surveyed(survey=fact.survey, question=fact.question, subject=fact.subject, cases=cases)


def _ended(one: SurveyedCase, fact: SurveyEnded) -> SurveyedCase:
    return replace(one, case=fact.case, ending=fact.ending.value)


def survey_row(known: Surveyed | None) -> SurveyedRow | None:
    """None: the call is no survey."""
    if known is None:
        return None
    cases = [_case_row(one, asked_now=n == known.subject) for n, one in enumerate(known.cases)]
    return SurveyedRow(survey=known.survey, question=known.question, cases=cases)


def _case_row(one: SurveyedCase, *, asked_now: bool) -> SurveyedCaseRow:
    answers = [
        SurveyAnswerRow(question=question, value=value, by=by, level=level)
        for question, value, by, level in one.answers
    ]
    return SurveyedCaseRow(
        case=one.case, duty=one.duty, asked_now=asked_now, answers=answers, ending=one.ending
    )
