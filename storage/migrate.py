"""Numbered SQL files, forward only, one transaction each; several starters at once are safe.

Rules: an applied file is never edited (sha256 guard); core SQL only, because the embedded server
has no contrib extension. A file whose first line is `-- no-transaction` (CREATE INDEX CONCURRENTLY)
runs statement by statement, each of which must bear being run again.
"""

import asyncio
import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kernel.errors import HotlineError, TimedOut
from storage.pool import Connection, connect
from storage.settings import DatabaseSettings

MIGRATIONS: Final = Path(__file__).parent / "migrations"
NO_TRANSACTION: Final = "-- no-transaction"
# Tried in a loop, never waited for: a starter that waits in pg_advisory_lock holds a virtual
# transaction id, for which CREATE INDEX CONCURRENTLY of the other one waits: a deadlock.
_TRY_LOCK: Final = "select pg_try_advisory_lock($1)"
_LOCK: Final = 0x12345_0001
_TRY_EVERY: Final = 0.1  # s
_LOCK_WITHIN: Final = 600  # s
_FILE: Final = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_TABLE: Final = """create table if not exists schema_migration (
    version integer primary key, name text not null, sha256 text not null,
    applied_at timestamptz not null default now(), ms integer not null)"""
_RECORD: Final = "insert into schema_migration (version, name, sha256, ms) values ($1, $2, $3, $4)"


class BadMigration(HotlineError):
    code = "bad-migration"


@dataclass(frozen=True, slots=True)
class _File:
    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


async def migrate(settings: DatabaseSettings, folder: Path = MIGRATIONS) -> list[str]:
    """Applies what is missing and returns the names of the files applied now.

    Raises BadMigration for an edited, misnamed or belated file, DatabaseAway, or asyncpg's error
    for SQL that does not run (its transaction is rolled back, earlier files stay).
    """
    files = _files(folder)
    async with connect(settings) as connection:  # closing it also gives the lock back
        await _take_lock(connection)
        return await _apply_missing(connection, files, settings)


async def pending(settings: DatabaseSettings, folder: Path = MIGRATIONS) -> list[str]:
    """Names of the files not applied yet; empty: the schema is what this program expects."""
    async with connect(settings) as connection:
        if await connection.fetchval("select to_regclass('schema_migration')") is None:
            return [file.name for file in _files(folder)]
        applied = await _applied(connection)
        return [file.name for file in _files(folder) if file.version not in applied]


async def _take_lock(connection: Connection) -> None:
    try:
        async with asyncio.timeout(_LOCK_WITHIN):
            got = await connection.fetchval(_TRY_LOCK, _LOCK)
            while not got:
                await asyncio.sleep(_TRY_EVERY)
                got = await connection.fetchval(_TRY_LOCK, _LOCK)
    except TimeoutError as err:
        raise TimedOut(
            f"Another process has been migrating this database for {_LOCK_WITHIN} s.",
            remedy="Let it finish, or end its session (pg_stat_activity), and start again.",
        ) from err


def _files(folder: Path) -> list[_File]:
    found: dict[int, _File] = {}
    for path in sorted(folder.glob("*.sql")):
        name = _FILE.fullmatch(path.name)
        if name is None:
            raise BadMigration(
                f"{path.name} is not named as a migration.", remedy="Name it 0042_what_it_does.sql."
            )
        version = int(name[1])
        if version in found:
            raise BadMigration(
                f"{found[version].name} and {path.name} have the same number.",
                remedy="Give the newer one the next free number.",
            )
        found[version] = _File(version, path.name, path.read_text(encoding="utf-8"))
    return list(found.values())


async def _applied(connection: Connection) -> dict[int, str]:
    rows = await connection.fetch("select version, sha256 from schema_migration")
    return {row["version"]: row["sha256"] for row in rows}


async def _apply_missing(
    connection: Connection, files: list[_File], settings: DatabaseSettings
) -> list[str]:
    await connection.execute(_TABLE)
    applied = await _applied(connection)
    missing = [file for file in files if _is_missing(file, applied)]
    for file in missing:
        started = time.perf_counter()
        if file.sql.startswith(NO_TRANSACTION):
            await _run_singly(connection, file)
            await _record(connection, file, started)
            continue
        async with connection.transaction():
            wait = int(settings.lock_within.total_seconds() * 1000)
            await connection.execute(f"set local lock_timeout = {wait}")
            await connection.execute(file.sql)
            await _record(connection, file, started)
    return [file.name for file in missing]


def _is_missing(file: _File, applied: dict[int, str]) -> bool:
    known = applied.get(file.version)
    if known is None:
        if applied and file.version < max(applied):
            raise BadMigration(
                f"{file.name} is older than the newest migration applied ({max(applied):04}).",
                remedy="Give it the next free number: migrations go forward only.",
            )
        return True
    if known != file.sha256:
        raise BadMigration(
            f"{file.name} was changed after it had been applied.",
            remedy="Put the applied text back and write the change as a new migration.",
        )
    return False


async def _run_singly(connection: Connection, file: _File) -> None:
    for statement in file.sql.split(";\n"):
        if statement.strip():
            await connection.execute(statement)


async def _record(connection: Connection, file: _File, started: float) -> None:
    ms = int((time.perf_counter() - started) * 1000)
    await connection.execute(_RECORD, file.version, file.name, file.sha256, ms)
