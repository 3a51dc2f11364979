"""Small rehearsals in which all that a call stands on dies: no call may be lost."""

import asyncio
import os
import signal

import pytest

from hotline.private.progress import silence
from hotline.rehearsal.blows import child_of
from hotline.rehearsal.cast import Cast
from hotline.rehearsal.faults import FaultKind
from hotline.rehearsal.report import Report
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
# By the plan of this seed six have pressed their key when Asterisk dies, and one rings afterwards.
SERVERS = Wishes(
    seats=4,
    calls=12,
    rate=1.5,
    seed=23,
    no_answer=0.0,
    talk=3.0,
    patience=12.0,
    faults={FaultKind.PG_STOP: 1, FaultKind.VALKEY_STOP: 1, FaultKind.ASTERISK_RESTART: 1},
)
DIES_AFTER = 16.0  # seconds: all faults of SERVERS are over, somebody is still on the line


async def rehearsed(wishes: Wishes) -> Report:
    async with open_stage("test-faults", wishes.seats, silence, fresh=True) as stage:
        return await rehearse_on(stage, wishes, silence)


def struck(report: Report) -> list[str]:
    return sorted(one.kind for one in report.faults)


async def test_kills_a_freeze_and_a_cut_line_leave_no_difference() -> None:
    """Issue 3, "kill -9 of our process at any moment"; each call by SIP's own Call-ID."""
    report = await rehearsed(OURS)

    assert [difference.sentence for difference in report.differences] == []
    assert struck(report) == ["ami-cut"] * 2 + ["freeze"] + ["kill"] * 2
    figures = report.figures()
    assert figures["offered"] >= 5, "half of them asked for a person: the others left in the menu"
    assert figures["answered"] + figures["fallback_answered"] >= 1, "and somebody was served"


async def test_the_death_of_each_server_leaves_no_difference() -> None:
    """PostgreSQL and Valkey away touch no call; whom Asterisk's death cut off is owed a call.
    A death that nobody asked for is seen, named and no success, though each call is accounted."""
    async with open_stage("test-faults", SERVERS.seats, silence, fresh=True) as stage:

        async def dies_again(_: Cast) -> None:
            await asyncio.sleep(DIES_AFTER)
            os.kill(child_of(stage.root, "asterisk"), signal.SIGKILL)

        report = await rehearse_on(stage, SERVERS, silence, beside=dies_again)

    assert [difference.sentence for difference in report.differences] == []
    assert struck(report) == ["asterisk-restart"] * 2 + ["pg-stop", "valkey-stop"]
    assert [one.by_itself for one in report.faults].count(True) == 1
    assert report.exit_code == 1
    assert report.figures()["offered"] >= 4
    assert report.figures()["duties"] >= 1, "it died under somebody who waited or talked"
