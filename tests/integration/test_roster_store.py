"""The roster, the patience and the past calls in PostgreSQL (SEAT-03)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from acd import facts as f
from acd.patience import Waits
from acd.roster import CHINA, Shift
from acd.roster_errors import BadRoster
from acd.roster_store import PgRosterStore
from figures.counts import Counts
from figures.staffing_store import PatienceProjector, StaffingFigures
from kernel.fact import Fact, FactKinds
from kernel.ids import AgentNo, CallId, Epoch, LegId, QueueName, SeatId
from storage.journal import Journal
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.projection import Projections
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import Shipper
from tests.storage.notes import StillClock

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
SITE = "220100"


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


def shift(agent: int, start: float, end: float, day: date = DAY, *, leader: bool = False) -> Shift:
    midnight = datetime.combine(day, time(), CHINA)
    return Shift(
        day=day, agent=AgentNo(str(1000 + agent)), start=midnight + timedelta(hours=start),
        end=midnight + timedelta(hours=end), name="早班", leader=leader,
    )  # fmt: skip


async def put(store: PgRosterStore, *shifts: Shift, name: str = "r.csv") -> tuple[int, int]:
    taken = await store.replace(name, b"content", shifts, by="supervisor", at=NOW)
    return taken.shifts, taken.replaced


async def test_seat_03_a_roster_stands_in_the_database_as_it_was_read(pool: Pool) -> None:
    store = PgRosterStore(pool)
    early = Shift(
        day=DAY, agent=AgentNo("1001"), start=datetime(2026, 11, 21, 8, tzinfo=CHINA),
        end=datetime(2026, 11, 21, 16, 30, tzinfo=CHINA),
        break_start=datetime(2026, 11, 21, 12, tzinfo=CHINA),
        break_end=datetime(2026, 11, 21, 12, 30, tzinfo=CHINA), name="早班", leader=True,
    )  # fmt: skip

    await put(store, early, shift(2, 22, 31.5))
    midnight = datetime.combine(DAY, time(), CHINA)

    assert await store.shifts(midnight, midnight + timedelta(days=1)) == [early, shift(2, 22, 31.5)]
    after = await store.shifts(midnight + timedelta(days=1), midnight + timedelta(days=2))
    assert after == [shift(2, 22, 31.5)], "a night shift reaches into the next day"
    assert (await store.has_day(DAY), await store.has_day(date(2026, 11, 22))) == (True, False)


async def test_a_file_replaces_its_days_and_leaves_others_alone(pool: Pool) -> None:
    store, next_day = PgRosterStore(pool), date(2026, 11, 22)

    first = await put(store, shift(1, 8, 16), shift(2, 8, 16), shift(1, 8, 16, next_day))
    second = await put(store, shift(3, 9, 17), name="corrected.csv")

    midnight = datetime.combine(DAY, time(), CHINA)
    stand = await store.shifts(midnight, midnight + timedelta(days=2))
    assert (first, second) == ((3, 0), (1, 2))
    assert stand == [shift(3, 9, 17), shift(1, 8, 16, next_day)]
    assert [(each.name, each.by, each.shifts) for each in await store.files()] == [
        ("corrected.csv", "supervisor", 1),
        ("r.csv", "supervisor", 3),
    ]
    async with pool.transaction() as tx:
        more = "insert into roster_file (name, sha256, by, at, shifts) select name, sha256, by, at"
        await tx.execute(f"{more}, n from roster_file, generate_series(1, 11) n")
    assert len(await store.files()) == 20, "the last ones; 24 were taken over"


async def test_a_shift_into_a_night_that_stands_is_refused_and_nothing_changes(pool: Pool) -> None:
    store, next_day = PgRosterStore(pool), date(2026, 11, 22)
    await put(store, shift(1, 22, 31.5), shift(2, 6, 8, next_day))

    with pytest.raises(BadRoster, match=r"roster that stands.*1001"):
        await put(store, shift(1, 7, 15, next_day), name="next.csv")

    midnight = datetime.combine(next_day, time(), CHINA)
    stand = await store.shifts(midnight + timedelta(hours=8), midnight + timedelta(hours=24))
    assert stand == []
    assert len(await store.files()) == 1


async def test_two_files_for_one_day_at_once_are_taken_one_after_the_other(pool: Pool) -> None:
    """Else the shifts of both would stand: neither sees those of the other."""
    store = PgRosterStore(pool)
    await put(store, shift(1, 8, 16))
    waits = "select exists (select from pg_locks where not granted) from pg_sleep(0.02)"
    async with asyncio.TaskGroup() as group, pool.transaction() as first:
        await first.execute(
            "insert into roster_shift (agent, starts_at, ends_at, day, name, leader, file)"
            " select '1009', starts_at, ends_at, day, name, leader, file from roster_shift"
        )
        second = group.create_task(put(store, shift(2, 8, 16)))
        while not second.done() and not await pool.fetchval(waits):
            pass

    midnight = datetime.combine(DAY, time(), CHINA)
    assert second.result() == (1, 2)
    assert await store.shifts(midnight, midnight + timedelta(days=1)) == [shift(2, 8, 16)]


def told(queue: str, waited: float, *, gave_up: bool, at: datetime) -> Fact:
    wait, name = timedelta(seconds=waited), QueueName(queue)
    if gave_up:
        return f.CallAbandoned(
            at=at, call=CallId("c1"), queue=name, waited=wait, short=False, while_ringing=False
        )
    return f.SeatAnswered(
        at=at, leg=LegId("7-000001"), seat=SeatId("S001"), agent=AgentNo("1001"),
        call=CallId("c2"), queue=name, waited=wait, again=False,
    )  # fmt: skip


async def test_patience_is_summed_by_queue_and_day_of_china(tmp_path: Path, pool: Pool) -> None:
    late = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)  # 23:59 in China
    settings = JournalSettings(ship_batch=2)
    journal = Journal.open(tmp_path, Epoch(1), settings)
    journal.write(
        [
            told("general", 10, gave_up=False, at=late),
            told("general", 20, gave_up=True, at=late),
            told("korean", 5, gave_up=False, at=late),
            told("general", 40, gave_up=True, at=late + timedelta(minutes=1)),
        ]
    )
    await journal.sync()
    shipper = Shipper(journal, pool, StillClock(), settings)
    kinds = FactKinds([f.CallAbandoned, f.SeatAnswered])
    projections = Projections(pool, kinds, [PatienceProjector(SITE)], settings)
    while await shipper.ship_batch():
        await projections.catch_up("patience")
    await journal.close()
    store = StaffingFigures(pool, SITE)

    one_day = await store.waits(date(2026, 11, 20), date(2026, 11, 20))
    both = await store.waits(date(2026, 11, 20), DAY)

    assert one_day == {"general": Waits(2, 30.0, 1, 20.0), "korean": Waits(1, 5.0)}
    assert both["general"] == Waits(3, 70.0, 2, 60.0)  # type: ignore[index]  # a name is a str
    async with pool.transaction() as tx:
        await PatienceProjector(SITE).forget(tx)
    assert await store.waits(date(2026, 11, 20), DAY) == {}


async def test_past_calls_are_read_by_half_hours_over_all_queues(pool: Pool) -> None:
    start = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    counted = Counts(offered=10, answered=8, talked_ms=8 * 180_000, wrap_up_ms=8 * 30_000)
    rows = [
        (SITE, start, "general", counted.as_json()),
        (SITE, start + timedelta(minutes=15), "korean", Counts(offered=2).as_json()),
        (SITE, start + timedelta(minutes=15), "", Counts(arrived=20).as_json()),
        (SITE, start + timedelta(minutes=30), "general", Counts(offered=1).as_json()),
        ("620100", start, "general", counted.as_json()),
    ]
    async with pool.transaction() as tx:
        await tx.executemany("insert into figure_interval values ($1, $2, $3, $4)", rows)

    found = await StaffingFigures(pool, SITE).half_hours(start, start + timedelta(hours=1))

    assert [(each.start, each.offered, each.answered) for each in found] == [
        (start, 12, 8),
        (start + timedelta(minutes=30), 1, 0),
    ]
    assert found[0].handled == timedelta(seconds=8 * 210)
