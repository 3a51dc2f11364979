"""Figures and staffing as the console shows them: the values the ports of this side give."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Definition(_Shown):
    """What a figure is, in both languages; `id` as in the metrics dictionary (D-01 ...)."""

    id: str
    name_zh: str
    name_en: str
    formula: str
    unit: str


class Figure(_Shown):
    """`value` None: nothing to count yet. `n`: how many calls it stands on."""

    id: str
    queue: str | None
    value: float | None
    n: int


class FiguresNow(_Shown):
    at: datetime
    counts: dict[str, int]
    figures: list[Figure]


class Interval(_Shown):
    """One quarter of an hour of one queue; a call counts where it asked for a person."""

    start: datetime
    queue: str
    site: str
    counts: dict[str, int]
    figures: list[Figure]


class StaffingRow(_Shown):
    """SEAT-01: 15 seats per million residents, three agents a seat."""

    district: str
    residents: int
    seats_needed: int
    seats: int
    agents_needed: int
    agents: int
