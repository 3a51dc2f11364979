"""What was handed to a level or a utility, and what came of it, in PostgreSQL (NAV-02, UTL-01)."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from figures.counts import Counts
from figures.level_quarters import LevelQuarters, NoQuarter, ToldQuarter
from figures.passed_on_store import PassedOnProjector, PassedOnStore
from kernel.fact import Fact, FactKinds
from kernel.ids import AgentNo, CallId, Epoch, LegId
from storage.journal import Journal
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.projection import Projections
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import Shipper
from telephony import facts as told
from telephony import passed_on
from telephony.passed_on import LevelReason
from tests.storage.notes import StillClock

AT = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
AGENT = AgentNo("1001")
SITE = "220100"
SETTINGS = JournalSettings(ship_batch=2)  # what ends one comes in another batch
KINDS = FactKinds([*told.FACTS, *passed_on.FACTS])


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


async def record(folder: Path, pool: Pool, facts: Sequence[Fact]) -> dict[tuple[str, ...], int]:
    """Into the journal, to PostgreSQL, into the table; then the report of that day."""
    journal = Journal.open(folder, Epoch(1), SETTINGS)
    journal.write(facts)
    await journal.sync()
    shipper = Shipper(journal, pool, StillClock(), SETTINGS)
    projections = Projections(pool, KINDS, [PassedOnProjector(SITE)], SETTINGS)
    while await shipper.ship_batch():
        await projections.catch_up("passed on")
    await journal.close()
    rows = await PassedOnStore(pool, SITE).report(AT, AT + timedelta(days=1))
    return {(row.direction, row.target, row.reason, row.result): row.calls for row in rows}


def up(call: str, reason: LevelReason = LevelReason.PROVINCE, *, at: float = 0) -> Fact:
    return passed_on.LevelAsked(
        at=AT + timedelta(seconds=at), call=CallId(call), level="jilin", reason=reason,
        ticket_no="", how="blind", agent=AGENT,
    )  # fmt: skip


def came(call: str, *, taken: bool) -> Fact:
    return passed_on.CameFromLevel(
        at=AT, call=CallId(call), level="jilin", reason="city_matter", ticket_no="1" * 20,
        their_call="j-1.1", taken=taken,
    )  # fmt: skip


def reached(call: str, at: float) -> Fact:
    when = AT + timedelta(seconds=at)
    return told.CallTransferred(at=when, call=CallId(call), how=told.Transfer.BLIND, to="jilin")


def failed(call: str, at: float) -> Fact:
    when, how = AT + timedelta(seconds=at), told.Transfer.BLIND
    return told.TransferFailed(at=when, call=CallId(call), how=how, why="BUSY/17")


def hung_up(call: str, at: float) -> Fact:
    when = AT + timedelta(seconds=at)
    return told.CallHungUp(at=when, call=CallId(call), by=told.HungUpBy.CITIZEN, cause=16)


def kept(call: str, at: float) -> Fact:
    when = AT + timedelta(seconds=at)
    return told.ConsultEnded(at=when, call=CallId(call), leg=LegId("1-c1"))


async def test_nav_02_both_directions_are_counted_by_level_and_reason(
    pool: Pool, tmp_path: Path
) -> None:
    cross = LevelReason.CROSS_CITY
    report = await record(
        tmp_path,
        pool,
        [
            up("c1"), reached("c1", 2), hung_up("c1", 60),
            up("c2"), reached("c2", 3), up("c3", cross), failed("c3", 4), hung_up("c3", 90),
            up("c4", cross), hung_up("c4", 1), up("c5"),
            came("d1", taken=True), hung_up("d1", 50), came("d2", taken=True),
            came("d3", taken=False),
        ],
    )  # fmt: skip

    assert report == {
        ("out", "jilin", "province_matter", "reached"): 2,
        ("out", "jilin", "province_matter", "under_way"): 1,
        ("out", "jilin", "cross_city", "failed"): 1,
        ("out", "jilin", "cross_city", "given_up"): 1,
        ("in", "jilin", "city_matter", "taken"): 2,
        ("in", "jilin", "city_matter", "sent_back"): 1,
    }


async def test_nav_02_a_consultation_is_kept_or_becomes_a_transfer(
    pool: Pool, tmp_path: Path
) -> None:
    """A consultation that becomes a transfer ends in the same moment; a later transfer of a call
    that was kept is another matter."""
    report = await record(
        tmp_path,
        pool,
        [
            up("c1"), kept("c1", 9), reached("c1", 9),
            up("c2"), kept("c2", 9), reached("c2", 30),
            up("c3"), failed("c3", 3), up("c3", at=10), reached("c3", 12),
        ],
    )  # fmt: skip

    assert report == {
        ("out", "jilin", "province_matter", "reached"): 2,
        ("out", "jilin", "province_matter", "kept"): 1,
        ("out", "jilin", "province_matter", "failed"): 1,
    }


async def test_utl_01_a_transfer_to_a_utility_is_recorded_with_its_result(
    pool: Pool, tmp_path: Path
) -> None:
    asked = passed_on.UtilityAsked(
        at=AT, call=CallId("c1"), utility="heat", district="220102", number="043188800401",
        instead=False, agent=AGENT,
    )  # fmt: skip
    ticket = passed_on.UtilityTicketBegun(
        at=AT, call=CallId("c2"), utility="heat", district="220104", category_code="0201010101",
        agent=AGENT,
    )  # fmt: skip
    refused = passed_on.PassingRefused(at=AT, call=CallId("c1"), why="action-refused")

    report = await record(tmp_path, pool, [asked, refused, ticket, hung_up("c2", 5)])

    assert report == {("out", "heat", "", "refused"): 1, ("out", "heat", "", "ticket"): 1}


async def test_nav_06_every_site_of_this_database_is_summed(pool: Pool) -> None:
    keep = "insert into figure_interval (site, start, queue, counts) values ($1, $2, $3, $4)"
    for site, queue, offered in (("220100", "a", 3), ("220100", "b", 4), ("222400", "a", 1)):
        await pool.execute(keep, site, AT, queue, Counts(offered=offered).as_json())

    found = await PassedOnStore(pool, SITE).counts_of_sites(AT, AT + timedelta(hours=1))

    assert {site: counts.offered for site, counts in found.items()} == {"220100": 7, "222400": 1}


async def test_nav_06_a_quarter_that_is_told_again_replaces_what_was_told(pool: Pool) -> None:
    quarters = LevelQuarters(pool)

    def told(**counts: int) -> list[ToldQuarter]:
        return [ToldQuarter(start=AT, queue="general", counts=counts)]

    await quarters.keep("222400", told(offered=3, answered=1))
    await quarters.keep("222400", told(offered=3, answered=2, known_to_a_later_version=9))

    (kept,) = await quarters.since("222400", AT)
    assert (kept.counts["offered"], kept.counts["answered"]) == (3, 2)
    assert "known_to_a_later_version" not in kept.counts
    assert await quarters.since("222400", AT + timedelta(minutes=15)) == []
    assert await quarters.since(SITE, AT) == []


async def test_nav_06_only_quarters_of_an_hour_are_taken(pool: Pool) -> None:
    odd = ToldQuarter(start=AT + timedelta(minutes=1), queue="general", counts={})

    with pytest.raises(NoQuarter):
        await LevelQuarters(pool).keep("222400", [odd])
