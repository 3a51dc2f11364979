"""An audit over a change of leader, on real servers: nothing differs, and what is planted is found.

Rules: one fate a call (I1), conservation (I9), the same figures to the bit (I10).
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.sip_phone import Answer
from tests.integration.servers import open_folder, running_asterisk
from tests.integration.standby_site import (
    PATIENCE,
    Site,
    asks_for_a_person,
    done,
    journal_has,
    own_database,
    phones,
    sign_in,
    sit_down,
    site_of,
    talks,
)
from tests.integration.test_audit_outside import audited, clean_audit
from tests.storage.waiting import until


@pytest.fixture
async def site(postgres_dsn: str, valkey_url: str) -> AsyncIterator[Site]:
    """With an Asterisk of its own: its CDR file knows no other test's calls."""
    with running_asterisk("leaders") as asterisk:
        async with own_database(postgres_dsn) as dsn:
            with open_folder() as root, site_of(asterisk, dsn, valkey_url, root) as site:
                yield site


async def three_calls_under_two_leaders(site: Site) -> None:
    """The leader dies while one talks and one waits; the third calls under the next leader."""
    one = site.start("one")
    await site.leads(one)
    two = site.start("two")
    await site.stands_by(two)
    async with phones(site, Answer(after=0.3)) as (seat, citizen):
        cookie = await sign_in(one)
        await sit_down(one, cookie)
        await done(one, "/api/seat/available", cookie=cookie)
        served = await asks_for_a_person(citizen, "13900001111")
        await talks(await seat.next_call(within=PATIENCE))
        waits = await asks_for_a_person(citizen, "13900002222")
        await journal_has(site, "call-queued", 2)

        one.send(signal.SIGKILL)
        await site.leads(two)
        assert (served.log.phase, waits.log.phase) == (Phase.TALKING, Phase.TALKING)
        served.hang_up()
        await done(two, "/api/seat/wrap-up/finish", cookie=cookie)
        await talks(await seat.next_call(within=PATIENCE, after=1))
        await journal_has(site, "seat-answered", 2)
        waits.hang_up()
        await seat.calls[1].log.until_seen(News.BYE_HEARD, within=PATIENCE)
        gives_up = await asks_for_a_person(citizen, "13900003333")
        await journal_has(site, "call-queued", 3)
        gives_up.hang_up()


async def test_an_audit_over_a_change_of_leader_agrees_from_either_folder(site: Site) -> None:
    await three_calls_under_two_leaders(site)

    reports = {
        name: await clean_audit(site, name, offered=3, in_progress=0) for name in ("two", "one")
    }

    for report in reports.values():
        (counts,) = report["counts"].values()
        assert (counts["answered"], counts["abandoned"]) == (2, 1)
    assert "the live board" in compared(reports["two"])
    for name in reports:
        code, sealed = await asyncio.to_thread(audited, site, name, "--seal")
        assert (code, sealed["differences"]) == (0, []), name

    await each_planted_difference_is_found(site)


async def each_planted_difference_is_found(site: Site) -> None:
    """Exit 1 with the list: in the stored quarters, in the CDR, in a row of the journal."""
    await run_sql(
        site,
        "update figure_interval set counts = jsonb_set(counts, '{answered}', '7')"
        " where queue <> ''",
    )
    await is_found(site, "answered 2 recounted, 7 stored")

    cdr = site.asterisk.log / "cdr-custom" / "hotline.csv"
    lines = cdr.read_text().splitlines(keepends=True)
    ended = await ended_calls(site)
    ours = [call for line in lines if (call := line.split(",")[0].strip('"')) in ended]
    cdr.write_text("".join(line for line in lines if not line.startswith(f'"{ours[0]}"')))
    await is_found(site, "has ended in the journal and has no CDR.")

    await run_sql(
        site,
        "update journal set kind = 'call-abandoned' where kind = 'seat-answered' and epoch = 2",
    )
    await is_found(site, "of the journal differs between file and PostgreSQL.")
    code, sealed = await asyncio.to_thread(audited, site, "two", "--seal")
    assert code == 1
    assert any("The hash of row 2/" in one["en"] for one in sealed["differences"])


async def is_found(site: Site, sentence: str) -> None:
    """Once the calls have been over for as long as an audit waits for their records."""

    async def so() -> bool:
        code, report = await asyncio.to_thread(audited, site, "two")
        assert code == 1
        return any(sentence in one["en"] for one in report["differences"])

    await until(so)


async def ended_calls(site: Site) -> set[str]:
    connection = await asyncpg.connect(site.told["HOTLINE_DATABASE_DSN"])
    try:
        rows = await connection.fetch(
            "select body ->> 'call' as call from journal where kind = 'call-hung-up'"
        )
    finally:
        await connection.close()
    return {row["call"] for row in rows}


async def run_sql(site: Site, sql: str) -> None:
    connection = await asyncpg.connect(site.told["HOTLINE_DATABASE_DSN"])
    try:
        done = await connection.execute(sql)
    finally:
        await connection.close()
    assert not done.endswith(" 0"), done


def compared(report: dict[str, Any]) -> str:
    return " ".join(one["en"] for one in report["compared"])
