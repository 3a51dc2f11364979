"""The shipped files' choices of a desk."""

from pathlib import Path
from typing import Final

from acd.policy import load_policies
from acd.seat_ratio import load_districts
from console.desk_rules import DeskRules
from telephony.menu_file import load_levels, load_lines
from telephony.utilities import load_utilities

CONFIG: Final = Path(__file__).parents[2] / "config"


def desk_rules() -> DeskRules:
    policies = load_policies(CONFIG / "queues.yaml")
    return DeskRules(
        pause_reasons=policies.pause_reasons,
        queues=policies.queues,
        districts=load_districts(CONFIG / "districts.yaml").districts,
        lines=load_lines(CONFIG / "lines.yaml"),
        levels=load_levels(CONFIG / "levels.yaml"),
        utilities=load_utilities(CONFIG / "utilities.yaml"),
        region_code="220100",
    )
