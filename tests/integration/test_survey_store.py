"""The contract of the survey records, on PostgreSQL 18 and 15; and what only a database shows."""

from collections.abc import AsyncIterator

import pytest

from callbacks.attempt_store import PgAttemptStore
from callbacks.survey_store import PgSurveyStore
from storage.pool import Pool
from tests.contracts.survey_store import AT, WORD, SurveyStoreContract, ended
from tests.integration.case_database import CIPHER, migrated_pool


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


class TestPgSurveyStore(SurveyStoreContract):
    @pytest.fixture
    def store(self, pool: Pool) -> PgSurveyStore:
        return PgSurveyStore(pool, CIPHER)


async def test_a_dump_shows_no_word_of_the_citizen(pool: Pool) -> None:
    """SEC-01."""
    fact = ended(1)
    await PgSurveyStore(pool, CIPHER).ended([fact], {fact.duty: "王科长态度恶劣"})

    for table in ("survey_comment", "survey_record", "duty_event"):
        rows = await pool.fetch(f"select t::text as line from {table} t")
        dump = "\n".join(row["line"] for row in rows)
        assert "王科长" not in dump
        assert "王科长".encode().hex() not in dump
        assert fact.duty in dump


async def test_each_step_waits_to_be_told_to_the_journal(pool: Pool) -> None:
    store, fact = PgSurveyStore(pool, CIPHER), ended(1)
    await store.ended([fact], {})
    await store.judge(fact.duty, WORD)
    await store.rate(fact.duty, 3, "S1", AT)
    await store.pause(True, "S1", AT)
    await store.pause(False, "S1", AT)

    untold = await PgAttemptStore(pool).untold(10_000)

    mine = [kind for _, kind, body in untold if fact.duty in body or kind == "surveys-paused"]
    kinds = ["survey-ended", "survey-judged", "survey-rated", "surveys-paused", "surveys-paused"]
    assert mine[-5:] == kinds
