"""From when on something is an alarm, and who is told of it: config/supervision.yaml.

Every number of `hotline/watch/service_watch.py` and `escalation.py` stands there.
"""

from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.ids import Skill
from kernel.settings_file import read_yaml
from telephony.supervision_control import Beep

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
Share = Annotated[float, Field(gt=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AnswerRate(_Frozen):
    """Below `below` over the last `over_min` minutes, counted from `from_calls` calls on."""

    below: Share = 0.95
    over_min: Annotated[int, Field(ge=15, le=1440)] = 60
    from_calls: Annotated[int, Field(ge=1)] = 20


class Burst(_Frozen):
    """So many tickets of one category in one district within `within_min` minutes (RPT-06)."""

    tickets: Annotated[int, Field(ge=2)] = 10
    within_min: Annotated[int, Field(ge=1, le=1440)] = 30


class Trunk(_Frozen):
    """A far side that answers OPTIONS: the carrier's, another centre's."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(ge=1, le=65_535)] = 5060


class Escalation(_Frozen):
    """An alarm that nobody acknowledges is told to `url`; empty: to nobody. Again and again.

    Signed with HOTLINE_ALARM_SECRET as our other webhooks are; without TLS only to this machine.
    """

    url: str = ""
    after_min: Annotated[float, Field(gt=0, le=1440)] = 5
    again_min: Annotated[float, Field(gt=0, le=1440)] = 30
    severities: tuple[str, ...] = ("critical",)
    retry_first_s: Seconds = 2
    retry_at_most_s: Seconds = 60
    answer_within_s: Seconds = 10

    @model_validator(mode="after")
    def _safe(self) -> "Escalation":
        if not self.url:
            return self
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("url must be an https:// address")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("url must begin with https://")
        return self


class AlarmSettings(_Frozen):
    answer_rate: AnswerRate = AnswerRate()
    longest_wait_s: Seconds = 60
    no_agents_s: Seconds = 30
    long_call_min: Annotated[float, Field(gt=0, le=1440)] = 60
    phone_away_s: Seconds = 10
    rare_skills: tuple[Skill, ...] = ()
    burst: Burst = Burst()
    trunks: tuple[Trunk, ...] = ()
    escalation: Escalation = Escalation()


class Listening(_Frozen):
    """`beep`: who hears a tone when a supervisor begins to listen; with it agents see him too."""

    beep: Beep = Beep.NONE


class SupervisionSettings(_Frozen):
    listening: Listening = Listening()
    alarms: AlarmSettings = AlarmSettings()


def load_supervision(path: Path) -> SupervisionSettings:
    """Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, SupervisionSettings)
