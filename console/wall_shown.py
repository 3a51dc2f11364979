"""What the wall (大屏) shows beside the live floor. Counts only: no call, no number, no name."""

from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from console.figures_shown import Figure


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class WallHour(_Shown):
    """One hour of today; `answered` by a person. `forecast`: requests for a person, None: none."""

    start: datetime
    offered: int
    answered: int
    forecast: float | None = None


class WallTickets(_Shown):
    """Filed today. `by_type` keys: consult, help, complaint, report, suggestion."""

    total: int
    by_type: dict[str, int]
    by_district: dict[str, int]
    by_topic: dict[str, int]


class WallOwed(_Shown):
    """Missed calls of today (D-10): owed, called back, reached."""

    owed: int
    called_back: int
    reached: int


class WallNow(_Shown):
    """`tickets`, `owed`, `satisfaction` are None while the database is away: never 0 instead.

    `satisfaction`: D-22 of the surveys closed this month. `hand_offs`: today, by number.
    """

    at: datetime
    counts: dict[str, int]
    figures: list[Figure]
    hours: list[WallHour]
    districts: dict[str, str]
    tickets: WallTickets | None
    owed: WallOwed | None
    hand_offs: dict[str, int] | None
    satisfaction: Figure | None


class ShowsWall(Protocol):
    """`hotline/desks/wall.py: WallDesk` fits by shape."""

    async def now(self) -> WallNow: ...
