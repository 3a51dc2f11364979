"""The special scenario on a whole instance: each scene once or more, and nothing may differ."""

from pathlib import Path

import pytest

from hotline.private.places import PROJECT
from hotline.private.progress import silence
from hotline.rehearsal.scene import load_scenario
from hotline.rehearsal.scene_run import play_scenario
from hotline.rehearsal.stage import open_stage
from hotline.rehearsal.survey_config import survey_config, without_paperwork
from kernel.clock import SystemClock

pytestmark = pytest.mark.rehearsal


async def test_every_scene_of_the_special_scenario_leaves_no_difference(tmp_path: Path) -> None:
    scenario = load_scenario(PROJECT / "config" / "scenarios" / "special.yaml")
    config = without_paperwork(survey_config(PROJECT / "config", tmp_path, SystemClock().now()))

    async with open_stage(
        "test-special", scenario.seats, silence, fresh=True, config=config
    ) as stage:
        played, differences = await play_scenario(stage, scenario, 1, silence)

    assert [difference.sentence for difference in differences] == []
    assert {one.performance.name for one in played} == set(scenario.scenes)
