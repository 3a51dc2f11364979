"""The questions of a survey as data: one file of `config/surveys/`, checked once at start.

Rule: a question leads only to later ones, so every survey ends; the commands (again, a person,
never again) are no answers anywhere; each of the five levels of B4 has exactly one key.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from kernel.errors import BadSettings
from kernel.settings_file import read_yaml

IDENTITY, CONTACTED, SOLVED, SATISFACTION, REASON, COMMENT = (
    "identity", "contacted", "solved", "satisfaction", "reason", "comment",
)  # fmt: skip
# What C5 stores: the values that the file may give to each.
VALUES: Final[Mapping[str, frozenset[str]]] = {
    IDENTITY: frozenset({"yes", "no", "later"}),
    CONTACTED: frozenset({"yes", "no"}),
    SOLVED: frozenset({"yes", "partly", "no"}),
    SATISFACTION: frozenset(
        {"very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied", "very_dissatisfied"}
    ),
    REASON: frozenset({"not_contacted", "not_solved", "too_slow", "manners", "other"}),
}
LEVELS: Final = frozenset(range(1, 6))
DISSATISFIED: Final = frozenset({1, 2})

Key = Annotated[str, StringConstraints(pattern=r"^[0-9*]$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Says = tuple[str, ...]


class BadSurvey(BadSettings):
    code: ClassVar[str] = "bad-survey"


class Ending(StrEnum):
    """How a survey call ended."""

    COMPLETE = "complete"
    NO_CHOICE = "no_choice"  # a person, but no rating: never counted as satisfied
    BROKEN_OFF = "broken_off"  # hung up
    NOBODY = "nobody"  # neither key nor word: a mailbox or a fax
    REFUSED = "refused"
    NEVER_AGAIN = "never_again"
    HANDED_OVER = "handed_over"
    WRONG_PERSON = "wrong_person"


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Way(_Settings):
    """Where it goes on: to a question, or to the end."""

    next: Name | None = None
    end: Literal[
        Ending.COMPLETE, Ending.NO_CHOICE, Ending.NOBODY, Ending.REFUSED, Ending.WRONG_PERSON, None
    ] = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Way":
        if (self.next is None) == (self.end is None):
            raise ValueError("give either `next` (a question) or `end` (how the call ends)")
        return self


class Choice(Way):
    """An answer by key. `level` 5 (非常满意) to 1 (非常不满意): of `satisfaction` alone."""

    value: Name
    level: Annotated[int, Field(ge=1, le=5)] | None = None


class Spoken(_Settings):
    """A free answer: at most so long, over after so much silence, or with the hash key."""

    longest: Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(minutes=3))]
    silence: Annotated[timedelta, Field(gt=timedelta(0))]


class Question(_Settings):
    say: Annotated[Says, Field(min_length=1)]
    silence: Way
    keys: dict[Key, Choice] = {}
    words: dict[Name, tuple[Words, ...]] = {}
    korean: dict[Name, tuple[Words, ...]] = {}  # the same in 朝鲜语
    record: Spoken | None = None

    @model_validator(mode="after")
    def _answerable(self) -> "Question":
        if bool(self.keys) == (self.record is not None):
            raise ValueError("give either `keys` or `record`")
        values = [choice.value for choice in self.keys.values()]
        if len(set(values)) != len(values):
            raise ValueError("two keys mean the same value")
        for spoken in (self.words, self.korean):
            _check_words(spoken, values)
        return self

    def ways(self) -> Iterable[Way]:
        return (*self.keys.values(), self.silence)

    def choice(self, value: str) -> Choice | None:
        return next((one for one in self.keys.values() if one.value == value), None)


def _check_words(spoken: Mapping[str, tuple[str, ...]], values: list[str]) -> None:
    unknown = sorted(set(spoken) - set(values))
    if unknown:
        raise ValueError(f"words for {unknown[0]!r}, which no key means")
    said = [word for words in spoken.values() for word in words]
    if len(set(said)) != len(said):
        raise ValueError("the same words mean two values")


class Commands(_Settings):
    again: Key = "9"
    person: Key = "0"
    never: Key = "*"

    @model_validator(mode="after")
    def _apart(self) -> "Commands":
        if len({self.again, self.person, self.never}) != 3:
            raise ValueError("again, person and never must be three keys")
        return self


class Farewell(_Settings):
    complete: Says
    dissatisfied: Says
    no_choice: Says
    nobody: Says
    refused: Says
    wrong_person: Says
    never_again: Says
    handed_over: Says


class Sorry(_Settings):
    """What is said before a question is put again."""

    silent: Says
    wrong_key: Says
    not_understood: Says
    keys_only: Says


class Language(_Settings):
    """`placeholder`: a machine's voice speaks until the site has recorded its own."""

    placeholder: bool


