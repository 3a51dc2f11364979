"""Migrations: several starters at once, edited files, indexes without a transaction."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from kernel.errors import BadSettings
from storage.migrate import MIGRATIONS, BadMigration, migrate, pending
from storage.pool import DatabaseAway
from storage.settings import DatabaseSettings


@pytest.fixture
def settings(fresh_database: str) -> DatabaseSettings:
    return DatabaseSettings(dsn=SecretStr(fresh_database))


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "0001_one.sql").write_text("create table one (id int primary key);")
    (tmp_path / "0002_two.sql").write_text(
        "-- no-transaction\n"
        "drop index concurrently if exists one_id;\n"
        "create index concurrently one_id on one (id);\n"
    )
    return tmp_path


async def test_all_files_of_the_program_apply_to_an_empty_database(
    settings: DatabaseSettings,
) -> None:
    names = sorted(path.name for path in MIGRATIONS.glob("*.sql"))

    assert await pending(settings) == names
    assert await migrate(settings) == names
    assert await migrate(settings) == []
    assert await pending(settings) == []


async def test_of_four_starters_one_applies_and_three_find_it_done(
    settings: DatabaseSettings, files: Path
) -> None:
    applied = await asyncio.gather(*(migrate(settings, files) for _ in range(4)))

    assert sorted(applied) == [[], [], [], ["0001_one.sql", "0002_two.sql"]]


async def test_an_applied_file_that_was_edited_is_refused(
    settings: DatabaseSettings, files: Path
) -> None:
    await migrate(settings, files)
    (files / "0001_one.sql").write_text("create table one (id bigint primary key);")

    with pytest.raises(BadMigration, match=r"0001_one.sql was changed after it had been applied"):
        await migrate(settings, files)


async def test_a_file_that_fails_leaves_nothing_behind(
    settings: DatabaseSettings, files: Path
) -> None:
    bad = files / "0003_bad.sql"
    bad.write_text("create table three (id int); select no_such_function();")

    with pytest.raises(asyncpg.UndefinedFunctionError):
        await migrate(settings, files)
    assert await pending(settings, files) == ["0003_bad.sql"]
    bad.write_text("create table three (id int);")
    assert await migrate(settings, files) == ["0003_bad.sql"]


async def test_a_belated_number_is_refused(settings: DatabaseSettings, files: Path) -> None:
    (files / "0005_five.sql").write_text("select 1;")
    await migrate(settings, files)
    (files / "0004_four.sql").write_text("select 1;")

    with pytest.raises(BadMigration, match=r"0004_four.sql is older"):
        await migrate(settings, files)


@pytest.mark.parametrize("name", ["0002_again.sql", "seven.sql", "07_seven.sql"])
async def test_a_file_with_a_bad_name_is_refused(files: Path, name: str) -> None:
    (files / name).write_text("select 1;")
    nowhere = DatabaseSettings(dsn=SecretStr("postgresql://x:x@127.0.0.1:1/x"))

    with pytest.raises(BadMigration, match=name):
        await migrate(nowhere, files)


async def test_an_absent_server_is_told_from_a_bad_address(files: Path) -> None:
    with pytest.raises(DatabaseAway):
        await migrate(DatabaseSettings(dsn=SecretStr("postgresql://x:x@127.0.0.1:1/x")), files)
    with pytest.raises(BadSettings, match=r"database.dsn cannot be read"):
        await migrate(DatabaseSettings(dsn=SecretStr("mysql://x@127.0.0.1/x")), files)
    with pytest.raises(BadSettings, match=r"database.dsn is empty"):
        await migrate(DatabaseSettings(), files)
