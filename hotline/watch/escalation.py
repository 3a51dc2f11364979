"""An alarm that nobody acknowledges is told outside: signed as our other webhooks are, repeated.

What was told is a fact. Nothing is stored but that: whoever leads next raises anew what still is
so, and tells it anew; `Idempotency-Key` makes a repeated message one over there.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import aiohttp
import orjson
import structlog

from cases.webhook import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, signature
from console.alarms_shown import AlarmRow
from hotline.watch.alarm_settings import Escalation
from kernel.clock import Clock

log = structlog.get_logger(__name__)

LOOK_EVERY: Final = 1.0  # seconds


class Board(Protocol):
    """`hotline/watch/alarms.py: Alarms`."""

    def standing(self) -> Sequence[AlarmRow]: ...

    def escalated(self, name: str, now: datetime, attempts: int) -> None: ...


@dataclass(slots=True)
class _Try:
    since: datetime  # of the alarm
    attempts: int = 0
    again_at: datetime | None = None  # None: as soon as it is due


class Escalator:
    def __init__(
        self, board: Board, settings: Escalation, secret: str, clock: Clock, site: str
    ) -> None:
        self._board = board
        self._settings = settings
        self._secret = secret.encode()
        self._clock = clock
        self._site = site
        self._tries: dict[str, _Try] = {}

    async def run(self) -> None:
        """For ever, if there is anybody to tell."""
        if not self._settings.url:
            return
        limit = aiohttp.ClientTimeout(total=self._settings.answer_within_s)
        async with aiohttp.ClientSession(timeout=limit) as session:
            while True:
                await self.tell_due(session)
                await asyncio.sleep(LOOK_EVERY)

    async def tell_due(self, session: aiohttp.ClientSession) -> int:
        """One look; how many were tried."""
        due = self.due(self._clock.now())
        for row in due:
            await self._tell(session, row)
        return len(due)

    def due(self, now: datetime) -> list[AlarmRow]:
        """Standing long enough, acknowledged by nobody, and not told lately."""
        standing = {row.name: row for row in self._board.standing()}
        self._tries = {
            name: tried
            for name, tried in self._tries.items()
            if name in standing and standing[name].since == tried.since
        }
        return [row for row in standing.values() if self._is_due(row, now)]

    def _is_due(self, row: AlarmRow, now: datetime) -> bool:
        if row.acknowledged_at is not None or row.severity not in self._settings.severities:
            return False
        tried = self._tries.get(row.name)
        if tried is not None and tried.again_at is not None:
            return now >= tried.again_at
        return now - row.since >= timedelta(minutes=self._settings.after_min)

    async def _tell(self, session: aiohttp.ClientSession, row: AlarmRow) -> None:
        tried = self._tries.setdefault(row.name, _Try(row.since))
        tried.attempts += 1
        why = await self._send(session, row)
        now, settings = self._clock.now(), self._settings
        if why is None:
            self._board.escalated(row.name, now, tried.attempts)
            tried.attempts, tried.again_at = 0, now + timedelta(minutes=settings.again_min)
            return
        pause = min(
            settings.retry_first_s * 2 ** min(tried.attempts - 1, 20), settings.retry_at_most_s
        )
        tried.again_at = now + timedelta(seconds=pause)
        log.warning("alarm not escalated", alarm=row.name, why=why, attempts=tried.attempts)

    async def _send(self, session: aiohttp.ClientSession, row: AlarmRow) -> str | None:
        """None: they have it."""
        now = self._clock.now()
        told = int((now - row.since).total_seconds() // (self._settings.again_min * 60))
        key = f"{self._site}:{row.name}:{int(row.since.timestamp())}:{told}"
        body, stamp = self._payload(row, now, key), str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            KEY_HEADER: key,
            TIME_HEADER: stamp,
            SIGNATURE_HEADER: signature(self._secret, stamp, key, body),
        }
        url = self._settings.url
        try:
            async with session.post(url, data=body, headers=headers, allow_redirects=False) as got:
                return None if 200 <= got.status < 300 else f"status {got.status}"
        except (aiohttp.ClientError, TimeoutError) as trouble:
            return type(trouble).__name__  # its text may hold the address

    def _payload(self, row: AlarmRow, now: datetime, key: str) -> bytes:
        said = row.model_dump(mode="json", exclude={"acknowledged_by", "acknowledged_at"})
        return orjson.dumps(
            {
                "event": "alarm.unacknowledged",
                "message_key": key,
                "site": self._site,
                "stands_s": round((now - row.since).total_seconds()),
                **said,
            },
            option=orjson.OPT_SORT_KEYS,
        )
