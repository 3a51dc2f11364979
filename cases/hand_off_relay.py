"""Tells an emergency line's own system of each hand-off (EMG-03): signed, repeated, answered.

Delivery is at least once; `Idempotency-Key` makes it once in effect over there. Its answer is ack
or reject; what is rejected comes back to the agent with an alarm. What is sent is put together at
that moment: the outbox holds nothing personal.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

import aiohttp
import orjson
import structlog

from cases.hand_off_settings import HandOffSettings
from cases.hand_offs import HandOffMessage, HandOffRecord
from cases.webhook import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, signature
from kernel.clock import Clock
from kernel.errors import HotlineError, Unavailable
from kernel.fact import Fact
from telephony.emergency_facts import HandOffTold

log = structlog.get_logger()

_BODY_KEPT: Final = 2000  # characters of the answer
_REFERENCE_KEPT: Final = 64
_REJECTED: Final = frozenset({409, 422})

TellsMore = Callable[[HandOffRecord], Awaitable[Mapping[str, object]]]
Addresses = Callable[[str], str | None]  # of the system that an emergency number's line tells now


class Answer(StrEnum):
    ACK = "ack"
    REJECT = "reject"
    SILENT = "silent"  # nobody took it in time


class KeepsMessages(Protocol):
    """`cases/hand_off_store.py: PgHandOffs` fits by shape. Each raises Unavailable."""

    async def claim(
        self, now: datetime, *, at_most: int, hold: timedelta
    ) -> tuple[HandOffMessage, ...]: ...

    async def sent(self, message: HandOffMessage, at: datetime) -> bool: ...

    async def not_sent(
        self, message: HandOffMessage, why: str, *, again_at: datetime, given_up_at: datetime | None
    ) -> None: ...


def payload_of(message: HandOffMessage, more: Mapping[str, object]) -> bytes:
    """The request's JSON. `more`: the caller's number, the place, the summary (EMG-03)."""
    record = message.record
    return orjson.dumps(
        {
            "event": f"hand_off.{message.kind}",
            "message_key": message.key,
            "hand_off": record.id,
            "call": record.call,
            "to": record.code,
            "agent_no": record.agent,
            "asked_at": record.asked_at,
            "rung_at": record.rung_at,
            "answered_at": record.answered_at,
            "over_at": record.over_at,
            "result": record.result,
            "owner": record.owner,
            "receiver_no": record.receiver_no,
            "incident_no": record.incident_no,
            "recording": record.call if record.recorded else None,
            "ticket_nos": record.tickets,
            **more,
        },
        option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z,
    )


def answer_of(status: int, text: str) -> tuple[Answer | None, str]:
    """What they said, and their own reference; None: nothing that counts, ask again.

    2xx is an ack unless its JSON says {"state": "reject"}; 409 and 422 are a reject.
    """
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        said = None
    said = said if isinstance(said, dict) else {}
    reference = str(said.get("reference") or said.get("ref") or "")[:_REFERENCE_KEPT]
    if status in _REJECTED:
        return Answer.REJECT, reference
    if not 200 <= status < 300:
        return None, ""
    return (Answer.REJECT if said.get("state") == "reject" else Answer.ACK), reference


class HandOffRelay:
    """Several may run at once; each message is claimed by one of them."""

    def __init__(
        self,
        messages: KeepsMessages,
        of: tuple[HandOffSettings, Addresses],
        clock: Clock,
        more: TellsMore,
        write: Callable[[list[Fact]], None],
    ) -> None:
        settings, self._address = of
        assert settings.secret is not None, "a message is signed"
        self._messages = messages
        self._settings = settings
        self._clock = clock
        self._more = more
        self._write = write
        self._secret = settings.secret.get_secret_value().encode()

    async def run(self) -> None:
        """For ever; a database that is away is waited for."""
        timeout = aiohttp.ClientTimeout(total=self._settings.answer_within.total_seconds())
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                try:
                    await self.deliver_due(session)
                except Unavailable as away:
                    log.warning("messages of hand-offs wait", why=str(away))
                await asyncio.sleep(self._settings.poll_every.total_seconds())

    async def deliver_due(self, session: aiohttp.ClientSession) -> int:
        """One batch; how many were tried. Raises Unavailable."""
        settings, now = self._settings, self._clock.now()
        due = await self._messages.claim(now, at_most=settings.batch, hold=settings.claim_for)
        for message in due:
            await self._deliver(session, message)
        return len(due)

    async def _deliver(self, session: aiohttp.ClientSession, message: HandOffMessage) -> None:
        url = self._address(message.record.code)
        if url is None:  # a release took it away meanwhile
            await self._failed(message, "no system is told")
            return
        try:
            answer, reference = await self._send(session, url, message)
        except (aiohttp.ClientError, TimeoutError) as err:
            await self._failed(message, type(err).__name__)  # its text may hold the address
            return
        except Unavailable:
            raise
        except HotlineError as err:
            await self._failed(message, err.code)
            return
        if answer is None:
            await self._failed(message, "no answer that counts")
        elif await self._messages.sent(message, self._clock.now()):
            self._tell(message, answer, reference)

    async def _send(
        self, session: aiohttp.ClientSession, url: str, message: HandOffMessage
    ) -> tuple[Answer | None, str]:
        body = payload_of(message, await self._more(message.record))
        stamp = str(int(self._clock.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            KEY_HEADER: message.key,
            TIME_HEADER: stamp,
            SIGNATURE_HEADER: signature(self._secret, stamp, message.key, body),
        }
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            text = (await answer.content.read(_BODY_KEPT)).decode(errors="replace")
            return answer_of(answer.status, text)

    async def _failed(self, message: HandOffMessage, why: str) -> None:
        settings, now = self._settings, self._clock.now()
        over = now - message.made_at >= settings.give_up_after
        doubled = settings.retry_first * (1 << min(max(message.attempts, 1) - 1, 20))
        again_at = now + min(doubled, settings.retry_at_most)
        given_up_at = now if over else None
        await self._messages.not_sent(message, why, again_at=again_at, given_up_at=given_up_at)
        log.warning("hand-off not told", hand_off=message.record.id, why=why, given_up=over)
        if over:
            self._tell(message, Answer.SILENT, "")

    def _tell(self, message: HandOffMessage, answer: Answer, reference: str) -> None:
        record = message.record
        if message.kind == "over" and answer is Answer.ACK and record.answer:
            return  # it stands as it was said when the hand-off began
        log.info("hand-off told", hand_off=record.id, answer=answer)
        told = HandOffTold(
            at=self._clock.now(),
            call=record.call,
            hand_off=record.id,
            answer=answer,
            reference=reference or record.reference,
        )
        self._write([told])
