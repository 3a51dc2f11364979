"""A walk as the journal has it: where it is, and with what it ended. Pure, both ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from callbacks.duty import AttemptId, Duty
from callbacks.questions import CONTACTED, REASON, SATISFACTION, SOLVED, Ending, Survey
from callbacks.survey_facts import SurveyAsked, SurveyEnded
from callbacks.survey_walk import Answers, By, Given, Walk, begin, ending_of, level_of
from kernel.ids import CallId, DutyId

# Nobody was spoken with whom the case concerns: tried again, nothing is recorded.
_NO_RECORD: Final = frozenset({Ending.NOBODY, Ending.WRONG_PERSON})


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One survey call: the attempt, and the duties it is about, in the walk's order."""

    attempt: AttemptId
    duties: tuple[Duty, ...]

    @property
    def call(self) -> CallId:
        return CallId(self.attempt)  # the channel's id is the attempt's

    @property
    def ids(self) -> tuple[DutyId, ...]:
        return tuple(duty.id for duty in self.duties)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Where in the call's recording a citizen gave his reason; `text` "": not written down."""

    at: datetime
    seconds: float
    text: str = ""


def asked(survey: Survey, walk: Walk, visit: Visit, now: datetime) -> SurveyAsked:
    """The fact that stands before the question is spoken."""
    return SurveyAsked(
        at=now,
        attempt=visit.attempt,
        call=visit.call,
        duties=visit.ids,
        survey=survey.name,
        subject=walk.subject,
        question=walk.at,
        asked=walk.asked,
        deaf=walk.deaf,
        spoke=walk.spoke,
        answers=tuple(
            (n, name, given.value, given.by.value, given.level)
            for n, answers in enumerate(walk.answers)
            for name, given in answers.items()
        ),
        cases=tuple(duty.case for duty in visit.duties if duty.case is not None),
    )


def walk_again(survey: Survey, fact: SurveyAsked) -> Walk:
    """Where the call was; from the beginning when the survey has no such question any more."""
    subjects = len(fact.duties)
    answers: list[Answers] = [{} for _ in range(subjects)]
    for n, name, value, by, level in fact.answers:
        answers[n] = {**answers[n], name: Given(value, By(by), level)}
    if fact.question not in survey.questions:
        return begin(survey, subjects)
    return Walk(
        subjects=subjects,
        at=fact.question,
        subject=fact.subject,
        asked=fact.asked,
        deaf=fact.deaf,
        spoke=fact.spoke,
        answers=tuple(answers),
    )


def in_order(fact: SurveyAsked, duties: Sequence[Duty]) -> tuple[Duty, ...]:
    """The duties as the walk counts them."""
    by_id = {duty.id: duty for duty in duties}
    return tuple(by_id[duty] for duty in fact.duties if duty in by_id)


def ended(
    survey: Survey, walk: Walk, visit: Visit, now: datetime, said: Mapping[int, Spoken]
) -> list[SurveyEnded]:
    """One a case; `said`: comments by the case's number. Empty when nobody was spoken with."""
    if walk.ending in _NO_RECORD:
        return []
    last = asked(survey, walk, visit, now)
    return [
        _ended(last, duty, walk.answers[n], ending_of(walk, n), said.get(n))
        for n, duty in enumerate(visit.duties)
    ]


def _ended(
    last: SurveyAsked, duty: Duty, answers: Answers, ending: Ending, spoken: Spoken | None
) -> SurveyEnded:
    assert duty.case is not None, "a survey is about a case"
    rating = answers.get(SATISFACTION)
    return SurveyEnded(
        at=last.at,
        attempt=last.attempt,
        call=last.call,
        duty=duty.id,
        case=duty.case,
        round=duty.round,
        survey=last.survey,
        ending=ending,
        contacted=_value(answers, CONTACTED),
        solved=_value(answers, SOLVED),
        level=level_of(answers),
        level_by=rating.by.value if rating is not None else None,
        reason=_value(answers, REASON),
        comment_at=spoken.at if spoken is not None else None,
        comment_s=spoken.seconds if spoken is not None else None,
    )


def _value(answers: Answers, name: str) -> str | None:
    given = answers.get(name)
    return None if given is None else given.value
