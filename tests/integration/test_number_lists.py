"""The contract of number lists on PostgreSQL, and the command that imports one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from hotline import cli
from intake.caller_store import CallerLanguages, PgKnownCallers, PgNumberLists
from intake.known_callers import NOBODY, KnownCaller
from intake.number_lists import KeepsNumberLists
from kernel.ids import CallId, NumberKey
from kernel.phone import PhoneNumber
from storage.field_cipher import FieldCipher, FieldKeys
from storage.pool import Pool
from storage.vault import number_key
from telephony.facts import WayIn
from tests.contracts.number_lists import AT, NumberListsContract, fresh, listed
from tests.integration.case_database import migrated_pool


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


class TestPgNumberLists(NumberListsContract):
    @pytest.fixture
    def lists(self, pool: Pool) -> KeepsNumberLists:
        return PgNumberLists(pool)


async def test_an_import_that_fails_changes_nothing(pool: Pool) -> None:
    lists, name, key = PgNumberLists(pool), fresh(), fresh()
    await lists.replace(name, listed(key), source="good.csv", by="chief", at=AT)
    broken = [*listed(fresh()), *listed("a\x00b")]  # PostgreSQL keeps no such text

    with pytest.raises(asyncpg.PostgresError):
        await lists.replace(name, broken, source="bad.csv", by="chief", at=AT)

    assert (await lists.states())[name].source == "good.csv"
    assert await lists.lists_of(listed(key)[0].key) == {name}


async def told(pool: Pool, key: str | None, language: str, after: int) -> None:
    way = WayIn(
        at=AT + timedelta(minutes=after),
        call=CallId("c"),
        caller_key=NumberKey(key) if key else None,
        line="main",
        why="menu",
        queue="x",
        language=language,
    )
    async with pool.transaction() as tx:
        await CallerLanguages().apply(tx, [way])


async def test_the_language_last_chosen_is_remembered_and_the_common_one_forgets_it(
    pool: Pool,
) -> None:
    """SPC-02; what is told late does not go before what came after it."""
    callers, lists, key, name = PgKnownCallers(pool), PgNumberLists(pool), fresh(), fresh()
    assert await callers.look_up(NumberKey(key)) == NOBODY
    await lists.replace(name, listed(key), source="a.csv", by="chief", at=AT)

    await told(pool, key, "ko", after=5)
    await told(pool, key, "dongbei", after=1)
    await told(pool, key, "", after=6)  # no menu asked him
    await told(pool, None, "ko", after=7)
    known = await callers.look_up(NumberKey(key))
    await told(pool, key, "mandarin", after=3)
    still = await callers.look_up(NumberKey(key))
    await told(pool, key, "mandarin", after=8)

    assert known == still == KnownCaller(lists=frozenset({name}), language="ko")
    assert await callers.look_up(NumberKey(key)) == KnownCaller(lists=frozenset({name}))


@pytest.fixture
async def cipher(
    each_postgres_dsn: str, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> FieldCipher:
    """Of the keys that the command is told by its environment."""
    keys = FieldKeys.new_environment()
    database = await pool.fetchval("select current_database()")
    dsn = f"{each_postgres_dsn.rpartition('/')[0]}/{database}"
    for name, value in {**keys, "HOTLINE_DATABASE_DSN": dsn}.items():
        monkeypatch.setenv(name, value)
    return FieldCipher(FieldKeys.from_environment(keys))


async def test_the_command_imports_a_register_and_shows_it(
    pool: Pool, cipher: FieldCipher, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """SPC-03, SEC-01: the table holds no number in clear."""
    file = tmp_path / "elderly.csv"
    file.write_text("号码,姓名\n13812345678,某某\n87654321,某某\n", encoding="utf-8-sig")
    key = number_key(cipher, PhoneNumber.parse("13812345678"))
    assert key is not None

    ended = await asyncio.to_thread(cli.main, ["lists", "--import", "elderly", str(file)])
    shown = await asyncio.to_thread(cli.main, ["lists"])

    said = capsys.readouterr().out
    assert (ended, shown) == (0, 0)
    assert "elderly: 已导入 imported 2" in said
    assert "elderly: 2 (elderly.csv" in said
    assert "enterprise: 0" in said
    assert (await PgKnownCallers(pool).look_up(key)).lists == {"elderly"}
    rows = await pool.fetch("select l::text as row from listed_number l where list = 'elderly'")
    assert len(rows) == 2
    assert not [row for row in rows if "12345678" in row["row"] or "7654321" in row["row"]]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("no", "13812345678", "has no list 'no'"),
        ("elderly", "13812345678\nabc", "line 2: 'abc'"),
        ("elderly", None, "cannot be read"),
    ],
)
async def test_what_cannot_be_imported_is_refused_with_a_remedy(
    cipher: FieldCipher,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    text: str | None,
    problem: str,
) -> None:
    file = tmp_path / "list.csv"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    ended = await asyncio.to_thread(cli.main, ["lists", "--import", name, str(file)])

    assert ended == 1
    assert problem in capsys.readouterr().err
