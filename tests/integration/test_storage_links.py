"""Pool, number vault and Valkey link on real servers, and on servers that go away."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from hotline.private.ports import held_ports
from hotline.private.postgres import Postgres
from kernel.errors import BadSettings
from kernel.phone import PhoneNumber
from storage.field_cipher import FieldCipher, FieldKeys
from storage.migrate import migrate
from storage.pool import DatabaseAway, DatabaseRefused, Pool, open_pool
from storage.settings import DatabaseSettings, JournalSettings, ValkeySettings
from storage.valkey import FloorCopy, ValkeyAway, open_valkey, valkey_faults
from storage.vault import NumberVault
from tests.integration.servers import open_folder
from tests.storage.waiting import until

CIPHER = FieldCipher(FieldKeys(sealing={1: b"a" * 32}, index=b"i" * 32))
PATIENCE = timedelta(seconds=20)
NOBODY = ValkeySettings(url=SecretStr("redis://127.0.0.1:1/0"))


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


async def test_json_comes_and_goes_as_values(pool: Pool) -> None:
    value = {"名": ["长春", 1, None, True]}

    assert await pool.fetchval("select $1::jsonb", value) == value


async def test_a_wrong_password_is_told_from_an_absent_server(fresh_database: str) -> None:
    scheme, _, place = fresh_database.rpartition("@")
    wrong = scheme.rpartition(":")[0] + ":wrong@" + place
    async with open_pool(DatabaseSettings(dsn=SecretStr(wrong))) as pool:
        with pytest.raises(DatabaseRefused, match="does not let us in") as refused:
            await pool.fetchval("select 1")

        assert "Correct user, password" in refused.value.remedy
        assert not await pool.is_well()


async def test_a_transaction_is_whole_or_nothing(pool: Pool) -> None:
    await pool.execute("create table t (id int primary key)")
    with pytest.raises(asyncpg.UniqueViolationError):
        async with pool.transaction() as tx:
            await tx.execute("insert into t values (1)")
            await tx.execute("insert into t values (1)")

    assert await pool.fetch("select * from t") == []


async def test_a_query_that_takes_too_long_is_given_up(fresh_database: str) -> None:
    within = timedelta(seconds=1)
    settings = DatabaseSettings(dsn=SecretStr(fresh_database), command_within=within)
    async with open_pool(settings) as pool:
        with pytest.raises(DatabaseAway):
            async with asyncio.timeout(30):
                await pool.fetchval("select pg_sleep(60)")

        await until(pool.is_well)


async def test_a_killed_server_is_unavailable_and_the_pool_recovers() -> None:
    with open_folder() as folder, held_ports(folder / "ports.json") as ports:
        server = Postgres(folder / "postgres", port=ports.database)
        server.start()
        try:
            settings = DatabaseSettings(dsn=SecretStr(server.dsn), pool_max=2)
            async with open_pool(settings) as pool:
                assert await pool.fetchval("select 1") == 1
                with pytest.raises(DatabaseAway):
                    async with pool.transaction() as tx:
                        assert server.pid is not None
                        os.kill(server.pid, signal.SIGKILL)
                        while True:  # until the killed server is noticed
                            await tx.fetchval("select pg_sleep(0.05)")
                assert not await pool.is_well()

                server.stop()
                server.start()
                assert await pool.fetchval("select 2") == 2
        finally:
            server.stop()


async def test_a_shipped_number_is_revealed_from_the_database(pool: Pool, tmp_path: Path) -> None:
    number = PhoneNumber.parse("13812345678")
    vault = NumberVault(tmp_path, CIPHER, pool, JournalSettings())
    key = vault.keep(number)
    assert key is not None
    await vault.ship()

    assert (tmp_path / "numbers.jsonl").read_bytes() == b""
    assert vault.keep(number) == key
    assert (tmp_path / "numbers.jsonl").read_bytes() == b""
    assert await vault.reveal(key) == number
    vault.close()
    later = NumberVault(tmp_path, CIPHER, pool, JournalSettings())
    assert await later.reveal(key) == number
    assert later.keep(number) == key
    await later.ship()
    assert await pool.fetchval("select count(*) from caller_number") == 1
    later.close()


async def test_an_unknown_key_reveals_nothing(pool: Pool, tmp_path: Path) -> None:
    vault = NumberVault(tmp_path, CIPHER, pool, JournalSettings())
    key = vault.key_of(PhoneNumber.parse("13900000000"))

    assert key is not None
    assert await vault.reveal(key) is None
    vault.close()


async def test_the_floor_copy_reaches_boards_of_other_processes(valkey_url: str) -> None:
    settings = ValkeySettings(
        url=SecretStr(valkey_url), connect_within=PATIENCE, reply_within=PATIENCE
    )
    async with open_valkey(settings) as client, client.pubsub() as board:
        copy = FloorCopy(client, "changchun", settings)
        await board.subscribe("floor:changchun")
        assert await board.get_message(timeout=PATIENCE.total_seconds())

        assert await copy.publish(7, '{"waiting":3,"队列":"综合"}'.encode())
        message = await board.get_message(timeout=PATIENCE.total_seconds())
        assert message is not None
        assert message["data"] == '7 {"waiting":3,"队列":"综合"}'.encode()
        assert await copy.read() == (7, '{"waiting":3,"队列":"综合"}'.encode())
        assert await FloorCopy(client, "siping", settings).read() is None


async def test_an_absent_valkey_fails_fast_and_publishing_never_raises() -> None:
    started = time.monotonic()
    async with open_valkey(NOBODY) as client:
        copy = FloorCopy(client, "changchun", NOBODY)
        assert not await copy.publish(1, b"{}")
        assert copy.lost == 1
        with pytest.raises(ValkeyAway), valkey_faults():
            await client.get("x")

    assert time.monotonic() - started < 5  # two refusals; a machine may stand still for a second


async def test_a_missing_or_bad_valkey_address_stops_the_start() -> None:
    for settings in (ValkeySettings(), ValkeySettings(url=SecretStr("http://127.0.0.1"))):
        with pytest.raises(BadSettings, match=r"valkey.url"):
            async with open_valkey(settings):
                raise AssertionError("it must not open")
