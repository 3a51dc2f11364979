"""By which number a citizen came in, and what stands between him and a person. Pure.

One 12345 answers for many former hotlines (MRG-01 ... MRG-04): the number he dialled names the
line, and the line says what follows. Who is on a list (SPC-01, SPC-03) or rings from an area with
seats of its own goes to them; who chose a language last time gets it again by silence. Nothing
stands in front of a person on an emergency line (I14).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.errors import BadSettings, NotFound
from kernel.ids import Skill
from telephony.handed import Handed
from telephony.levels import Sending
from telephony.menu import Choice, Menu, MenuAnswer, Menus

FROZEN = ConfigDict(frozen=True, extra="forbid")


class BadLines(BadSettings):
    code = "bad-lines"


class UnknownLine(NotFound):
    code = "unknown-line"


class LineKind(StrEnum):
    OWN = "own"  # 12345 itself
    MERGED = "merged"  # 整体并入: its number is given up, our seats answer (MRG-01)
    DUAL = "dual"  # 双号并行: its number is kept, our seats answer (MRG-02, sub-mode A)
    SEATED = "seated"  # 双号并行: number and seats of its own, transfer both ways (MRG-03)
    BRANCH = "branch"  # 设分中心: takes transfers and our tickets (MRG-04)
    EMERGENCY = "emergency"  # from 110 and its like to us (EMG-02)


class Notice(BaseModel):
    """A transition announcement 过渡期语音提示, first and last day included (MRG-07)."""

    model_config = FROZEN

    say: tuple[str, ...] = Field(min_length=1)
    first_day: date
    last_day: date

    @model_validator(mode="after")
    def _ends(self) -> "Notice":
        if self.last_day < self.first_day:
            raise ValueError("last_day lies before first_day")
        return self

    def is_said(self, today: date) -> bool:
        return self.first_day <= today <= self.last_day


class Line(BaseModel):
    """One line. Exactly one of `menu`, `straight`, `number` says what becomes of its callers."""

    model_config = FROZEN

    name_zh: str
    name_en: str
    kind: LineKind
    dialled: tuple[str, ...] = ()
    menu: str | None = None
    straight: Choice | None = None
    number: str | None = Field(default=None, pattern=r"^\d{3,20}$")  # of its own seats
    hands_over_at: tuple[str, ...] = ()  # our numbers by which its centre hands calls to us
    notice: Notice | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Line":
        if sum(way is not None for way in (self.menu, self.straight, self.number)) != 1:
            raise ValueError("give exactly one of menu, straight, number")
        has_seats = self.kind in (LineKind.SEATED, LineKind.BRANCH)
        if has_seats != (self.number is not None):
            raise ValueError(f"a line of kind {self.kind} needs {self._wanted(has_seats)}")
        if self.hands_over_at and not has_seats:
            raise ValueError("only a line with seats of its own hands calls over to us")
        if self.kind is LineKind.EMERGENCY and self.straight is None:
            raise ValueError("an emergency line goes straight to a person: give straight")
        return self

    @staticmethod
    def _wanted(has_seats: bool) -> str:
        return "the number of its seats" if has_seats else "menu or straight: our seats answer"


class Known(BaseModel):
    """Whoever is on a list, or rings from an area: whom he gets. `skips_menu`: at once."""

    model_config = FROZEN

    name_zh: str
    name_en: str
    to: Choice
    skips_menu: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What is known of a caller before he has said a word. `language`: of his last call; `home`:
    the level whose citizen he is and its seats here (NAV-01)."""

    dialled: str
    today: date
    lists: Collection[str] = ()
    area: str = ""
    language: str = ""
    home: tuple[str, Choice] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Exactly one of `menu`, `answer`, `pass_on`, `to_level`; `say` comes first; `why` names the
    rule. `handed`: what the level said from which he comes."""

    line: str
    why: str
    say: tuple[str, ...] = ()
    menu: Menu | None = None
    answer: MenuAnswer | None = None
    pass_on: str | None = None
    to_level: Sending | None = None
    handed: Handed | None = None


class Lines(BaseModel):
    """config/lines.yaml. The first list or area that fits decides, in the order of the file."""

    model_config = FROZEN

    own: str
    greeting: tuple[str, ...]  # said to whoever hears no menu
    lines: dict[str, Line] = Field(min_length=1)
    lists: dict[str, Known] = Field(default_factory=dict)
    areas: dict[Annotated[str, Field(pattern=r"^0\d{2,3}$")], Known] = Field(default_factory=dict)
    languages: dict[str, Choice] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> "Lines":
        if self.own not in self.lines:
            raise ValueError(f"there is no line {self.own!r}; there are: {', '.join(self.lines)}")
        if self.lines[self.own].kind is not LineKind.OWN:
            raise ValueError(f"the line {self.own!r} is not of kind own")
        lines = self.lines.values()
        numbers = [number for line in lines for number in (*line.dialled, *line.hands_over_at)]
        twice = sorted({number for number in numbers if numbers.count(number) > 1})
        if twice:
            raise ValueError(f"the number {twice[0]} belongs to two lines")
        if any(choice.level for _, choice in _choices(self)):
            raise ValueError("only a key of menus.yaml leads to another level")
        return self

    def line_of(self, dialled: str) -> str:
        """The line's name; our own for a number that no line claims."""
        return next((n for n, line in self.lines.items() if dialled in line.dialled), self.own)

    @property
    def emergency_numbers(self) -> tuple[str, ...]:
        """What 110 and its like dial to reach us: nothing may stand in front of it (I14)."""
        lines = (one for one in self.lines.values() if one.kind is LineKind.EMERGENCY)
        return tuple(number for line in lines for number in line.dialled)

    def own_seats(self, name: str) -> str:
        """The number of a retained line's own seats. Raises UnknownLine (MRG-03, MRG-04)."""
        line = self.lines.get(name)
        if line is None or line.number is None:
            known = (one for one, line in self.lines.items() if line.number is not None)
            raise UnknownLine(
                f"There is no line {name!r} with seats of its own.",
                remedy=f"Choose one of: {', '.join(sorted(known)) or 'none is in lines.yaml'}.",
            )
        return line.number

    def is_straight(self, dialled: str) -> bool:
        """Whether nothing about the caller himself can change where he goes."""
        return self.lines[self.line_of(dialled)].menu is None

    def entrance(self, arrival: Arrival, menus: Menus) -> Entrance:
        """Where this caller goes first. A line with seats of its own goes before any list."""
        name = self.line_of(arrival.dialled)
        line = self.lines[name]
        said = line.notice.say if line.notice and line.notice.is_said(arrival.today) else ()
        if line.number is not None:
            return Entrance(line=name, why="line", say=said, pass_on=line.number)
        if line.straight is not None:
            hears = said if line.kind is LineKind.EMERGENCY else (*said, *self.greeting)
            return Entrance(line=name, why="line", say=hears, answer=line.straight.answer(""))
        found = self._known(arrival)
        if found is not None and found[1].skips_menu:
            answer, hears = found[1].to.answer(""), (*said, *self.greeting)
            return Entrance(line=name, why=found[0], say=hears, answer=answer)
        assert line.menu is not None, "a line has one of the three"
        menu = menus.menus[line.menu]
        if arrival.home is not None:
            menu = menu.with_home(arrival.home[1])
        why, menu = self._fitted(menu, found, arrival)
        return Entrance(line=name, why=why, say=said, menu=menu)

    def _known(self, arrival: Arrival) -> tuple[str, Known] | None:
        for name, known in self.lists.items():
            if name in arrival.lists:
                return f"list:{name}", known
        area = self.areas.get(arrival.area)
        return (f"area:{arrival.area}", area) if area is not None else None

    def _fitted(
        self, menu: Menu, found: tuple[str, Known] | None, arrival: Arrival
    ) -> tuple[str, Menu]:
        """Silence leads to the seats that fit him; every key stays what the menu says."""
        spoken = self.languages.get(arrival.language)
        if spoken is not None:
            return f"language:{arrival.language}", menu.with_silence(spoken)
        if found is not None:
            return found[0], menu.with_silence(found[1].to)
        return f"home:{arrival.home[0]}" if arrival.home is not None else "menu", menu


