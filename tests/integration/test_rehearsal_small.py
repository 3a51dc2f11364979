"""A whole rehearsal, small: everything real, every call compared, nothing may differ.

By day, whatever hour it is: seats that nobody waits for ring back whom nobody answered.
"""

from pathlib import Path

import pytest

from hotline.private.progress import silence
from hotline.rehearsal.run import Wishes, rehearse_on
from hotline.rehearsal.stage import open_stage
from tests.integration.hours import by_day

pytestmark = pytest.mark.rehearsal


async def test_twelve_calls_on_the_real_thing_leave_no_difference(tmp_path: Path) -> None:
    wishes = Wishes(seats=4, calls=12, rate=1.0, seed=3, no_answer=0.1, talk=4.0, patience=10.0)
    opened = open_stage(
        "test-rehearsal", wishes.seats, silence, fresh=True, config=by_day(tmp_path)
    )

    async with opened as stage:
        report = await rehearse_on(stage, wishes, silence)

    assert [difference.sentence for difference in report.differences] == []
    assert report.figures()["answered"] >= 4
    assert report.figures()["tickets"] == report.figures()["answered"]
