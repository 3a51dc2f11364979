"""A small rehearsal in which each server dies that hotline stands on: no call may be lost."""

import asyncio
import os
import signal

import pytest

from hotline.private.progress import silence
from hotline.rehearsal.blows import child_of
from hotline.rehearsal.cast import Cast
from hotline.rehearsal.faults import FaultKind
from hotline.rehearsal.run import Wishes, rehearse_on
from hotline.rehearsal.stage import open_stage

pytestmark = pytest.mark.rehearsal

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


async def test_the_death_of_each_server_leaves_no_difference() -> None:
    """PostgreSQL and Valkey away touch no call; whom Asterisk's death cut off is owed a call.
    A death that nobody asked for is seen, named and no success, though each call is accounted."""
    async with open_stage("test-servers", SERVERS.seats, silence, fresh=True) as stage:

        async def dies_again(_: Cast) -> None:
            await asyncio.sleep(DIES_AFTER)
            os.kill(child_of(stage.root, "asterisk"), signal.SIGKILL)

        report = await rehearse_on(stage, SERVERS, silence, beside=dies_again)

    assert [difference.sentence for difference in report.differences] == []
    assert sorted(one.kind for one in report.faults) == ["asterisk-restart"] * 2 + [
        "pg-stop",
        "valkey-stop",
    ]
    assert [one.by_itself for one in report.faults].count(True) == 1
    assert report.exit_code == 1
    assert report.figures()["offered"] >= 4
    assert report.figures()["duties"] >= 1, "it died under somebody who waited or talked"
