"""Alarms as the screen shows them; who raises them is outside (`console/ports.py: KnowsAlarms`)."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class AlarmRow(BaseModel):
    """One alarm that stands. `why` is the technical reason, as it is now.

    Acknowledged by whom and when, and when it was told outside because nobody had: or not yet.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    since: datetime
    severity: Literal["critical", "warning"]
    text_zh: str
    text_en: str
    remedy_zh: str
    remedy_en: str
    why: str
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    escalated_at: datetime | None = None


class AlarmList(BaseModel):
    """GET /api/alarms: those that stand now, the gravest and oldest first."""

    alarms: list[AlarmRow]
