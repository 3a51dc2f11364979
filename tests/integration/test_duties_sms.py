"""SMS that are owed: in PostgreSQL, to a gateway over HTTP; and the telling to the journal."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from callbacks.attempt_store import PgAttemptStore
from callbacks.duty import AttemptId, Outcome
from callbacks.engine import AttemptEngine
from callbacks.facts import FACTS
from callbacks.fold import DutyFold
from callbacks.sms import NoSms, PgSmsOutbox, SmsRelay, WebhookSms
from callbacks.sms_settings import SmsSettings
from callbacks.surveys import SurveyList
from callbacks.telling import DutyTeller
from cases.webhook import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, signature
from kernel.errors import BadSettings
from kernel.fact import Fact
from kernel.ids import DutyId, NumberKey, uuid7
from kernel.phone import PhoneNumber
from storage.pool import Pool
from tests.contracts.duty_store import NOON, RULES, SECOND, Cases, a_case
from tests.fakes.fake_clock import FakeClock
from tests.integration.case_database import migrated_pool

SECRET = "0123456789abcdef"


@pytest.fixture
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


class Vault:
    async def reveal(self, key: NumberKey) -> PhoneNumber | None:
        return PhoneNumber.parse("13812345678")


async def exhaust_one(pool: Pool) -> DutyId:
    """A survey whose number is empty."""
    store = PgAttemptStore(pool)
    engine = AttemptEngine(store, RULES, "w")
    await SurveyList(store, Cases(), RULES).owe(a_case(), NOON)
    claim = await engine.claim_next({"survey"}, NOON)  # type: ignore[arg-type]
    assert claim is not None
    attempt = await engine.begin(claim, AttemptId(uuid7()), NOON)
    await engine.settle(claim, attempt.id, Outcome.EMPTY_NUMBER, NOON + SECOND)
    return claim.ids[0]


async def test_the_gateway_is_told_once_it_says_yes_signed_and_with_the_number(
    pool: Pool,
) -> None:
    duty, heard, answers = await exhaust_one(pool), [], [500, 200]

    async def take(request: web.Request) -> web.Response:
        body, stamp = await request.read(), request.headers[TIME_HEADER]
        expected = signature(SECRET.encode(), stamp, request.headers[KEY_HEADER], body)
        assert request.headers[SIGNATURE_HEADER] == expected
        heard.append((request.headers[KEY_HEADER], (await request.json())["number"]))
        return web.Response(status=answers.pop(0))

    app = web.Application()
    app.router.add_post("/sms", take)
    clock = FakeClock(NOON + SECOND)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        settings = SmsSettings(
            send="webhook", url=str(server.make_url("/sms")), secret=SecretStr(SECRET)
        )
        sender = WebhookSms(session, settings, clock)
        relay = SmsRelay(PgSmsOutbox(pool), sender, Vault(), settings, clock)
        assert await relay.deliver_due() == 1
        assert await relay.deliver_due() == 0  # refused: not before its pause is over
        clock.advance(60)
        assert await relay.deliver_due() == 1
        clock.advance(3600)
        assert await relay.deliver_due() == 0

    assert heard == [(duty, "+8613812345678")] * 2
    assert await pool.fetchval("select sent_at from sms_outbox") is not None


async def test_a_site_without_sms_lists_what_was_not_sent(pool: Pool) -> None:
    await exhaust_one(pool)
    relay = SmsRelay(PgSmsOutbox(pool), NoSms(), Vault(), SmsSettings(), FakeClock(NOON + SECOND))

    assert await relay.deliver_due() == 1

    row = await pool.fetchrow("select sent_at, skipped_at from sms_outbox")
    assert row is not None
    assert row["sent_at"] is None
    assert row["skipped_at"] is not None


async def test_a_gateway_that_never_answers_is_given_up_in_the_end(pool: Pool) -> None:
    await exhaust_one(pool)
    clock = FakeClock(NOON + SECOND)
    settings = SmsSettings(
        send="webhook", url="http://127.0.0.1:1/", secret=SecretStr(SECRET),
        give_up_after=timedelta(minutes=1),
    )  # fmt: skip
    async with aiohttp.ClientSession() as session:
        sender = WebhookSms(session, settings, clock)
        relay = SmsRelay(PgSmsOutbox(pool), sender, Vault(), settings, clock)
        await relay.deliver_due()
        clock.advance(120)
        await relay.deliver_due()

    row = await pool.fetchrow("select given_up_at, last_error from sms_outbox")
    assert row is not None
    assert row["given_up_at"] is not None
    assert "127.0.0.1" not in row["last_error"]


async def test_a_webhook_without_a_secret_stops_the_start() -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(BadSettings, match="HOTLINE_SMS_SECRET"):
            WebhookSms(session, SmsSettings(), FakeClock())


async def test_the_steps_told_to_the_journal_fold_to_the_rows_also_when_told_twice(
    pool: Pool,
) -> None:
    duty = await exhaust_one(pool)
    journal: list[Fact] = []
    store = PgAttemptStore(pool)
    teller = DutyTeller(store, journal.extend, FakeClock())
    waiting = await store.untold(100)

    assert await teller.tell() == len(waiting)
    assert await teller.tell() == 0
    await pool.execute("update duty_event set told_at = null")  # we died before it was marked
    await teller.tell()

    fold = DutyFold()
    fold.apply(journal[: len(waiting)])
    twice = DutyFold()
    twice.apply(journal)
    stored = await pool.fetchval("select state from duty where id = $1", duty)
    assert fold == twice
    assert (fold.states[duty], fold.outstanding()) == (stored, set())
    assert {type(fact) for fact in journal} <= set(FACTS)
