"""Stored quarters of the lines: the same as the fold, whatever the batches; counted again too."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from acd.facts import FACTS as ACD_FACTS
from figures.lines import LineFigures
from figures.lines_counts import LineCounts
from figures.lines_store import LinesProjector, LinesStore
from figures.store import FiguresProjector, FiguresStore
from intake.facts import FACTS as INTAKE_FACTS
from kernel.fact import Fact, FactKinds
from kernel.ids import Epoch
from storage.journal import Journal
from storage.pool import Pool
from storage.projection import Projections, start_over
from storage.settings import JournalSettings
from storage.shipping import Shipper
from telephony.facts import FACTS as TELEPHONY_FACTS
from tests.figures.histories import NOON, ACall, History
from tests.figures.test_lines import filed, hung_up, on_lines, transferred, way_in
from tests.integration.case_database import migrated_pool
from tests.storage.notes import StillClock

SITE = "changchun"
SETTINGS = JournalSettings(ship_batch=37)
KINDS = FactKinds([*ACD_FACTS, *TELEPHONY_FACTS, *INTAKE_FACTS])
SPAN = (NOON - timedelta(days=9), NOON + timedelta(days=9))


def projector() -> LinesProjector:
    return LinesProjector(SITE, lambda dialled: "main", "main")


@pytest.fixture
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


async def record(folder: Path, pool: Pool, facts: Sequence[Fact]) -> Projections:
    """Into the journal, to PostgreSQL, into both projections: batch by batch."""
    journal = Journal.open(folder, Epoch(1), SETTINGS)
    journal.write(facts)
    await journal.sync()
    shipper = Shipper(journal, pool, StillClock(), SETTINGS)
    projections = Projections(pool, KINDS, [FiguresProjector(SITE), projector()], SETTINGS)
    while await shipper.ship_batch():
        await projections.catch_up("figures")
        await projections.catch_up("line figures")
    await journal.close()
    return projections


async def stored(pool: Pool) -> dict[tuple[object, str], LineCounts]:
    return {
        (row.start, row.line): row.counts for row in await LinesStore(pool, SITE).quarters(*SPAN)
    }


@pytest.mark.parametrize("seed", [1, 2])
async def test_mrg_08_stored_quarters_of_the_lines_are_the_fold_and_add_up_to_d_01(
    pool: Pool, tmp_path: Path, seed: int
) -> None:
    passed = ACall("passed")
    facts = [
        *on_lines(History(seed)),
        passed.arrived(0), way_in(passed, "tax", 1, queue=""), transferred(passed, "12366", 9),
        filed(passed, "1", 20), hung_up(passed, 60),
    ]  # fmt: skip
    fold = LineFigures(lambda dialled: "main", "main")
    for fact in facts:
        fold.take(fact)
    projections = await record(tmp_path, pool, facts)

    first = await stored(pool)
    assert first == {key: counts for key, counts in fold.quarters.items()}
    whole = await FiguresStore(pool, SITE).quarters(*SPAN)
    ours = sum((counts.ours for counts in first.values()), LineCounts().ours)
    assert ours.offered == sum(quarter.counts.offered for quarter in whole)
    assert ours.answered == sum(quarter.counts.answered for quarter in whole)
    async with pool.transaction() as tx:
        await start_over(tx, projector())
        await projector().forget(tx)
    assert await stored(pool) == {}
    await projections.catch_up("line figures")
    assert await stored(pool) == first