class Survey(_Settings):
    """One file. `each`: where a further case of the same citizen begins."""

    name: Name
    greeting: Annotated[Says, Field(min_length=1)]
    commands: Commands = Commands()
    each: Name
    answer_within: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(seconds=6)
    ask_at_most: Annotated[int, Field(ge=1, le=9)] = 3
    deaf_at_most: Annotated[int, Field(ge=1)] = 2
    questions: Annotated[dict[Name, Question], Field(min_length=1)]
    farewell: Farewell
    sorry: Sorry
    languages: dict[Literal["zh", "ko"], Language]

    @property
    def first(self) -> str:
        return next(iter(self.questions))

    @model_validator(mode="after")
    def _leads_to_an_end(self) -> "Survey":
        order = list(self.questions)
        for n, (name, question) in enumerate(self.questions.items()):
            for way in question.ways():
                if way.next is not None and way.next not in order[n + 1 :]:
                    raise ValueError(f"{name} leads to {way.next!r}, which is no later question")
        if self.each not in order[1:]:
            raise ValueError(f"each names {self.each!r}, which is no question after the first")
        return self

    @model_validator(mode="after")
    def _stores_what_c5_wants(self) -> "Survey":
        for needed in (IDENTITY, SOLVED, SATISFACTION):
            if needed not in self.questions:
                raise ValueError(f"the question {needed!r} is missing (C5)")
        if self.first != IDENTITY:
            raise ValueError("the first question must be `identity`: nothing is said before (G)")
        commands = {self.commands.again, self.commands.person, self.commands.never}
        for name, question in self.questions.items():
            self._check_keys(name, question, commands)
        return self

    @staticmethod
    def _check_keys(name: str, question: Question, commands: set[str]) -> None:
        taken = sorted(commands & set(question.keys))
        if taken:
            raise ValueError(f"{name}: key {taken[0]!r} is a command in every question")
        levels = [choice.level for choice in question.keys.values()]
        if name == SATISFACTION and sorted(levels, key=str) != sorted(LEVELS):
            raise ValueError("satisfaction: each of the levels 1 to 5 needs one key (B4)")
        if name != SATISFACTION and any(levels):
            raise ValueError(f"{name}: only satisfaction has levels")
        for choice in question.keys.values():
            if name in VALUES and choice.value not in VALUES[name]:
                raise ValueError(f"{name}: unknown value {choice.value!r} (C5)")

    def phrases(self) -> set[str]:
        """All that it says."""
        said = [self.greeting, *(question.say for question in self.questions.values())]
        said += [*self.farewell.model_dump().values(), *self.sorry.model_dump().values()]
        return {phrase for some in said for phrase in some}


def load_survey(path: Path, phrases: Iterable[str]) -> Survey:
    """Raises BadSurvey with file, key, value and remedy, also for a phrase that does not exist."""
    found = read_yaml(path, Survey, error=BadSurvey)
    missing = sorted(found.phrases() - set(phrases))
    if missing:
        raise BadSurvey(
            f"{path}: value {missing[0]!r}: there is no such phrase.",
            remedy="Add it to config/phrases.yaml and run `./dev prompts`, or correct its name.",
        )
    if found.name != path.stem:
        raise BadSurvey(
            f"{path}: key name: value {found.name!r}: the file is called {path.stem}.",
            remedy="Give the survey the name of its file.",
        )
    return found


def load_surveys(folder: Path, phrases: Iterable[str]) -> dict[str, Survey]:
    """Every `*.yaml` of the folder, by name. Raises BadSurvey."""
    known = set(phrases)
    found = {path.stem: load_survey(path, known) for path in sorted(folder.glob("*.yaml"))}
    if CASE_RESULT not in found:
        raise BadSurvey(
            f"{folder / (CASE_RESULT + '.yaml')} is missing.",
            remedy="Restore it from the distribution's config/ folder.",
        )
    return found


CASE_RESULT: Final = "case_result"  # the survey of a closed case
