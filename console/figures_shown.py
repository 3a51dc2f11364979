"""Figures and staffing as the console shows them: the values the ports of this side give."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from figures.definitions import Explained


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class Definition(_Shown):
    """What a figure is, in both languages; `id` as in the metrics dictionary (D-01 ...).

    `formula`: all of it in one line; `source`: whose rule it is, and the target; `base`: its times.
    """

    id: str
    name_zh: str
    name_en: str
    formula: str
    unit: str
    formula_zh: str = ""
    formula_en: str = ""
    source: str = ""
    base: str = ""


def definition(one: Explained) -> Definition:
    return Definition(
        id=one.id,
        name_zh=one.name_zh,
        name_en=one.name_en,
        formula=f"{one.formula_zh} / {one.formula_en} ({one.source}; {one.base})",
        unit=one.unit.value,
        formula_zh=one.formula_zh,
        formula_en=one.formula_en,
        source=one.source,
        base=one.base,
    )


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
    """SEAT-01: 15 seats per million residents, three agents a seat; a ratio of 1.0 is 100 %
    (D-09)."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    district: str
    name_zh: str
    name_en: str
    population: int
    as_of: date
    required_seats: int
    required_agents: int
    configured_seats: int
    configured_agents: int
    signed_in: int
    seat_gap: int
    agent_gap: int
    seat_ratio: float
    agent_ratio: float
