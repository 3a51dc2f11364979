"""Who may sit where and can do what: agents, seats, skills. `acd/store.py` keeps them.

GOV-01: staff of a third party may answer and maintain machines, never handle, close, approve or
decide an appeal. The scopes of a person are held to that here, so that nobody can grant more.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kernel.ids import AgentNo, Extension, SeatId, Skill


class EmployerKind(StrEnum):
    OWN = "own"
    THIRD_PARTY = "third_party"  # 第三方机构


class Scope(StrEnum):
    ANSWER = "answer"
    IT_MAINTENANCE = "it_maintenance"
    HANDLE = "handle"
    CLOSE = "close"
    APPROVE = "approve"
    APPEAL = "appeal"


class Grade(StrEnum):
    """国家职业技能标准 (HR-01); the lowest is five."""

    FIVE = "five"  # 五级
    FOUR = "four"  # 四级
    THREE = "three"  # 三级


class Place(StrEnum):
    PHYSICAL = "physical"
    REMOTE = "remote"
    HOME = "home"


SCOPES_OF: Final[dict[EmployerKind, frozenset[Scope]]] = {
    EmployerKind.OWN: frozenset(Scope),
    EmployerKind.THIRD_PARTY: frozenset({Scope.ANSWER, Scope.IT_MAINTENANCE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person (话务员). `skills` have levels 1-5; `version` is that of the row, 0 = not stored."""

    no: AgentNo
    name: str
    employer_kind: EmployerKind
    grade: Grade
    district: str
    skills: dict[Skill, int] = field(default_factory=dict)
    active: bool = True
    version: int = 0

    @property
    def scopes(self) -> frozenset[Scope]:
        return SCOPES_OF[self.employer_kind]

    def may(self, scope: Scope) -> bool:
        return self.active and scope in self.scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatPlace:
    """A position (座席) and its phone. `auto_answer`: it takes calls by itself (自动应答)."""

    id: SeatId
    phone: Extension | None
    district: str
    place: Place = Place.PHYSICAL
    auto_answer: bool = False
    active: bool = True
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillName:
    skill: Skill
    name_zh: str
    name_en: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Directory:
    agents: dict[AgentNo, Agent]
    seats: dict[SeatId, SeatPlace]
    skills: dict[Skill, SkillName]
