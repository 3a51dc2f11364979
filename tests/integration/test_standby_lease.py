"""Who leads, as PostgreSQL tells it; and a folder completed with what others shipped."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from hotline.audit.chain import check_seal
from hotline.audit.places import AuditPlaces
from kernel.errors import Unavailable
from kernel.ids import Epoch
from storage.epochs import take_epoch
from storage.journal import Journal
from storage.journal_file import read
from storage.lease import Deposed, LeaderSession
from storage.lease_copy import ShippedCopy
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import JournalForked, Shipper
from tests.integration.standby_site import PATIENCE, own_database
from tests.storage.notes import NOON, StillClock, notes
from tests.storage.waiting import until

LONG_AGO = NOON - timedelta(days=7)
HERE, THERE = ("here:/journal", "http://here"), ("there:/journal", "http://there")


@pytest.fixture
async def fresh_database(postgres_dsn: str) -> AsyncIterator[str]:
    async with own_database(postgres_dsn) as dsn:
        yield dsn


@pytest.fixture
async def settings(fresh_database: str) -> DatabaseSettings:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    return settings


@pytest.fixture
async def pool(settings: DatabaseSettings) -> AsyncIterator[Pool]:
    async with open_pool(settings) as pool:
        yield pool


@asynccontextmanager
async def sessions(settings: DatabaseSettings) -> AsyncIterator[tuple[LeaderSession, ...]]:
    both = LeaderSession(settings), LeaderSession(settings)
    try:
        yield both
    finally:
        for session in both:
            await session.close()


async def new_epoch(pool: Pool, folder: Path) -> Epoch:
    return await take_epoch(folder, pool)


async def lives_just_before_it_is_stale(session: LeaderSession, pool: Pool) -> bool:
    """False when the machine stood still meanwhile: then nothing is shown."""
    await pool.execute("update leadership set beat_at = now() - interval '2.9 s'")
    found = await session.look()
    if await pool.fetchval("select now() - beat_at >= interval '3 s' from leadership"):
        return False
    assert found is not None and found.lives
    return True


async def test_one_has_the_lock_and_its_beat_is_seen(
    settings: DatabaseSettings, pool: Pool, tmp_path: Path
) -> None:
    async with sessions(settings) as (one, two):
        assert await two.look() is None
        assert await one.try_lock()
        assert not await two.try_lock()
        await one.begin(await new_epoch(pool, tmp_path), *HERE)
        starting = await two.look()
        assert starting is not None
        assert (starting.state, starting.lives, starting.console) == ("starting", True, HERE[1])

        await one.beat(Epoch(1))
        await until(partial(lives_just_before_it_is_stale, two, pool))
        await pool.execute("update leadership set beat_at = now() - interval '3 s'")
        leading = await two.look()
        assert leading is not None
        assert (leading.state, leading.lives) == ("leading", False)


async def test_a_leader_that_dies_while_it_starts_holds_nobody_up(
    settings: DatabaseSettings, pool: Pool, tmp_path: Path
) -> None:
    async with sessions(settings) as (one, two):
        await one.try_lock()
        await one.begin(await new_epoch(pool, tmp_path), *HERE)

        await one.close()

        await until(two.try_lock)
        found = await two.look()
        assert found is not None
        assert not found.lives


async def test_the_stale_session_is_ended_and_its_leader_deposed(
    settings: DatabaseSettings, pool: Pool, tmp_path: Path
) -> None:
    async with sessions(settings) as (one, two):
        await one.try_lock()
        await one.begin(await new_epoch(pool, tmp_path), *HERE)
        await one.beat(Epoch(1))

        assert await two.end_sessions(None) == 1
        await until(two.try_lock)
        with pytest.raises(Unavailable):  # its connection, then the lock, are another's
            await one.beat(Epoch(1))
        await two.begin(await new_epoch(pool, tmp_path), *THERE)

        with pytest.raises(Deposed, match="Epoch 1 does not lead any more"):
            await one.beat(Epoch(1))


async def test_a_transaction_in_which_a_leader_froze_holds_the_next_one_up_no_more(
    settings: DatabaseSettings, pool: Pool, tmp_path: Path
) -> None:
    """Rows locked by projections of a frozen leader once held up all sessions of the next one."""
    async with (
        sessions(settings) as (one, two),
        open_pool(settings, Epoch(1)) as frozen,
        open_pool(settings, Epoch(11)) as another,
    ):
        await one.try_lock()
        await one.begin(await new_epoch(pool, tmp_path), *HERE)
        async with another.connection() as alive:
            with pytest.raises(Unavailable):
                async with frozen.transaction() as hangs:
                    await hangs.execute("update leadership set console = 'http://frozen'")

                    assert await two.end_sessions(Epoch(1)) == 2
                    async with asyncio.timeout(PATIENCE):
                        await pool.execute("update leadership set console = 'http://next'")
            assert await alive.fetchval("select console from leadership") == "http://next"


async def test_without_the_lock_nobody_begins(
    settings: DatabaseSettings, pool: Pool, tmp_path: Path
) -> None:
    async with sessions(settings) as (one, _):
        with pytest.raises(Deposed):
            await one.begin(await new_epoch(pool, tmp_path), *HERE)
        assert await one.look() is None


async def test_whoever_resigned_is_waited_for_by_nobody(
    settings: DatabaseSettings, pool: Pool, tmp_path: Path
) -> None:
    async with sessions(settings) as (one, two):
        await one.try_lock()
        await one.begin(await new_epoch(pool, tmp_path), *HERE)
        await one.beat(Epoch(1))
        await one.resign(Epoch(1))

        found = await two.look()
        assert found is not None
        assert (found.state, found.lives) == ("resigned", False)


# ---- the journal


async def ship(journal: Journal, pool: Pool) -> None:
    await journal.sync()
    shipper = Shipper(journal, pool, StillClock(), JournalSettings())
    while await shipper.ship_batch():
        continue


async def lead(folder: Path, pool: Pool, first: int, last: int) -> Journal:
    """One life of a leader: so many facts, shipped."""
    epoch = await new_epoch(pool, folder)
    await ShippedCopy(folder, pool).catch_up_for_good(LONG_AGO)
    journal = Journal.open(folder, epoch, JournalSettings())
    journal.write(notes(first, last))
    await ship(journal, pool)
    return journal


async def seal_of(folder: Path, dsn: str) -> list[str]:
    places = AuditPlaces(journal=folder, asterisk_log=folder, console=None, dsn=dsn, site="220100")
    return [difference.sentence for difference in (await check_seal(places)).differences]


async def test_a_new_leader_with_an_empty_folder_continues_the_one_chain(
    pool: Pool, tmp_path: Path, fresh_database: str
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    await (await lead(here, pool, 1, 20)).close()
    await (await lead(there, pool, 21, 30)).close()

    assert [(e.epoch, e.n) for e in read(there)] == [
        *((1, n) for n in range(1, 21)),
        *((2, n) for n in range(1, 11)),
    ]
    assert (there / "1.jsonl").read_bytes() == (here / "1.jsonl").read_bytes()
    for folder in (here, there):
        assert await seal_of(folder, fresh_database) == []


async def test_an_empty_folder_gets_the_last_line_at_least(pool: Pool, tmp_path: Path) -> None:
    await (await lead(tmp_path / "here", pool, 1, 20)).close()
    there = tmp_path / "there"
    there.mkdir()

    assert await ShippedCopy(there, pool).catch_up(NOON + timedelta(days=90)) == 1

    assert [(e.epoch, e.n) for e in read(there)] == [(1, 20)]


async def test_what_a_standby_copies_grows_line_by_line(pool: Pool, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    there.mkdir()
    copy = ShippedCopy(there, pool)
    assert await copy.catch_up(LONG_AGO) == 0
    journal = await lead(here, pool, 1, 5)
    assert await copy.catch_up(LONG_AGO) == 5
    journal.write(notes(6, 9))
    await ship(journal, pool)

    assert await copy.catch_up(LONG_AGO) == 4
    assert await copy.catch_up(LONG_AGO) == 0
    assert await ShippedCopy(there, pool).catch_up(LONG_AGO) == 0, "also after a restart"
    assert (there / "1.jsonl").read_bytes() == (here / "1.jsonl").read_bytes()
    await journal.close()


async def test_lines_never_shipped_are_put_aside_once_another_has_led(
    pool: Pool, tmp_path: Path, fresh_database: str
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    journal = await lead(here, pool, 1, 5)
    journal.write(notes(6, 8))  # killed before these were shipped
    await journal.close()
    late = (here / "1.jsonl").read_bytes().splitlines(keepends=True)[5:]
    await (await lead(there, pool, 11, 12)).close()

    await (await lead(here, pool, 13, 14)).close()

    assert (here / "1-6.late").read_bytes() == b"".join(late)
    assert [e.epoch for e in read(here)] == [1] * 5 + [2] * 2 + [3] * 2
    assert await seal_of(here, fresh_database) == []


async def test_our_own_tail_stays_when_nobody_led_since(pool: Pool, tmp_path: Path) -> None:
    journal = await lead(tmp_path, pool, 1, 5)
    journal.write(notes(6, 8))
    await journal.close()

    again = await lead(tmp_path, pool, 9, 9)

    assert len(list(read(tmp_path))) == 9
    assert await pool.fetchval("select count(*) from journal") == 9
    await again.close()


async def test_a_former_leader_ships_nothing_once_a_newer_epoch_was_taken(
    pool: Pool, tmp_path: Path
) -> None:
    journal = await lead(tmp_path / "here", pool, 1, 5)
    await new_epoch(pool, tmp_path / "there")
    journal.write(notes(6, 8))

    with pytest.raises(JournalForked, match="Another process has led since epoch 1"):
        await ship(journal, pool)

    assert await pool.fetchval("select count(*) from journal") == 5
    await journal.close()
