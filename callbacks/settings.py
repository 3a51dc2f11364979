"""When a missed call must be rung back, and which calls are missed: `config/callbacks.yaml`."""

from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from callbacks.schedule_settings import ScheduleRules
from callbacks.sms_settings import SmsSettings
from kernel.settings_file import checked, read_yaml


class Why(StrEnum):
    """How a call that asked for a person ended without one."""

    ABANDONED = "abandoned"  # hung up in the line
    OVERFLOWED = "overflowed"  # another centre has answered him
    FAILED = "failed"  # a limit turned it away, or a fault lost it
    BLOCKED = "blocked"  # a supervisor's measure
    FALLBACK_LOST = "fallback_lost"  # gave up in the plain queue while we were away
    PROMISED = "promised"  # chose to be rung back
    CUT_OFF = "cut_off"  # was answered, and cut off when Asterisk died


_LOST = frozenset(Why) - {Why.BLOCKED, Why.OVERFLOWED}


class MissedSettings(BaseModel):
    """A16. By day (`day_from` to `day_until`, both inclusive) a call is due `due_within` after it
    was missed; at night at the next `night_due_at`; an urgent one `urgent_within` at any hour.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: str = "Asia/Shanghai"
    day_from: time = time(8, 0)
    day_until: time = time(21, 30)
    due_within: timedelta = Field(default=timedelta(minutes=30), ge=timedelta(0))
    night_due_at: time = time(9, 0)
    urgent_within: timedelta = Field(default=timedelta(0), ge=timedelta(0))
    urgent_priority: int = Field(default=3, ge=0, le=3)  # from this priority on
    urgent_queues: frozenset[str] = frozenset()
    owed_for: frozenset[Why] = _LOST

    @field_validator("day_from", "day_until", "night_due_at", mode="before")
    @classmethod
    def _quoted(cls, value: object) -> object:
        # YAML reads a bare 21:30 as the number 1290, which would become 00:21:30
        if isinstance(value, int | float):
            raise ValueError('write times in quotes, for example "21:30"')
        return value

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError) as err:
            raise ValueError(f"{value} is not a time zone") from err
        return value

    @model_validator(mode="after")
    def _day_in_order(self) -> "MissedSettings":
        if not self.day_from < self.day_until:
            raise ValueError("day_from must lie before day_until")
        if self.day_from > self.night_due_at:
            raise ValueError("night_due_at must not lie before day_from")
        return self


class CallbackSettings(BaseModel):
    """`config/callbacks.yaml` as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    missed: MissedSettings = MissedSettings()
    schedule: ScheduleRules = ScheduleRules()
    sms: SmsSettings = SmsSettings()

    @model_validator(mode="after")
    def _one_zone(self) -> "CallbackSettings":
        if self.missed.zone != self.schedule.zone:
            raise ValueError("missed.zone and schedule.zone must be the same")
        return self


def load_callback_settings(path: Path, *, sms_secret: str | None = None) -> CallbackSettings:
    """The whole file; `sms_secret`: HOTLINE_SMS_SECRET. Raises BadSettings with the remedy."""
    found = read_yaml(path, CallbackSettings)
    if sms_secret is None:
        return found
    changed = found.sms.model_dump() | {"secret": sms_secret}
    return found.model_copy(update={"sms": checked(path, changed, SmsSettings)})


def load_missed_settings(path: Path) -> MissedSettings:
    """The `missed:` part of the file. Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, CallbackSettings).missed
