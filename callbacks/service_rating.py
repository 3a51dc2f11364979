"""The short rating after an agent's call (接听服务, SAT-01): `config/service_rating.yaml`.

Rule: the level is stored, never the key alone (B4); each of the five levels has exactly one key.
"""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from callbacks.questions import LEVELS, Key
from kernel.errors import BadSettings
from kernel.settings_file import read_yaml

Level = Annotated[int, Field(ge=1, le=5)]
Says = tuple[str, ...]


class BadServiceRating(BadSettings):
    code: ClassVar[str] = "bad-service-rating"


class ServiceRating(BaseModel):
    """`keys`: key -> level, 5 非常满意 to 1 非常不满意."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    say: Says = ("rating_request",)
    thanks: Says = ("rating_thanks",)
    keys: dict[Key, Level] = {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1}
    again: Key = "9"
    ask_at_most: Annotated[int, Field(ge=1, le=3)] = 2
    answer_within: Annotated[timedelta, Field(gt=timedelta(0))] = timedelta(seconds=6)

    @model_validator(mode="after")
    def _one_key_a_level(self) -> "ServiceRating":
        if sorted(self.keys.values()) != sorted(LEVELS):
            raise ValueError("each of the levels 1 to 5 needs one key (B4)")
        if self.again in self.keys:
            raise ValueError(f"key {self.again!r} repeats the question and is no level")
        return self


def load_service_rating(path: Path, phrases: Iterable[str]) -> ServiceRating:
    """Raises BadServiceRating with file, key, value and remedy, also for an unknown phrase."""
    found = read_yaml(path, ServiceRating, error=BadServiceRating)
    missing = sorted({*found.say, *found.thanks} - set(phrases))
    if missing:
        raise BadServiceRating(
            f"{path}: value {missing[0]!r}: there is no such phrase.",
            remedy="Add it to config/phrases.yaml and run `./dev prompts`, or correct its name.",
        )
    return found
