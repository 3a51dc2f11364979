"""A small rehearsal in which our own process and its line to Asterisk die: no call may be lost."""

import pytest

from hotline.private.progress import silence
from hotline.rehearsal.faults import FaultKind
from hotline.rehearsal.run import Wishes, rehearse_on
from hotline.rehearsal.stage import open_stage

pytestmark = pytest.mark.rehearsal

FAULTS = {FaultKind.KILL: 2, FaultKind.FREEZE: 1, FaultKind.AMI_CUT: 2}


async def test_kills_a_freeze_and_a_cut_line_leave_no_difference() -> None:
    """Issue 3, "kill -9 of our process at any moment"; each call by SIP's own Call-ID."""
    wishes = Wishes(
        seats=4, calls=12, rate=3.0, seed=11, no_answer=0.0, talk=2.0, patience=2.0, faults=FAULTS
    )

    async with open_stage("test-faults", wishes.seats, silence, fresh=True) as stage:
        report = await rehearse_on(stage, wishes, silence)

    assert [difference.sentence for difference in report.differences] == []
    assert sorted(one.kind for one in report.faults) == ["ami-cut"] * 2 + ["freeze"] + ["kill"] * 2
    assert report.figures()["answered"] >= 3
