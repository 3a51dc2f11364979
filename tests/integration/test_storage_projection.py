"""Projections: exactly once in effect, a poison row stops one and no other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from kernel.errors import Unavailable
from kernel.fact import Fact, FactKinds
from kernel.ids import Epoch
from storage.journal import Journal
from storage.migrate import migrate
from storage.pool import Pool, Transaction, open_pool
from storage.projection import PoisonRow, Projections, start_over
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import Shipper
from tests.storage.notes import Noted, StillClock, notes
from tests.storage.waiting import until

SETTINGS = JournalSettings(
    ship_batch=10, poll_every=timedelta(seconds=30), retry_first=timedelta(milliseconds=20)
)


class Copies:
    """Copies each note into a table; can be made to choke on one, or to lose the server once."""

    def __init__(self, name: str, chokes_on: str = "", kinds: frozenset[str] = frozenset()) -> None:
        self.name = name
        self.kinds = kinds
        self.chokes_on = chokes_on
        self.faults_to_come = 0

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            assert isinstance(fact, Noted)
            await tx.execute("insert into copy values ($1, $2)", self.name, fact.text)
            if fact.text == self.chokes_on:
                raise ValueError(f"cannot digest {fact.text}")
        if self.faults_to_come:
            self.faults_to_come -= 1
            raise Unavailable("The server went away.", remedy="Wait.")


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        await pool.execute("create table copy (name text, text text)")
        yield pool


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = Journal.open(tmp_path, Epoch(1), SETTINGS)
    yield journal
    await journal.close()


async def ship(journal: Journal, pool: Pool, projections: Projections) -> None:
    await journal.sync()
    shipper = Shipper(journal, pool, StillClock(), SETTINGS, projections.wake)
    while await shipper.ship_batch():
        pass


def projections(pool: Pool, *projectors: Copies) -> Projections:
    return Projections(pool, FactKinds([Noted]), projectors, SETTINGS)


async def copied(pool: Pool, name: str) -> list[str]:
    rows = await pool.fetch("select text from copy where name = $1 order by ctid", name)
    return [row["text"] for row in rows]


async def has_copied(pool: Pool, name: str, count: int) -> bool:
    return len(await copied(pool, name)) == count


def texts(first: int, last: int) -> list[str]:
    return [fact.text for fact in notes(first, last)]


async def test_every_fact_is_applied_once_over_restarts(pool: Pool, journal: Journal) -> None:
    journal.write(notes(1, 25))
    first = projections(pool, Copies("a"))
    await ship(journal, pool, first)
    await first.catch_up("a")
    journal.write(notes(26, 30))
    second = projections(pool, Copies("a"))
    await ship(journal, pool, second)

    await second.catch_up("a")
    await second.catch_up("a")
    assert await copied(pool, "a") == texts(1, 30)


async def test_kinds_that_a_projector_does_not_want_move_its_cursor_only(
    pool: Pool, journal: Journal
) -> None:
    journal.write(notes(1, 5))
    deaf = projections(pool, Copies("deaf", kinds=frozenset({"other"})))
    await ship(journal, pool, deaf)
    await deaf.catch_up("deaf")

    assert await copied(pool, "deaf") == []
    assert await pool.fetchval("select arrived from projection_cursor where name = 'deaf'") == 5


async def test_a_poison_row_stops_its_projector_before_it_and_no_other(
    pool: Pool, journal: Journal
) -> None:
    ran = projections(pool, Copies("sick", chokes_on="第7条"), Copies("sound"))
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        running = group.create_task(ran.run())
        journal.write(notes(1, 12))
        await ship(journal, pool, ran)
        await until(lambda: not ran.well())
        journal.write(notes(13, 14))
        await ship(journal, pool, ran)
        await until(lambda: has_copied(pool, "sound", 14))
        running.cancel()

    assert set(ran.stopped) == {"sick"}
    assert "from 1/7 (noted) to 1/7: ValueError: cannot digest 第7条" in str(ran.stopped["sick"])
    assert await copied(pool, "sick") == texts(1, 6)
    mended = projections(pool, Copies("sick"))
    await mended.catch_up("sick")
    assert await copied(pool, "sick") == texts(1, 14)


async def test_a_server_that_goes_away_meanwhile_leaves_no_half_effect(
    pool: Pool, journal: Journal
) -> None:
    shaky = Copies("shaky")
    shaky.faults_to_come = 2
    ran = projections(pool, shaky)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        journal.write(notes(1, 5))
        await ship(journal, pool, ran)
        running = group.create_task(ran.run())
        await until(lambda: has_copied(pool, "shaky", 5))
        running.cancel()

    assert await copied(pool, "shaky") == texts(1, 5)
    assert ran.well()


async def test_an_unknown_kind_is_poison(pool: Pool, journal: Journal) -> None:
    journal.write(notes(1, 1))
    blind = Projections(pool, FactKinds([]), [Copies("a")], SETTINGS)
    await ship(journal, pool, blind)

    with pytest.raises(PoisonRow, match="unknown kind 'noted'"):
        await blind.catch_up("a")


async def test_starting_over_counts_everything_again(pool: Pool, journal: Journal) -> None:
    journal.write(notes(1, 5))
    copies = Copies("a")
    ran = projections(pool, copies)
    await ship(journal, pool, ran)
    await ran.catch_up("a")
    async with pool.transaction() as tx:
        await start_over(tx, copies)
        await tx.execute("delete from copy")

    await ran.catch_up("a")
    assert await copied(pool, "a") == texts(1, 5)