def check_lines(
    lines: Lines,
    menus: Menus,
    *,
    queues: Iterable[str],
    skills: Iterable[str],
    phrases: Iterable[str],
    numbers: Collection[str],
) -> None:
    """All that the lines name exists. Raises BadLines with key and value.

    `numbers`: those that the dialplan takes calls for.
    """
    for name, line in lines.lines.items():
        for number in (*line.dialled, *line.hands_over_at):
            if number not in numbers:
                key = "dialled" if number in line.dialled else "hands_over_at"
                raise BadLines(
                    f"lines.yaml: lines.{name}.{key}: no call to {number} comes in.",
                    remedy="Add it to hotline_numbers in site.toml.",
                )
    known = {
        "menu": set(menus.menus),
        "queue": set(queues),
        "skill": set(skills),
        "phrase": set(phrases),
    }
    for where, what, value in _named(lines):
        if value not in known[what]:
            raise BadLines(
                f"lines.yaml: {where}: there is no {what} {value!r}.",
                remedy=f"Use one of: {', '.join(sorted(known[what]))}.",
            )


def _named(lines: Lines) -> Iterable[tuple[str, str, str]]:
    """Everything that the file names: (where, what, value)."""
    yield from (("greeting", "phrase", said) for said in lines.greeting)
    for name, line in lines.lines.items():
        if line.menu is not None:
            yield f"lines.{name}.menu", "menu", line.menu
        if line.notice is not None:
            yield from ((f"lines.{name}.notice.say", "phrase", said) for said in line.notice.say)
    for where, choice in _choices(lines):
        yield f"{where}.queue", "queue", choice.queue
        yield from ((f"{where}.skills", "skill", skill) for skill in choice.skills)


def skills_named(lines: Lines) -> set[Skill]:
    return {skill for _, choice in _choices(lines) for skill in choice.skills}


def _choices(lines: Lines) -> Iterable[tuple[str, Choice]]:
    for name, line in lines.lines.items():
        if line.straight is not None:
            yield f"lines.{name}.straight", line.straight
    for what, entries in (("lists", lines.lists), ("areas", lines.areas)):
        yield from ((f"{what}.{name}.to", known.to) for name, known in entries.items())
    yield from ((f"languages.{name}", choice) for name, choice in lines.languages.items())
