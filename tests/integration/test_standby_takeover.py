"""When whoever stands by takes over, and what it has read by then; on a real PostgreSQL (§5)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from config.settings import load_settings
from hotline.leading.standby import Standby
from hotline.leading.standby_beat import LOOK_EVERY_S, BeatWatch
from kernel.errors import HotlineError
from kernel.ids import Epoch
from storage.epochs import take_epoch
from storage.journal import Journal
from storage.journal_file import read
from storage.lease import Deposed, LeaderSession
from storage.lease_folder import FolderLock
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import Shipper
from tests.free_port import free_port
from tests.integration.standby_site import PROJECT, own_database
from tests.storage.notes import StillClock, notes
from tests.storage.waiting import until

pytestmark = pytest.mark.alone

SHIPPERS_TURN = 77123450002  # `storage/shipping.py`


class Former:
    """Leads from a folder of its own with epoch 1, and has shipped `facts`."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self.dsn, self.folder = dsn, folder
        self.session = LeaderSession(DatabaseSettings(dsn=SecretStr(dsn)))

    async def lead(self, pool: Pool, facts: int) -> None:
        assert await self.session.try_lock()
        epoch = await take_epoch(self.folder, pool)
        await self.session.begin(epoch, "there:/journal", "http://there")
        await self.session.beat(epoch)
        journal = Journal.open(self.folder, epoch, JournalSettings())
        journal.write(notes(1, facts))
        await journal.sync()
        shipper = Shipper(journal, pool, StillClock(), JournalSettings())
        while await shipper.ship_batch():
            continue
        await journal.close()


async def beat_in_the_database_is(pool: Pool, age: timedelta) -> None:
    await pool.execute("update leadership set beat_at = now() - $1::interval", age)


STALE, FRESH = timedelta(seconds=4), timedelta()


def still_beat(stands_still: bool) -> BeatWatch:
    """As `AsteriskWatch` keeps it; its clock stands."""
    seconds = [100.0]
    beat = BeatWatch(lambda: seconds[0])
    for look in range(30):
        seconds[0] += LOOK_EVERY_S
        beat.seen("7" if stands_still else str(look))
    return beat


@pytest.fixture
async def dsn(postgres_dsn: str) -> AsyncIterator[str]:
    async with own_database(postgres_dsn) as dsn:
        await migrate(DatabaseSettings(dsn=SecretStr(dsn)))
        yield dsn


@pytest.fixture
async def pool(dsn: str) -> AsyncIterator[Pool]:
    async with open_pool(DatabaseSettings(dsn=SecretStr(dsn))) as pool:
        yield pool


@pytest.fixture
async def former(dsn: str, pool: Pool, tmp_path: Path) -> AsyncIterator[Former]:
    former = Former(dsn, tmp_path / "there")
    await former.lead(pool, 200)
    yield former
    await former.session.close()


@asynccontextmanager
async def standing_by(dsn: str, pool: Pool, folder: Path) -> AsyncIterator[Standby]:
    """Nobody answers where its Asterisk should be."""
    told = {"HOTLINE_DATABASE_DSN": dsn, "HOTLINE_AMI_PORT": str(free_port())}
    settings = load_settings(PROJECT / "config", told)
    lock, session = FolderLock(folder), LeaderSession(settings.database)
    try:
        yield Standby(settings, lock, session, pool)
    finally:
        await session.close()
        lock.close()


async def waits(standby: Standby) -> None:
    """For a second and a half at least."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(1.5):
            await standby.until_leading()


@pytest.mark.parametrize(
    ("in_database", "in_asterisk"), [(FRESH, True), (STALE, False), (FRESH, False)]
)
async def test_one_beat_that_is_fresh_keeps_the_leader_whatever_the_other_says(
    dsn: str, pool: Pool, former: Former, tmp_path: Path, in_database: timedelta, in_asterisk: bool
) -> None:
    async with standing_by(dsn, pool, tmp_path / "here") as standby:
        standby.watch.beat = still_beat(in_asterisk)
        await beat_in_the_database_is(pool, in_database)
        await waits(standby)

    assert former.session.has_lock
    await former.session.beat(Epoch(1))


async def test_what_asterisk_did_not_say_is_unknown_and_nobody_takes_over(
    dsn: str, pool: Pool, former: Former, tmp_path: Path
) -> None:
    await beat_in_the_database_is(pool, STALE)
    async with standing_by(dsn, pool, tmp_path / "here") as standby:
        await waits(standby)
    assert former.session.has_lock


async def test_nobody_leads_before_what_was_shipped_is_read_and_what_hangs_is_ended(
    dsn: str, pool: Pool, former: Former, tmp_path: Path
) -> None:
    """The former leader froze while it shipped: its transaction ends, what it committed is ours."""
    hanging = await asyncpg.connect(dsn)
    await hanging.execute("begin")
    await hanging.execute(f"select pg_advisory_xact_lock({SHIPPERS_TURN})")
    await hanging.execute("update journal set kind = 'half' where n = 200")
    await beat_in_the_database_is(pool, STALE)
    async with standing_by(dsn, pool, tmp_path / "here") as standby:
        standby.watch.beat = still_beat(stands_still=True)
        async with asyncio.timeout(30):
            leadership = await standby.until_leading()

        assert leadership.lease.epoch == 2
        entries = list(read(tmp_path / "here"))
        assert [(e.epoch, e.n) for e in entries] == [(1, n) for n in range(1, 201)]
        assert (tmp_path / "here/1.jsonl").read_bytes() == (former.folder / "1.jsonl").read_bytes()
        await until(hanging.is_closed)
        with pytest.raises(HotlineError):
            await former.session.beat(Epoch(1))  # its connection was ended
        with pytest.raises(Deposed):
            await former.session.beat(Epoch(1))
        await leadership.beat()
        assert leadership.lease.may_act()
