"""The private PostgreSQL, Valkey and Asterisk, as another program meets them."""

import asyncpg
import redis.asyncio as redis

from tests.integration.servers import RunningAsterisk


async def test_the_database_speaks_scram_and_keeps_what_is_committed(fresh_database: str) -> None:
    connection = await asyncpg.connect(fresh_database)
    await connection.execute("create table kept (n int); insert into kept values (1)")
    await connection.close()

    again = await asyncpg.connect(fresh_database)
    assert await again.fetchval("select n from kept") == 1
    assert await again.fetchval("show password_encryption") == "scram-sha-256"
    await again.close()


async def test_the_database_refuses_a_wrong_password(postgres_dsn: str) -> None:
    user, _, rest = postgres_dsn.partition("@")

    refused = None
    try:
        await asyncpg.connect(f"{user}wrong@{rest}")
    except asyncpg.InvalidPasswordError as error:
        refused = error

    assert refused is not None


async def test_valkey_wants_its_password(valkey_url: str) -> None:
    stranger = redis.Redis.from_url("redis://" + valkey_url.rpartition("@")[2])
    known = redis.Redis.from_url(valkey_url)

    refused = None
    try:
        await stranger.ping()
    except redis.AuthenticationError as error:
        refused = error

    assert refused is not None
    assert await known.ping()
    await stranger.aclose()
    await known.aclose()


def test_asterisk_boots_without_an_error_or_a_warning(asterisk: RunningAsterisk) -> None:
    log = asterisk.boot_log

    assert "modules will be loaded" in log
    assert [line for line in log.splitlines() if "ERROR[" in line or "WARNING[" in line] == []
