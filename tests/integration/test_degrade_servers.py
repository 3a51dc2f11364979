"""PostgreSQL and Valkey stop and start again: the house goes on, nothing of the journal is lost."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from pydantic import SecretStr

from hotline.private.ports import held_ports
from hotline.private.postgres import Postgres
from hotline.private.valkey import Valkey
from kernel.clock import SystemClock
from kernel.ids import Epoch
from storage.journal import Journal
from storage.migrate import migrate
from storage.pool import open_pool
from storage.settings import DatabaseSettings, JournalSettings, ValkeySettings
from storage.shipping import Shipper
from storage.valkey import FloorCopy, open_valkey
from tests.integration.servers import open_folder
from tests.storage.notes import note
from tests.storage.waiting import until

PATIENCE = timedelta(seconds=20)
QUICK = JournalSettings(
    retry_first=timedelta(milliseconds=50),
    retry_at_most=timedelta(milliseconds=200),
    reserve_bytes=0,
)


async def test_facts_written_while_postgresql_is_away_are_all_shipped_in_order(
    tmp_path: Path,
) -> None:
    """Written before, during and after; the writer never waits, and no alarm of ours is due."""
    with open_folder() as folder, held_ports(folder / "ports.json") as ports:
        server = Postgres(folder / "postgres", port=ports.database)
        server.start()
        try:
            settings = DatabaseSettings(dsn=SecretStr(server.dsn))
            await migrate(settings)
            async with open_pool(settings) as pool, asyncio.TaskGroup() as group:
                journal = Journal.open(tmp_path, Epoch(1), QUICK)
                shipper = Shipper(journal, pool, SystemClock(), QUICK)
                tasks = [group.create_task(journal.run()), group.create_task(shipper.run())]
                for number in range(1, 31):
                    if number == 11:
                        await until(lambda: shipper.behind() == 0)
                        server.stop()
                    if number == 21:
                        assert shipper.behind() == 10
                        server.start()
                    journal.write([note(number)])
                await until(lambda: shipper.behind() == 0)
                assert shipper.well()
                rows = await pool.fetch("select n from journal order by arrived, n")
                assert [row["n"] for row in rows] == list(range(1, 31))
                for task in tasks:
                    task.cancel()
            await journal.close()
        finally:
            server.stop()


async def test_without_valkey_a_copy_is_lost_at_once_and_the_next_ones_arrive_again() -> None:
    with open_folder() as folder, held_ports(folder / "ports.json") as ports:
        server = Valkey(folder / "valkey", port=ports.valkey, password=uuid4().hex)
        server.start()
        try:
            async with AsyncExitStack() as stack:
                settings = ValkeySettings(
                    url=SecretStr(server.url), connect_within=PATIENCE, reply_within=PATIENCE
                )
                client = await stack.enter_async_context(open_valkey(settings))
                copy = FloorCopy(client, "220100", settings)
                assert await copy.publish(1, b"{}")
                server.stop()
                async with asyncio.timeout(PATIENCE.total_seconds() / 2):  # it is refused
                    assert not await copy.publish(2, b"{}")
                assert not copy.is_well
                server.start()
                assert await copy.publish(3, b"{}")
                assert copy.is_well
                assert await copy.read() == (3, b"{}")
        finally:
            server.stop()
