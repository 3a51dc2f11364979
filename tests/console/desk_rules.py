"""The shipped files' choices of a desk."""

from pathlib import Path
from typing import Final

from acd.policy import load_policies
from acd.seat_ratio import load_districts
from console.desk_rules import DeskRules

CONFIG: Final = Path(__file__).parents[2] / "config"


def desk_rules() -> DeskRules:
    policies = load_policies(CONFIG / "queues.yaml")
    return DeskRules(
        pause_reasons=policies.pause_reasons,
        queues=policies.queues,
        districts=load_districts(CONFIG / "districts.yaml").districts,
        region_code="220100",
    )
