"""The journal on its way to a real PostgreSQL, which may be away, refuse, or hold another past."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from hotline.commands.trace import from_database
from hotline.private.ports import held_ports
from hotline.private.postgres import Postgres
from kernel.fact import encode
from kernel.ids import Epoch
from storage.epochs import take_epoch
from storage.journal import Journal
from storage.journal_file import make_line, read, segments
from storage.migrate import migrate
from storage.pool import DatabaseAway, Pool, open_pool
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import JournalForked, Shipper
from storage.shipping_mark import remove_shipped
from tests.figures.histories import ACall
from tests.integration.servers import open_folder
from tests.storage.notes import NOON, StillClock, note, notes
from tests.storage.waiting import until

QUICK = JournalSettings(
    ship_batch=7,
    retry_first=timedelta(milliseconds=50),
    retry_at_most=timedelta(milliseconds=100),
)


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


async def ship_all(journal: Journal, pool: Pool) -> Shipper:
    await journal.sync()
    shipper = Shipper(journal, pool, StillClock(), QUICK)
    while await shipper.ship_batch():
        pass
    return shipper


async def bodies(pool: Pool) -> list[str]:
    rows = await pool.fetch("select body from journal order by arrived")
    return [row["body"] for row in rows]


async def test_rows_in_the_table_are_the_lines_of_the_file(pool: Pool, tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, Epoch(1), QUICK)
    journal.write(notes(1, 30))
    shipper = await ship_all(journal, pool)
    await journal.close()

    rows = await pool.fetch("select * from journal order by epoch, n")
    assert [row["body"].encode() for row in rows] == [encode(fact) for fact in notes(1, 30)]
    for row, entry in zip(rows, read(tmp_path), strict=True):
        body, prev = row["body"].encode(), row["prev_hash"].hex()
        _, digest = make_line(entry.position, row["at"], row["kind"], body, prev)
        assert digest == row["hash"].hex() == entry.hash
    assert shipper.shipped == (1, 30)
    assert shipper.behind() == 0


async def test_shipping_again_from_the_start_adds_nothing(pool: Pool, tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, Epoch(1), QUICK)
    journal.write(notes(1, 20))
    await ship_all(journal, pool)
    (tmp_path / "shipped").unlink()
    journal.write(notes(21, 25))

    await ship_all(journal, pool)
    await journal.close()
    assert await bodies(pool) == [encode(fact).decode() for fact in notes(1, 25)]


async def test_the_tail_of_an_earlier_life_is_shipped_before_the_new_one(
    pool: Pool, tmp_path: Path
) -> None:
    for first in (1, 11, 21):
        epoch = await take_epoch(tmp_path, pool)
        journal = Journal.open(tmp_path, epoch, QUICK)
        journal.write(notes(first, first + 9))
        await journal.close()

    last = Journal.open(tmp_path, await take_epoch(tmp_path, pool), QUICK)
    await ship_all(last, pool)
    await last.close()
    assert await bodies(pool) == [encode(fact).decode() for fact in notes(1, 30)]


async def test_the_life_of_a_call_is_found_in_the_database(
    fresh_database: str, pool: Pool, tmp_path: Path
) -> None:
    """What `hotline trace` reads when the files of that time are gone."""
    one, other = ACall("cc1-1.1"), ACall("cc1-1.11")
    facts = [one.arrived(0), other.arrived(1), one.queued(2), one.answered(9)]
    journal = Journal.open(tmp_path, Epoch(1), QUICK)
    journal.write(facts)
    await ship_all(journal, pool)
    await journal.close()

    told = await from_database(fresh_database, "cc1-1.1")
    assert sorted((fact.position, fact.kind) for fact in told) == [
        ((1, 1), "call-arrived"),
        ((1, 3), "call-queued"),
        ((1, 4), "seat-answered"),
    ]


async def test_only_what_is_synced_is_shipped(pool: Pool, tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, Epoch(1), QUICK)
    journal.write(notes(1, 3))
    shipper = await ship_all(journal, pool)
    journal.write(notes(4, 6))

    assert await shipper.ship_batch() == 0
    assert shipper.behind() == 3
    await journal.close()


async def test_the_partitions_of_coming_months_are_made_ahead(pool: Pool, tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, Epoch(1), QUICK)
    journal.write([note(0, NOON), note(0, datetime(2027, 3, 31, 23, 59, 59, tzinfo=UTC))])
    await ship_all(journal, pool)
    await journal.close()

    made = await pool.fetch("select inhrelid::regclass::text as name from pg_inherits order by 1")
    names = {row["name"] for row in made if "_" in row["name"] and "pkey" not in row["name"]}
    assert {"journal_2026_11", "journal_2027_03", "journal_2027_04", "journal_2027_05"} <= names


async def test_two_leaders_under_one_epoch_are_an_alarm(pool: Pool, tmp_path: Path) -> None:
    ours = Journal.open(tmp_path / "ours", Epoch(1), QUICK)
    ours.write(notes(1, 5))
    await ship_all(ours, pool)
    await ours.close()
    theirs = Journal.open(tmp_path / "theirs", Epoch(1), QUICK)
    theirs.write(notes(7, 9))
    await theirs.sync()
    shipper = Shipper(theirs, pool, StillClock(), QUICK)

    with pytest.raises(JournalForked, match="another fact as 1/1"):
        await shipper.ship_batch()
    async with asyncio.timeout(10):
        await shipper.run()
    assert not shipper.well()
    assert len(await bodies(pool)) == 5
    await theirs.close()


async def test_a_server_without_the_table_is_an_alarm_until_it_is_migrated(
    fresh_database: str, tmp_path: Path
) -> None:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    journal = Journal.open(tmp_path, Epoch(1), QUICK)
    journal.write(notes(1, 5))
    await journal.sync()
    async with open_pool(settings) as pool, asyncio.timeout(60), asyncio.TaskGroup() as group:
        shipper = Shipper(journal, pool, StillClock(), QUICK)
        running = group.create_task(shipper.run())
        await until(lambda: not shipper.well())
        await migrate(settings)
        await until(lambda: not shipper.behind() and shipper.well())
        running.cancel()
    await journal.close()


async def test_epochs_know_what_the_database_knows(pool: Pool, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"

    taken = [await take_epoch(folder, pool) for folder in (here, there, there, here)]
    assert taken == [1, 2, 3, 4]


async def test_shipped_files_are_kept_for_their_time_and_unshipped_ones_for_ever(
    pool: Pool, tmp_path: Path
) -> None:
    for epoch in (1, 2, 3, 4):
        journal = Journal.open(tmp_path, Epoch(epoch), QUICK)
        journal.write(notes(epoch * 10, epoch * 10 + 3))
        await journal.close()
    for segment in segments(tmp_path):
        os.utime(segment.path, (time.time() - 10 * 86400,) * 2)
    long_ago = datetime.fromtimestamp(time.time() - 20 * 86400, UTC)
    last_week = datetime.fromtimestamp(time.time() - 7 * 86400, UTC)
    running = Journal.open(tmp_path, Epoch(5), QUICK)
    running.write(notes(50, 53))

    nothing_shipped = Shipper(running, pool, StillClock(), QUICK).shipped
    assert remove_shipped(tmp_path, nothing_shipped, last_week) == []
    shipped = (await ship_all(running, pool)).shipped
    assert remove_shipped(tmp_path, shipped, long_ago) == []
    assert remove_shipped(tmp_path, shipped, last_week) == ["1.jsonl", "2.jsonl", "3.jsonl"]
    running.write(notes(54, 55))
    await ship_all(running, pool)
    await running.close()
    assert len(await bodies(pool)) == 22


async def test_shipping_goes_on_where_it_stopped_when_postgresql_returns(tmp_path: Path) -> None:
    with open_folder() as folder, held_ports(folder / "ports.json") as ports:
        server = Postgres(folder / "postgres", port=ports.database)
        server.start()
        try:
            await _ship_over_a_restart(server, tmp_path)
        finally:
            server.stop()


async def _ship_over_a_restart(server: Postgres, folder: Path) -> None:
    settings = DatabaseSettings(dsn=SecretStr(server.dsn))
    await migrate(settings)
    journal = Journal.open(folder, Epoch(1), QUICK)
    async with open_pool(settings) as pool, asyncio.timeout(60), asyncio.TaskGroup() as group:
        shipper = Shipper(journal, pool, StillClock(), QUICK)
        tasks = [group.create_task(journal.run()), group.create_task(shipper.run())]
        journal.write(notes(1, 10))
        await until(lambda: not shipper.behind())

        server.stop()
        journal.write(notes(11, 40))
        with pytest.raises(DatabaseAway, match="PostgreSQL does not answer"):
            await pool.fetchval("select 1")
        assert not await pool.is_well()
        await until(lambda: journal.synced == (1, 40))
        assert shipper.behind() == 30
        assert shipper.well()
        assert journal.well()

        server.start()
        await until(lambda: not shipper.behind())
        assert await bodies(pool) == [encode(fact).decode() for fact in notes(1, 40)]
        await until(pool.is_well)
        for task in tasks:
            task.cancel()
    await journal.close()
