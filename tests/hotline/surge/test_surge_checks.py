"""What config/surge.yaml names elsewhere is there before anything starts."""

from typing import Any

import pytest

from acd.surge_plans import SurgeRules
from hotline.surge.checks import check_surge
from kernel.errors import BadSettings
from tests.acd.centre import policies
from tests.console.surge_office import RULES
from tests.stories.stage import LEVELS, PHRASES

OVER = {"after_s": 60, "to": ["jilin"]}


def checked(**changes: Any) -> None:
    raw = RULES.model_dump(exclude_none=True, by_alias=True) | changes
    check_surge(SurgeRules.model_validate(raw), policies(), LEVELS, PHRASES.phrases)


def plan(**keys: Any) -> dict[str, Any]:
    return {"drill": {"name_zh": "演练", "name_en": "Drill", "actions": {}} | keys}


def test_the_shipped_file_names_only_what_there_is() -> None:
    checked()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"plans": plan(queues=["moon"])}, "plans.drill.queues"),
        ({"plans": plan(actions={"recall": ["moon"]})}, "plans.drill.actions.recall"),
        ({"plans": plan(actions={"announcement": "moon"})}, "plans.drill.actions.announcement"),
        (
            {"targets": RULES.model_dump()["targets"] | {"x": {"level": "moon", "at_most": 1}}},
            "targets.x.level",
        ),
    ],
)
def test_a_name_that_is_nowhere_stops_the_start(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadSettings, match=said):
        checked(**changes)


def test_a_plan_that_would_send_110_away_stops_the_start() -> None:
    """I14."""
    with pytest.raises(BadSettings, match=r"queues: value 'police'"):
        checked(plans=plan(queues=["police"], actions={"overflow": OVER}))


def test_our_own_level_is_no_target() -> None:
    targets = RULES.model_dump()["targets"] | {"x": {"level": LEVELS.own, "at_most": 1}}
    with pytest.raises(BadSettings, match=r"targets\.x\.level"):
        checked(targets=targets)
