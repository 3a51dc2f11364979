"""Tickets told to a foreign case system that fails, is slow, answers twice, or vanishes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from cases.outbox import Outbox
from cases.settings import WebhookSettings
from cases.store import PgCaseStore
from cases.webhook import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, WebhookRelay, signature
from storage.pool import Pool
from tests.cases.filings import AT, NAME, NUMBER, filing
from tests.fakes.fake_clock import FakeClock
from tests.integration.case_database import CIPHER, migrated_pool

SECRET = "not a real secret 0123456789"


class ForeignSystem:
    """A case system over a real socket: answers what the script says, then 200, once in effect."""

    def __init__(self, *script: int | str) -> None:
        self.script = list(script)
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.cases: dict[str, dict[str, object]] = {}
        self.heard = asyncio.Event()
        self.over = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.requests.append((dict(request.headers), body))
        now = self.script.pop(0) if self.script else 200
        if now == "hang":
            await self.over.wait()
            return web.Response(status=200)
        if now == "takes it, then breaks off":
            self._take(request, body)
            assert request.transport is not None, "the connection stands while we answer"
            request.transport.abort()
            return web.Response(status=200)
        if isinstance(now, int) and now != 200:
            return web.Response(status=now, text=f"no: {NAME}")
        return web.json_response({"ref": self._take(request, body)})

    def _take(self, request: web.Request, body: bytes) -> str:
        key = request.headers[KEY_HEADER]
        self.cases.setdefault(key, orjson.loads(body))
        self.heard.set()
        return f"F-{list(self.cases).index(key) + 1}"

    @asynccontextmanager
    async def up(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/tickets", self.answer)
        async with TestServer(app, host="127.0.0.1") as server:
            try:
                yield str(server.make_url("/tickets"))
            finally:
                self.over.set()


@pytest.fixture
async def pool(postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(postgres_dsn) as pool:
        yield pool


class Site:
    """Our side: store, outbox, relay, and a clock moved by hand."""

    def __init__(self, pool: Pool, url: str, answer_within: float = 20.0) -> None:
        self.clock = FakeClock(AT)
        self.store = PgCaseStore(pool, CIPHER, tells_foreign=True)
        self.outbox = Outbox(pool, CIPHER)
        self.settings = WebhookSettings(
            url=url,
            secret=SecretStr(SECRET),
            answer_within=timedelta(seconds=answer_within),
            give_up_after=timedelta(hours=1),
        )
        self.relay = WebhookRelay(self.outbox, self.store, self.settings, self.clock)

    async def deliver(self) -> int:
        async with self.relay.open_session() as session:
            return await self.relay.deliver_due(session)


async def test_a_ticket_arrives_whole_signed_and_with_its_key(pool: Pool) -> None:
    foreign = ForeignSystem()
    async with foreign.up() as url:
        site = Site(pool, url)
        sent = filing()
        receipt = await site.store.take(sent)

        await site.deliver()

    ((headers, body),) = foreign.requests
    told = orjson.loads(body)
    assert headers[SIGNATURE_HEADER] == signature(
        SECRET.encode(), headers[TIME_HEADER], sent.ticket_key, body
    )
    assert headers[TIME_HEADER] == str(int(AT.timestamp()))
    assert (told["ticket_no"], told["case_id"]) == (receipt.ticket_no, receipt.case_id)
    assert told["personal"]["caller_number"] == NUMBER
    kept = await site.outbox.receipt(sent.ticket_key)
    assert kept is not None
    assert (kept.http_status, kept.foreign_ref) == (200, "F-1")
    assert (await site.outbox.standing()).waiting == 0


async def test_it_is_told_again_after_failure_time_out_and_redirect(pool: Pool) -> None:
    foreign = ForeignSystem(500, "hang", 302, 429)
    async with foreign.up() as url:
        patient, hasty = Site(pool, url), Site(pool, url, answer_within=1.5)
        await patient.store.take(filing())

        tried = []
        for site in (patient, hasty, patient, patient, patient):
            tried.append(await site.deliver())
            assert await site.deliver() == 0  # not before its pause is over
            for one in (patient, hasty):
                one.clock.advance(60)

    assert tried == [1, 1, 1, 1, 1]
    assert len(foreign.cases) == 1
    assert await patient.deliver() == 0


async def test_an_answer_lost_on_the_way_makes_no_second_case(pool: Pool) -> None:
    """They took it and the line broke: at least once on the wire, once in effect."""
    foreign = ForeignSystem("takes it, then breaks off", 200, 200)
    async with foreign.up() as url:
        site = Site(pool, url)
        await site.store.take(filing())
        await site.deliver()
        site.clock.advance(60)
        await site.deliver()

    assert len(foreign.requests) >= 2
    assert len({headers[KEY_HEADER] for headers, _ in foreign.requests}) == 1
    assert len(foreign.cases) == 1


async def test_with_nobody_there_the_word_waits_and_at_last_is_given_up(pool: Pool) -> None:
    async with ForeignSystem().up() as url:
        pass  # gone again, and its port with it
    site = Site(pool, url)
    await site.store.take(filing())

    await site.deliver()
    waiting = await site.outbox.standing()
    site.clock.advance(3600)
    await site.deliver()

    assert (waiting.waiting, waiting.given_up, waiting.oldest) == (1, 0, AT)
    assert (await site.outbox.standing()).given_up == 1
    site.clock.advance(3600)
    assert await site.deliver() == 0


async def test_a_relay_that_died_with_its_claim_is_relieved(pool: Pool) -> None:
    foreign = ForeignSystem()
    async with foreign.up() as url:
        site = Site(pool, url)
        await site.store.take(filing())
        (dead,) = await site.outbox.claim(AT, at_most=9, hold=site.settings.claim_for)

        assert await site.deliver() == 0
        site.clock.advance(site.settings.claim_for.total_seconds())
        assert await site.deliver() == 1

    kept = await site.outbox.receipt(dead.event_key)
    assert kept is not None
    assert not await site.outbox.sent(dead, kept)  # the late one changes nothing


async def test_two_relays_never_tell_the_same_word_at_once(pool: Pool) -> None:
    foreign = ForeignSystem()
    async with foreign.up() as url:
        site, twin = Site(pool, url), Site(pool, url)
        for _ in range(12):
            await site.store.take(filing())

        tried = await asyncio.gather(site.deliver(), twin.deliver())

    assert sum(tried) == 12 == len(foreign.requests) == len(foreign.cases)


async def test_what_waits_and_what_came_back_hold_nothing_personal(pool: Pool) -> None:
    foreign = ForeignSystem(500, 200)
    async with foreign.up() as url:
        site = Site(pool, url)
        await site.store.take(filing())
        await site.deliver()
        site.clock.advance(60)
        await site.deliver()

    rows = await pool.fetch(
        "select o::text || coalesce(r::text, '') as line from outbox o "
        "left join outbox_receipt r using (event_key)"
    )
    assert len(rows) == 1
    assert NAME not in rows[0]["line"]
    assert NUMBER not in rows[0]["line"]


async def test_the_running_relay_is_woken_by_a_filing(pool: Pool) -> None:
    foreign = ForeignSystem()
    async with foreign.up() as url, asyncio.timeout(30), asyncio.TaskGroup() as group:
        site = Site(pool, url)
        running = group.create_task(site.relay.run())
        await site.store.take(filing())
        site.relay.wake()
        await foreign.heard.wait()
        running.cancel()

    assert len(foreign.cases) == 1


async def test_a_repeated_submission_is_told_once(pool: Pool) -> None:
    foreign = ForeignSystem()
    async with foreign.up() as url:
        site = Site(pool, url)
        sent = filing()
        await site.store.take(sent)
        await site.store.take(sent)

        assert await site.deliver() == 1
