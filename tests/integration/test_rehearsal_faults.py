"""Small rehearsals in which all that a call stands on dies: no call may be lost."""

import pytest

from hotline.private.progress import silence
from hotline.rehearsal.faults import FaultKind
from hotline.rehearsal.report import Report
from hotline.rehearsal.run import Wishes, rehearse_on
from hotline.rehearsal.stage import open_stage

pytestmark = pytest.mark.rehearsal

OURS = {FaultKind.KILL: 2, FaultKind.FREEZE: 1, FaultKind.AMI_CUT: 2}
SERVERS = {FaultKind.PG_STOP: 1, FaultKind.VALKEY_STOP: 1, FaultKind.ASTERISK_RESTART: 1}


async def rehearsed(faults: dict[FaultKind, int], seed: int) -> Report:
    """Twelve citizens, all of whom four quick seats could serve in a minute."""
    wishes = Wishes(
        seats=4,
        calls=12,
        rate=3.0,
        seed=seed,
        no_answer=0.0,
        talk=2.0,
        patience=12.0,
        faults=faults,
    )
    async with open_stage("test-faults", wishes.seats, silence, fresh=True) as stage:
        return await rehearse_on(stage, wishes, silence)


async def test_kills_a_freeze_and_a_cut_line_leave_no_difference() -> None:
    """Issue 3, "kill -9 of our process at any moment"; each call by SIP's own Call-ID."""
    report = await rehearsed(OURS, seed=11)

    assert [difference.sentence for difference in report.differences] == []
    assert sorted(one.kind for one in report.faults) == ["ami-cut"] * 2 + ["freeze"] + ["kill"] * 2
    figures = report.figures()
    assert figures["offered"] >= 8
    assert figures["answered"] + figures["fallback_answered"] >= 4, "they were served meanwhile"


async def test_the_death_of_each_server_leaves_no_difference() -> None:
    """PostgreSQL and Valkey away touch no call; whom Asterisk's death cut off is owed a call."""
    report = await rehearsed(SERVERS, seed=12)

    assert [difference.sentence for difference in report.differences] == []
    assert sorted(one.kind for one in report.faults) == [
        "asterisk-restart",
        "pg-stop",
        "valkey-stop",
    ]
    assert report.figures()["offered"] >= 4
