"""A migrated database for tests of stores."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from pydantic import SecretStr

from storage.field_cipher import FieldCipher, FieldKeys
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.settings import DatabaseSettings

CIPHER = FieldCipher(FieldKeys(sealing={1: b"c" * 32}, index=b"x" * 32))


@asynccontextmanager
async def migrated_pool(server_dsn: str) -> AsyncIterator[Pool]:
    """A database of its own on that server, with the whole schema; gone afterwards."""
    name = f"cases_{uuid4().hex}"
    server = await asyncpg.connect(server_dsn)
    try:
        await server.execute(f"create database {name}")
        settings = DatabaseSettings(dsn=SecretStr(f"{server_dsn.rpartition('/')[0]}/{name}"))
        await migrate(settings)
        async with open_pool(settings) as pool:
            yield pool
        await server.execute(f"drop database {name} with (force)")
    finally:
        await server.close()
