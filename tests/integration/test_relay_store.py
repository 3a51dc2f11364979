"""The contract of calls about cases and of progress on PostgreSQL, and handlers of units."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from cases.closing_store import PgCaseClosing
from cases.facts import ProgressAsked, RelayOutcome
from cases.handler_store import PgHandlers
from cases.handlers import Handler, UnknownHandler, WorkNumberTaken
from cases.progress_store import PgProgress, ProgressEnquiries
from cases.relay_store import PgRelays, RelayCalls
from cases.store import PgCaseStore
from console.logins import Login, Role
from console.store import PgLogins
from kernel.fact import Fact
from kernel.ids import CaseId, Epoch, NumberKey, relay_id
from storage.pool import Pool
from tests.cases.filings import AT, filing
from tests.contracts.relay_store import EPOCHS, TALK, RelayContract, Relays, begun, ended, stepped
from tests.integration.case_database import CIPHER, migrated_pool


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


@pytest.fixture
def relays(pool: Pool) -> Relays:
    async def tell(facts: Sequence[Fact]) -> None:
        async with pool.transaction() as tx:
            asked = [fact for fact in facts if isinstance(fact, ProgressAsked)]
            await ProgressEnquiries().apply(tx, asked)
            await RelayCalls().apply(tx, [fact for fact in facts if fact not in asked])

    store, closing = PgCaseStore(pool, CIPHER), PgCaseClosing(pool)
    return Relays(PgRelays(pool), PgProgress(pool), tell, store, closing)


class TestPgRelays(RelayContract):
    """On PostgreSQL 18 and 15."""


async def test_frd_03_a_call_stands_in_the_history_of_its_case_once(relays: Relays) -> None:
    """It proves that the unit contacted the citizen."""
    receipt = await relays.store.take(filing())
    call = relay_id(Epoch(next(EPOCHS)), 1)
    facts: list[Fact] = [begun(call, receipt.case_id), *stepped(call, *TALK)]
    facts += [ended(call, RelayOutcome.TALKED, 86)] * 2
    await relays.tell(facts)

    events = (await relays.store.case(receipt.case_id)).events
    (line,) = [event for event in events if event.kind == "case-called"]
    assert (line.by, line.at) == ("zhang", AT + timedelta(seconds=90))
    assert line.body == {
        "call": call,
        "outcome": "talked",
        "work_no": "H001",
        "unit": "环保局",
        "talked_s": 86,
    }


async def test_a_call_about_a_case_of_another_system_is_kept_too(relays: Relays) -> None:
    call = relay_id(Epoch(next(EPOCHS)), 1)
    await relays.tell([begun(call, CaseId("elsewhere")), ended(call, RelayOutcome.LOST)])

    kept = await relays.keeps.find(call)
    assert kept is not None
    assert kept.outcome is RelayOutcome.LOST


def handler(login: str, work_no: str) -> Handler:
    return Handler(
        login=login, unit="环保局", work_no=work_no, phone_key=NumberKey("k"), phone="139****2222"
    )


async def test_frd_03_a_handler_has_a_login_of_his_own_and_a_work_number(pool: Pool) -> None:
    """MRG-06: no two handlers, and no agent, with the same one."""
    logins, handlers = PgLogins(pool), PgHandlers(pool)
    for name in ("zhang", "wang"):
        await logins.add_login(Login(name, Role.HANDLER, None, False, "hash"), AT)
    await logins.add_login(Login("chief", Role.SUPERVISOR, None, False, "hash"), AT)
    await pool.execute(
        "insert into agent (no, name, employer_kind, grade, district, active, version) "
        "values ('1001', '话务员', 'own', 'five', '220100', true, 1)"
    )

    await handlers.save(handler("zhang", "H001"), by="admin", at=AT)
    await handlers.save(handler("zhang", "H002"), by="admin", at=AT)
    assert (await handlers.handler("zhang")).work_no == "H002"
    for taken in ("H002", "1001"):
        with pytest.raises(WorkNumberTaken):
            await handlers.save(handler("wang", taken), by="admin", at=AT)
    for nobody in ("chief", "li"):
        with pytest.raises(UnknownHandler):
            await handlers.save(handler(nobody, "H009"), by="admin", at=AT)
    with pytest.raises(UnknownHandler):
        await handlers.handler("wang")
