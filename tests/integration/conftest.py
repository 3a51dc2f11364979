"""Real servers for the session: each starts when first asked for, and stops by itself."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from hotline.private.ports import held_ports
from hotline.private.postgres import DEBIAN_15, wheel_binaries
from hotline.private.valkey import Valkey
from tests.integration.servers import (
    RunningAsterisk,
    open_folder,
    running_asterisk,
    running_postgres,
)

HERE = Path(__file__).parent
# Debian's PostgreSQL 15 is installed by ./dev test; where it is not, the wheel's 18 stands alone.
MAJORS = {"18": wheel_binaries} | ({"15": lambda: DEBIAN_15} if DEBIAN_15.exists() else {})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that lies below this folder needs real servers. Side by side, the long ones begin."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.integration)
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: item.get_closest_marker("rehearsal") is None)


@pytest.fixture(scope="session")
def asterisk() -> Iterator[RunningAsterisk]:
    with running_asterisk() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """The wheel's PostgreSQL: one empty server for the session."""
    with running_postgres(wheel_binaries()) as dsn:
        yield dsn


@pytest.fixture(scope="session", params=MAJORS, ids=lambda major: f"postgresql-{major}")
def each_postgres_dsn(request: pytest.FixtureRequest) -> Iterator[str]:
    """The same test on the wheel's PostgreSQL and on Debian's 15."""
    with running_postgres(MAJORS[request.param]()) as dsn:
        yield dsn


@pytest.fixture
async def fresh_database(each_postgres_dsn: str) -> AsyncIterator[str]:
    """The DSN of an empty database of this test's own, on each major."""
    name = f"test_{uuid4().hex}"
    server = await asyncpg.connect(each_postgres_dsn)
    try:
        await server.execute(f"create database {name}")
        yield f"{each_postgres_dsn.rpartition('/')[0]}/{name}"
        await server.execute(f"drop database {name} with (force)")
    finally:
        await server.close()


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A Valkey of the session's own."""
    with open_folder() as folder, held_ports(folder / "ports.json") as ports:
        server = Valkey(folder / "valkey", port=ports.valkey, password=uuid4().hex)
        try:
            server.start()
            yield server.url
        finally:
            server.stop()
