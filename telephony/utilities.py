"""Water, power, gas, heat, network: which number serves which district at which hour (UTL-01).

Pure. There is no way in this file to say "call back tomorrow" (UTL-02): who answers by day only has
another number that answers round the clock, or an urgent ticket is opened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kernel.errors import BadSettings, NotFound
from kernel.settings_file import read_yaml

FROZEN: Final = ConfigDict(frozen=True, extra="forbid")
ELSEWHERE: Final = "elsewhere"  # every district that is not named

Number = Annotated[str, Field(pattern=r"^\d{3,20}$")]


class BadUtilities(BadSettings):
    code = "bad-utilities"


class UnknownUtility(NotFound):
    code = "unknown-utility"


class Kind(StrEnum):
    """水、电、气、热、网: a directory has all five."""

    WATER = "water"
    POWER = "power"
    GAS = "gas"
    HEAT = "heat"
    NETWORK = "network"


class Wanted(StrEnum):
    """What an agent asks for."""

    BEST = "best"  # whoever answers there now
    INSTEAD = "instead"  # its own number was tried in vain
    TICKET = "ticket"


class Hours(BaseModel):
    """From (inclusive) to (exclusive), every day, local time; over midnight where it ends first."""

    model_config = FROZEN

    start: time
    end: time

    @model_validator(mode="after")
    def _some(self) -> "Hours":
        if self.start == self.end:
            raise ValueError("start and end are the same: leave hours out for round the clock")
        return self

    def hold_at(self, at: time) -> bool:
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


class Service(BaseModel):
    """Who serves a district. Without `hours` round the clock (7×24); `instead`: a number that
    answers when the first does not, also round the clock."""

    model_config = FROZEN

    number: Number
    hours: Hours | None = None
    instead: Number | None = None


class Utility(BaseModel):
    """`category_code`: of the urgent ticket; its units are the catalogue's."""

    model_config = FROZEN

    name_zh: str
    name_en: str
    category_code: str = Field(pattern=r"^(\d{2})+$")
    title_zh: str = Field(min_length=1, max_length=40)
    districts: Mapping[str, Service]

    @model_validator(mode="after")
    def _everywhere(self) -> "Utility":
        if ELSEWHERE not in self.districts:
            raise ValueError(f"districts.{ELSEWHERE} is missing: who serves all others")
        return self

    def service(self, district: str) -> Service:
        return self.districts.get(district) or self.districts[ELSEWHERE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What is done for a citizen now: a `number` is rung, or (None) an urgent ticket opened."""

    number: str | None
    instead: bool = False


class Utilities(BaseModel):
    """config/utilities.yaml."""

    model_config = FROZEN

    zone: str = "Asia/Shanghai"
    utilities: dict[Kind, Utility]

    @model_validator(mode="after")
    def _all_five(self) -> "Utilities":
        missing = sorted(kind for kind in Kind if kind not in self.utilities)
        if missing:
            raise ValueError(f"{missing[0]} is missing")
        return self

    def utility(self, name: str) -> Utility:
        """Raises UnknownUtility."""
        found = self.utilities.get(Kind(name)) if name in set(Kind) else None
        if found is None:
            raise UnknownUtility(
                f"There is no utility {name!r}.",
                remedy=f"Choose one of: {', '.join(Kind)}.",
            )
        return found

    def is_open(self, service: Service, now: datetime) -> bool:
        local = now.astimezone(ZoneInfo(self.zone)).time()
        return service.hours is None or service.hours.hold_at(local)

    def way(self, name: str, district: str, now: datetime, *, wanted: Wanted = Wanted.BEST) -> Way:
        """Whom to ring now, or nobody: an urgent ticket. Raises UnknownUtility."""
        service = self.utility(name).service(district)
        if wanted is Wanted.TICKET:
            return Way(number=None)
        if self.is_open(service, now) and wanted is Wanted.BEST:
            return Way(number=service.number)
        return Way(number=service.instead, instead=service.instead is not None)

    @property
    def numbers(self) -> tuple[str, ...]:
        """All that may have to be dialled, each once, in order."""
        services = (s for utility in self.utilities.values() for s in utility.districts.values())
        found = (number for s in services for number in (s.number, s.instead) if number)
        return tuple(sorted(set(found)))


def load_utilities(path: Path) -> Utilities:
    """Raises BadUtilities with file, key, value and remedy; then `check_utilities`."""
    return read_yaml(path, Utilities, error=BadUtilities)


def check_utilities(utilities: Utilities, *, is_category: Callable[[str], bool]) -> None:
    """The ticket that is opened instead can be filed. Raises BadUtilities."""
    for kind, utility in utilities.utilities.items():
        if not is_category(utility.category_code):
            raise BadUtilities(
                f"utilities.yaml: utilities.{kind}.category_code: the catalogue has no leaf "
                f"{utility.category_code!r} today.",
                remedy="Use a code of config/catalogue.",
            )
