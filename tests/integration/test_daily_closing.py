"""The daily closing list on PostgreSQL (SRG-03): each case of a day is closed, or explained."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from cases.daily_closing import NotOfThatDay, PgDailyClosing
from cases.numbering import day_of
from cases.status import CaseCue, CaseStatus
from cases.store import PgCaseStore
from kernel.ids import CaseId
from storage.pool import Pool
from tests.cases.filings import AT, filing
from tests.integration.case_database import CIPHER, migrated_pool


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


async def test_srg_03_each_case_of_a_holiday_is_closed_or_explained_by_midnight(
    pool: Pool,
) -> None:
    store, closing = PgCaseStore(pool, CIPHER), PgDailyClosing(pool)
    day = day_of(AT)
    waits = await store.take(filing(outcome=CaseCue.ACCEPT))
    answered = await store.take(filing(outcome=CaseCue.ANSWER))
    later = await store.take(filing(outcome=CaseCue.ACCEPT, submitted_at=AT + timedelta(days=1)))

    owed = {one.case for one in await closing.of_day(day) if one.is_owed}
    await closing.explain(waits.case_id, day, "景区次日答复", by="chief", at=AT)
    await closing.explain(waits.case_id, day, "景区已答复, 待归档", by="chief", at=AT)
    rows = {one.case: one for one in await closing.of_day(day)}

    assert owed == {waits.case_id}
    assert set(rows) == {waits.case_id, answered.case_id}
    assert rows[answered.case_id].status is CaseStatus.ANSWERED_ON_CALL
    said = rows[waits.case_id]
    assert (said.said, said.said_by, said.is_owed) == ("景区已答复, 待归档", "chief", False)
    for other in (later.case_id, CaseId("nowhere")):
        with pytest.raises(NotOfThatDay):
            await closing.explain(other, day, "景区次日答复", by="chief", at=AT)


async def test_srg_03_the_list_is_narrowed_to_a_category(pool: Pool) -> None:
    rows = await PgDailyClosing(pool).of_day(day_of(AT), "9999")

    assert rows == []
