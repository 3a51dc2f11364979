"""Stored quarters: the same as the fold, whatever the batches; counted again to the bit (I10)."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from acd.facts import FACTS as ACD_FACTS
from figures.counts import Counts
from figures.fold import Figures
from figures.report import FigureReports
from figures.store import FiguresProjector, FiguresStore
from kernel.fact import Fact, FactKinds
from kernel.ids import Epoch
from storage.journal import Journal
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.projection import Projections, start_over
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import Shipper
from telephony.facts import FACTS as TELEPHONY_FACTS
from tests.figures.histories import GENERAL, NOON, ACall, AnAgent, History
from tests.storage.notes import StillClock

SITE = "changchun"
SETTINGS = JournalSettings(ship_batch=37)
KINDS = FactKinds([*ACD_FACTS, *TELEPHONY_FACTS])


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    journal = Journal.open(tmp_path, Epoch(1), SETTINGS)
    yield journal
    await journal.close()


async def record(journal: Journal, pool: Pool, facts: Sequence[Fact]) -> Projections:
    """Into the journal, to PostgreSQL, into the figures: batch by batch."""
    journal.write(facts)
    await journal.sync()
    shipper = Shipper(journal, pool, StillClock(), SETTINGS)
    projections = Projections(pool, KINDS, [FiguresProjector(SITE)], SETTINGS)
    while await shipper.ship_batch():
        await projections.catch_up("figures")
    return projections


async def stored(pool: Pool) -> dict[tuple[object, str], Counts]:
    quarters = await FiguresStore(pool, SITE).quarters(
        NOON - timedelta(days=9), NOON + timedelta(days=9)
    )
    return {(quarter.start, quarter.queue): quarter.counts for quarter in quarters}


@pytest.mark.parametrize("seed", [1, 2])
async def test_stored_quarters_are_the_fold_and_the_recount(
    pool: Pool, journal: Journal, seed: int
) -> None:
    agent, call = AnAgent(), ACall("wrapped", asked=890)
    facts = [
        *History(seed).facts,
        agent.signed_in(0), agent.available(100), call.queued(), call.answered(895),
        call.talk_ended(995, 100), call.wrap_up(995), agent.wrapped_up(1055),
        agent.signed_out(2000),
    ]  # fmt: skip
    figures = Figures()
    for fact in facts:
        figures.take(fact)
    projections = await record(journal, pool, facts)

    first = await stored(pool)
    assert first == figures.queues
    seats = await FiguresStore(pool, SITE).seat_quarters(NOON, NOON + timedelta(days=1))
    assert seats == {at: counts for at, counts in figures.seats.items() if at >= NOON}
    async with pool.transaction() as tx:
        projector = FiguresProjector(SITE)
        await start_over(tx, projector)
        await projector.forget(tx)
    assert await stored(pool) == {}
    await projections.catch_up("figures")
    assert await stored(pool) == first


async def test_a_late_answer_corrects_the_stored_quarter(pool: Pool, journal: Journal) -> None:
    call = ACall("c1", asked=899)
    await record(journal, pool, [call.queued()])
    assert (await stored(pool))[NOON, GENERAL].in_progress == 1

    await record(journal, pool, [call.answered(960)])
    counts = (await stored(pool))[NOON, GENERAL]
    assert (counts.offered, counts.answered, counts.in_progress) == (1, 1, 0)
    assert len(await stored(pool)) == 1


async def test_a_day_is_reported_from_midnight_to_midnight_in_china(
    pool: Pool, journal: Journal
) -> None:
    """Noon is at 0; midnight 12 hours before and after."""
    calls = [ACall(f"c{n}", asked=asked) for n, asked in enumerate((-43201, -43200, 0, 43200))]
    await record(
        journal,
        pool,
        [fact for c in calls for fact in (c.queued(), c.abandoned(c.asked + 1))]
        + [calls[2].arrived(-5)],
    )
    reports = FigureReports(FiguresStore(pool, SITE))
    day = await reports.day(date(2026, 11, 20))
    rates = {measured.definition.id: measured for measured in day.figures}

    assert (day.counts.offered, day.counts.arrived) == (2, 1)
    assert set(day.queues) == {GENERAL}
    assert (rates["D-01"].value, rates["D-01"].ratio.n) == (0, 2)
    assert rates["D-03b"].ratio.n == 2
    intervals = await reports.intervals(NOON, NOON + timedelta(minutes=15))
    assert [(i.start, i.queue, i.counts.offered) for i in intervals] == [(NOON, GENERAL, 1)]
