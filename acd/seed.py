"""config/directory.yaml: the people, seats and skills a new database starts with. Read once."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from acd.directory import Agent, Directory, EmployerKind, Grade, Place, SeatPlace, SkillName
from acd.policy import Frozen, Level
from kernel.ids import AgentNo, Extension, SeatId, Skill
from kernel.settings_file import read_yaml

WorkNumber = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,16}$")]
PhoneDigits = Annotated[str, Field(pattern=r"^[0-9]{2,8}$")]


class AgentSeed(Frozen):
    name: Annotated[str, Field(min_length=1, max_length=64)]
    employer_kind: EmployerKind
    grade: Grade
    district: str
    skills: dict[Skill, Level]


class SeatSeed(Frozen):
    phone: PhoneDigits | None
    district: str
    place: Place = Place.PHYSICAL
    auto_answer: bool = False


class SkillSeed(Frozen):
    name_zh: str
    name_en: str


class DirectorySeed(Frozen):
    skills: dict[Skill, SkillSeed]
    agents: dict[WorkNumber, AgentSeed]
    seats: dict[str, SeatSeed]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for no, agent in self.agents.items():
            unknown = sorted(set(agent.skills) - set(self.skills))
            if unknown:
                raise ValueError(f"agent {no} has the unknown skill {unknown[0]}")
        phones = [seat.phone for seat in self.seats.values() if seat.phone is not None]
        twice = sorted({phone for phone in phones if phones.count(phone) > 1})
        if twice:
            raise ValueError(f"phone {twice[0]} stands at two seats")
        return self

    def directory(self) -> Directory:
        """As values whose rows are not stored yet (version 0)."""
        return Directory(
            agents={AgentNo(no): _agent(AgentNo(no), seed) for no, seed in self.agents.items()},
            seats={SeatId(name): _seat(SeatId(name), seed) for name, seed in self.seats.items()},
            skills={
                skill: SkillName(skill=skill, name_zh=seed.name_zh, name_en=seed.name_en)
                for skill, seed in self.skills.items()
            },
        )


def _agent(no: AgentNo, seed: AgentSeed) -> Agent:
    return Agent(
        no=no,
        name=seed.name,
        employer_kind=seed.employer_kind,
        grade=seed.grade,
        district=seed.district,
        skills={skill: int(level) for skill, level in seed.skills.items()},
    )


def _seat(seat: SeatId, seed: SeatSeed) -> SeatPlace:
    return SeatPlace(
        id=seat,
        phone=Extension(seed.phone) if seed.phone is not None else None,
        district=seed.district,
        place=seed.place,
        auto_answer=seed.auto_answer,
    )


def load_directory(path: Path) -> Directory:
    """Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, DirectorySeed).directory()
