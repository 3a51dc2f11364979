"""An audit over calls that lived wholly or partly without us, on real servers (I1, I9, I15)."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import asyncpg
import pytest

from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer, SipPhone
from tests.integration.servers import QueueLog, eventually, open_folder, running_asterisk
from tests.integration.standby_site import (
    PATIENCE,
    PROJECT,
    Member,
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
from tests.storage.waiting import until

AUDIT = "from hotline.cli import main; raise SystemExit(main())"
STALE_S = 11.0  # the dialplan takes a beat of ten seconds for life
SWITCHED_WITHIN_S = 15.0 + PATIENCE  # the dead man's switch, then the plain queue's ring


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


async def owes(site: Site, expected: list[tuple[str, str, str]]) -> bool:
    """Duties are made of the journal, a moment later."""
    return sorted(await owed(site)) == expected


async def in_the_plain_queue(citizen: SipPhone, number: str) -> PhoneCall:
    call = citizen.dial("12345", caller=number)
    await call.log.until_seen(News.CONFIRMED, within=PATIENCE)
    return call


async def lives_without_us(site: Site, leader: Member, seat: SipPhone, citizen: SipPhone) -> None:
    """Hotline is killed: who waits is served by the plain queue, one more too, one gives up."""
    queue_log = QueueLog(site.asterisk)
    waits = await asks_for_a_person(citizen, "13900001111")
    await journal_has(site, "call-queued", 1)
    leader.send(signal.SIGKILL)
    await leader.has_ended()
    await talks(await seat.next_call(within=SWITCHED_WITHIN_S))
    assert waits.log.phase is Phase.TALKING
    assert await asyncio.to_thread(queue_log.tells, "CONNECT", 1)
    await asyncio.sleep(1.0)
    waits.hang_up()
    served = await in_the_plain_queue(citizen, "13900002222")
    await talks(await seat.next_call(within=PATIENCE, after=1))
    assert await asyncio.to_thread(queue_log.tells, "CONNECT", 2)
    await asyncio.sleep(1.0)
    served.hang_up()
    await seat.unregister()
    lost = await in_the_plain_queue(citizen, "13900003333")
    assert await asyncio.to_thread(queue_log.tells, "ENTERQUEUE", 3)
    await asyncio.sleep(1.0)
    lost.hang_up()
    assert await asyncio.to_thread(queue_log.tells, "ABANDON")


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
    await until(partial(owes, site, [("missed", "open", "fallback_lost")]))
    code, sealed = await asyncio.to_thread(audited, site, "one", "--seal")
    assert (code, sealed["differences"]) == (0, [])


async def test_a_fate_that_the_plain_queue_denies_is_found_by_the_command(site: Site) -> None:
    """The journal says fallback_lost; Asterisk's log is made to say that somebody answered."""
    one = site.start("one")
    await site.leads(one)
    one.send(signal.SIGKILL)
    await one.has_ended()
    await asyncio.sleep(STALE_S)
    async with phones(site, Answer(after=0.3)) as (seat, citizen):
        await seat.unregister()
        queue_log = QueueLog(site.asterisk)
        lost = await in_the_plain_queue(citizen, "13900003333")
        assert await asyncio.to_thread(queue_log.tells, "ENTERQUEUE")
        await asyncio.sleep(1.0)
        lost.hang_up()
        assert await asyncio.to_thread(queue_log.tells, "ABANDON")
        again = site.start("again", folder="one")
        await site.leads(again)
        await clean_audit(site, "one", fallback_lost=1)

    file = queue_log.file
    file.write_text(file.read_text().replace("|ABANDON|", "|CONNECT|"))
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
        await done(one, "/api/seat/available", cookie=cookie)
        await asks_for_a_person(citizen, "13900001111")
        await talks(await seat.next_call(within=PATIENCE))
        await journal_has(site, "seat-answered", 1)
        await asks_for_a_person(citizen, "13900002222")
        await journal_has(site, "call-queued", 2)

        restart(site)
        await seat.register(within=PATIENCE)
        await site.leads(one)
        expected = [("follow_up", "open", "cut_off"), ("missed", "open", "abandoned")]
        await until(partial(owes, site, expected))

        await done(one, "/api/seat/wrap-up/finish", cookie=cookie)
        answered = await asks_for_a_person(citizen, "13900001111")
        await talks(await seat.next_call(within=PATIENCE, after=1))
        await journal_has(site, "seat-answered", 2)
        answered.hang_up()
        report = await clean_audit(site, "one", offered=3, in_progress=0)
        settled = [("follow_up", "self_resolved", "cut_off"), ("missed", "open", "abandoned")]
        await until(partial(owes, site, settled))
    (counts,) = report["counts"].values()
    assert (counts["answered"], counts["abandoned"], counts["offered"]) == (2, 1, 3)


def restart(site: Site) -> None:
    """SIGKILL, and a new life as the keeper gives it; from the main thread, as its life needs."""
    pid = site.asterisk.server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: not site.asterisk.server.alive())
    site.asterisk.server.start()
