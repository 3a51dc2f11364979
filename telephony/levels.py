"""The levels of a province: province, cities, counties, departments (NAV-01 ... NAV-06). Pure.

A city answers first; what is the province's goes up with a reason, what is a city's comes down
again. The other level is told by SIP headers which call it is, why, and the city's ticket: no
personal data. It is believed on its own trunk alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.errors import BadInput, BadSettings, NotFound
from telephony.handed import Handed
from telephony.menu import Choice
from telephony.passed_on import LevelReason

FROZEN: Final = ConfigDict(frozen=True, extra="forbid")
TICKET_NO: Final = r"^\d{14,32}$"
TRUNK: Final = "level-"  # begins the name of each level's own endpoint (asterisk/pjsip.conf.j2)


class BadLevels(BadSettings):
    code = "bad-levels"


class UnknownLevel(NotFound):
    code = "unknown-level"


class WrongReason(BadInput):
    """This reason does not lead to that level (NAV-05)."""

    code = "wrong-level-reason"


class TicketNeeded(BadInput):
    """What a city could not solve goes up with the city's ticket number alone (NAV-05)."""

    code = "level-ticket-needed"


class LevelKind(StrEnum):
    PROVINCE = "province"
    CITY = "city"  # and prefectures 市州
    COUNTY = "county"
    DEPARTMENT = "department"


RANKS: Final = tuple(LevelKind)
UP: Final = frozenset({LevelReason.PROVINCE, LevelReason.UNRESOLVED, LevelReason.CROSS_CITY})
DOWN: Final = frozenset({LevelReason.CITY})


class Home(BaseModel):
    """Whose citizens land where (NAV-01): by the trunk, the number dialled or the area code."""

    model_config = FROZEN

    to: Choice
    trunks: tuple[str, ...] = ()
    dialled: tuple[str, ...] = ()
    areas: tuple[Annotated[str, Field(pattern=r"^0\d{2,3}$")], ...] = ()

    def fits(self, trunk: str, dialled: str, area: str) -> bool:
        return trunk in self.trunks or dialled in self.dialled or area in self.areas


class Level(BaseModel):
    """One node of the tree. `number`: by which its centre is reached; `address`: its own SIP trunk
    (host:port), else it is rung by the trunk out."""

    model_config = FROZEN

    kind: LevelKind
    name_zh: str
    name_en: str
    parent: str | None = None
    region_code: str | None = Field(default=None, pattern=r"^\d{6}$")
    number: str | None = Field(default=None, pattern=r"^\d{3,20}$")
    address: str | None = Field(default=None, pattern=r"^[A-Za-z0-9.-]+:[0-9]{1,5}$")
    home: Home | None = None


