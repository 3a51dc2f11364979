"""Who is suspected of ringing without reason (MAL-01): a flag for people, never a block. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from kernel.ids import CallId, NumberKey
from kernel.settings_file import read_yaml

WINDOW: Final = timedelta(days=7)
SUSPECT: Final = "malicious_suspect"  # the tag on the agent's card
Count = Annotated[int, Field(ge=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SuspectRules(_Frozen):
    """From so many on; all of them within the last seven days."""

    calls_a_day: Count
    calls_in_7_days: Count
    minutes_in_7_days: Count
    abusive_in_7_days: Count
    without_request_in_7_days: Count


class MeasureRules(_Frozen):
    """`announcement`: a phrase of phrases.yaml."""

    at_most_days: Annotated[int, Field(ge=1, le=30)]
    announcement: Annotated[str, Field(min_length=1)]


class MaliciousRules(_Frozen):
    suspect: SuspectRules
    measure: MeasureRules


class Ground(StrEnum):
    CALLS_A_DAY = "calls_a_day"
    CALLS = "calls_in_7_days"
    MINUTES = "minutes_in_7_days"
    ABUSIVE = "abusive_in_7_days"
    WITHOUT_REQUEST = "without_request_in_7_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One number over the last seven days. `caller` is masked; `on_busiest_day` of China."""

    number_key: NumberKey
    caller: str
    last_at: datetime
    calls: int
    on_busiest_day: int
    talked: timedelta
    abusive: int
    without_request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOfCaller:
    """One call of a number; `recorded`: its sound is kept still."""

    call: CallId
    arrived_at: datetime
    talked: timedelta
    abusive: bool
    recorded: bool


def grounds(history: History, rules: SuspectRules) -> tuple[Ground, ...]:
    """Why he is suspected; none: he is not."""
    reached = {
        Ground.CALLS_A_DAY: history.on_busiest_day >= rules.calls_a_day,
        Ground.CALLS: history.calls >= rules.calls_in_7_days,
        Ground.MINUTES: history.talked >= timedelta(minutes=rules.minutes_in_7_days),
        Ground.ABUSIVE: history.abusive >= rules.abusive_in_7_days,
        Ground.WITHOUT_REQUEST: history.without_request >= rules.without_request_in_7_days,
    }
    return tuple(ground for ground, is_reached in reached.items() if is_reached)


def load_malicious(path: Path) -> MaliciousRules:
    """Raises BadSettings."""
    return read_yaml(path, MaliciousRules)
