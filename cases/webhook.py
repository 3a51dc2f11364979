"""Tells a site's own case system of each ticket: signed, repeated until it says yes.

Delivery is at least once; `Idempotency-Key` (the ticket key) makes it once in effect on the other
side. `nth` orders the tickets of one case, because two relays keep no order. What is sent is opened
from the store at that moment: the outbox holds nothing personal.
"""

import asyncio
import hmac
from datetime import timedelta
from typing import Final, Protocol

import aiohttp
import orjson
import structlog

from cases.case import TicketFile
from cases.outbox import ForeignReceipt, Outbox, Word
from cases.settings import WebhookSettings
from kernel.clock import Clock
from kernel.errors import HotlineError, Unavailable
from kernel.ids import TicketNo

log = structlog.get_logger()

KEY_HEADER: Final = "Idempotency-Key"
TIME_HEADER: Final = "X-Hotline-Timestamp"
SIGNATURE_HEADER: Final = "X-Hotline-Signature"
_BODY_KEPT: Final = 2000  # characters of the answer
_REF_KEPT: Final = 64


class ReadsTickets(Protocol):
    async def ticket(self, number: TicketNo) -> TicketFile: ...


def signature(secret: bytes, timestamp: str, key: str, body: bytes) -> str:
    """`v1=<hex>`: HMAC-SHA256 over timestamp, key and body, so that none of them can be changed.

    The receiver refuses timestamps (unix seconds) that are more than a few minutes off.
    """
    signed = b".".join((timestamp.encode(), key.encode(), body))
    return "v1=" + hmac.digest(secret, signed, "sha256").hex()


def payload_of(word: Word, ticket: TicketFile) -> bytes:
    """The request's JSON: C1 in `frame`, C2 and C3 in `said` and `personal` (numbers in E.164)."""
    guard = ticket.protection
    return orjson.dumps(
        {
            "event": word.kind,
            "event_key": word.event_key,
            "ticket_no": ticket.ticket_no,
            "ticket_key": ticket.ticket_key,
            "case_id": ticket.case_id,
            "nth": ticket.nth,
            "parent_ticket_no": ticket.parent_ticket_no,
            "submitted_at": ticket.submitted_at,
            "region_code": ticket.region_code,
            "is_anonymous": guard.anonymous,
            "is_confidential": guard.confidential,
            "is_whistleblower": guard.whistleblower,
            "frame": dict(ticket.frame),
            "said": dict(ticket.said),
            "personal": dict(ticket.personal),
        },
        option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z,
    )


def pause_after(attempts: int, settings: WebhookSettings) -> timedelta:
    """Doubling from `retry_first`, at most `retry_at_most`."""
    doubled = settings.retry_first * (1 << min(max(attempts, 1) - 1, 20))
    return min(doubled, settings.retry_at_most)


class WebhookRelay:
    """Several may run at once; each word is claimed by one of them. `wake()` after a filing."""

    def __init__(
        self, outbox: Outbox, tickets: ReadsTickets, settings: WebhookSettings, clock: Clock
    ) -> None:
        assert settings.secret is not None, "a webhook is signed"
        self._outbox = outbox
        self._tickets = tickets
        self._settings = settings
        self._clock = clock
        self._secret = settings.secret.get_secret_value().encode()
        self._wake = asyncio.Event()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """For ever; a database that is away is waited for."""
        async with self.open_session() as session:
            while True:
                self._wake.clear()
                await self._deliver_all(session)
                await self._wait()

    async def _deliver_all(self, session: aiohttp.ClientSession) -> None:
        try:
            while await self.deliver_due(session):
                log.debug("more may be due")
        except Unavailable as err:
            log.warning("the outbox waits", why=str(err))

    def open_session(self) -> aiohttp.ClientSession:
        timeout = aiohttp.ClientTimeout(total=self._settings.answer_within.total_seconds())
        return aiohttp.ClientSession(timeout=timeout)

    async def deliver_due(self, session: aiohttp.ClientSession) -> int:
        """One batch, one after the other; how many words were tried. Raises Unavailable."""
        hold = self._settings.claim_for
        words = await self._outbox.claim(self._clock.now(), at_most=self._settings.batch, hold=hold)
        tried_by = self._clock.now() + hold - self._settings.answer_within
        for word in words:
            if self._clock.now() >= tried_by:
                break  # the claim runs out: the next round takes them again
            await self._deliver(session, word)
        return len(words)

    async def _deliver(self, session: aiohttp.ClientSession, word: Word) -> None:
        try:
            receipt = await self._send(session, word)
        except (aiohttp.ClientError, TimeoutError) as err:
            await self._failed(word, type(err).__name__)  # its text may hold the address
            return
        except Unavailable:
            raise
        except HotlineError as err:  # e.g. a value that cannot be opened
            await self._failed(word, err.code)
            return
        if not 200 <= receipt.http_status < 300:
            await self._failed(word, f"answer {receipt.http_status}")
            return
        if await self._outbox.sent(word, receipt):
            log.info("ticket told to the case system", ticket_no=word.ticket_no)

    async def _send(self, session: aiohttp.ClientSession, word: Word) -> ForeignReceipt:
        body = payload_of(word, await self._tickets.ticket(word.ticket_no))
        timestamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            KEY_HEADER: word.event_key,
            TIME_HEADER: timestamp,
            SIGNATURE_HEADER: signature(self._secret, timestamp, word.event_key, body),
        }
        async with session.post(
            self._settings.url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            text = (await answer.content.read(_BODY_KEPT)).decode(errors="replace")
            return ForeignReceipt(
                received_at=self._clock.now(),
                http_status=answer.status,
                foreign_ref=_reference(text),
                body=text,
            )

    async def _failed(self, word: Word, why: str) -> None:
        now = self._clock.now()
        over = now - word.made_at >= self._settings.give_up_after
        again_at = now + pause_after(word.attempts, self._settings)
        await self._outbox.failed(word, why, again_at=again_at, given_up_at=now if over else None)
        tell = log.error if over else log.warning
        tell(
            "ticket not told to the case system",
            ticket_no=word.ticket_no,
            attempts=word.attempts,
            why=why,
            given_up=over,
        )

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._settings.poll_every.total_seconds()):
                await self._wake.wait()
        except TimeoutError:
            return


def _reference(text: str) -> str:
    """The other side's id for the ticket: `ref` or `id` of its JSON; "" if it names none."""
    try:
        answer = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(answer, dict):
        return ""
    found = answer.get("ref") or answer.get("id") or ""
    return str(found)[:_REF_KEPT]
