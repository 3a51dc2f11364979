"""Who rings how often, measures and evidence in PostgreSQL (MAL-01, MAL-02)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from acd.facts import TalkEnded
from cases.store import PgCaseStore
from figures.suspect_store import FORM_WITHIN, MaliciousProjector, PgSuspects
from hotline.projectors import malicious_callers
from hotline.staffing_facts import WellbeingBreakTaken
from intake.suspect_facts import (
    EvidenceHandedOver,
    EvidenceSealed,
    MeasureEnded,
    MeasureKind,
    MeasureTaken,
)
from intake.suspects import Ground, SuspectRules, grounds
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, NumberKey, SeatId
from storage.pool import Pool
from telephony.facts import CallArrived
from tests.cases.filings import filing
from tests.integration.case_database import CIPHER, migrated_pool

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KEY, OTHER = NumberKey("a" * 64), NumberKey("b" * 64)
RULES = SuspectRules(
    calls_a_day=3,
    calls_in_7_days=5,
    minutes_in_7_days=60,
    abusive_in_7_days=1,
    without_request_in_7_days=2,
)


@pytest.fixture
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as opened:
        yield opened


async def told(pool: Pool, *facts: Fact) -> None:
    projector: MaliciousProjector = malicious_callers()
    assert {fact.kind for fact in facts} <= projector.kinds
    async with pool.transaction() as tx:
        await projector.apply(tx, facts)


def came(call: str, key: NumberKey | None, at: datetime) -> CallArrived:
    return CallArrived(
        at=at, call=CallId(call), sip_call_id="x", dialled="12345", caller="138****5678",
        caller_key=key, trunk="trunk",
    )  # fmt: skip


def talked(call: str, at: datetime, minutes: float) -> TalkEnded:
    return TalkEnded(
        at=at, leg=LegId("7-1"), seat=SeatId("S001"), agent=AgentNo("1001"), call=CallId(call),
        talked=timedelta(minutes=minutes),
    )  # fmt: skip


def rest(call: str, why: str) -> WellbeingBreakTaken:
    return WellbeingBreakTaken(at=NOW, call=CallId(call), agent=AgentNo("1001"), why=why)


async def test_mal_01_calls_minutes_and_marks_of_a_number_are_counted(pool: Pool) -> None:
    hours = [2, 3, 4, 30, 24 * 8]
    for n, back in enumerate(hours):
        at = NOW - timedelta(hours=back)
        await told(pool, came(f"c{n}", KEY, at), talked(f"c{n}", at, 10), talked(f"c{n}", at, 2.5))
    await told(pool, came("o", OTHER, NOW), came("w", None, NOW), talked("w", NOW, 90))
    await told(pool, rest("c0", "abuse"), rest("c1", "crisis"), came("c0", KEY, NOW))
    store = PgSuspects(pool)

    found = await store.history(KEY, NOW)

    assert found is not None
    assert (found.calls, found.on_busiest_day, found.abusive) == (4, 3, 1)
    assert (found.talked, found.without_request) == (timedelta(minutes=50), 4)
    assert (found.caller, found.last_at) == ("138****5678", NOW - timedelta(hours=2))
    assert Ground.CALLS_A_DAY in grounds(found, RULES)
    assert [one.number_key for one in await store.histories(RULES, NOW)] == [KEY]
    assert await store.history(NumberKey("c" * 64), NOW) is None
    calls = await store.calls_of(KEY)
    assert [one.call for one in calls] == ["c0", "c1", "c2", "c3", "c4"], "the newest first"
    assert (calls[0].talked, calls[0].abusive) == (timedelta(minutes=12.5), True)
    assert not any(one.recorded for one in calls)


async def test_mal_01_a_ticket_is_a_request_and_who_reached_nobody_made_none(pool: Pool) -> None:
    long_ago = NOW - timedelta(hours=3)
    await told(pool, *(came(f"c{n}", KEY, long_ago) for n in range(3)))
    await told(pool, talked("c0", long_ago, 5), talked("c1", long_ago, 5))
    young = NOW - FORM_WITHIN + timedelta(minutes=1)
    await told(pool, came("c3", KEY, young), talked("c3", young, 5))
    await PgCaseStore(pool, CIPHER).take(filing(call=CallId("c0")))

    found = await PgSuspects(pool).history(KEY, NOW)

    assert found is not None
    assert found.without_request == 1, "c1: c0 has a ticket, c2 nobody took, c3 may be typed still"


async def test_mal_01_calls_are_forgotten_after_five_weeks(pool: Pool) -> None:
    await told(pool, came("c0", KEY, NOW - timedelta(days=36)))
    await told(pool, came("c1", KEY, NOW))

    assert await pool.fetchval("select count(*) from caller_call") == 1


async def test_mal_01_measures_stand_in_the_database_until_their_end(pool: Pool) -> None:
    until = NOW + timedelta(days=3)
    taken = MeasureTaken(
        at=NOW, measure="m1", number_key=KEY, what=MeasureKind.ANNOUNCEMENT, reason="辱骂",
        until=until, by="chief",
    )  # fmt: skip
    store = PgSuspects(pool)

    await told(pool, taken, taken)
    (stands,) = await store.measures()
    await told(pool, MeasureEnded(at=until, measure="m1", number_key=KEY, by=""))

    assert (stands.id, stands.number_key, stands.what) == ("m1", KEY, MeasureKind.ANNOUNCEMENT)
    assert (stands.until, stands.reason, stands.by) == (until, "辱骂", "chief")
    assert await store.measures() == []


async def test_mal_02_packages_are_listed_with_their_receipts(pool: Pool) -> None:
    sealed = EvidenceSealed(
        at=NOW, package="EV1", calls=(CallId("c0"), CallId("c1")), reason="辱骂", seal="ab" * 32,
        bytes=9, by="chief",
    )  # fmt: skip
    handed = EvidenceHandedOver(
        at=NOW, package="EV1", unit="南关区公安分局", officer_no="警0417", handed_at=NOW, by="chief"
    )

    await told(pool, sealed, sealed, handed)

    (package,) = await PgSuspects(pool).packages()
    assert (package.id, package.calls, package.seal) == ("EV1", sealed.calls, sealed.seal)
    assert [(r.unit, r.officer_no) for r in package.receipts] == [("南关区公安分局", "警0417")]
