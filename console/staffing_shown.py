"""Staffing as the console shows it: rows of half hours, districts, centres, agents."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from acd.day_plan import Planned, WhatIf
from acd.directory import Place
from acd.forecast import DayClass
from acd.roster import CHINA, RollCall, Staffed, gap_en, gap_zh
from acd.seat_ratio import Rounding
from console.figures_shown import StaffingRow
from console.staffing_port import Basis, StaffingDay
from figures.seasons import Outlook


class Shown(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class HalfHourRow(Shown):
    """`needed` seats, absences included. `gap` above 0: so many are short; null: not known."""

    start: datetime
    calls: float
    needed: int
    rostered: int | None
    signed_in: int | None
    gap: int | None
    words_zh: str
    words_en: str


class BasisShown(Shown):
    """What the plan stands on; `learned` false: the typical day of config/staffing.yaml."""

    of: DayClass
    learned: bool
    days: int
    calls: float
    aht_s: float
    aht_measured: bool
    patience_s: float
    patience_measured: bool
    provisional: bool


class RollShown(Shown):
    """The roster against who is signed in now; 工号."""

    due: list[str]
    missing: list[str]
    extra: list[str]
    leaders: list[str]
    leader_here: bool


class StaffingDayShown(Shown):
    """`now`: the running half hour, on the present day. `next` are the four after it."""

    day: date
    at: datetime
    basis: BasisShown
    peak_seats: int
    seat_hours: float
    now: HalfHourRow | None
    next: list[HalfHourRow]
    half_hours: list[HalfHourRow]
    roll: RollShown | None


class Together(Shown):
    """The whole province as one; `seats_apart`: each district rounded for itself."""

    population: int
    raw_seats: float
    seats: int
    seats_apart: int
    agents: int


class SeatsAtRow(Shown):
    """Seats of a district by where they stand (SEAT-02)."""

    district: str
    place: Place
    seats: int
    without_phone: int
    out_of_use: int
    signed_in: int


class RatioShown(Shown):
    """SEAT-01 with its policy. A ratio of 1.0 is 100 % (D-09)."""

    seats_per_million: int
    agents_per_seat: int
    rounding: Rounding
    rows: list[StaffingRow]
    together: Together
    inventory: list[SeatsAtRow]


class CentreRow(Shown):
    name: str
    calls_per_day: float
    peak_seats: int
    seat_hours: float
    occupancy: float


class WhatIfShown(Shown):
    """SEAT-02: each centre by itself, and one line for all."""

    apart: list[CentreRow]
    together: CentreRow
    seats_saved: int
    hours_saved: float


class PatienceRow(Shown):
    """Null where too few have given up to say it; `error_s` is one standard error."""

    queue: str
    mean_s: float | None
    error_s: float | None
    gave_up: int
    callers: int


class PatienceShown(Shown):
    queues: list[PatienceRow]


class MonthRow(Shown):
    first: date
    expected: float
    index: float


class PeakRow(Shown):
    """When it begins, by when the plan should stand, how many times the present."""

    starts: date
    prepare_by: date
    times: float


class OutlookRow(Shown):
    """`category` "": all calls. `measured` false: known beforehand, not from our own year."""

    category: str
    name: str
    season: str
    per_day: float
    measured: bool
    months: list[MonthRow]
    peak: PeakRow | None


class SeasonsShown(Shown):
    outlooks: list[OutlookRow]


class LoadRow(Shown):
    """`since`: above the limit since then; null: not above it."""

    agent: str
    name: str
    occupancy: float
    at_work_s: float
    since: datetime | None


class OccupancyShown(Shown):
    agents: list[LoadRow]


def day_shown(day: StaffingDay) -> StaffingDayShown:
    rows = [half_hour_row(each) for each in day.staffed]
    coming = [row for row in rows if row.start > day.at][:4] if day.now is not None else []
    return StaffingDayShown(
        day=day.day,
        at=day.at,
        basis=_basis(day.basis),
        peak_seats=max(row.needed for row in rows),
        seat_hours=sum(row.needed for row in rows) / 2,
        now=None if day.now is None else half_hour_row(day.now),
        next=coming,
        half_hours=rows,
        roll=None if day.roll is None else _roll(day.roll),
    )


def half_hour_row(each: Staffed) -> HalfHourRow:
    clock = f"{each.start.astimezone(CHINA):%H:%M}-{each.end.astimezone(CHINA):%H:%M}"
    return HalfHourRow(
        start=each.start,
        calls=round(each.calls, 1),
        needed=each.needed,
        rostered=each.rostered,
        signed_in=each.signed_in,
        gap=each.gap,
        words_zh=f"{clock} {gap_zh(each)}",
        words_en=f"{clock} {gap_en(each)}",
    )


def _basis(basis: Basis) -> BasisShown:
    shown = BasisShown.model_validate(basis)
    rounded = {"calls": round(basis.calls), "aht_s": round(basis.aht_s, 1)}
    return shown.model_copy(update=rounded | {"patience_s": round(basis.patience_s, 1)})


def _roll(roll: RollCall) -> RollShown:
    return RollShown(
        due=list(roll.due),
        missing=list(roll.missing),
        extra=list(roll.extra),
        leaders=list(roll.leaders),
        leader_here=roll.leader_here,
    )


def what_if_shown(found: WhatIf) -> WhatIfShown:
    return WhatIfShown(
        apart=[_centre(each) for each in found.apart],
        together=_centre(found.together),
        seats_saved=found.seats_saved,
        hours_saved=found.hours_saved,
    )


def _centre(planned: Planned) -> CentreRow:
    return CentreRow(
        name=planned.name,
        calls_per_day=round(planned.calls_per_day, 1),
        peak_seats=planned.peak_seats,
        seat_hours=planned.seat_hours,
        occupancy=round(planned.occupancy, 4),
    )


def outlook_row(one: Outlook, name: str) -> OutlookRow:
    return OutlookRow(
        category=one.category,
        name=name,
        season=one.season,
        per_day=round(one.per_day, 2),
        measured=one.measured,
        months=[
            MonthRow(first=m.first, expected=round(m.expected, 1), index=round(m.index, 3))
            for m in one.months
        ],
        peak=None if one.peak is None else PeakRow.model_validate(one.peak),
    )
