"""What the ids of agents, queues, skills, units and the like are called, for all pages."""

from collections.abc import Mapping
from typing import Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from console.asked import Asked
from console.logins import Scope
from console.routes import Routes

routes = Routes("names")
Id = TypeVar("Id", bound=str)


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Name(_Shown):
    name_zh: str
    name_en: str


class Names(_Shown):
    """By id. Agents and units have one name each; for a wall agents have none.

    `areas`: districts and regions; `targets`: levels and utilities, to which calls are passed on.
    """

    agents: dict[str, str]
    units: dict[str, str]
    queues: dict[str, Name]
    skills: dict[str, Name]
    pause_reasons: dict[str, Name]
    areas: dict[str, Name]
    lines: dict[str, Name]
    targets: dict[str, Name]


class _Named(Protocol):
    @property
    def name_zh(self) -> str: ...

    @property
    def name_en(self) -> str: ...


@routes.get("/api/names", scope=Scope.WATCH_WALL)
async def names(asked: Asked) -> Names:
    """What each id that pages show is called (名称字典)."""
    rules, catalogue = asked.console.desk, asked.console.cases.catalogue
    directory = asked.console.floor.directory.directory
    agents = directory.agents if asked.may(Scope.WATCH_FLOOR) else {}
    return Names(
        agents={no: agent.name for no, agent in agents.items()},
        units={unit: catalogue.unit_name(unit, rules.region_code) for unit in catalogue.units},
        queues=_names(rules.queues),
        skills=_names(directory.skills),
        pause_reasons=_names(rules.pause_reasons),
        areas=_names(rules.districts),
        lines=_names(rules.lines.lines),
        targets=_names(rules.utilities.utilities) | _names(rules.levels.levels),
    )


def _names(known: Mapping[Id, _Named]) -> dict[str, Name]:
    return {one: Name(name_zh=row.name_zh, name_en=row.name_en) for one, row in known.items()}
