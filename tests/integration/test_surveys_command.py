"""`hotline surveys` on a database with a campaign in it: seen, paused, resumed, planned."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from callbacks.attempt_store import PgAttemptStore
from callbacks.attempts import Rules
from callbacks.settings import CallbackSettings
from callbacks.surveys import SurveyList
from callbacks.workdays import Calendar
from cases.closing import CaseFlag
from cases.closing_store import PgCaseClosing
from cases.store import PgCaseStore
from figures.service import fold_service
from figures.survey_store import PgSurveyFigures
from figures.surveys import SurveyFold, by_month
from hotline import cli
from hotline.kinds import KINDS
from hotline.survey_wiring import ClosedCases
from kernel.clock import SystemClock
from kernel.fact import encode
from kernel.ids import AgentNo, CallId, CaseId, NumberKey
from kernel.phone import PhoneNumber
from storage.pool import Pool
from telephony.facts import ServiceRated
from tests.cases.filings import filing
from tests.integration.case_database import CIPHER, migrated_pool

_ROW = """
    insert into journal (epoch, n, at, kind, body, prev_hash, hash)
    values (1, $1, $2, $3, $4, sha256('a'), sha256('b'))"""
RULES = Rules(CallbackSettings(), Calendar())
ZONE = ZoneInfo("Asia/Shanghai")


class Vault:
    """Fits `RevealsNumbers`."""

    async def reveal(self, key: NumberKey) -> PhoneNumber | None:
        return PhoneNumber.parse("13812345678")


async def a_campaign(pool: Pool) -> list[CaseId]:
    """Three closed cases on the list; the last one was flagged since."""
    store, closing, now = PgCaseStore(pool, CIPHER), PgCaseClosing(pool), SystemClock().now()
    cases = []
    for _ in range(3):
        case = (await store.take(filing(submitted_at=now))).case_id
        await closing.dispatch(case, "环保局", by="S1", now=now - timedelta(hours=3))
        await closing.close(case, by="环保局", now=now - timedelta(hours=2))
        cases.append(case)
    work_list = SurveyList(PgAttemptStore(pool), ClosedCases(closing, Vault()), RULES)
    for one in await ClosedCases(closing, Vault()).closed(now - timedelta(days=1), 10):
        await work_list.owe(one, now)
    await closing.flag(cases[-1], CaseFlag.CONFIDENTIAL, True, by="S1", now=now)
    return cases


async def test_the_command_shows_pauses_and_plans_the_campaign(
    each_postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with migrated_pool(each_postgres_dsn) as pool:
        name = await pool.fetchval("select current_database()")
        dsn = f"{each_postgres_dsn.rpartition('/')[0]}/{name}"
        monkeypatch.setenv("HOTLINE_DATABASE_DSN", dsn)
        cases = await a_campaign(pool)

        paused = await told(capsys, "--pause", "--list", "--dry-run", "10")
        resumed = await told(capsys, "--resume")

    assert paused["paused_by"] == "command line"
    assert resumed["paused_by"] is None
    assert paused["by_state"] == {"open": 3}
    assert {row["case"] for row in paused["surveys"]} == set(cases)
    assert {row["caller"] for row in paused["surveys"]} == {
        PhoneNumber.parse("13812345678").masked()
    }
    plan = {row["duty"]: row for row in paused["plan"]}
    barred = plan[f"survey:{cases[-1]}:1"]
    assert (barred["at"], barred["rule"]) == (None, "confidential")
    assert all(plan[f"survey:{case}:1"]["at"] for case in cases[:2])


async def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    import asyncio

    assert await asyncio.to_thread(cli.main, ["surveys", "--json", *words]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


async def test_the_ratings_after_calls_are_counted_from_the_journal(each_postgres_dsn: str) -> None:
    """SAT-01; a row told twice is one answer."""
    now = SystemClock().now()
    rated = [
        ServiceRated(at=now, call=CallId(call), agent=AgentNo("1001"), level=level, answer="")
        for call, level in (("a", 1), ("b", 4), ("c", None), ("a", 1))
    ]
    async with migrated_pool(each_postgres_dsn) as pool:
        await pool.execute("create table journal_any partition of journal default")
        for n, fact in enumerate(rated, 1):
            await pool.execute(_ROW, n, now, fact.kind, encode(fact).decode())
        day = timedelta(days=1)
        shown = await PgSurveyFigures(pool, ZONE).service(now - day, now + day)

    assert shown == fold_service(rated, ZONE)


async def test_rows_and_facts_give_the_same_figures(each_postgres_dsn: str) -> None:
    """D-20 to D-24: what is shown is what the journal says."""
    async with migrated_pool(each_postgres_dsn) as pool:
        await a_campaign(pool)
        now = SystemClock().now()
        fold = SurveyFold()
        for _, kind, body in await PgAttemptStore(pool).untold(1000):
            fold.apply([KINDS.decode(kind, body.encode())])
        shown = await PgSurveyFigures(pool, ZONE).by_month(now - timedelta(days=40), now)

    assert shown == by_month(fold.seen.values(), ZONE)
    assert sum(counts.due for counts in shown.values()) == 3
