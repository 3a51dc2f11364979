"""The contract of the case store, on PostgreSQL; and what only a real database can show."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from cases.case import Protection
from cases.errors import RevealNeedsReason
from cases.numbering import day_of
from cases.open_places import PgOpenPlaces
from cases.status import CaseCue
from cases.store import CaseStore, PgCaseStore
from storage.field_cipher import FieldCipher, FieldKeys, SealBroken
from storage.pool import Pool
from tests.cases.filings import ADDRESS, AT, NAME, NUMBER, PERSONAL, filing
from tests.contracts.case_store import CaseStoreContract
from tests.integration.case_database import CIPHER, migrated_pool


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


class TestPgCaseStore(CaseStoreContract):
    @pytest.fixture
    def store(self, pool: Pool) -> CaseStore:
        return PgCaseStore(pool, CIPHER)


TABLES = (
    "ticket_counter", "case_file", "ticket", "ticket_secret", "case_event", "outbox",
    "outbox_receipt", "draft", "personal_reveal",
)  # fmt: skip


async def dump_of(pool: Pool) -> str:
    """All tables of intake and cases as text, the way a stolen backup would show them."""
    parts = []
    for table in TABLES:
        rows = await pool.fetch(f"select t::text as line from {table} t")
        parts += [row["line"] for row in rows]
    return "\n".join(parts)


async def test_a_dump_shows_no_name_number_or_address(pool: Pool) -> None:
    """SEC-01: encrypted at rest, free text too."""
    await PgCaseStore(pool, CIPHER, tells_foreign=True).take(filing())

    dump = await dump_of(pool)

    assert "室温不达标" in dump  # it is the right dump
    for secret in (NAME, NUMBER, NUMBER[3:], ADDRESS, "11010519491231002X", "暖气不热"):
        assert secret not in dump
        assert secret.encode().hex() not in dump


async def test_a_secret_moved_to_another_ticket_does_not_open(pool: Pool) -> None:
    store = PgCaseStore(pool, CIPHER)
    mine = await store.take(filing())
    other = await store.take(filing())
    await pool.execute(
        """update ticket_secret s set sealed = o.sealed from ticket_secret o
           where s.ticket_no = $1 and o.ticket_no = $2 and s.field = 'caller_name'
             and o.field = 'caller_name'""",
        mine.ticket_no,
        other.ticket_no,
    )

    with pytest.raises(SealBroken):
        await store.ticket(mine.ticket_no)


async def test_another_key_opens_nothing(pool: Pool) -> None:
    receipt = await PgCaseStore(pool, CIPHER).take(filing())
    thief = FieldCipher(FieldKeys(sealing={1: b"t" * 32}, index=b"x" * 32))

    with pytest.raises(SealBroken):
        await PgCaseStore(pool, thief).ticket(receipt.ticket_no)


@pytest.mark.parametrize(
    "change",
    [
        "update ticket set title = 'x' where ticket_no = $1",
        "delete from ticket where ticket_no = $1",
        "update case_event set kind = 'x' where body ->> 'ticket_no' = $1",
        "delete from case_event where body ->> 'ticket_no' = $1",
    ],
)
async def test_tickets_and_history_are_append_only(pool: Pool, change: str) -> None:
    receipt = await PgCaseStore(pool, CIPHER).take(filing())

    with pytest.raises(asyncpg.RestrictViolationError):
        await pool.execute(change, receipt.ticket_no)


async def test_a_filing_that_breaks_half_way_leaves_nothing(pool: Pool) -> None:
    """One transaction: the title is too long for the ticket, so there is no case and no number."""
    day = AT + timedelta(days=90)

    with pytest.raises(asyncpg.CheckViolationError):
        await PgCaseStore(pool, CIPHER).take(filing(title="长" * 81, submitted_at=day))

    assert await pool.fetchval("select count(*) from case_file where opened_at = $1", day) == 0
    counter = "select count(*) from ticket_counter where day = $1"
    assert await pool.fetchval(counter, day_of(day)) == 0


async def test_a_reveal_is_refused_without_a_reason_and_kept_with_one(pool: Pool) -> None:
    store = PgCaseStore(pool, CIPHER)
    receipt = await store.take(filing())

    with pytest.raises(RevealNeedsReason):
        await store.reveal(receipt.ticket_no, ["caller_name"], by="S1", reason=" ", now=AT)
    shown = await store.reveal(
        receipt.ticket_no, ["caller_name"], by="S1", reason="核实身份", now=AT
    )

    lines = await pool.fetch(
        "select by, fields, reason from personal_reveal where ticket_no = $1", receipt.ticket_no
    )
    assert shown.personal == PERSONAL
    assert [tuple(line) for line in lines] == [("S1", ["caller_name"], "核实身份")]


async def test_dup_01_open_cases_of_a_kind_come_with_their_place_but_none_in_confidence(
    pool: Pool,
) -> None:
    store, places = PgCaseStore(pool, CIPHER), PgOpenPlaces(pool, CIPHER)
    personal = {**PERSONAL, "incident_address": "示范路88号"}
    kind = {"category_code": "0909090901", "personal": personal}
    opened = await store.take(filing(**kind))
    await store.take(filing(**kind, protection=Protection(confidential=True)))
    await store.take(filing(**kind, protection=Protection(whistleblower=True)))
    await store.take(filing(**kind, outcome=CaseCue.ANSWER))
    await store.take(filing(category_code="0909090801", personal=personal))

    found = await places.open_places("09090909", AT)
    later = await places.open_places("09090909", AT + timedelta(seconds=1))

    assert [(one.case.id, one.address) for one in found] == [(opened.case_id, "示范路88号")]
    assert later == ()
