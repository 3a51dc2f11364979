"""An audit against a real PostgreSQL: stored quarters, rows, the seal of both copies."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from acd.facts import FACTS as ACD_FACTS
from figures.audit_lines import QUARTER_US, Span, micros
from figures.store import FiguresProjector
from hotline.audit.chain import check_seal
from hotline.audit.examination import examine
from hotline.audit.places import AuditPlaces
from hotline.audit.report import Report
from kernel.fact import Fact, FactKinds
from kernel.ids import Epoch
from storage.journal import Journal
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.projection import Projections
from storage.settings import DatabaseSettings, JournalSettings
from storage.shipping import Shipper
from telephony.facts import FACTS as TELEPHONY_FACTS
from tests.figures.histories import GENERAL, NOON, ACall, AnAgent, History
from tests.storage.notes import StillClock

SITE = "220100"
SETTINGS = JournalSettings(ship_batch=37)
KINDS = FactKinds([*ACD_FACTS, *TELEPHONY_FACTS])
SPAN = Span(micros(NOON) - 200 * QUARTER_US, micros(NOON) + 200 * QUARTER_US)
AGENT, CALL = AnAgent(), ACall("wrapped", asked=890)
FACTS = [
    *History(3).facts, AGENT.signed_in(0), AGENT.available(100), CALL.queued(), CALL.answered(895),
    CALL.talk_ended(995, 100), CALL.wrap_up(995), AGENT.wrapped_up(1055), AGENT.signed_out(2000),
]  # fmt: skip


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


@pytest.fixture
def places(tmp_path: Path, fresh_database: str) -> AuditPlaces:
    return AuditPlaces(
        journal=tmp_path,
        asterisk_log=tmp_path / "no-asterisk",
        console=None,
        dsn=fresh_database,
        site=SITE,
    )


async def record(
    folder: Path, pool: Pool, lives: Sequence[Sequence[Fact]], *, projected: bool = True
) -> None:
    """Into the journal, one epoch a life, to PostgreSQL, into the figures."""
    projections = Projections(pool, KINDS, [FiguresProjector(SITE)], SETTINGS)
    for epoch, facts in enumerate(lives, start=1):
        journal = Journal.open(folder, Epoch(epoch), SETTINGS)
        journal.write(facts)
        await journal.sync()
        shipper = Shipper(journal, pool, StillClock(), SETTINGS)
        while await shipper.ship_batch():
            pass
        await journal.close()
    if projected:
        await projections.catch_up("figures")


async def audited(places: AuditPlaces) -> Report:
    return await examine(places, SPAN, lambda: NOON + timedelta(days=3))


def told(report: Report) -> list[str]:
    return [one.en for one in report.differences]


async def test_a_period_in_files_rows_and_quarters_has_no_difference(
    pool: Pool, places: AuditPlaces
) -> None:
    """I9, I10."""
    await record(places.journal, pool, [FACTS[:60], FACTS[60:]])
    report = await audited(places)

    assert told(report) == []
    compared = {en for _, en in report.compared}
    assert {"stored quarters", "stored seat time", "both copies of the journal"} <= compared
    assert sum(counts["offered"] for counts in report.counts.values()) > 20


async def test_the_rows_alone_are_enough_when_old_files_are_gone(
    pool: Pool, places: AuditPlaces
) -> None:
    await record(places.journal, pool, [FACTS])
    (places.journal / "1.jsonl").unlink()
    report = await audited(places)

    assert told(report) == []
    assert GENERAL in report.counts


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "delete from figure_interval where start = $1 and queue = 'general'",
            "The quarter from 2026-11-20 12:00:00, queue general (the row is missing): offered",
        ),
        (
            """update figure_interval set counts = jsonb_set(counts, '{answered}', '9')
               where start = $1 and queue = 'general'""",
            "The quarter from 2026-11-20 12:00:00, queue general: answered",
        ),
        (
            "delete from figure_seat_interval where start = $1",
            "The quarter from 2026-11-20 12:00:00, seat time (the row is missing): signed_in_ms",
        ),
        (
            "update journal set kind = 'call-abandoned' where kind = 'seat-answered' and at > $1",
            "of the journal differs between file and PostgreSQL.",
        ),
        (
            """update journal set body = replace(body::text, '"queue":"general"',
               '"queue":"other"')::json where kind = 'call-queued' and body ->> 'call' = 'wrapped'
               and at > $1""",
            "of the journal differs between file and PostgreSQL.",
        ),
    ],
)
async def test_what_was_changed_in_the_database_is_found(
    pool: Pool, places: AuditPlaces, sql: str, expected: str
) -> None:
    await record(places.journal, pool, [FACTS])
    await pool.execute(sql, NOON)
    found = told(await audited(places))

    assert any(expected in sentence for sentence in found), found


async def test_a_projection_that_stands_still_is_a_difference(
    pool: Pool, places: AuditPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.audit.examination._LOOK_AGAIN_S", 0.0)
    await record(places.journal, pool, [FACTS], projected=False)

    assert f"The stored quarters are {len(FACTS)} facts behind the journal." in told(
        await audited(places)
    )


async def test_the_seal_holds_over_both_copies(pool: Pool, places: AuditPlaces) -> None:
    await record(places.journal, pool, [FACTS[:60], FACTS[60:]])
    report = await check_seal(places)

    assert told(report) == []
    assert report.compared == [
        (f"文件与数据库, {len(FACTS)} 个位置", f"files and PostgreSQL, {len(FACTS)} positions")
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("update journal set kind = 'other' where n = $1", "The hash of row 1/5 in PostgreSQL"),
        ("update journal set at = at + interval '1 us' where n = $1", "The hash of row 1/5"),
        ("delete from journal where n = $1", "PostgreSQL lacks line 1/5 of the journal"),
        ("delete from journal where n >= $1", "PostgreSQL lacks line 1/5 of the journal"),
        (
            "update journal set hash = sha256('x') where n = $1",
            "Line 1/5 is one fact in the file and another in PostgreSQL.",
        ),
    ],
)
async def test_a_row_that_was_touched_breaks_the_seal(
    pool: Pool, places: AuditPlaces, sql: str, expected: str
) -> None:
    await record(places.journal, pool, [FACTS[:20]])
    await pool.execute(sql, 5)
    found = told(await check_seal(places))

    assert any(sentence.startswith(expected) for sentence in found), found


async def test_the_chain_of_the_rows_is_checked_without_any_file(
    pool: Pool, places: AuditPlaces
) -> None:
    await record(places.journal, pool, [FACTS[:20], FACTS[20:40], FACTS[40:]])
    for file in places.journal.iterdir():
        file.unlink()
    assert told(await check_seal(places)) == []

    await pool.execute("delete from journal where epoch = 2")
    assert told(await check_seal(places)) == [
        "Line 3/1 of the journal is not chained to 1/20 before it."
    ]


async def test_without_postgresql_the_files_are_audited_and_it_is_said(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path, Epoch(1), SETTINGS)
    journal.write(FACTS)
    await journal.close()
    nobody = AuditPlaces(
        journal=tmp_path,
        asterisk_log=tmp_path,
        console=None,
        dsn="postgresql://nobody:x@127.0.0.1:1/none",
        site=SITE,
    )

    for report in (await audited(nobody), await check_seal(nobody)):
        assert told(report) == []
        assert any("PostgreSQL was not compared" in en for _, en in report.notes)
