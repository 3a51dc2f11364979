"""Branch centres on PostgreSQL: keys, calls in any order, tickets that become cases, the report."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.case import CaseFilter
from cases.store import PgCaseStore
from cases.webhook import signature
from console.lines_port import FeedState, Sent
from figures.counts import day_of
from figures.lines_report import LineReports, Seats
from figures.lines_store import LinesStore
from figures.lines_told_store import ToldCallStore
from hotline import cli
from hotline.branches import Branches, BranchStores
from hotline.watch.alarms import Alarms
from intake.branch_door import BadSignature, Signed
from intake.branch_store import BranchStore
from intake.branch_tickets import BranchTickets
from intake.submission import IntakeRules
from kernel.ids import NumberKey
from kernel.phone import PhoneNumber
from storage.field_cipher import FieldKeys
from storage.pool import Pool
from storage.vault import number_key
from telephony.lines import Lines
from tests.fakes.fake_clock import FakeClock
from tests.intake.forms import CATALOGUE, GOOD
from tests.integration.case_database import CIPHER, migrated_pool

NAMED = {"name_zh": "甲", "name_en": "A"}
LINES = Lines.model_validate(
    {
        "own": "main",
        "greeting": [],
        "lines": {
            "main": {**NAMED, "kind": "own", "menu": "main"},
            "tax": {**NAMED, "kind": "branch", "number": "12366"},
        },
    }
)
SITE = "220100"


class Site:
    """The door of the branches over a real database."""

    def __init__(self, pool: Pool) -> None:
        self.clock, self.pool = FakeClock(), pool
        self.keys, self.cases = BranchStore(pool, CIPHER), PgCaseStore(pool, CIPHER)

        def key_of(number: PhoneNumber) -> NumberKey | None:
            return number_key(CIPHER, number)

        rules = IntakeRules(catalogue=CATALOGUE, key_of=key_of, home_area="0431")
        stores = BranchStores(
            keys=self.keys,
            calls=ToldCallStore(pool, key_of),
            tickets=BranchTickets(self.cases, self.keys, rules, SITE),
        )
        self.alarms = Alarms(lambda facts: None)
        self.branches = Branches(stores, LINES, self.alarms, self.clock)
        self.reports = LineReports(LinesStore(pool, SITE), LINES)

    def at(self, ago: float) -> datetime:
        return self.clock.now() - timedelta(seconds=ago)

    def call(self, n: int, ago: float, **changed: Any) -> dict[str, Any]:
        """Answered after 10 s, talked 60 s; as known at the end."""
        return {
            "id": f"b-{n}", "as_of": self.at(ago - 70).isoformat(), "agent": "2001",
            "asked_at": self.at(ago).isoformat(), "outcome": "answered",
            "answered_at": self.at(ago - 10).isoformat(),
            "ended_at": self.at(ago - 70).isoformat(), "caller_number": "13812345678", **changed,
        }  # fmt: skip

    async def calls(self, *rows: dict[str, Any]) -> tuple[int, int, int]:
        sent = Sent(as_of=self.clock.now(), rows=list(rows))
        taken = await self.branches.take_calls("tax", sent)
        return taken.taken, taken.known, len(taken.refused)

    async def tax(self) -> Any:
        span = (self.at(7 * 86400), self.clock.now() + timedelta(hours=1))
        report = await self.reports.report(*span, by_day=False)
        return next(row for row in report.rows if row.line == "tax")


@pytest.fixture
async def site(each_postgres_dsn: str) -> AsyncIterator[Site]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield Site(pool)


async def test_mrg_05_calls_told_in_any_order_and_often_count_once(site: Site) -> None:
    """At least once: every batch twice, the first word about a call after its last one."""
    ended = [site.call(n, 600 + 10 * n) for n in range(20)]
    waiting = [
        {name: row[name] for name in ("id", "asked_at")}
        | {"as_of": row["asked_at"], "outcome": "waiting"}
        for row in ended
    ]
    rows = [*ended, *waiting, *ended]
    random.Random(1).shuffle(rows)
    for start in range(0, len(rows), 7):
        batch = rows[start : start + 7]
        await site.calls(*batch)
        assert (await site.calls(*batch))[0] == 0

    row = await site.tax()
    assert row.seats is Seats.TOLD
    assert (row.counts.offered, row.counts.answered, row.counts.answered_in_15s) == (20, 20, 20)
    assert row.counts.talked_ms == 20 * 60_000
    (feed,) = await site.keys.feeds()
    assert feed.calls == 20


async def test_a_later_word_corrects_the_quarter_and_an_older_one_changes_nothing(
    site: Site,
) -> None:
    first = site.call(1, 1000)
    moved = {**first, "as_of": site.at(5).isoformat(), "asked_at": site.at(1930).isoformat(),
             "answered_at": site.at(1900).isoformat()}  # fmt: skip
    await site.calls(first)
    assert await site.calls(moved) == (1, 0, 0)
    assert await site.calls(first) == (0, 1, 0)

    row = await site.tax()
    assert (row.counts.offered, row.counts.answered_in_15s, row.counts.waited_ms) == (1, 0, 30_000)


async def test_two_requests_at_once_lose_no_count(site: Site) -> None:
    rows = [site.call(n, 900 + n) for n in range(30)]
    await asyncio.gather(*(site.calls(*rows[start:]) for start in (0, 10, 20, 0)))

    assert (await site.tax()).counts.offered == 30


async def test_no_number_of_a_citizen_stands_in_the_open(site: Site) -> None:
    """SEC-01: key and masked form."""
    await site.calls(site.call(1, 600))

    (row,) = await site.pool.fetch("select * from branch_call")
    assert "13812345678" not in str(dict(row))
    assert row["caller"] == "138****5678"
    assert row["caller_key"] == number_key(CIPHER, PhoneNumber.parse("13812345678"))


async def test_mrg_04_a_branchs_tickets_become_cases_once_and_count_for_its_line(
    site: Site,
) -> None:
    told = {"id": "GD-1", "filed_at": site.at(60).isoformat(), "agent": "2001", "form": GOOD,
            "caller_number": "13812345678"}  # fmt: skip
    wrong = {**told, "id": "GD-2", "form": {**GOOD, "title": ""}}
    sent = Sent(as_of=site.clock.now(), rows=[wrong, told])

    first = await site.branches.take_tickets("tax", sent)
    again = await site.branches.take_tickets("tax", sent)

    assert [(one.row, one.id) for one in first.refused] == [(0, "GD-2")]
    assert [one.again for one in (*first.tickets, *again.tickets)] == [False, True]
    (case,) = await site.cases.cases(CaseFilter())
    assert first.tickets[0].case_id == case.id
    ticket = await site.cases.ticket(case.tickets[0])
    assert (ticket.frame["origin_hotline"], ticket.agent) == ("tax", "tax/2001")
    assert (await site.tax()).tickets == 1
    (feed,) = await site.keys.feeds()
    assert (feed.tickets, feed.refused) == (1, 2)


def signed(site: Site, secret: str) -> Signed:
    timestamp, body = str(int(site.clock.now().timestamp())), b"{}"
    return Signed(
        purpose="tax/calls", timestamp=timestamp, body=body,
        signature=signature(secret.encode(), timestamp, "tax/calls", body),
    )  # fmt: skip


async def let_in(site: Site, secret: str) -> bool:
    try:
        await site.branches.admit("tax", signed(site, secret))
    except BadSignature:
        return False
    return True


async def test_a_key_is_replaced_while_it_is_used_and_ended_at_once(site: Site) -> None:
    now = site.clock.now()
    old, new, newest = [await site.keys.make_key("tax", by="chief", at=now) for _ in range(3)]

    assert [await let_in(site, key) for key in (old, new, newest)] == [False, True, True]
    await site.keys.revoke_old("tax", at=now)
    assert [await let_in(site, key) for key in (new, newest)] == [False, True]
    await site.keys.disconnect("tax", at=now)
    assert not await let_in(site, newest)
    assert newest not in str(await site.pool.fetch("select sealed::text from branch_key"))


async def test_mrg_05_the_lag_is_told_from_the_branchs_own_time(site: Site) -> None:
    await site.keys.make_key("tax", by="chief", at=site.clock.now())
    await site.branches.look()
    assert [shown.state for shown in site.branches.feeds()] == [FeedState.NEVER]

    await site.branches.take_calls("tax", Sent(as_of=site.at(20), rows=[]))
    site.clock.advance(41)
    await site.branches.look()
    assert [row.name for row in site.alarms.standing()] == ["branch-late"]
    assert [shown.lag_s for shown in site.branches.feeds()] == [61.0]

    await site.branches.take_calls("tax", Sent(as_of=site.clock.now(), rows=[]))
    await site.branches.look()
    assert site.alarms.standing() == []


async def test_mrg_08_the_command_makes_a_key_and_tells_the_report(
    site: Site,
    each_postgres_dsn: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await site.calls(site.call(1, 600))
    database = await site.pool.fetchval("select current_database()")
    monkeypatch.setenv("HOTLINE_DATABASE_DSN", f"{each_postgres_dsn.rpartition('/')[0]}/{database}")
    for key, value in FieldKeys.new_environment().items():
        monkeypatch.setenv(key, value)
    day = day_of(site.clock.now()).isoformat()

    assert await asyncio.to_thread(cli.main, ["lines", "key", "tax"]) == 0
    key = capsys.readouterr().out.strip()
    assert len(key) >= 32
    assert await asyncio.to_thread(cli.main, ["lines", "key", "labour"]) == 1
    assert "line-without-seats" in capsys.readouterr().err
    assert await asyncio.to_thread(cli.main, ["lines", "report", day, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    tax = next(row for row in rows if row["line"] == "tax")
    assert (tax["asked"], tax["answer rate"], tax["seats"]) == ("1", "100.00%", "told")
    assert await asyncio.to_thread(cli.main, ["lines", "branches"]) == 0
    assert "tax: 延迟 lag" in capsys.readouterr().out
    assert await asyncio.to_thread(cli.main, ["lines", "report", "2026-13-01"]) == 1
