"""One citizen's way through the questions of a survey. Pure: what is heard in, a walk out.

Rules: only a key or an understood word is an answer; silence answers nothing; a key that came
together with a voice is told alone (the key wins); every walk ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from callbacks.duty import Outcome, Result
from callbacks.questions import (
    DISSATISFIED,
    SATISFACTION,
    SOLVED,
    Choice,
    Ending,
    Question,
    Survey,
    Way,
)


class By(StrEnum):
    KEY = "key"
    VOICE = "voice"
    PERSON = "person"  # an agent asked


@dataclass(frozen=True, slots=True)
class Pressed:
    key: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A value of the question, recognised above the floor of confidence."""

    value: str


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Somebody spoke; nothing was understood."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Neither key nor voice in time."""


@dataclass(frozen=True, slots=True)
class Commented:
    """A free answer was spoken; where it lies is kept beside the walk."""


@dataclass(frozen=True, slots=True)
class HungUp:
    pass


Heard = Pressed | Understood | NotUnderstood | Silence | Commented | HungUp


@dataclass(frozen=True, slots=True)
class Given:
    """One answer. `level` of `satisfaction` alone."""

    value: str
    by: By
    level: int | None = None


Answers = Mapping[str, Given]


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """`at`: the question that is put now, for the `asked`-th time, about case number `subject`.

    `sorry`: why it is put again. `spoke`: a human being answered something, at least once.
    """

    subjects: int
    at: str
    subject: int = 0
    asked: int = 1
    deaf: int = 0
    sorry: str = ""
    spoke: bool = False
    answers: tuple[Answers, ...] = ()
    ending: Ending | None = None

    @property
    def is_over(self) -> bool:
        return self.ending is not None


def begin(survey: Survey, subjects: int = 1) -> Walk:
    """`subjects`: how many cases the call is about, from 1."""
    assert subjects >= 1, "a survey is about a case"
    return Walk(subjects=subjects, at=survey.first, answers=({},) * subjects)


def advance(survey: Survey, walk: Walk, heard: Heard) -> Walk:
    """The walk after what was heard."""
    assert walk.ending is None, "a walk that is over hears nothing"
    question = survey.questions[walk.at]
    match heard:
        case HungUp():
            return replace(walk, ending=Ending.BROKEN_OFF)
        case Pressed(key):
            return _pressed(survey, walk, question, key)
        case Understood(value):
            choice = question.choice(value)
            if choice is None:
                return _again(survey, walk, "not_understood")
            return _answered(survey, walk, choice, By.VOICE)
        case NotUnderstood():
            deaf = replace(walk, deaf=walk.deaf + 1, spoke=True)
            why = "keys_only" if is_keys_only(survey, deaf) else "not_understood"
            return _again(survey, deaf, why)
        case Commented():
            assert question.record is not None, "only a question that records has comments"
            said = Given("spoken", By.VOICE)
            return _on(survey, _keep(walk, walk.at, said), question.silence)
        case Silence():
            if question.record is not None:
                return _on(survey, walk, question.silence)
            return _again(survey, walk, "silent")


def is_keys_only(survey: Survey, walk: Walk) -> bool:
    """Not understood too often: from now on only keys count."""
    return walk.deaf >= survey.deaf_at_most


def _pressed(survey: Survey, walk: Walk, question: Question, key: str) -> Walk:
    walk = replace(walk, spoke=True)
    if key == survey.commands.person:
        return replace(walk, ending=Ending.HANDED_OVER)
    if key == survey.commands.never:
        return replace(walk, ending=Ending.NEVER_AGAIN)
    if key == survey.commands.again:
        return _again(survey, walk, "")
    choice = question.keys.get(key)
    if choice is not None:
        return _answered(survey, walk, choice, By.KEY)
    if question.record is not None:  # # and the like: he had nothing to say
        return _on(survey, walk, question.silence)
    return _again(survey, walk, "wrong_key")


