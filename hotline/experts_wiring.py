"""Builds what the console asks of experts (SPC-04)."""

from console.experts_port import ExpertSide
from figures.experts_store import ExpertFigures
from hotline.wiring import Ground


def expert_side(ground: Ground) -> ExpertSide:
    catalogue, roster = ground.rules.catalogue, ground.rules.experts
    return ExpertSide(
        roster=roster,
        units={unit: known.name for unit, known in catalogue.units.items()},
        figures=ExpertFigures(ground.pool, ground.settings.site.region_code),
    )
