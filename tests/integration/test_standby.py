"""Two processes of one site: who leads, who waits, and what the former leader may not do."""

import signal
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from tests.integration.servers import RunningAsterisk, open_folder
from tests.integration.standby_site import LEADS_WITHIN_S, Site, ask, sign_in, site_of


@pytest.fixture
async def own_database(postgres_dsn: str) -> AsyncIterator[str]:
    name = f"site_{uuid4().hex}"
    server = await asyncpg.connect(postgres_dsn)
    try:
        await server.execute(f"create database {name}")
        yield f"{postgres_dsn.rpartition('/')[0]}/{name}"
        await server.execute(f"drop database {name} with (force)")
    finally:
        await server.close()


@pytest.fixture
async def site(
    asterisk: RunningAsterisk, own_database: str, valkey_url: str
) -> AsyncIterator[Site]:
    with open_folder() as root, site_of(asterisk, own_database, valkey_url, root) as site:
        yield site


async def test_when_the_leader_is_killed_the_standby_leads(site: Site) -> None:
    one = site.start("one")
    print("one leads", await site.leads(one))
    two = site.start("two")
    print("two stands by", await site.stands_by(two))

    one.send(signal.SIGKILL)

    took = await site.leads(two, within=15)
    print("took", took)
    assert took < LEADS_WITHIN_S
