"""An audit over calls that lived wholly or partly without us, on real servers (I1, I9, I15)."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer, SipPhone
from tests.integration.servers import eventually, open_folder, running_asterisk
from tests.integration.standby_site import (
    PROJECT,
    Member,
    Site,
    ask,
    asks_for_a_person,
    own_database,
    phones,
    sign_in,
    sit_down,
    site_of,
)

AUDIT = "from hotline.cli import main; raise SystemExit(main())"
STALE_S = 11.0  # the dialplan takes a beat of ten seconds for life


@pytest.fixture
async def site(postgres_dsn: str, valkey_url: str) -> AsyncIterator[Site]:
    """With an Asterisk of its own: its CDR file knows no other test's calls."""
    with running_asterisk("audit") as asterisk:
        async with own_database(postgres_dsn) as dsn:
            with open_folder() as root, site_of(asterisk, dsn, valkey_url, root) as site:
                yield site


def audited(site: Site, folder: str, *more: str) -> tuple[int, dict[str, Any]]:
    """(exit code, report) of the command itself."""
    file = site.root / "report.json"
    file.unlink(missing_ok=True)
    told = site.told | {"HOTLINE_INSTANCE_DIR": str(site.root / folder)}
    words = ["audit", "--json", str(file), "--asterisk-log", str(site.asterisk.log), *more]
    done = subprocess.run(
        [sys.executable, "-c", AUDIT, *words],
        cwd=PROJECT,
        env=os.environ | told,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert file.exists(), done.stderr
    return done.returncode, json.loads(file.read_text())


async def clean_audit(site: Site, folder: str, **counts: int) -> dict[str, Any]:
    """The report once these and no more calls are told; fails with differences or counts."""
    found: dict[str, Any] = {}
    for _ in range(12):
        code, found = await asyncio.to_thread(audited, site, folder)
        told = {name: n for one in found["counts"].values() for name, n in one.items()}
        if code == 0 and told.items() >= counts.items():
            return found
        await asyncio.sleep(1.0)
    raise AssertionError((found["differences"], found["counts"]))


async def owed(site: Site) -> list[tuple[str, str, str]]:
    """(kind, state, why) of all duties."""
    connection = await asyncpg.connect(site.told["HOTLINE_DATABASE_DSN"])
    try:
        rows = await connection.fetch(
            "select d.kind, d.state, c.why from duty d join duty_call c on c.duty_id = d.id"
            " order by c.missed_at"
        )
    finally:
        await connection.close()
    return [(row["kind"], row["state"], row["why"]) for row in rows]


async def in_the_plain_queue(citizen: SipPhone, number: str) -> PhoneCall:
    call = citizen.dial("12345", caller=number)
    await call.log.until_seen(News.CONFIRMED, within=10)
    return call


async def lives_without_us(site: Site, leader: Member, seat: SipPhone, citizen: SipPhone) -> None:
    """Hotline is killed: who waits is served by the plain queue, one more too, one gives up."""
    waits = await asks_for_a_person(citizen, "13900001111")
    await asyncio.sleep(1.0)
    leader.send(signal.SIGKILL)
    await asyncio.to_thread(leader.process.wait, 5)
    await seat.next_call(within=25)
    await seat.calls[0].log.until_seen(News.CONFIRMED, within=5)
    assert waits.log.phase is Phase.TALKING
    await asyncio.sleep(1.0)
    waits.hang_up()
    served = await in_the_plain_queue(citizen, "13900002222")
    await seat.next_call(within=10, after=1)
    await seat.calls[1].log.until_seen(News.CONFIRMED, within=5)
    await asyncio.sleep(1.0)
    served.hang_up()
    await seat.unregister()
    lost = await in_the_plain_queue(citizen, "13900003333")
    await asyncio.sleep(1.5)
    lost.hang_up()
    queue_log = site.asterisk.log / "queue_log"
    assert await asyncio.to_thread(eventually, lambda: "ABANDON" in queue_log.read_text())


async def test_an_audit_of_calls_that_lived_without_us_finds_no_difference(site: Site) -> None:
    """One answered by a seat, two in the plain queue, one given up there: one fate each."""
    one = site.start("one")
    await site.leads(one)
    async with phones(site, Answer(after=0.3)) as (seat, citizen):
        await lives_without_us(site, one, seat, citizen)

        again = site.start("again", folder="one")
        await site.leads(again)
        report = await clean_audit(site, "one", offered=3, in_progress=0)

    (counts,) = report["counts"].values()
    assert (counts["fallback_answered"], counts["fallback_lost"]) == (2, 1)
    fates = ("answered", "abandoned", "overflowed", "callback_promised", "blocked", "failed")
    assert [counts[name] for name in (*fates, "in_progress")] == [0] * 7
    compared = " ".join(one["en"] for one in report["compared"])
    for what in ("fates", "conservation", "stored quarters", "CDR", "the live board"):
        assert what in compared
    assert await owed(site) == [("missed", "open", "fallback_lost")]
    code, sealed = await asyncio.to_thread(audited, site, "one", "--seal")
    assert (code, sealed["differences"]) == (0, [])


async def test_a_fate_that_the_plain_queue_denies_is_found_by_the_command(site: Site) -> None:
    """The journal says fallback_lost; Asterisk's log is made to say that somebody answered."""
    one = site.start("one")
    await site.leads(one)
    one.send(signal.SIGKILL)
    await asyncio.to_thread(one.process.wait, 5)
    await asyncio.sleep(STALE_S)
    async with phones(site, Answer(after=0.3)) as (seat, citizen):
        await seat.unregister()
        lost = await in_the_plain_queue(citizen, "13900003333")
        await asyncio.sleep(1.5)
        lost.hang_up()
        again = site.start("again", folder="one")
        await site.leads(again)
        await clean_audit(site, "one", fallback_lost=1)

    queue_log = site.asterisk.log / "queue_log"
    queue_log.write_text(queue_log.read_text().replace("|ABANDON|", "|CONNECT|"))
    code, report = await asyncio.to_thread(audited, site, "one")

    assert code == 1
    assert any("the journal says fallback-lost" in one["en"] for one in report["differences"])


async def test_cut_off_calls_and_seats_outlive_asterisk(site: Site) -> None:
    """kill -9 of Asterisk in a talk: answered and cut off, a follow-up; the one in the line missed;
    the seat still sits there and takes the next call; the audit agrees (architecture §5)."""
    one = site.start("one")
    await site.leads(one)
    async with phones(site, Answer(after=0.3)) as (seat, citizen):
        cookie = await sign_in(one)
        await sit_down(one, cookie)
        await ask(one, "POST", "/api/seat/available", cookie=cookie)
        await asks_for_a_person(citizen, "13900001111")
        await seat.next_call(within=10)
        await seat.calls[0].log.until_seen(News.CONFIRMED, within=5)
        await asks_for_a_person(citizen, "13900002222")
        await asyncio.sleep(1.5)

        restart(site)
        await seat.register()
        await site.leads(one)
        expected = [("follow_up", "open", "cut_off"), ("missed", "open", "abandoned")]
        for _ in range(100):
            if sorted(await owed(site)) == expected:
                break
            await asyncio.sleep(0.1)
        assert sorted(await owed(site)) == expected, one.log()[-8:]

        await ask(one, "POST", "/api/seat/wrap-up/finish", cookie=cookie)
        answered = await asks_for_a_person(citizen, "13900001111")
        await seat.next_call(within=10, after=1)
        await answered.log.until_seen(News.CONFIRMED, within=5)
        await asyncio.sleep(1.0)
        answered.hang_up()
        report = await clean_audit(site, "one", offered=3, in_progress=0)
        settled = [("follow_up", "self_resolved", "cut_off"), ("missed", "open", "abandoned")]
        assert sorted(await owed(site)) == settled
    (counts,) = report["counts"].values()
    assert (counts["answered"], counts["abandoned"], counts["offered"]) == (2, 1, 3)


def restart(site: Site) -> None:
    """SIGKILL, and a new life as the keeper gives it; from the main thread, as its life needs."""
    pid = site.asterisk.server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not site.asterisk.server.alive())
    site.asterisk.server.start()
