"""config/staffing.yaml: goals, values to begin with, shifts, alerts, seasons."""

from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from acd.day_plan import Handling
from acd.forecast import HALF_HOURS, ForecastRules
from acd.policy import Frozen
from acd.staffing import Goal
from kernel.settings_file import read_yaml

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class GoalRule(Frozen):
    answered: Annotated[float, Field(gt=0, lt=1)]
    in_time: Annotated[float, Field(gt=0, lt=1)]
    in_time_s: Positive
    absent_share: Annotated[float, Field(ge=0, le=0.5)]
    least: Annotated[int, Field(ge=0)]

    def goal(self) -> Goal:
        return Goal(self.answered, self.in_time, self.in_time_s, self.absent_share, self.least)


class UntilMeasured(Frozen):
    calls_per_day: Positive
    calls_per_thousand: Positive
    aht_s: Positive
    ring_s: Annotated[float, Field(ge=0, le=30)]
    patience_s: Positive

    def handling(self) -> Handling:
        return Handling(self.aht_s, self.patience_s)


class ForecastRule(Frozen):
    history_days: Annotated[int, Field(ge=14, le=800)]
    fewest_days: Annotated[int, Field(ge=7)]
    alpha: Annotated[float, Field(gt=0, le=1)]
    days_of_class: Annotated[int, Field(ge=1)]
    at_most: Annotated[float, Field(gt=1)]

    def rules(self) -> ForecastRules:
        return ForecastRules(
            alpha=self.alpha, days_of_class=self.days_of_class, at_most=self.at_most
        )


class ShiftType(Frozen):
    """A shift may begin at each of `start`; its break is not worked."""

    name: Annotated[str, Field(min_length=1, max_length=20)]
    start: Annotated[tuple[time, ...], Field(min_length=1)]
    hours: Annotated[float, Field(gt=0, le=14, multiple_of=0.5)]
    break_after_h: Annotated[float, Field(gt=0, multiple_of=0.5)] | None
    break_h: Annotated[float, Field(ge=0, le=2, multiple_of=0.5)]

    @model_validator(mode="after")
    def _at_half_hours(self) -> Self:
        if any(start.minute % 30 or start.second for start in self.start):
            raise ValueError("a shift begins at a half hour")
        if self.break_after_h is not None and self.break_after_h + self.break_h >= self.hours:
            raise ValueError("a break lies within its shift")
        return self


class ShiftRules(Frozen):
    types: Annotated[tuple[ShiftType, ...], Field(min_length=1)]


class Understaffed(Frozen):
    share: Share
    seats: Annotated[int, Field(ge=1)]
    minutes: Annotated[float, Field(ge=0)]

    def tolerated(self, needed: int) -> int:
        """So many may be missing without an alarm."""
        return max(self.seats, round(self.share * needed)) - 1


class OccupancyRule(Frozen):
    limit: Share
    calm: Share
    window_minutes: Annotated[int, Field(ge=5, le=480)]
    at_work_minutes: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.calm > self.limit:
            raise ValueError("calm must not lie above limit")
        if self.at_work_minutes > self.window_minutes:
            raise ValueError("at_work_minutes must not be longer than the window")
        return self

    @property
    def window(self) -> timedelta:
        return timedelta(minutes=self.window_minutes)

    @property
    def at_work(self) -> timedelta:
        return timedelta(minutes=self.at_work_minutes)


class Wellbeing(Frozen):
    within_minutes: Annotated[int, Field(ge=0)]


class Season(Frozen):
    """`weight`: how many times as many as outside of the season, until figures are known."""

    name_zh: str
    name_en: str
    first: MonthDay
    last: MonthDay
    categories: Annotated[tuple[str, ...], Field(min_length=1)]
    weight: Positive
    prepare_days: Annotated[int, Field(ge=0, le=180)]

    def holds(self, day: date) -> bool:
        """Over the turn of the year too."""
        today = f"{day.month:02}-{day.day:02}"
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last

    def next_start(self, day: date) -> date:
        """The first day of the season that begins on `day` or after it."""
        month, of_month = (int(part) for part in self.first.split("-"))
        starts = (date(year, month, min(of_month, 28)) for year in (day.year, day.year + 1))
        return next(start for start in starts if start >= day)


class StaffingRules(Frozen):
    goal: GoalRule
    until_measured: UntilMeasured
    typical_day: Annotated[
        tuple[Annotated[float, Field(ge=0)], ...],
        Field(min_length=HALF_HOURS, max_length=HALF_HOURS),
    ]
    forecast: ForecastRule
    shifts: ShiftRules
    understaffed: Understaffed
    occupancy: OccupancyRule
    wellbeing: Wellbeing
    seasons: dict[str, Season]

    def typical_calls(self, calls_per_day: float) -> list[float]:
        whole = sum(self.typical_day)
        return [calls_per_day * part / whole for part in self.typical_day]

    @model_validator(mode="after")
    def _somebody_calls(self) -> Self:
        if not sum(self.typical_day):
            raise ValueError("typical_day holds no call at all")
        return self


def load_staffing_rules(path: Path) -> StaffingRules:
    """Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, StaffingRules)
