"""Builds what the console asks of experts (SPC-04)."""

from console.experts_port import ExpertSide
from figures.experts_store import ExpertFigures
from hotline.rule_files import RuleFiles
from hotline.wiring import Ground


def expert_side(ground: Ground) -> ExpertSide:
    side = ExpertSide(
        roster=ground.rules.experts,
        units=names_of(ground.rules),
        figures=ExpertFigures(ground.pool, ground.settings.site.region_code),
    )

    def use(rules: RuleFiles) -> None:
        side.roster, side.units = rules.experts, names_of(rules)

    ground.in_force.follow(use)
    return side


def names_of(rules: RuleFiles) -> dict[str, str]:
    return {unit: known.name for unit, known in rules.catalogue.units.items()}
