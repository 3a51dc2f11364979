"""The contract of drafts on PostgreSQL, and the whole filing over both stores."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from cases.store import PgCaseStore
from intake.drafts import KeepsDrafts
from intake.facts import TicketFiled
from intake.store import PgDraftStore
from intake.submission import IntakeRules, TicketIntake
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, uuid7
from storage.pool import Pool
from tests.contracts.drafts import DraftsContract
from tests.fakes.fake_clock import FakeClock
from tests.intake.forms import AT, CATALOGUE, form, identity
from tests.integration.case_database import CIPHER, migrated_pool


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


class TestPgDraftStore(DraftsContract):
    @pytest.fixture
    def drafts(self, pool: Pool) -> KeepsDrafts:
        return PgDraftStore(pool, CIPHER)


async def test_what_is_typed_stands_sealed_in_the_table(pool: Pool) -> None:
    drafts = PgDraftStore(pool, CIPHER)
    call = CallId(uuid7())
    await drafts.open(call, by=AgentNo("1001"), at=AT)
    await drafts.save(call, form(), by=AgentNo("1001"), based_on=0, at=AT)

    row = await pool.fetchval("select d::text from draft d where call = $1", call)

    for word in ("欧阳小满", "室温", "朝阳区"):
        assert word not in row
        assert word.encode().hex() not in row


async def test_a_form_sent_four_times_at_once_is_one_ticket_and_one_case(pool: Pool) -> None:
    facts: list[Fact] = []
    cases = PgCaseStore(pool, CIPHER)
    intake = TicketIntake(
        PgDraftStore(pool, CIPHER),
        cases,
        IntakeRules(catalogue=CATALOGUE, key_of=lambda number: None),
        facts.extend,
        FakeClock(AT),
    )
    call, agent = CallId(uuid7()), AgentNo("1001")

    receipts = await asyncio.gather(
        *(intake.submit(call, form(), identity(call=call), by=agent) for _ in range(4))
    )

    assert len({receipt.ticket_no for receipt in receipts}) == 1
    assert sorted(receipt.again for receipt in receipts) == [False, True, True, True]
    filed = {fact.ticket_no for fact in facts if isinstance(fact, TicketFiled)}
    assert filed == {receipts[0].ticket_no}
    assert len((await cases.case(receipts[0].case_id)).tickets) == 1
