"""Scenes of a scenario (`config/scenarios/*.yaml`): who rings, what each person does, what must
come of it. Pure but for reading the file.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hotline.rehearsal.plan import city_numbers
from kernel.errors import BadSettings
from kernel.settings_file import read_yaml


class BadScenario(BadSettings):
    code = "bad-scenario"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FarDoes(StrEnum):
    ANSWERS = "answers"  # and talks until it is left, or `talks_s` are over
    BUSY = "busy"
    RINGS = "rings"  # for ever
    REFUSES = "refuses"


class FarEnd(_Frozen):
    """What is rung over the trunk out. Seconds; `talks_s` 0: it never hangs up by itself."""

    does: FarDoes
    after_s: float = Field(default=1.0, ge=0, le=60)
    talks_s: float = Field(default=0.0, ge=0, le=120)


class Step(_Frozen):
    """One thing an agent does with the call he has; exactly one of them.

    `asks`: "POST /api/calls/{call}/hold" with `body`; `refused`: the error that must come;
    `patient_s`: asked again for so long while a colleague is not free.
    """

    talks_s: float | None = Field(default=None, gt=0, le=120)
    asks: str | None = Field(default=None, pattern=r"^(GET|POST|PUT|DELETE) /api/")
    body: dict[str, Any] | None = None
    refused: str = ""
    patient_s: float = Field(default=0.0, ge=0, le=60)
    until_far_talks: bool = False
    leaves: bool = False

    @model_validator(mode="after")
    def _one(self) -> "Step":
        doing = (self.talks_s is not None, self.asks is not None, self.until_far_talks, self.leaves)
        if sum(doing) != 1:
            raise ValueError("give exactly one of talks_s, asks, until_far_talks, leaves")
        return self


class Caller(_Frozen):
    """The citizen. `keys` are pressed one by one, 2 s apart; without `leaves_after_s` (from the
    first word with a person) he stays until everybody has left him."""

    dials: str = "12345"
    lists: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    leaves_after_s: float | None = Field(default=None, gt=0, le=120)
    headers: dict[str, str] = Field(default_factory=dict)


class Expected(_Frozen):
    """What must be seen. `facts` in this order, others may stand between; each field as written."""

    line: str | None = None
    why: str | None = None
    queue: str | None = None
    first_agent_has: str | None = None  # a skill
    served_by: int = Field(default=1, ge=0)  # talks at seats
    rung: tuple[str, ...] = ()  # over the trunk out, in this order
    shows_citizen: bool = False  # ... with his own number
    facts: tuple[dict[str, Any], ...] = ()
    never: tuple[str, ...] = ()


class Scene(_Frozen):
    name_zh: str
    name_en: str
    rules: tuple[str, ...] = Field(min_length=1)
    times: int = Field(default=1, ge=1, le=100)
    citizen: Caller = Caller()
    agents: tuple[tuple[Step, ...], ...] = ()  # the first who has him, the second ...
    far: dict[str, FarEnd] = Field(default_factory=dict)  # by the number that is rung
    expect: Expected


class Scenario(_Frozen):
    name_zh: str
    name_en: str
    seats: int = Field(ge=1, le=64)
    talk_s: float = Field(default=3.0, gt=0, le=60)
    scenes: dict[str, Scene] = Field(min_length=1)


def load_scenario(file: Path) -> Scenario:
    """Raises BadScenario naming file and key."""
    return read_yaml(file, Scenario, error=BadScenario)


@dataclass(frozen=True, slots=True)
class Performance:
    """One citizen in one scene; his number is nobody else's."""

    name: str
    scene: Scene
    number: str


def draw_performances(scenario: Scenario, seed: int) -> list[Performance]:
    """Each scene as often as it says, in an order of chance; repeatable."""
    chance = random.Random(f"scenario-{seed}")  # noqa: S311  # repeatable, not secret
    numbers = city_numbers(chance)
    all_of_them = [
        Performance(name, scene, number)
        for name, scene in scenario.scenes.items()
        for _, number in zip(range(scene.times), numbers, strict=False)
    ]
    chance.shuffle(all_of_them)
    return all_of_them


def on_lists(performances: Sequence[Performance]) -> Mapping[str, list[str]]:
    """list -> the numbers to import."""
    found: dict[str, list[str]] = {}
    for one, name in _memberships(performances):
        found.setdefault(name, []).append(one.number)
    return found


def _memberships(performances: Sequence[Performance]) -> Iterator[tuple[Performance, str]]:
    for one in performances:
        yield from ((one, name) for name in one.scene.citizen.lists)
