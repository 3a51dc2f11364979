"""What an alarm is; all of them stand in `hotline/watch/alarm_words.py`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Severity = Literal["critical", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmKind:
    """`after`: so long must it be so before it is raised; `calm`: so long not, before it clears."""

    severity: Severity
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
    after: timedelta = timedelta()
    calm: timedelta = timedelta()
