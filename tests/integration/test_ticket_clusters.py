"""RPT-06 on PostgreSQL: many tickets of one category, from one district by their sealed address."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from cases.cluster_store import PgTicketsLately
from cases.store import PgCaseStore
from hotline.watch.alarm_settings import Burst
from hotline.watch.bursts import Bursts
from hotline.watch.service_rules import Cluster
from storage.pool import Pool
from tests.cases.filings import AT, PERSONAL, filing
from tests.fakes.fake_clock import FakeClock
from tests.integration.case_database import CIPHER, migrated_pool


@pytest.fixture
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


async def test_rpt_06_tickets_of_one_category_and_district_are_counted_while_they_are_new(
    pool: Pool,
) -> None:
    store, clock = PgCaseStore(pool, CIPHER), FakeClock()
    bursts = Bursts(PgTicketsLately(pool), store, Burst(tickets=3, within_min=30), clock)
    now = clock.now()
    for place, minutes in (("朝阳区", 1), ("朝阳区", 2), ("南关区", 3), ("朝阳区", 40), ("", 4)):
        personal = PERSONAL | {"incident_address": place and f"长春市{place}人民大街1号"}
        at = now - timedelta(minutes=minutes)
        await store.take(filing(submitted_at=at, personal=personal))

    assert await bursts.clusters() == []

    for _ in range(2):
        personal = PERSONAL | {"incident_address": "朝阳区卫星路7号"}
        await store.take(filing(submitted_at=now, personal=personal))
    await store.take(filing(submitted_at=AT, category_code="0101010101"))

    assert await bursts.clusters() == [Cluster("0201010101", "朝阳区", 4)]
