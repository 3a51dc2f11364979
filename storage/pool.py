"""The one pool of PostgreSQL connections; raw asyncpg, no ORM.

Rule: whatever says "the server is away, was killed or is too slow" leaves here as `Unavailable`
with a remedy; what the SQL itself says (a unique violation, a check) passes as asyncpg raised it.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final, TypeAlias

import asyncpg
import orjson
from asyncpg.pool import PoolConnectionProxy

from kernel.errors import BadSettings, Unavailable
from kernel.ids import Epoch
from storage.settings import DatabaseSettings

Row: TypeAlias = asyncpg.Record
# in quotes: asyncpg's classes are generic only to the type checker
Connection: TypeAlias = "asyncpg.Connection[Row] | PoolConnectionProxy[Row]"
Transaction: TypeAlias = Connection  # a connection inside `pool.transaction()`

LEADS: Final = "hotline leads "  # the name of a leader's sessions, before its epoch


class DatabaseAway(Unavailable):
    code = "database-away"


class DatabaseRefused(Unavailable):
    """It answers, and does not let us in: user, password, database name."""

    code = "database-refused"


_REFUSED = (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError)
# A killed server may surface as InternalClientError or InterfaceError as well (platform notes §2).
_AWAY = (
    OSError,  # includes TimeoutError
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.TransactionRollbackError,  # serialisation failure, deadlock: again, please
    asyncpg.InsufficientResourcesError,
)


@contextmanager
def database_faults() -> Iterator[None]:
    """Turns "it is away" into DatabaseAway; everything else passes."""
    try:
        yield
    except _REFUSED as err:
        raise DatabaseRefused(
            f"PostgreSQL does not let us in ({type(err).__name__}: {err}).",
            remedy="Correct user, password and database in database.dsn.",
        ) from err
    except _AWAY as err:
        raise DatabaseAway(
            f"PostgreSQL does not answer ({type(err).__name__}: {err}).",
            remedy="See whether it runs and is reachable at database.dsn; then try again.",
        ) from err


class Pool:
    """asyncpg's pool behind our errors. Hold one connection per request or transaction."""

    def __init__(self, pool: "asyncpg.Pool[Row]", settings: DatabaseSettings) -> None:
        self._pool = pool
        self._acquire_within = settings.connect_within.total_seconds() * 2

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        with database_faults():
            async with self._pool.acquire(timeout=self._acquire_within) as connection:
                yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """One transaction: committed at the end of the block, rolled back on any error.

        DatabaseAway out of the last line may mean that it was committed all the same: make the
        work idempotent.
        """
        async with self.connection() as connection, connection.transaction():
            yield connection

    async def fetch(self, sql: str, *values: object) -> list[Row]:
        async with self.connection() as connection:
            return await connection.fetch(sql, *values)

    async def fetchrow(self, sql: str, *values: object) -> Row | None:
        async with self.connection() as connection:
            return await connection.fetchrow(sql, *values)

    async def fetchval(self, sql: str, *values: object) -> Any:
        async with self.connection() as connection:
            return await connection.fetchval(sql, *values)

    async def execute(self, sql: str, *values: object) -> str:
        async with self.connection() as connection:
            return await connection.execute(sql, *values)

    async def is_well(self) -> bool:
        """For /readyz: does it answer now?"""
        try:
            return bool(await self.fetchval("select true"))
        except Unavailable:
            return False


def _dump(value: object) -> str:
    return orjson.dumps(value).decode()


async def speak_jsonb(connection: Connection) -> None:
    """jsonb comes and goes as Python values; `json` stays text, byte for byte (the journal)."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_dump, decoder=orjson.loads
    )


def dsn_of(settings: DatabaseSettings) -> str:
    """The address. Raises BadSettings when there is none."""
    if settings.dsn is None:
        raise BadSettings(
            "No PostgreSQL is named: database.dsn is empty.",
            remedy="Set database.dsn (or HOTLINE_DATABASE_DSN), or start under the keeper.",
        )
    return settings.dsn.get_secret_value()


@asynccontextmanager
async def connect(settings: DatabaseSettings) -> AsyncIterator["asyncpg.Connection[Row]"]:
    """A connection of its own, outside the pool: migrations, LISTEN, session locks. No time-out."""
    with database_faults(), _readable_dsn():
        connection = await asyncpg.connect(
            dsn_of(settings), timeout=settings.connect_within.total_seconds()
        )
    try:
        with database_faults():
            await speak_jsonb(connection)
            yield connection
    finally:
        await _close(connection, settings)


async def _close(connection: "asyncpg.Connection[Row]", settings: DatabaseSettings) -> None:
    try:
        await connection.close(timeout=settings.connect_within.total_seconds())
    except _AWAY:
        connection.terminate()


@asynccontextmanager
async def open_pool(settings: DatabaseSettings, epoch: Epoch | None = None) -> AsyncIterator[Pool]:
    """Opens no connection by itself (`pool_min` 0), so a server that is away stops no start.

    The sessions of whoever leads bear its `epoch`: the next leader ends them (`storage/lease.py`).
    """
    with database_faults(), _readable_dsn():
        pool = await _create(settings, "hotline" if epoch is None else f"{LEADS}{epoch}")
    try:
        yield Pool(pool, settings)
    finally:
        try:
            async with asyncio.timeout(settings.connect_within.total_seconds()):
                await pool.close()
        except _AWAY:
            pool.terminate()


async def _create(settings: DatabaseSettings, name: str) -> "asyncpg.Pool[Row]":
    return await asyncpg.create_pool(
        dsn_of(settings),
        min_size=settings.pool_min,
        max_size=settings.pool_max,
        timeout=settings.connect_within.total_seconds(),
        command_timeout=settings.command_within.total_seconds(),
        max_inactive_connection_lifetime=settings.idle_for.total_seconds(),
        init=speak_jsonb,
        server_settings={
            "application_name": name,
            "timezone": "UTC",
            # a writer that hangs must not hold its locks for ever
            "idle_in_transaction_session_timeout": "60000",
        },
    )


@contextmanager
def _readable_dsn() -> Iterator[None]:
    try:
        yield
    except (ValueError, asyncpg.ClientConfigurationError) as err:
        raise BadSettings(
            f"database.dsn cannot be read: {err}.",
            remedy="Write it as postgresql://user:password@host:port/name.",
        ) from err
