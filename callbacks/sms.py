"""Tells a site's SMS gateway whom we could not reach (MISS-02, CBK-02): signed, until it says yes.

Delivery is at least once; `Idempotency-Key` (the duty's id) makes it once in effect on the other
side. The outbox holds the number's key only; the number is opened from the vault as it is sent.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import aiohttp
import orjson
import structlog

from callbacks.duty import DutyKind
from callbacks.ports import RevealsNumbers
from callbacks.sms_settings import SmsSettings
from cases.webhook import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, signature
from kernel.clock import Clock
from kernel.errors import BadSettings, HotlineError, Unavailable
from kernel.ids import DutyId, NumberKey, uuid7
from kernel.phone import PhoneNumber
from storage.pool import Pool

log = structlog.get_logger()

_CLAIM: Final = """
    with due as (
        select duty_id from sms_outbox
        where sent_at is null and skipped_at is null and given_up_at is null and due_at <= $1
            and (claimed_until is null or claimed_until <= $1)
        order by due_at, duty_id limit $2 for update skip locked)
    update sms_outbox o set claim = $3, claimed_until = $4, attempts = o.attempts + 1
    from due where o.duty_id = due.duty_id
    returning o.duty_id, o.number_key, o.purpose, o.made_at, o.valid_until, o.attempts"""
_SENT: Final = """
    update sms_outbox set sent_at = $3, last_error = null, claim = null, claimed_until = null
    where duty_id = $1 and claim = $2"""
_SKIPPED: Final = """
    update sms_outbox set skipped_at = $3, claim = null, claimed_until = null
    where duty_id = $1 and claim = $2"""
_FAILED: Final = """
    update sms_outbox set due_at = $3, last_error = $4, given_up_at = $5, claim = null,
        claimed_until = null
    where duty_id = $1 and claim = $2"""


class SmsRefused(HotlineError):
    """The gateway did not take it; `problem` holds no number."""

    code = "sms-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedSms:
    """One SMS under a claim. The link in it, if any, ends at `valid_until`."""

    duty: DutyId
    number_key: NumberKey
    purpose: DutyKind
    made_at: datetime
    valid_until: datetime
    attempts: int
    claim: str


class SendsSms(Protocol):
    async def send(self, owed: OwedSms, number: PhoneNumber) -> bool:
        """False: this site sends none. Raises SmsRefused, Unavailable: tried again."""


class NoSms:
    """`sms.send: off`: each is listed as skipped, so that a report says what was not sent."""

    async def send(self, owed: OwedSms, number: PhoneNumber) -> bool:
        return False


class WebhookSms:
    """Posts purpose, number and until when it holds; a 2xx answer is a yes."""

    def __init__(self, session: aiohttp.ClientSession, settings: SmsSettings, clock: Clock) -> None:
        if settings.secret is None:
            raise BadSettings(
                "sms.send is webhook and HOTLINE_SMS_SECRET is not set.",
                remedy="Set HOTLINE_SMS_SECRET to at least 16 characters, or sms.send to off.",
            )
        self._session = session
        self._settings = settings
        self._clock = clock
        self._secret = settings.secret.get_secret_value().encode()

    async def send(self, owed: OwedSms, number: PhoneNumber) -> bool:
        body = orjson.dumps(
            {
                "duty": owed.duty,
                "purpose": owed.purpose,
                "number": number.value,
                "valid_until": owed.valid_until,
            },
            option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z,
        )
        stamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            KEY_HEADER: owed.duty,
            TIME_HEADER: stamp,
            SIGNATURE_HEADER: signature(self._secret, stamp, owed.duty, body),
        }
        timeout = aiohttp.ClientTimeout(total=self._settings.answer_within.total_seconds())
        try:
            async with self._session.post(
                self._settings.url, data=body, headers=headers, timeout=timeout,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as err:  # its text may hold the address
            raise _refused(type(err).__name__) from err
        if not 200 <= status < 300:
            raise _refused(f"answer {status}")
        return True


class PgSmsOutbox:
    """Claimed row by row; whoever lost its claim can no longer mark the row."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def claim(self, now: datetime, *, at_most: int, hold: timedelta) -> Sequence[OwedSms]:
        name = uuid7()
        rows = await self._pool.fetch(_CLAIM, now, at_most, name, now + hold)
        return [
            OwedSms(
                duty=DutyId(row["duty_id"]),
                number_key=NumberKey(row["number_key"]),
                purpose=DutyKind(row["purpose"]),
                made_at=row["made_at"],
                valid_until=row["valid_until"],
                attempts=row["attempts"],
                claim=name,
            )
            for row in rows
        ]

    async def sent(self, owed: OwedSms, at: datetime) -> None:
        await self._pool.execute(_SENT, owed.duty, owed.claim, at)

    async def skipped(self, owed: OwedSms, at: datetime) -> None:
        await self._pool.execute(_SKIPPED, owed.duty, owed.claim, at)

    async def failed(
        self, owed: OwedSms, why: str, again_at: datetime, given_up_at: datetime | None
    ) -> None:
        await self._pool.execute(_FAILED, owed.duty, owed.claim, again_at, why[:200], given_up_at)


class SmsRelay:
    """Several may run at once. A database that is away is waited for."""

    def __init__(
        self,
        outbox: PgSmsOutbox,
        sms: SendsSms,
        numbers: RevealsNumbers,
        settings: SmsSettings,
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._sms = sms
        self._numbers = numbers
        self._settings = settings
        self._clock = clock

    async def run(self) -> None:
        while True:
            try:
                await self.deliver_due()
            except Unavailable as err:
                log.warning("the sms outbox waits", why=str(err))
            await asyncio.sleep(self._settings.poll_every.total_seconds())

    async def deliver_due(self) -> int:
        """One batch; how many were tried. Raises Unavailable."""
        hold = self._settings.claim_for
        batch = self._settings.batch
        found = await self._outbox.claim(self._clock.now(), at_most=batch, hold=hold)
        tried_by = self._clock.now() + hold - self._settings.answer_within
        for owed in found:
            if self._clock.now() >= tried_by:
                break  # the claim runs out: the next round takes them again
            await self._deliver(owed)
        return len(found)

    async def _deliver(self, owed: OwedSms) -> None:
        try:
            number = await self._numbers.reveal(owed.number_key)
            if number is None:
                raise _refused("the number is no longer kept")
            wanted = await self._sms.send(owed, number)
        except SmsRefused as err:
            await self._failed(owed, err.problem)
            return
        now = self._clock.now()
        if wanted:
            await self._outbox.sent(owed, now)
        else:
            await self._outbox.skipped(owed, now)
        log.info("sms handled", duty=owed.duty, sent=wanted)

    async def _failed(self, owed: OwedSms, why: str) -> None:
        now, settings = self._clock.now(), self._settings
        over = now - owed.made_at >= settings.give_up_after or now >= owed.valid_until
        pause = min(settings.retry_first * (1 << min(owed.attempts, 20)), settings.retry_at_most)
        await self._outbox.failed(owed, why, now + pause, now if over else None)
        tell = log.error if over else log.warning
        tell("sms not taken", duty=owed.duty, attempts=owed.attempts, why=why, given_up=over)


def _refused(why: str) -> SmsRefused:
    return SmsRefused(why, remedy="See whether the gateway at sms.url is up and takes our secret.")
