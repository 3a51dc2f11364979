"""A small rehearsal in which hotline and its line to Asterisk die: no call may be lost."""

import pytest

from hotline.private.progress import silence
from hotline.rehearsal.faults import FaultKind
from hotline.rehearsal.run import Wishes, rehearse_on
from hotline.rehearsal.stage import open_stage

pytestmark = pytest.mark.rehearsal

OURS = Wishes(
    seats=4,
    calls=12,
    rate=3.0,
    seed=11,
    no_answer=0.0,
    talk=2.0,
    patience=12.0,
    faults={FaultKind.KILL: 2, FaultKind.FREEZE: 1, FaultKind.AMI_CUT: 2},
)


async def test_kills_a_freeze_and_a_cut_line_leave_no_difference() -> None:
    """Issue 3, "kill -9 of our process at any moment"; each call by SIP's own Call-ID."""
    async with open_stage("test-faults", OURS.seats, silence, fresh=True) as stage:
        report = await rehearse_on(stage, OURS, silence)

    assert [difference.sentence for difference in report.differences] == []
    assert sorted(one.kind for one in report.faults) == ["ami-cut"] * 2 + ["freeze"] + ["kill"] * 2
    figures = report.figures()
    assert figures["offered"] >= 5, "half of them asked for a person: the others left in the menu"
    assert figures["answered"] + figures["fallback_answered"] >= 1, "and somebody was served"
