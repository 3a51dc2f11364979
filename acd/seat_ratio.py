"""Seats and agents against the ratio of SEAT-01: 15 seats per million inhabitants, 3 agents a seat.

Whether a fraction of a seat counts as one is a setting: Changchun's 136.0036 is 137 by `ceil`, the
default, and 136 by `round`.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Annotated

from pydantic import Field

from acd.directory import Directory, Place, SeatPlace
from acd.policy import Frozen
from acd.seat import Presence
from acd.view import FloorView
from kernel.settings_file import read_yaml


class Rounding(StrEnum):
    CEIL = "ceil"
    ROUND = "round"


class District(Frozen):
    """`population` inhabitants as counted on `as_of`."""

    name_zh: str
    name_en: str
    area_code: str
    population: Annotated[int, Field(gt=0)]
    as_of: date
    source: str


class Districts(Frozen):
    seats_per_million: Annotated[int, Field(gt=0)]
    agents_per_seat: Annotated[int, Field(gt=0)]
    rounding: Rounding
    districts: dict[str, District]

    def required_seats(self, district: str) -> int:
        return self.seats_for(self.districts[district].population)

    def seats_for(self, population: int) -> int:
        """Exact arithmetic, so that no float error makes a seat."""
        raw = self.raw_seats(population)
        return ceil(raw) if self.rounding is Rounding.CEIL else floor(raw + Fraction(1, 2))

    def raw_seats(self, population: int) -> Fraction:
        """Before it is rounded."""
        return Fraction(population * self.seats_per_million, 1_000_000)

    def together(self, districts: Iterable[str]) -> "Together":
        """Several as one centre against each by itself. Raises KeyError for an unknown one."""
        known = [self.districts[code] for code in districts]
        population = sum(each.population for each in known)
        return Together(
            population=population,
            raw_seats=float(self.raw_seats(population)),
            seats=self.seats_for(population),
            seats_apart=sum(self.seats_for(each.population) for each in known),
            agents_per_seat=self.agents_per_seat,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """By the ratio. `seats_apart`: each district rounded for itself."""

    population: int
    raw_seats: float
    seats: int
    seats_apart: int
    agents_per_seat: int

    @property
    def agents(self) -> int:
        return self.seats * self.agents_per_seat


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """One district. A gap is what is missing, 0 when nothing is; a ratio of 1.0 is 100 % (D-09)."""

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


def load_districts(path: Path) -> Districts:
    """Raises BadSettings with file, key, value and remedy."""
    return read_yaml(path, Districts)


def staffing(districts: Districts, directory: Directory, view: FloorView) -> tuple[Staffing, ...]:
    seats = Counter(seat.district for seat in directory.seats.values() if seat.active)
    agents = Counter(agent.district for agent in directory.agents.values() if agent.active)
    at_work = Counter(
        directory.seats[seat.seat].district
        for seat in view.seats
        if seat.presence is not Presence.SIGNED_OUT and seat.seat in directory.seats
    )
    rows = []
    for code, district in districts.districts.items():
        required = districts.required_seats(code)
        required_agents = required * districts.agents_per_seat
        rows.append(
            Staffing(
                district=code,
                name_zh=district.name_zh,
                name_en=district.name_en,
                population=district.population,
                as_of=district.as_of,
                required_seats=required,
                required_agents=required_agents,
                configured_seats=seats[code],
                configured_agents=agents[code],
                signed_in=at_work[code],
                seat_gap=max(0, required - seats[code]),
                agent_gap=max(0, required_agents - agents[code]),
                seat_ratio=seats[code] / required,
                agent_ratio=agents[code] / required_agents,
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatsAt:
    """Seats of one district by where they stand (SEAT-02): 现场, 远程, 居家."""

    district: str
    place: Place
    seats: int
    without_phone: int
    out_of_use: int
    signed_in: int


def seat_inventory(directory: Directory, view: FloorView) -> tuple[SeatsAt, ...]:
    at_work = {seat.seat for seat in view.seats if seat.presence is not Presence.SIGNED_OUT}
    groups: dict[tuple[str, Place], list[SeatPlace]] = {}
    for seat in directory.seats.values():
        groups.setdefault((seat.district, seat.place), []).append(seat)
    return tuple(
        SeatsAt(
            district=district,
            place=place,
            seats=len(seats),
            without_phone=sum(seat.phone is None for seat in seats),
            out_of_use=sum(not seat.active for seat in seats),
            signed_in=sum(seat.id in at_work for seat in seats),
        )
        for (district, place), seats in sorted(groups.items())
    )