class Navigation(BaseModel):
    """The province's release of the menus (NAV-04): a city that changes the tree does not start."""

    model_config = FROZEN

    version: str = Field(min_length=1, max_length=40)
    tree: str = Field(pattern=r"^[0-9a-f]{16}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """To which level, by which trunk ("": the trunk out), and why."""

    level: str
    kind: LevelKind
    number: str
    trunk: str
    reason: LevelReason
    ticket_no: str = ""

    def carried(self, call: str) -> str:
        """`CC_CARRY` of the dialplan: the three headers of [carry]."""
        return f"{call}^{self.reason}^{self.ticket_no}"

    def headers(self, call: str) -> Mapping[str, str]:
        told = {"Call": call, "Reason": self.reason.value, "Ticket": self.ticket_no}
        return {f"X-12345-{name}": value for name, value in told.items() if value}


LevelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,19}$")]


class Levels(BaseModel):
    """config/levels.yaml. `incoming`: where those stand whom another level hands over."""

    model_config = FROZEN

    own: str
    incoming: Choice
    navigation: Navigation | None = None
    inserts: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # by menu: local phrases
    levels: dict[LevelName, Level] = Field(min_length=1)

    @model_validator(mode="after")
    def _a_tree(self) -> "Levels":
        if self.own not in self.levels:
            raise ValueError(f"there is no level {self.own!r}; there are: {', '.join(self.levels)}")
        for name, level in self.levels.items():
            self._check_parent(name, level)
        provinces = [n for n, level in self.levels.items() if level.kind is LevelKind.PROVINCE]
        if len(provinces) != 1:
            raise ValueError(f"one province is wanted, there are {len(provinces)}")
        homes = [one for level in self.levels.values() if level.home for one in _claims(level.home)]
        twice = sorted({one for one in homes if homes.count(one) > 1})
        if twice:
            raise ValueError(f"{twice[0]} is the home of two levels")
        if any(choice.level for _, choice in choices_of(self)):
            raise ValueError("only a key of menus.yaml leads to another level")
        return self

    def _check_parent(self, name: str, level: Level) -> None:
        if (level.kind is LevelKind.PROVINCE) != (level.parent is None):
            raise ValueError(f"{name}: every level but the province names its parent")
        if level.parent is None:
            return
        above = self.levels.get(level.parent)
        if above is None or RANKS.index(above.kind) >= RANKS.index(level.kind):
            raise ValueError(f"{name}: its parent {level.parent!r} is no level above it")

    @property
    def here(self) -> Level:
        return self.levels[self.own]

    def below(self, name: str) -> frozenset[str]:
        """The level itself and all under it (NAV-06)."""
        found = {name}
        for _ in RANKS:
            found |= {one for one, level in self.levels.items() if level.parent in found}
        return frozenset(found)

    def reasons(self, to: str) -> frozenset[LevelReason]:
        """Why a call of ours may go there; empty: not at all."""
        level = self.levels.get(to)
        if level is None or level.number is None or to == self.own:
            return frozenset()
        match (self.here.kind, level.kind):
            case (LevelKind.CITY, LevelKind.PROVINCE):
                return UP
            case (LevelKind.PROVINCE, LevelKind.CITY):
                return DOWN
            case _:
                return frozenset()

    def sending(self, to: str, reason: LevelReason, ticket_no: str = "") -> Sending:
        """Raises UnknownLevel, WrongReason, TicketNeeded."""
        level, reasons = self.levels.get(to), self.reasons(to)
        if level is None or level.number is None or not reasons:
            open_to = ", ".join(sorted(name for name in self.levels if self.reasons(name)))
            raise UnknownLevel(
                f"No call goes from {self.own} to the level {to!r}.",
                remedy=f"Choose one of: {open_to or 'none stands in levels.yaml'}.",
            )
        if reason not in reasons:
            raise WrongReason(
                f"{reason} is no reason to send a call from {self.own} to {to}.",
                remedy=f"Choose one of: {', '.join(sorted(reasons))}.",
            )
        if reason is LevelReason.UNRESOLVED and not ticket_no:
            raise TicketNeeded(
                "What the city could not solve goes up with the city's ticket number.",
                remedy="Give the number of the city's ticket.",
            )
        trunk = f"{TRUNK}{to}" if level.address else ""
        return Sending(
            level=to,
            kind=level.kind,
            number=level.number,
            trunk=trunk,
            reason=reason,
            ticket_no=ticket_no,
        )

    def takes(self, handed: Handed) -> bool:
        """NAV-05: the province takes its own matters, those of several cities, and with its ticket
        what a city has not solved. A reason that got lost on the way is asked by a person."""
        if self.here.kind is not LevelKind.PROVINCE or not handed.reason or handed.hops:
            return True
        if handed.reason == LevelReason.UNRESOLVED:
            return bool(handed.ticket_no)
        return handed.reason in UP

    def back(self, handed: Handed) -> Sending | None:
        """Whom the province does not take goes to his city; None: it cannot be reached."""
        if LevelReason.CITY not in self.reasons(handed.level):
            return None
        return self.sending(handed.level, LevelReason.CITY, handed.ticket_no)

    def home_of(self, trunk: str, dialled: str, area: str) -> tuple[str, Choice] | None:
        """The level whose citizen rings, where calls of several land here (NAV-01)."""
        for name, level in self.levels.items():
            if level.home is not None and level.home.fits(trunk, dialled, area):
                return name, level.home.to
        return None


def choices_of(levels: Levels) -> Iterable[tuple[str, Choice]]:
    """Every choice in the file: (where it stands, choice)."""
    yield "incoming", levels.incoming
    for name, level in levels.levels.items():
        if level.home is not None:
            yield f"levels.{name}.home.to", level.home.to


def check_levels(
    levels: Levels,
    *,
    queues: Collection[str],
    phrases: Collection[str],
    menus: Mapping[str, Iterable[Choice]],
) -> None:
    """All that the file names exists; menus send nobody to a level that is none.

    Raises BadLevels with key and value.
    """
    for where, choice in choices_of(levels):
        if choice.queue not in queues:
            raise BadLevels(
                f"levels.yaml: {where}.queue: there is no queue {choice.queue!r}.",
                remedy=f"Use one of: {', '.join(sorted(queues))}.",
            )
    for menu, said in levels.inserts.items():
        missing = [one for one in said if one not in phrases]
        if menu not in menus or missing:
            raise BadLevels(
                f"levels.yaml: inserts.{menu}: there is no {'phrase' if missing else 'menu'} "
                f"{missing[0] if missing else menu!r}.",
                remedy="Name a menu of menus.yaml and phrases of phrases.yaml.",
            )
    for menu, choices in menus.items():
        for choice in choices:
            if choice.level in ("", levels.own):  # the province has the same menus: he is there
                continue
            if LevelReason.PROVINCE not in levels.reasons(choice.level):
                raise BadLevels(
                    f"menus.yaml: menus.{menu}: no citizen is sent from {levels.own} to the level "
                    f"{choice.level!r}.",
                    remedy="Name the province, and give it a number in levels.yaml.",
                )


def _claims(home: Home) -> Iterable[str]:
    yield from (f"trunk {one}" for one in home.trunks)
    yield from (f"number {one}" for one in home.dialled)
    yield from (f"area {one}" for one in home.areas)