def _again(survey: Survey, walk: Walk, sorry: str) -> Walk:
    if walk.asked < survey.ask_at_most:
        return replace(walk, asked=walk.asked + 1, sorry=sorry)
    way = survey.questions[walk.at].silence
    if way.end is Ending.NOBODY and walk.spoke:  # a human being, who chose nothing
        return replace(walk, ending=Ending.NO_CHOICE)
    return _on(survey, walk, way)


def _answered(survey: Survey, walk: Walk, choice: Choice, by: By) -> Walk:
    given = Given(choice.value, by, choice.level)
    return _on(survey, replace(_keep(walk, walk.at, given), spoke=True), choice)


def _keep(walk: Walk, name: str, given: Given) -> Walk:
    answers = list(walk.answers)
    answers[walk.subject] = {**answers[walk.subject], name: given}
    return replace(walk, answers=tuple(answers))


def _on(survey: Survey, walk: Walk, way: Way) -> Walk:
    """To the next question, the next case, or the end."""
    fresh = replace(walk, asked=1, sorry="")
    if way.next is not None:
        return replace(fresh, at=way.next)
    if way.end is Ending.COMPLETE and walk.subject + 1 < walk.subjects:
        return replace(fresh, at=survey.each, subject=walk.subject + 1)
    return replace(fresh, ending=way.end)


def says(survey: Survey, walk: Walk) -> tuple[str, ...]:
    """The phrases of the question that is put now, or of the farewell."""
    if walk.ending is None:
        sorry: tuple[str, ...] = getattr(survey.sorry, walk.sorry) if walk.sorry else ()
        return (*sorry, *survey.questions[walk.at].say)
    if walk.ending is Ending.BROKEN_OFF:
        return ()
    if walk.ending is Ending.COMPLETE and any(map(is_dissatisfied, walk.answers)):
        return survey.farewell.dissatisfied
    said: tuple[str, ...] = getattr(survey.farewell, walk.ending.value)
    return said


def level_of(answers: Answers) -> int | None:
    """5 (非常满意) to 1; None: no rating was given, which is never counted as satisfied."""
    given = answers.get(SATISFACTION)
    return None if given is None else given.level


def is_dissatisfied(answers: Answers) -> bool:
    return level_of(answers) in DISSATISFIED


def ending_of(walk: Walk, subject: int) -> Ending:
    """How it ended for one of the cases: who hangs up after rating it has completed it."""
    assert walk.ending is not None, "it goes on"
    answers = walk.answers[subject]
    if walk.ending in _CUT_SHORT and {SATISFACTION, SOLVED} <= answers.keys():
        return Ending.COMPLETE
    if walk.ending is Ending.COMPLETE and level_of(answers) is None:
        return Ending.NO_CHOICE
    return walk.ending


_CUT_SHORT: Final = frozenset({Ending.BROKEN_OFF, Ending.NO_CHOICE, Ending.HANDED_OVER})
_ENDS: Final[Mapping[Ending, tuple[Outcome, Result | None]]] = {
    Ending.COMPLETE: (Outcome.REACHED, Result.COMPLETE),
    Ending.NO_CHOICE: (Outcome.REACHED, Result.BROKEN_OFF),
    Ending.BROKEN_OFF: (Outcome.REACHED, Result.BROKEN_OFF),
    Ending.NOBODY: (Outcome.VOICEMAIL, None),
    Ending.REFUSED: (Outcome.REACHED, Result.REFUSED),
    Ending.NEVER_AGAIN: (Outcome.REACHED, Result.NEVER_AGAIN),
    Ending.HANDED_OVER: (Outcome.REACHED, Result.HANDED_OVER),
    Ending.WRONG_PERSON: (Outcome.WRONG_PERSON, None),
}


def outcome_of(walk: Walk) -> tuple[Outcome, Result | None]:
    """With what the attempt is settled."""
    assert walk.ending is not None, "it goes on"
    if walk.ending is Ending.BROKEN_OFF and ending_of(walk, walk.subjects - 1) is Ending.COMPLETE:
        return Outcome.REACHED, Result.COMPLETE
    return _ENDS[walk.ending]
