"""A roster of two experts, and what they were asked, for tests of the console."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from acd.experts import Experts, load_experts
from console.experts_port import ExpertSide
from figures.experts_store import UnitConsulted

ROSTER = Path(__file__).parents[2] / "config" / "experts.yaml"


@dataclass
class FakeExperts:
    """Fits CountsExperts."""

    rows: list[UnitConsulted] = field(default_factory=list)
    roster: Experts = field(default_factory=lambda: load_experts(ROSTER))
    asked: tuple[datetime, datetime] | None = None

    async def report(self, start: datetime, end: datetime) -> Sequence[UnitConsulted]:
        self.asked = start, end
        return self.rows

    def side(self) -> ExpertSide:
        units = {"labour": "市人力资源和社会保障局（劳动监察）", "market": "市市场监督管理局"}
        return ExpertSide(roster=self.roster, units=units, figures=self)
