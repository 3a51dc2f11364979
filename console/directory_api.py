"""Agents, seats and skills: who may sit where and can do what.

A change names the version it changes, in If-Match: two supervisors never overwrite one another
unseen.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from acd import errors as acd
from acd.directory import Agent, EmployerKind, Grade, Place, SeatPlace, SkillName
from console.asked import Asked
from console.errors import VersionMissing
from console.logins import Scope
from console.routes import Routes
from kernel.errors import Unavailable
from kernel.ids import AgentNo, Extension, SeatId, Skill

routes = Routes("directory")

Key = Annotated[str, StringConstraints(pattern=r"^[\w:.-]{1,40}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
Level = Annotated[int, Field(ge=1, le=5)]
_SAVE_ERRORS = (acd.ChangedMeanwhile, acd.UnknownSkill, acd.BadLevel, acd.PhoneTaken, Unavailable)


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgentForm(_Form):
    name: Words
    employer_kind: EmployerKind
    grade: Grade
    district: Words
    skills: Annotated[dict[Key, Level], Field(max_length=50)] = {}
    active: bool = True


class NewAgentForm(AgentForm):
    no: Key


class SeatForm(_Form):
    phone: Key | None
    district: Words
    place: Place = Place.PHYSICAL
    auto_answer: bool = False
    active: bool = True


class NewSeatForm(SeatForm):
    seat: Key


class SkillForm(_Form):
    name_zh: Words
    name_en: Words


class NewSkillForm(SkillForm):
    skill: Key


class AgentRow(NewAgentForm):
    version: int


class SeatPlaceRow(NewSeatForm):
    version: int


class SkillRow(NewSkillForm):
    version: int


class Agents(BaseModel):
    agents: list[AgentRow]


class Seats(BaseModel):
    seats: list[SeatPlaceRow]


class Skills(BaseModel):
    skills: list[SkillRow]


@routes.get("/api/agents", scope=Scope.WATCH_FLOOR)
async def agents(asked: Asked) -> Agents:
    """All agents, by 工号."""
    known = asked.console.floor.directory.directory.agents
    return Agents(agents=[_agent_row(known[no]) for no in sorted(known)])


@routes.post("/api/agents", scope=Scope.EDIT_DIRECTORY, status=201, errors=_SAVE_ERRORS)
async def add_agent(asked: Asked, body: NewAgentForm) -> AgentRow:
    """A new agent."""
    return await _save_agent(asked, body.no, body, version=0)


@routes.put(
    "/api/agents/{no}",
    scope=Scope.EDIT_DIRECTORY,
    errors=(*_SAVE_ERRORS, acd.UnknownWorkNumber, VersionMissing),
)
async def change_agent(asked: Asked, no: str, body: AgentForm) -> AgentRow:
    """Change an agent; If-Match names the version."""
    _demand_known(asked.console.floor.directory.directory.agents, no, acd.UnknownWorkNumber)
    return await _save_agent(asked, no, body, version=asked.version)


@routes.get("/api/seats", scope=Scope.WATCH_FLOOR)
async def seats(asked: Asked) -> Seats:
    """All seats and their phones."""
    known = asked.console.floor.directory.directory.seats
    return Seats(seats=[_seat_row(known[seat]) for seat in sorted(known)])


@routes.post("/api/seats", scope=Scope.EDIT_DIRECTORY, status=201, errors=_SAVE_ERRORS)
async def add_seat(asked: Asked, body: NewSeatForm) -> SeatPlaceRow:
    """A new seat."""
    return await _save_seat(asked, body.seat, body, version=0)


@routes.put(
    "/api/seats/{seat}",
    scope=Scope.EDIT_DIRECTORY,
    errors=(*_SAVE_ERRORS, acd.UnknownSeat, VersionMissing),
)
async def change_seat(asked: Asked, seat: str, body: SeatForm) -> SeatPlaceRow:
    """Change a seat; If-Match names the version."""
    _demand_known(asked.console.floor.directory.directory.seats, seat, acd.UnknownSeat)
    return await _save_seat(asked, seat, body, version=asked.version)


@routes.get("/api/skills", scope=Scope.WATCH_FLOOR)
async def skills(asked: Asked) -> Skills:
    """All skills an agent can have."""
    known = asked.console.floor.directory.directory.skills
    return Skills(skills=[_skill_row(known[skill]) for skill in sorted(known)])


@routes.post("/api/skills", scope=Scope.EDIT_DIRECTORY, status=201, errors=_SAVE_ERRORS)
async def add_skill(asked: Asked, body: NewSkillForm) -> SkillRow:
    """A new skill."""
    return await _save_skill(asked, body.skill, body, version=0)


@routes.put(
    "/api/skills/{skill}",
    scope=Scope.EDIT_DIRECTORY,
    errors=(*_SAVE_ERRORS, VersionMissing),
)
async def change_skill(asked: Asked, skill: str, body: SkillForm) -> SkillRow:
    """Change a skill's names; If-Match names the version."""
    _demand_known(asked.console.floor.directory.directory.skills, skill, acd.UnknownSkill)
    return await _save_skill(asked, skill, body, version=asked.version)


Missing = type[acd.UnknownWorkNumber] | type[acd.UnknownSeat] | type[acd.UnknownSkill]


def _demand_known(
    rows: Mapping[AgentNo, Agent] | Mapping[SeatId, SeatPlace] | Mapping[Skill, SkillName],
    key: str,
    missing: Missing,
) -> None:
    if key not in rows:
        raise missing(f"{key!r} is not in the directory.", remedy="Add it with POST first.")


async def _save_agent(asked: Asked, no: str, form: AgentForm, *, version: int) -> AgentRow:
    agent = Agent(
        no=AgentNo(no),
        name=form.name,
        employer_kind=form.employer_kind,
        grade=form.grade,
        district=form.district,
        skills={Skill(skill): level for skill, level in form.skills.items()},
        active=form.active,
        version=version,
    )
    saved = await asked.console.floor.directory.save_agent(agent, by=asked.login.name)
    return _agent_row(saved)


async def _save_seat(asked: Asked, seat: str, form: SeatForm, *, version: int) -> SeatPlaceRow:
    place = SeatPlace(
        id=SeatId(seat),
        phone=Extension(form.phone) if form.phone else None,
        district=form.district,
        place=form.place,
        auto_answer=form.auto_answer,
        active=form.active,
        version=version,
    )
    return _seat_row(await asked.console.floor.directory.save_seat(place, by=asked.login.name))


async def _save_skill(asked: Asked, skill: str, form: SkillForm, *, version: int) -> SkillRow:
    named = SkillName(
        skill=Skill(skill), name_zh=form.name_zh, name_en=form.name_en, version=version
    )
    return _skill_row(await asked.console.floor.directory.save_skill(named, by=asked.login.name))


def _agent_row(agent: Agent) -> AgentRow:
    return AgentRow(
        no=agent.no,
        name=agent.name,
        employer_kind=agent.employer_kind,
        grade=agent.grade,
        district=agent.district,
        skills={str(skill): level for skill, level in agent.skills.items()},
        active=agent.active,
        version=agent.version,
    )


def _seat_row(seat: SeatPlace) -> SeatPlaceRow:
    return SeatPlaceRow(
        seat=seat.id,
        phone=seat.phone,
        district=seat.district,
        place=seat.place,
        auto_answer=seat.auto_answer,
        active=seat.active,
        version=seat.version,
    )


def _skill_row(skill: SkillName) -> SkillRow:
    return SkillRow(
        skill=skill.skill, name_zh=skill.name_zh, name_en=skill.name_en, version=skill.version
    )
