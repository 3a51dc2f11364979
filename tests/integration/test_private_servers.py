"""The private PostgreSQL, Valkey and Asterisk, as another program meets them."""

import secrets
import socket

import asyncpg
import pytest
import redis.asyncio as redis

from hotline.private.asterisk import Asterisk, AsteriskPlan
from hotline.private.asterisk_tree import asterisk_tree
from hotline.private.errors import ServerDidNotStart
from hotline.private.ports import LOOPBACK, held_ports
from hotline.private.progress import silence
from tests.integration.servers import RunningAsterisk, open_folder


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


def test_an_asterisk_whose_sip_port_is_taken_does_not_count_as_started() -> None:
    """By itself it lives on, answers AMI, and no phone ever reaches it."""
    with open_folder() as folder, held_ports(folder / "ports.json") as ports:
        plan = AsteriskPlan(
            systemname="test",
            sip_port=ports.sip,
            ami_port=ports.ami,
            ami_secret=secrets.token_urlsafe(24),
            rtp_first=ports.rtp_first,
            rtp_last=ports.rtp_last,
            trunk_out_port=ports.trunk_out,
            seats=(),
        )
        server = Asterisk(folder / "asterisk", asterisk_tree(tell=silence), plan)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind((LOOPBACK, ports.sip))
            with pytest.raises(ServerDidNotStart, match=f"UDP port {ports.sip}"):
                server.start()

        assert not server.alive()
