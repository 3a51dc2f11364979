"""The directory in PostgreSQL: all SQL of agents, seats and skills.

A save names the version it saw (0: a new row); a row that has another one by now is not touched.
"""

from datetime import datetime
from typing import Final, NoReturn

import asyncpg

from acd.directory import Agent, Directory, EmployerKind, Grade, Place, SeatPlace, SkillName
from acd.errors import BadLevel, ChangedMeanwhile, PhoneTaken, UnknownSkill
from kernel.ids import AgentNo, Extension, SeatId, Skill
from storage.pool import Pool, Row, Transaction

_SAVE_AGENT: Final = """
    insert into agent (no, name, employer_kind, grade, district, active, version)
    select $1, $2, $3, $4, $5, $6, 1 where $7 = 0
    on conflict (no) do nothing returning version"""
_CHANGE_AGENT: Final = """
    update agent set name = $2, employer_kind = $3, grade = $4, district = $5, active = $6,
        version = version + 1
    where no = $1 and version = $7 returning version"""
_SAVE_SEAT: Final = """
    insert into seat (id, phone, district, place, auto_answer, active, version)
    select $1, $2, $3, $4, $5, $6, 1 where $7 = 0
    on conflict (id) do nothing returning version"""
_CHANGE_SEAT: Final = """
    update seat set phone = $2, district = $3, place = $4, auto_answer = $5, active = $6,
        version = version + 1
    where id = $1 and version = $7 returning version"""
_SAVE_SKILL: Final = """
    insert into skill (skill, name_zh, name_en, version)
    select $1, $2, $3, 1 where $4 = 0
    on conflict (skill) do nothing returning version"""
_CHANGE_SKILL: Final = """
    update skill set name_zh = $2, name_en = $3, version = version + 1
    where skill = $1 and version = $4 returning version"""
_SEED: Final = """
    insert into directory_seed (seeded_at) values ($1) on conflict do nothing returning true"""


class PgDirectoryStore:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def load(self) -> Directory:
        """All of it, from one snapshot. Raises DatabaseAway."""
        async with (
            self._pool.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            agents = await connection.fetch("select * from agent order by no")
            skills = await connection.fetch("select * from agent_skill order by agent, skill")
            seats = await connection.fetch("select * from seat order by id")
            names = await connection.fetch("select * from skill order by skill")
        of_agent: dict[str, dict[Skill, int]] = {}
        for row in skills:
            of_agent.setdefault(row["agent"], {})[Skill(row["skill"])] = row["level"]
        return Directory(
            agents={AgentNo(r["no"]): _agent(r, of_agent.get(r["no"], {})) for r in agents},
            seats={SeatId(row["id"]): _seat(row) for row in seats},
            skills={Skill(row["skill"]): _skill(row) for row in names},
        )

    async def seed_once(self, directory: Directory, at: datetime) -> bool:
        """Takes the seed over into a database that never had one. Returns whether it did."""
        async with self._pool.transaction() as tx:
            if not await tx.fetchval(_SEED, at):
                return False
            for skill in directory.skills.values():
                await _save_skill(tx, skill)
            for agent in directory.agents.values():
                await _save_agent(tx, agent)
            for seat in directory.seats.values():
                await _save_seat(tx, seat)
        return True

    async def save_agent(self, agent: Agent) -> int:
        """The new version. Raises ChangedMeanwhile, UnknownSkill, BadLevel, DatabaseAway."""
        async with self._pool.transaction() as tx:
            return await _save_agent(tx, agent)

    async def save_seat(self, seat: SeatPlace) -> int:
        """The new version. Raises ChangedMeanwhile, PhoneTaken, DatabaseAway."""
        async with self._pool.transaction() as tx:
            return await _save_seat(tx, seat)

    async def save_skill(self, skill: SkillName) -> int:
        """The new version. Raises ChangedMeanwhile, DatabaseAway."""
        async with self._pool.transaction() as tx:
            return await _save_skill(tx, skill)


async def _save_agent(tx: Transaction, agent: Agent) -> int:
    version = await tx.fetchval(
        _CHANGE_AGENT if agent.version else _SAVE_AGENT,
        agent.no,
        agent.name,
        agent.employer_kind.value,
        agent.grade.value,
        agent.district,
        agent.active,
        agent.version,
    )
    if version is None:
        _changed_meanwhile("Agent", agent.no, agent.version)
    await tx.execute("delete from agent_skill where agent = $1", agent.no)
    try:
        await tx.executemany(
            "insert into agent_skill (agent, skill, level) values ($1, $2, $3)",
            [(agent.no, skill, level) for skill, level in agent.skills.items()],
        )
    except asyncpg.ForeignKeyViolationError as err:
        raise UnknownSkill(
            f"Agent {agent.no} is given a skill that the directory does not know.",
            remedy=f"Add the skill first, or choose among the known ones: {sorted(agent.skills)}.",
        ) from err
    except asyncpg.CheckViolationError as err:
        raise BadLevel(
            f"A level of agent {agent.no} is not between 1 and 5: {agent.skills}.",
            remedy="Give each skill a level from 1 to 5.",
        ) from err
    return int(version)


async def _save_seat(tx: Transaction, seat: SeatPlace) -> int:
    try:
        version = await tx.fetchval(
            _CHANGE_SEAT if seat.version else _SAVE_SEAT,
            seat.id,
            seat.phone,
            seat.district,
            seat.place.value,
            seat.auto_answer,
            seat.active,
            seat.version,
        )
    except asyncpg.UniqueViolationError as err:
        raise PhoneTaken(
            f"Phone {seat.phone} stands at another seat.",
            remedy="Choose another phone, or take it from that seat first.",
        ) from err
    if version is None:
        _changed_meanwhile("Seat", seat.id, seat.version)
    return int(version)


async def _save_skill(tx: Transaction, skill: SkillName) -> int:
    sql = _CHANGE_SKILL if skill.version else _SAVE_SKILL
    version = await tx.fetchval(sql, skill.skill, skill.name_zh, skill.name_en, skill.version)
    if version is None:
        _changed_meanwhile("Skill", skill.skill, skill.version)
    return int(version)


def _changed_meanwhile(what: str, key: str, version: int) -> NoReturn:
    if version == 0:
        raise ChangedMeanwhile(
            f"{what} {key} exists already.", remedy="Load it, and change it with its version."
        )
    raise ChangedMeanwhile(
        f"{what} {key} has another version than {version} by now.",
        remedy="Load it again and repeat the change.",
    )


def _agent(row: Row, skills: dict[Skill, int]) -> Agent:
    return Agent(
        no=AgentNo(row["no"]),
        name=row["name"],
        employer_kind=EmployerKind(row["employer_kind"]),
        grade=Grade(row["grade"]),
        district=row["district"],
        skills=skills,
        active=row["active"],
        version=row["version"],
    )


def _seat(row: Row) -> SeatPlace:
    return SeatPlace(
        id=SeatId(row["id"]),
        phone=Extension(row["phone"]) if row["phone"] is not None else None,
        district=row["district"],
        place=Place(row["place"]),
        auto_answer=row["auto_answer"],
        active=row["active"],
        version=row["version"],
    )


def _skill(row: Row) -> SkillName:
    return SkillName(
        skill=Skill(row["skill"]),
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        version=row["version"],
    )
