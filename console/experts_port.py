"""Experts as the console asks for them: the roster, and what was counted (SPC-04)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from acd.experts import Experts
from figures.experts_store import UnitConsulted


class CountsExperts(Protocol):
    """`figures/experts_store.py: ExpertFigures` fits by shape. Raises Unavailable."""

    async def report(self, start: datetime, end: datetime) -> Sequence[UnitConsulted]: ...


@dataclass(slots=True, kw_only=True)
class ExpertSide:
    """`units`: names of the bodies that have experts, by their ids. Renewed with each release."""

    roster: Experts
    units: Mapping[str, str]
    figures: CountsExperts
