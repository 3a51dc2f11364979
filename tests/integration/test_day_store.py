"""The day's counts for the wall, on PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from cases.day_store import DayStore
from cases.hand_off_store import HandOffProjector
from cases.store import PgCaseStore
from kernel.ids import AgentNo, CallId
from storage.pool import Pool
from telephony.emergency_facts import HandOffAsked
from tests.cases.filings import AT, filing
from tests.integration.case_database import CIPHER, migrated_pool


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


async def test_tickets_count_on_the_day_on_which_they_were_filed(pool: Pool) -> None:
    store, days = PgCaseStore(pool, CIPHER), DayStore(pool)
    one = filing()
    await store.take(one)

    filed = await days.filed(AT, AT + timedelta(seconds=1))
    later = await days.filed(AT + timedelta(seconds=1), AT + timedelta(days=1))

    assert filed.total == 1
    assert filed.by_type == {one.request_type: 1}
    assert filed.by_district == {one.region_code: 1}
    assert sum(filed.by_topic.values()) == 1
    assert later.total == 0


async def test_hand_offs_count_by_number_on_the_day_on_which_they_were_asked(pool: Pool) -> None:
    asked = [
        HandOffAsked(
            at=AT, call=CallId("c1"), hand_off=f"7-w{n}", code=code, agent=AgentNo("1001"),
            by="agent", out_of_line=False,
        )
        for n, code in enumerate(["110", "120", "110"])
    ]  # fmt: skip
    async with pool.transaction() as tx:
        await HandOffProjector(tuple).apply(tx, asked)

    days = DayStore(pool)
    assert await days.hand_offs(AT, AT + timedelta(hours=1)) == {"110": 2, "120": 1}
    assert await days.hand_offs(AT - timedelta(hours=1), AT) == {}
