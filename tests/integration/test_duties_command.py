"""`hotline duties` on a database with missed calls in it: what is owed, and D-10."""

import asyncio
import json
from datetime import timedelta

import pytest

from acd.call_facts import CallAbandoned, CallQueued
from callbacks.settings import MissedSettings
from callbacks.store import MissedProjector
from hotline import cli
from kernel.clock import SystemClock
from kernel.fact import Fact
from kernel.ids import CallId, NumberKey, QueueName, uuid7
from telephony.facts import CallArrived
from tests.integration.case_database import migrated_pool

QUEUE = QueueName("general")


def missed(number: int, *, withheld: bool = False) -> list[Fact]:
    """The facts of one call that nobody answered."""
    at, call = SystemClock().now() - timedelta(minutes=5), CallId(f"cc1-{uuid7()}")
    return [
        CallArrived(
            at=at, call=call, sip_call_id="", dialled="12345", caller=f"138****{number:04}",
            caller_key=None if withheld else NumberKey(uuid7()), trunk="t",
        ),
        CallQueued(
            at=at, call=call, queue=QUEUE, needs={}, priority=0, again=False, asked_at=at,
            turn_at=at,
        ),
        CallAbandoned(
            at=at, call=call, queue=QUEUE, waited=timedelta(seconds=30), short=False,
            while_ringing=False,
        ),
    ]  # fmt: skip


async def test_the_command_lists_what_is_owed_and_counts_it_by_day(
    each_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A withheld number is counted, but nobody is owed a call that cannot be made."""
    async with migrated_pool(each_postgres_dsn) as pool:
        name = await pool.fetchval("select current_database()")
        dsn = f"{each_postgres_dsn.rpartition('/')[0]}/{name}"
        monkeypatch.setenv("HOTLINE_DATABASE_DSN", dsn)
        async with pool.transaction() as tx:
            told = [*missed(1), *missed(2), *missed(3, withheld=True)]
            await MissedProjector(MissedSettings()).apply(tx, told)

        assert await asyncio.to_thread(cli.main, ["duties", "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert await asyncio.to_thread(cli.main, ["duties", "--all"]) == 0
        lines = capsys.readouterr().out

    assert shown["by_state"] == {"open": 2, "uncallable": 1}
    assert sorted(row["caller"] for row in shown["duties"]) == ["138****0001", "138****0002"]
    assert sum(day["duties"] for day in shown["days"]) == 3
    assert sum(day["owed"] for day in shown["days"]) == 2
    assert "138****0003 missed uncallable" in lines
