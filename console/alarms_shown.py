"""Alarms as the screen shows them; who raises them is outside (`console/ports.py: KnowsAlarms`)."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class AlarmRow(BaseModel):
    """One alarm that stands. `why` is the technical reason at the time it was raised."""

    model_config = ConfigDict(frozen=True)

    name: str
    since: datetime
    severity: Literal["critical", "warning"]
    text_zh: str
    text_en: str
    remedy_zh: str
    remedy_en: str
    why: str


class AlarmList(BaseModel):
    """GET /api/alarms: those that stand now, the gravest and oldest first."""

    alarms: list[AlarmRow]
