"""Two processes of one site: who leads, who waits, and what the former leader may not do."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest

from hotline.audit.chain import check_seal
from hotline.audit.places import AuditPlaces
from hotline.leading.leadership import LEASE
from hotline.main import DEPOSED
from hotline.private.ports import held_ports
from hotline.private.postgres import Postgres, wheel_binaries
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.sip_phone import Answer
from storage.journal_file import read
from storage.lease import STALE_AFTER
from tests.integration.servers import RunningAsterisk, open_folder
from tests.integration.standby_floor import same_floor, shows, waiting
from tests.integration.standby_site import (
    PATIENCE,
    STARTS_WITHIN_S,
    Member,
    Site,
    ask,
    asks_for_a_person,
    done,
    own_database,
    phones,
    sign_in,
    sit_down,
    site_of,
    talks,
)
from tests.storage.waiting import until

pytestmark = pytest.mark.alone


@pytest.fixture
async def site(
    asterisk: RunningAsterisk, postgres_dsn: str, valkey_url: str
) -> AsyncIterator[Site]:
    async with own_database(postgres_dsn) as dsn:
        with open_folder() as root, site_of(asterisk, dsn, valkey_url, root) as site:
            yield site


async def test_when_the_leader_is_killed_the_other_leads_and_the_chain_is_one(site: Site) -> None:
    one = site.start("one")
    await site.leads(one)
    two = site.start("two")
    await site.stands_by(two)

    one.send(signal.SIGKILL)
    await site.takes_over(two)

    again = site.start("one-again", folder="one")
    await site.stands_by(again)
    two.send(signal.SIGTERM)
    await site.leads(again)
    assert took_over_from(again) == "resigned", "no beat had to grow stale"
    assert await two.has_ended() == 0
    await follows(site, "one", epoch=3)
    for name in ("one", "two"):
        await until(partial(seal_holds, site, name))
    assert {entry.epoch for entry in read(site.root / "one/journal")} == {1, 2, 3}
    assert {entry.epoch for entry in read(site.root / "two/journal")} == {1, 2}


async def test_a_frozen_leader_is_replaced_and_does_no_deed_when_it_wakes(site: Site) -> None:
    one = site.start("one")
    await site.leads(one)
    two = site.start("two")
    await site.stands_by(two)
    async with phones(site, Answer(after=0.3)) as (seat, citizen):
        cookie = await sign_in(two)
        await sit_down(one, cookie)
        call = await asks_for_a_person(citizen)
        await shows(one, cookie, lambda floor: waiting(floor) == 1)
        await until(partial(same_floor, one, two, cookie))
        refused = await ask(two, "POST", "/api/seat/available", cookie=cookie)
        assert refused is not None and refused[0] == 503
        assert (refused[1]["code"], refused[1]["leader"]) == ("not-leader", one.console)

        one.send(signal.SIGSTOP)
        # it lies in the frozen one's socket: a seat to ring as soon as it wakes
        tempted = asyncio.ensure_future(
            ask(one, "POST", "/api/seat/available", cookie=cookie, within=STARTS_WITHIN_S)
        )
        await site.takes_over(two)
        await shows(two, cookie, lambda floor: waiting(floor) == 1)
        one.send(signal.SIGCONT)
        code = await one.has_ended()
        assert code == DEPOSED, (one.folder / "hotline.log").read_text()[-6000:]
        await tempted
        assert seat.calls == []

        await done(two, "/api/seat/available", cookie=cookie)
        await shows(two, cookie, lambda floor: waiting(floor) == 0)
        await talks(await seat.next_call(within=PATIENCE))
        await asyncio.sleep(1.0)
        assert len(seat.calls) == 1
        assert (call.log.phase, seat.calls[0].log.phase) == (Phase.TALKING, Phase.TALKING)


async def test_a_seat_that_rings_when_its_leader_freezes_is_not_rung_twice(site: Site) -> None:
    """I1, I7: one phone never rings for one call under two leaders, also when the first wakes."""
    one = site.start("one")
    await site.leads(one)
    two = site.start("two")
    await site.stands_by(two)
    async with phones(site, Answer(after=7.0)) as (seat, citizen):
        cookie = await sign_in(one)
        await sit_down(one, cookie)
        await done(one, "/api/seat/available", cookie=cookie)
        call = await asks_for_a_person(citizen)
        await seat.next_call(within=PATIENCE)
        await until(lambda: "seat-rung" in kinds(site, "two", epoch=1))

        one.send(signal.SIGSTOP)
        await site.takes_over(two)
        one.send(signal.SIGCONT)
        assert await one.has_ended() == DEPOSED
        await until(lambda: any(c.log.phase is Phase.TALKING for c in seat.calls))
        await asyncio.sleep(1.0)

        assert len(seat.calls) == 1
        assert (call.log.phase, seat.calls[0].log.phase) == (Phase.TALKING, Phase.TALKING)


async def test_a_leader_alone_that_was_frozen_leads_on(site: Site) -> None:
    one = site.start("one")
    await site.leads(one)
    async with phones(site, Answer(after=0.3)) as (seat, citizen):
        cookie = await sign_in(one)
        await sit_down(one, cookie)
        call = await asks_for_a_person(citizen)
        await shows(one, cookie, lambda floor: waiting(floor) == 1)

        one.send(signal.SIGSTOP)
        await asyncio.sleep(LEASE.total_seconds() + 0.5)
        one.send(signal.SIGCONT)
        await done(one, "/api/seat/available", cookie=cookie)
        await talks(await seat.next_call(within=PATIENCE))

        assert call.log.phase is Phase.TALKING
        assert not one.said("story failed; caller sent to the fallback queue")
    assert one.process.poll() is None


async def test_of_two_with_one_folder_only_one_writes_it(site: Site) -> None:
    one = site.start("one")
    await site.leads(one)
    two = site.start("two", folder="one")
    await site.stands_by(two)
    one.send(signal.SIGSTOP)

    await site.takes_over(two)

    assert await one.has_ended() == -signal.SIGKILL
    await follows(site, "one", epoch=2)
    two.send(signal.SIGKILL)
    await two.has_ended()
    await site.leads(site.start("three", folder="one"))  # its folder's writer is dead: no waiting
    await follows(site, "one", epoch=3)
    assert site.members[-1].said("taking the lead")
    assert not site.members[-1].said("standing by")
    await until(partial(seal_holds, site, "one"))


@pytest.fixture
def without_database(asterisk: RunningAsterisk, valkey_url: str) -> Iterator[tuple[Site, Postgres]]:
    """A site whose PostgreSQL the test may stop."""
    with open_folder() as root, held_ports(root / "ports.json") as ports:
        server = Postgres(root / "postgres", port=ports.database, binaries=wheel_binaries())
        server.start()
        try:
            with site_of(asterisk, server.dsn, valkey_url, root) as site:
                yield site, server
        finally:
            server.stop()


async def test_without_the_database_the_leader_leads_on_and_the_standby_waits(
    without_database: tuple[Site, Postgres],
) -> None:
    site, server = without_database
    one = site.start("one")
    await site.leads(one)
    two = site.start("two")
    await site.stands_by(two)

    server.stop()
    await asyncio.sleep(STALE_AFTER.total_seconds() + 1)
    async with phones(site) as (_, citizen):
        call = await asks_for_a_person(citizen)
        assert "room" in site.asterisk.rx("core show channels concise")
        call.hang_up()
    await until(partial(misses_the_database, two))
    await alarmed(one, "database-away")
    server.start()

    await site.stands_by(two)
    await site.leads(one)
    assert not two.said("taking the lead")


async def test_a_leader_that_dies_while_the_database_is_away_is_replaced_when_it_is_back(
    without_database: tuple[Site, Postgres],
) -> None:
    """What it never shipped is put aside; the caller is known from Asterisk, and told once."""
    site, server = without_database
    one = site.start("one")
    await site.leads(one)
    two = site.start("two")
    await site.stands_by(two)
    async with phones(site, Answer(after=0.3)) as (seat, citizen):
        cookie = await sign_in(one)
        await sit_down(one, cookie)
        await until(lambda: kinds(site, "two", epoch=1) == kinds(site, "one", epoch=1))
        server.stop()
        call = await asks_for_a_person(citizen)
        await until(lambda: "call-queued" in kinds(site, "one", epoch=1))
        one.send(signal.SIGKILL)
        await asyncio.sleep(STALE_AFTER.total_seconds() + 1)
        assert not two.said("taking the lead")
        server.start()
        await site.takes_over(two)
        await shows(two, cookie, lambda floor: waiting(floor) == 1)

        await done(two, "/api/seat/available", cookie=cookie)
        await talks(await seat.next_call(within=PATIENCE))
        await until(lambda: "seat-answered" in kinds(site, "two", epoch=2))
        assert call.log.phase is Phase.TALKING
        call.hang_up()
        again = site.start("one-again", folder="one")
        await site.stands_by(again)
    assert list((site.root / "one/journal").glob("*.late"))
    told = kinds(site, "two", epoch=2)
    assert [told.count(kind) for kind in ("call-queued", "seat-answered")] == [1, 1]
    for name in ("one", "two"):
        await until(partial(seal_holds, site, name))


def places_of(site: Site, name: str) -> AuditPlaces:
    return AuditPlaces(
        journal=site.root / name / "journal",
        asterisk_log=site.asterisk.log,
        console=None,
        dsn=site.told["HOTLINE_DATABASE_DSN"],
        site="220100",
    )


def took_over_from(member: Member) -> str:
    """What its log says of the leader before it: "leading" (then it was stale) or "resigned"."""
    (taking,) = [line for line in member.log() if line["event"] == "taking the lead"]
    return str(taking["former"])


async def misses_the_database(standby: Member) -> bool:
    ready = await ask(standby, "GET", "/readyz")
    if ready is None:
        return False
    known = {"standby": True, "database": False}
    return ready[0] == 503 and ready[1]["dependencies"] == known


def kinds(site: Site, name: str, *, epoch: int) -> list[str]:
    """Of the facts of that epoch in this folder."""
    return [entry.kind for entry in read(site.root / name / "journal") if entry.epoch == epoch]


async def seal_holds(site: Site, name: str) -> bool:
    """A folder that follows is a moment behind PostgreSQL."""
    return not (await check_seal(places_of(site, name))).differences


async def follows(site: Site, name: str, *, epoch: int) -> None:
    """Until a fact of that epoch was shipped."""
    mark = site.root / name / "journal/shipped"
    await until(lambda: b'"epoch":%d' % epoch in mark.read_bytes())


async def alarmed(member: Member, alarm: str) -> None:
    """The watchman asks every 5 s and waits for an answer as long as a slow one may take."""
    async with asyncio.timeout(STARTS_WITHIN_S):
        while True:
            ready = await ask(member, "GET", "/readyz")
            if ready is not None and alarm in ready[1]["alarms"]:
                return
            await asyncio.sleep(0.2)
