"""The centre of the floor bench: seats, calls and rules for a number of signatures. Seeded."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from acd.directory import Agent, Directory, EmployerKind, Grade, SeatPlace
from acd.matching import fits
from acd.policy import QueuePolicies
from kernel.ids import AgentNo, Extension, SeatId, Skill

QUEUES: Final = Path(__file__).parent.parent / "config" / "queues.yaml"
START: Final = datetime(2026, 1, 5, 1, tzinfo=UTC)
SKILLS: Final = [Skill(f"skill{n:02d}") for n in range(12)]
# What the site's own rules would end for reasons that are not the floor's speed.
RULES: Final[dict[str, Any]] = {
    "needs": {},
    "max_waiting": 1_000_000,
    "max_wait_s": 86_400,
    "relaxation": [
        {"after_s": 10, "lower_levels_by": 1},
        {"after_s": 20, "lower_levels_by": 1},
        {"after_s": 40, "instead": {SKILLS[0]: 1}},
    ],
}

Signature = dict[Skill, int]


@dataclass(frozen=True, slots=True)
class Case:
    """`hostile`: every seat can do everything, so it must look at every kind of caller."""

    seats: int
    signatures: int
    hostile: bool = False


@dataclass(frozen=True, slots=True)
class People:
    directory: Directory
    policies: QueuePolicies
    calls: list[Signature]  # the kinds of callers


def rules() -> QueuePolicies:
    """config/queues.yaml with a queue that refuses nobody and relaxes in three stages."""
    raw = yaml.safe_load(QUEUES.read_text(encoding="utf-8"))
    raw["queues"]["general"] |= RULES
    return QueuePolicies.model_validate(raw)


def people(case: Case) -> People:
    chance = random.Random(case.signatures)
    kinds = _distinct(case.signatures, lambda: _able(chance))
    calls = _distinct(case.signatures, lambda: _asked(chance, kinds))
    if case.hostile:
        kinds = [dict.fromkeys(SKILLS, 3)]
    agents = [_agent(n, kinds[n % len(kinds)]) for n in range(case.seats)]
    places = [_place(n) for n in range(case.seats)]
    directory = Directory({a.no: a for a in agents}, {p.id: p for p in places}, {})
    return People(directory, rules(), calls)


def _distinct(how_many: int, draw: Callable[[], Signature]) -> list[Signature]:
    found: dict[frozenset[tuple[Skill, int]], Signature] = {}
    while len(found) < how_many:
        signature = draw()
        found[frozenset(signature.items())] = signature
    return list(found.values())


def _able(chance: random.Random) -> Signature:
    """The general skill and up to five more, each of level 1 to 3."""
    skills = [SKILLS[0], *chance.sample(SKILLS[1:], chance.randint(0, 5))]
    return {skill: chance.randint(1, 3) for skill in skills}


def _asked(chance: random.Random, kinds: list[Signature]) -> Signature:
    """The general skill, and mostly one or two more; nothing that no kind of seat can do."""
    while True:
        more = chance.sample(SKILLS[1:], chance.choice((0, 1, 1, 1, 2, 2)))
        needs = {SKILLS[0]: chance.randint(1, 2)} | {skill: chance.randint(1, 3) for skill in more}
        if any(fits(kind, needs) for kind in kinds):
            return needs


def _agent(n: int, skills: Signature) -> Agent:
    return Agent(
        no=AgentNo(f"{n:05d}"),
        name=f"话务员{n}",
        employer_kind=EmployerKind.OWN,
        grade=Grade.FIVE,
        district="220100",
        skills=skills,
    )


def _place(n: int) -> SeatPlace:
    return SeatPlace(id=SeatId(f"S{n:05d}"), phone=Extension(f"1{n:05d}"), district="220100")
