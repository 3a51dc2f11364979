"""Working days, days of rest and holidays of China, from `config/holidays.yaml` (F3).

Rule: a year without the State Council's notice is computed (Monday to Friday less the statutory
days) and every answer about it is marked provisional; it never stops anything.
"""

from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.settings_file import read_yaml

_SATURDAY: Final = 5
# 全国年节及纪念日放假办法: those that need no lunar calendar
_FIXED: Final = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


class DayKind(StrEnum):
    WORKDAY = "workday"  # make-up workdays (调休上班) too
    RESTDAY = "restday"  # a weekend
    HOLIDAY = "holiday"


class Holiday(BaseModel):
    """Days off from `first` to `last` (both off), and the weekend days worked instead."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    first: date
    last: date
    work: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "Holiday":
        if self.last < self.first:
            raise ValueError("last must not lie before first")
        if any(self.first <= day <= self.last for day in self.work):
            raise ValueError("a make-up workday cannot lie inside the holiday")
        if any(day.weekday() < _SATURDAY for day in self.work):
            raise ValueError("a make-up workday is a Saturday or a Sunday")
        return self


class Year(BaseModel):
    """`certified`: copied from the notice that `source` names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    certified: bool
    source: str = Field(min_length=2)
    holidays: tuple[Holiday, ...]


class Calendar(BaseModel):
    """All years of the file. A year that is missing is computed."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    years: dict[int, Year] = {}

    @model_validator(mode="after")
    def _in_their_year(self) -> "Calendar":
        for number, year in self.years.items():
            for holiday in year.holidays:
                if number not in (holiday.first.year, holiday.last.year):
                    raise ValueError(f"{holiday.name} of {number} does not lie in that year")
        return self

    @cached_property
    def _marked(self) -> dict[date, DayKind]:
        marked: dict[date, DayKind] = {}
        for year in self.years.values():
            for holiday in year.holidays:
                for n in range((holiday.last - holiday.first).days + 1):
                    marked[holiday.first + timedelta(days=n)] = DayKind.HOLIDAY
                marked.update(dict.fromkeys(holiday.work, DayKind.WORKDAY))
        return marked

    def kind(self, day: date) -> DayKind:
        marked = self._marked.get(day)
        if marked is not None:
            return marked
        if day.year not in self.years and (day.month, day.day) in _FIXED:
            return DayKind.HOLIDAY
        return DayKind.RESTDAY if day.weekday() >= _SATURDAY else DayKind.WORKDAY

    def is_provisional(self, day: date) -> bool:
        """The year's notice has not been entered yet."""
        year = self.years.get(day.year)
        return year is None or not year.certified

    def plus_workdays(self, day: date, count: int) -> date:
        """The `count`-th working day after `day` (which is day 0)."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.kind(day) is DayKind.WORKDAY
        return day


def load_calendar(path: Path) -> Calendar:
    """Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, Calendar)
