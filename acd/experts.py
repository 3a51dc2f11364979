"""Experts of units: whose duty it is when, and who of them may be asked now (SPC-04, SPC-05).

An expert is an agent with the skill `expert:<unit>`. The roster (config/experts.yaml) says when he
is on duty; it stops nobody from asking him at another hour when he is signed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from acd.directory import Agent, Directory, Place
from acd.policy import Frozen
from acd.seat import Presence
from acd.seed import WorkNumber
from acd.view import FloorView, SeatView
from kernel.ids import AgentNo, SeatId, Skill
from kernel.settings_file import read_yaml

PREFIX: Final = "expert:"
CHINA: Final = ZoneInfo("Asia/Shanghai")


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class Duty(Frozen):
    """From `start` to `end` (exclusive) on these days, local time; not on the dates named."""

    agent: WorkNumber
    unit: Annotated[str, Field(min_length=1, max_length=40)]
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    start: time
    end: time
    not_on: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        if self.start >= self.end:
            raise ValueError("a duty ends after it starts, on the same day; write two for a night")
        return self

    def until(self, now: datetime) -> datetime | None:
        """When the duty that runs at that moment ends; None: none runs."""
        local = now.astimezone(CHINA)
        today = tuple(Weekday)[local.weekday()]
        if today not in self.days or local.date() in self.not_on:
            return None
        if not self.start <= local.time() < self.end:
            return None
        return datetime.combine(local.date(), self.end, CHINA)


class Experts(Frozen):
    """config/experts.yaml. `flag_below`: of the share of consultations that are reached."""

    flag_below: Annotated[float, Field(ge=0, le=1)]
    duties: tuple[Duty, ...]

    @property
    def units(self) -> frozenset[str]:
        return frozenset(duty.unit for duty in self.duties)

    def until(self, agent: AgentNo, unit: str, now: datetime) -> datetime | None:
        """The end of the expert's duty for the unit; None: he has none now."""
        ends = (d.until(now) for d in self.duties if (d.agent, d.unit) == (agent, unit))
        return max((end for end in ends if end is not None), default=None)


class Standing(StrEnum):
    """What an agent who wants to ask him must know."""

    FREE = "free"  # 空闲
    BREAK = "break"  # 小休: may be asked, and may refuse
    BUSY = "busy"  # 忙
    AWAY = "away"  # his phone cannot be reached
    SIGNED_OUT = "signed_out"  # 未签入


ASKABLE: Final = frozenset({Standing.FREE, Standing.BREAK})


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertNow:
    """One expert for one unit. `place` is that of the seat at which he is signed in."""

    agent: AgentNo
    name: str
    unit: str
    level: int
    standing: Standing
    duty_until: datetime | None
    seat: SeatId | None
    place: Place | None

    @property
    def askable(self) -> bool:
        return self.standing in ASKABLE


def load_experts(path: Path) -> Experts:
    """Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, Experts)


def units_of(skills: Mapping[Skill, int]) -> dict[str, int]:
    """For which units somebody is an expert, with his levels."""
    found = ((skill, level) for skill, level in skills.items() if skill.startswith(PREFIX))
    return {skill.removeprefix(PREFIX): level for skill, level in found}


def main_unit(skills: Mapping[Skill, int]) -> str | None:
    """The unit that he knows best: under it he is counted when he is asked."""
    return min(units_of(skills).items(), key=lambda each: (-each[1], each[0]), default=(None, 0))[0]


def experts_now(
    roster: Experts, directory: Directory, view: FloorView, unit: str | None = None
) -> list[ExpertNow]:
    """All of the unit, or of all units: who may be asked first, of those who is on duty first."""
    seats = {seat.agent: seat for seat in view.seats}
    found = [
        _expert(agent, of, level, (seats.get(agent.no), directory, roster, view.at))
        for agent in directory.agents.values()
        if agent.active
        for of, level in units_of(agent.skills).items()
        if unit is None or of == unit
    ]
    return sorted(found, key=_order)


def _order(expert: ExpertNow) -> tuple[object, ...]:
    standing = tuple(Standing).index(expert.standing)
    off = expert.duty_until is None
    return not expert.askable, off, standing, -expert.level, expert.agent, expert.unit


def _expert(
    agent: Agent,
    unit: str,
    level: int,
    known: tuple[SeatView | None, Directory, Experts, datetime],
) -> ExpertNow:
    seat, directory, roster, now = known
    where = directory.seats.get(seat.seat) if seat is not None else None
    return ExpertNow(
        agent=agent.no,
        name=agent.name,
        unit=unit,
        level=level,
        standing=_standing(seat),
        duty_until=roster.until(agent.no, unit, now),
        seat=seat.seat if seat is not None else None,
        place=where.place if where is not None else None,
    )


def _standing(seat: SeatView | None) -> Standing:
    """As `acd/lending.py: colleague` judges: in a break he may be asked too."""
    if seat is None or seat.presence is Presence.SIGNED_OUT:
        return Standing.SIGNED_OUT
    if not seat.is_at_rest:
        return Standing.BUSY
    if not seat.reachable:
        return Standing.AWAY
    return Standing.FREE if seat.presence is Presence.AVAILABLE else Standing.BREAK
