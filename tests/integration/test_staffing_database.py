"""`hotline staffing` on a database: its past, its roster, its tickets (SEAT-03, RPT-07)."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from acd.directory import EmployerKind, Grade
from acd.roster import CHINA
from figures.counts import Counts
from hotline import cli
from hotline.commands.staffing_sources import read_files
from hotline.desks.staffing_past import midnight
from hotline.private.places import PROJECT
from kernel.clock import SystemClock
from storage.pool import Pool
from tests.integration.case_database import migrated_pool

RULES = read_files(PROJECT / "config").rules
TODAY = SystemClock().now().astimezone(CHINA).date()
_TICKET = """
    insert into ticket (ticket_no, ticket_key, digest, case_id, nth, submitted_at, region_code,
        request_type, category_code, title, urgency, is_anonymous, is_confidential,
        is_whistleblower, frame, said)
    values ($1, $1, decode(repeat('00', 32), 'hex'), 'case', $2, $3, '220100', 'complaint', $4,
        '暖气不热', 'normal', false, false, false, '{}', '{}')"""
_CASE = """
    insert into case_file (id, status, opened_at, updated_at, region_code, request_type,
        category_code, title, urgency, is_anonymous, is_confidential, is_whistleblower)
    values ('case', 'closed', now(), now(), '220100', 'complaint', '0201010101', '暖气不热',
        'normal', false, false, false)"""
_AGENT = """
    insert into agent (no, name, employer_kind, grade, district, active, version)
    values ('1001', '话务员', $1, $2, '220100', true, 1)"""


@pytest.fixture
async def pool(each_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as opened:
        name = await opened.fetchval("select current_database()")
        dsn = f"{each_postgres_dsn.rpartition('/')[0]}/{name}"
        monkeypatch.setenv("HOTLINE_DATABASE_DSN", dsn)
        async with opened.transaction() as tx:
            await tx.execute(_AGENT, EmployerKind.OWN.value, Grade.FIVE.value)
        yield opened


async def asked(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert await asyncio.to_thread(cli.main, ["staffing", "--json", *words]) == 0
    return json.loads(capsys.readouterr().out)


async def three_weeks(pool: Pool, calls_per_day: float) -> None:
    """Each half hour's calls in its first quarter, all answered with 230 s of talk and wrap-up."""
    site = "220100"
    rows = []
    for back in range(1, 22):
        for n, calls in enumerate(RULES.typical_calls(calls_per_day)):
            start = midnight(TODAY - timedelta(days=back)) + timedelta(minutes=30 * n)
            count = round(calls)
            counts = Counts(offered=count, answered=count, talked_ms=count * 230_000)
            rows.append((site, start, "general", counts.as_json()))
    async with pool.transaction() as tx:
        await tx.executemany("insert into figure_interval values ($1, $2, $3, $4)", rows)


async def test_seat_03_a_roster_is_taken_over_and_stands_against_the_need(
    pool: Pool, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    await three_weeks(pool, 4_000)
    day, file = TODAY + timedelta(days=3), tmp_path / "十一月.csv"
    lines = f"{day},1001,早班,08:00,16:30,是"
    file.write_text(f"日期,工号,班次,开始,结束,值班长\n{lines}\n", encoding="utf-8")

    taken = await asked(capsys, "roster", "--import", str(file), "--by", "班长")
    stands = await asked(capsys, "roster", day.isoformat())
    planned = await asked(capsys, "day", day.isoformat())

    assert (taken["shifts"], taken["days"]) == (1, [day.isoformat()])
    assert [(one["agent"], one["name"], one["leader"]) for one in stands["shifts"]] == [
        ("1001", "早班", True)
    ]
    ten = planned["half_hours"][20]
    assert (ten["rostered"], ten["gap"]) == (1, ten["needed"] - 1)
    assert planned["half_hours"][40]["rostered"] == 0
    assert planned["basis"]["learned"] is True
    assert planned["basis"]["aht_s"] == 233.0, "talk and wrap-up of the journal, and the ring"


async def test_a_roster_with_an_unknown_agent_is_refused_with_its_line(
    pool: Pool, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "r.csv"
    file.write_text("日期,工号,开始,结束\n2026-11-24,1002,08:00,16:30\n", encoding="utf-8")

    code = await asyncio.to_thread(cli.main, ["staffing", "roster", "--import", str(file)])

    assert code == 1
    assert "line 2, 工号: '1002'" in capsys.readouterr().err
    assert await pool.fetchval("select count(*) from roster_file") == 0


async def test_the_measured_patience_goes_into_the_plan(
    pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    async with pool.transaction() as tx:
        sql = "insert into patience_day values ($1, $2, $3, 1000, 20000000, 100, 6000000)"
        await tx.execute(sql, "220100", "general", TODAY - timedelta(days=2))

    found = await asked(capsys, "patience")
    planned = await asked(capsys, "day")

    assert found["general"]["mean_s"] == 200.0
    assert found["general"]["error_s"] == 20.0
    assert (planned["basis"]["patience_s"], planned["basis"]["patience_measured"]) == (200.0, True)


async def test_rpt_07_tickets_of_a_category_make_its_outlook(
    pool: Pool, capsys: pytest.CaptureFixture[str]
) -> None:
    now = SystemClock().now() - timedelta(days=1)
    async with pool.transaction() as tx:
        await tx.execute(_CASE)
        for n in range(1, 15):
            await tx.execute(_TICKET, f"{n:020}", n, now - timedelta(days=n // 2), "0201010101")

    rows = (await asked(capsys, "seasons"))["outlooks"]

    assert [(row["category"], row["name"], row["season"]) for row in rows] == [
        ("", "", ""),
        ("0201", "供热", "heating"),
    ]
    assert rows[1]["per_day"] > 1
    assert rows[1]["measured"] is False
    assert len(rows[1]["months"]) == 6
