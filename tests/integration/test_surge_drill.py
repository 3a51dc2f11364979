"""The surge drill on a whole instance, in short (SRG-01, SRG-02): the plan comes and goes once,
what overflows is answered beyond the trunk, nobody is lost, and the audit finds nothing."""

from pathlib import Path

import pytest

from hotline.private.places import PROJECT
from hotline.private.progress import silence
from hotline.rehearsal.stage import open_stage
from hotline.rehearsal.surge_drill import SurgeDrill, load_drill
from hotline.rehearsal.surge_run import drill_config, drill_on

pytestmark = [pytest.mark.rehearsal, pytest.mark.alone]  # waits are compared to 200 ms


def short() -> SurgeDrill:
    """The shipped drill with a surge of a few seconds."""
    raw = load_drill(PROJECT / "config" / "scenarios" / "surge.yaml").model_dump()
    raw |= {"seats": 4, "talk_s": 3.0, "far_talks_s": 3.0}
    raw["arrivals"] = [
        {"rate": 0.5, "for_s": 4},
        {"rate": 1.5, "for_s": 12},
        {"rate": 0.5, "for_s": 4},
    ]
    plan = raw["rules"]["plans"]["surge"]
    plan["triggers"] = [{"waiting": 3, "for_s": 1}]
    plan["back"] |= {"longest_wait_at_most_s": 15, "for_s": 3, "stands_s": 5}
    plan["actions"]["overflow"]["after_s"] = 5
    raw["rules"]["targets"]["jilin"]["at_most"] = 2
    return SurgeDrill.model_validate(raw)


async def test_a_surge_is_met_once_and_nobody_is_lost(tmp_path: Path) -> None:
    drill = short()
    config = drill_config(drill, PROJECT / "config", tmp_path)

    async with open_stage("test-surge", drill.seats, silence, fresh=True, config=config) as stage:
        report = await drill_on(stage, drill, 1, silence, config)

    assert [one.sentence for one in report.differences] == []
    assert len(report.verdicts) == drill.calls
