"""The menu of the hotline: one level, and every way out of it leads to a person. Pure.

0 is a person, silence is a person, two wrong keys are a person (NAV-03, CH-06): a centre cannot
edit that away, because a menu has no other way to say it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.errors import BadSettings
from kernel.ids import QueueName, Skill

PERSON_KEY: Final = "0"
WRONG_KEYS: Final = 2  # NAV-03: invalid twice
LONGEST_PROMPT: Final = timedelta(seconds=15)  # NAV-04

FROZEN = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class MenuAnswer:
    """What the caller chose, or what we chose for him."""

    queue: QueueName
    skills: Mapping[Skill, int]  # least level wanted
    language: str
    keys: str = ""  # what he pressed on the way; personal: never logged
    level: str = ""  # of levels.yaml: passed on to it; should it fail, he stands in the queue
    errand: str = ""  # done for him first; whoever wants a person then goes on to the queue


class BadMenus(BadSettings):
    code = "bad-menus"


class Choice(BaseModel):
    model_config = FROZEN

    queue: QueueName
    skills: dict[Skill, Annotated[int, Field(ge=1, le=3)]] = Field(default_factory=dict)
    language: str = "mandarin"
    level: str = ""
    errand: Literal["", "progress"] = ""  # 办理进度 (CH-05)

    def answer(self, keys: str) -> MenuAnswer:
        return MenuAnswer(self.queue, self.skills, self.language, keys, self.level, self.errand)


class Menu(BaseModel):
    """One menu: what is said, what a key means. `person` answers 0, silence and wrong keys.

    `silence`: seats that fit this caller better, for him who presses nothing (SPC-01 ... SPC-03).
    """

    model_config = FROZEN

    say: tuple[str, ...] = Field(min_length=1)
    wrong_key: str
    first_key_within_s: float = Field(default=3, gt=0, le=10)
    keys: dict[Annotated[str, Field(pattern=r"^[1-9*]$")], Choice]
    person: Choice
    silence: Choice | None = None

    @model_validator(mode="after")
    def _a_person(self) -> "Menu":
        if self.person.level:
            raise ValueError("person leads to a person here, to no other level")
        return self

    def with_silence(self, choice: Choice) -> "Menu":
        return self.model_copy(update={"silence": choice})

    def with_home(self, choice: Choice) -> "Menu":
        """0, silence and wrong keys lead to the seats of the caller's own city (NAV-01)."""
        return self.model_copy(update={"person": choice})

    def choices(self) -> dict[str, Choice]:
        """All that can be chosen, by where it stands."""
        silence = {"silence": self.silence} if self.silence is not None else {}
        keys = {f"keys.{key}": choice for key, choice in self.keys.items()}
        return {"person": self.person, **keys, **silence}

    @property
    def first_within(self) -> timedelta:
        return timedelta(seconds=self.first_key_within_s)

    def after(self, pressed: str) -> MenuAnswer | None:
        """The answer to the keys pressed so far, the last one decides; None: ask once more."""
        if not pressed:
            return (self.silence or self.person).answer(pressed)
        if pressed[-1] == PERSON_KEY:
            return self.person.answer(pressed)
        choice = self.keys.get(pressed[-1])
        if choice is not None:
            return choice.answer(pressed)
        return self.person.answer(pressed) if len(pressed) >= WRONG_KEYS else None


class Menus(BaseModel):
    """config/menus.yaml."""

    model_config = FROZEN

    welcome: str
    dialled: dict[str, str] = Field(default_factory=dict)
    menus: dict[str, Menu] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> "Menus":
        for name in (self.welcome, *self.dialled.values()):
            if name not in self.menus:
                raise ValueError(f"there is no menu {name!r}; there are: {', '.join(self.menus)}")
        return self

    def for_number(self, dialled: str) -> Menu:
        return self.menus[self.dialled.get(dialled, self.welcome)]


def check_menus(
    menus: Menus,
    *,
    queues: Iterable[str],
    skills: Iterable[str],
    phrases: Iterable[str],
) -> None:
    """All that the menus name exists. Raises BadMenus with menu, key and value."""
    known = {"queue": set(queues), "skill": set(skills), "phrase": set(phrases)}
    for name, menu in menus.menus.items():
        for what, value, where in _named(menu):
            if value not in known[what]:
                raise BadMenus(
                    f"menus.yaml: menus.{name}.{where}: there is no {what} {value!r}.",
                    remedy=f"Use one of: {', '.join(sorted(known[what]))}.",
                )


def check_menu_lengths(menus: Menus, seconds_of: Callable[[tuple[str, ...]], float]) -> None:
    """Each question as its sounds really last (NAV-04). Raises BadMenus."""
    for name, menu in menus.menus.items():
        seconds = seconds_of(menu.say)
        if seconds > LONGEST_PROMPT.total_seconds():
            raise BadMenus(
                f"menus.yaml: menus.{name}.say: its sounds last {seconds:.1f} s together, and "
                f"{LONGEST_PROMPT.total_seconds():.0f} s are allowed.",
                remedy="Say less, or record the sounds shorter.",
            )


def _named(menu: Menu) -> Iterable[tuple[str, str, str]]:
    """Everything that a menu names: (kind, value, where it stands)."""
    yield from (("phrase", phrase, "say") for phrase in menu.say)
    yield "phrase", menu.wrong_key, "wrong_key"
    for where, choice in menu.choices().items():
        yield "queue", choice.queue, f"{where}.queue"
        yield from (("skill", skill, f"{where}.skills") for skill in choice.skills)
