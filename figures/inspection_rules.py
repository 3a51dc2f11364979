"""config/inspection.yaml: the scorecard, how calls are drawn, how long one may appeal."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.settings_file import read_yaml

WHOLE = 100


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(_Frozen):
    """`fatal`: no points here make the whole 0 (一票否决)."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,29}$")]
    name_zh: Annotated[str, Field(min_length=1, max_length=40)]
    name_en: Annotated[str, Field(min_length=1, max_length=80)]
    points: Annotated[int, Field(ge=1, le=WHOLE)]
    fatal: bool = False


class Scorecard(_Frozen):
    """`pass_mark`: so many of 100 points and more have passed (D-29)."""

    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=40)]
    pass_mark: Annotated[int, Field(ge=1, le=WHOLE)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len({item.id for item in self.items}) != len(self.items):
            raise ValueError("an item stands twice")
        if sum(item.points for item in self.items) != WHOLE:
            raise ValueError(f"the points of all items must sum up to {WHOLE}")
        return self


class Sampling(_Frozen):
    """Of each agent's talks of a day `share`, and at least `at_least`; each rule draws besides.

    `greeting_within_s`: so soon the agent presses his greeting key; None: the site has no such key.
    `seed`: draws are the same whenever they are asked for; change it each year.
    """

    share: Annotated[float, Field(ge=0, le=1)]
    at_least: Annotated[int, Field(ge=0, le=1000)]
    seed: Annotated[str, Field(min_length=1, max_length=40)]
    silence_s: Annotated[float, Field(gt=0)]
    too_long_s: Annotated[float, Field(gt=0)]
    too_short_s: Annotated[float, Field(ge=0)]
    low_rating: Annotated[int, Field(ge=1, le=5)]
    talk_over_s: Annotated[float, Field(gt=0)] = 6.0
    greeting_within_s: Annotated[float, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.too_short_s >= self.too_long_s:
            raise ValueError("too_short_s must be less than too_long_s")
        return self


class Listening(_Frozen):
    """Below `silent_below` (of 32,767) the line is silent, above `speech_above` a voice speaks.
    `at_work`: of the time, at most."""

    silent_below: Annotated[int, Field(ge=1, le=32_767)]
    speech_above: Annotated[int, Field(ge=1, le=32_767)] = 1_000
    at_work: Annotated[float, Field(gt=0, le=1)]


class InspectionRules(_Frozen):
    scorecard: Scorecard
    sampling: Sampling
    listening: Listening
    appeal_days: Annotated[int, Field(ge=1, le=60)]

    @property
    def appeal_within(self) -> timedelta:
        return timedelta(days=self.appeal_days)


def load_inspection(path: Path) -> InspectionRules:
    """Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, InspectionRules)
