"""The contract of the steps of a case, on PostgreSQL 18 and 15."""

from collections.abc import AsyncIterator

import pytest

from cases.closing import ClosesCases
from cases.closing_store import PgCaseClosing
from cases.store import PgCaseStore
from storage.pool import Pool
from tests.contracts.case_closing import CaseClosingContract
from tests.integration.case_database import CIPHER, migrated_pool


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


class TestPgCaseClosing(CaseClosingContract):
    @pytest.fixture
    def store(self, pool: Pool) -> PgCaseStore:
        return PgCaseStore(pool, CIPHER)

    @pytest.fixture
    def closing(self, pool: Pool) -> ClosesCases:
        return PgCaseClosing(pool)
