"""Cookie sessions: an opaque random id in the browser, its digest in PostgreSQL, a copy in memory.

With PostgreSQL away the sessions that are known here go on; only new logins wait. What another
process signed out is noticed at the next look, at most `look_again_after` later.
"""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import structlog

from console.logins import Login, Role, Session
from console.ports import KeepsLogins
from kernel.clock import Clock
from kernel.errors import Unavailable

log = structlog.get_logger()


@dataclass(slots=True)
class _Known:
    session: Session
    looked_at: datetime


def key_of(token: str) -> bytes:
    """What is kept of a session id: its SHA-256. 256 random bits need no slow hash."""
    return sha256(token.encode()).digest()


class Sessions:
    look_again_after: Final = timedelta(seconds=30)
    look_within: Final = 2.0  # s; a store that hangs is as good as away
    tidy_every: Final = timedelta(hours=1)

    def __init__(
        self,
        store: KeepsLogins,
        clock: Clock,
        *,
        lasts: timedelta,
        wall_lasts: timedelta | None = None,
    ) -> None:
        """`wall_lasts`: of a screen that nobody signs in each morning; as `lasts` without it."""
        self._store = store
        self._clock = clock
        self._lasts = lasts
        self._wall_lasts = wall_lasts or lasts
        self._known: dict[bytes, _Known] = {}
        self._tidied_at = clock.now()
        self._closed: dict[bytes, datetime] = {}  # signed out here, not yet in the store

    async def open(self, login: Login) -> tuple[str, Session]:
        """A new session and the id for its cookie. Raises Unavailable without the database."""
        now = self._clock.now()
        token = secrets.token_urlsafe(32)
        lasts = self._wall_lasts if login.role is Role.WALL else self._lasts
        session = Session(login, now, now + lasts)
        await self._store.save_session(key_of(token), login.name, now, session.expires_at)
        self._known[key_of(token)] = _Known(session, now)
        if now - self._tidied_at >= self.tidy_every:
            await self.tidy()
        return token, session

    async def find(self, token: str) -> Session | None:
        """The session of a cookie; None when unknown, expired or signed out."""
        now = self._clock.now()
        key = key_of(token)
        if key in self._closed:
            return None
        known = self._known.get(key)
        if known is None or now - known.looked_at >= self.look_again_after:
            known = await self._look(key, known, now)
        if known is None or known.session.expires_at <= now:
            self._known.pop(key, None)
            return None
        return known.session

    async def close(self, token: str) -> None:
        """Signed out at once here; in the store as soon as it can be reached."""
        key = key_of(token)
        known = self._known.pop(key, None)
        until = known.session.expires_at if known else self._clock.now() + self._wall_lasts
        self._closed[key] = until
        await self._tell_closed()

    async def close_all_of(self, login: str, *, but: bytes | None = None) -> list[bytes]:
        """Every session of an account but one; the keys of those known here. Raises Unavailable."""
        keys = [
            key
            for key, known in self._known.items()
            if known.session.login.name == login and key != but
        ]
        for key in keys:
            self._closed[key] = self._known.pop(key).session.expires_at
        await self._store.drop_sessions_of(login, but)
        await self._tell_closed()
        return keys

    async def tidy(self) -> None:
        """Drop what has expired and hand in sign-outs that are still owed; a login does it
        hourly."""
        now = self._tidied_at = self._clock.now()
        self._known = {k: v for k, v in self._known.items() if v.session.expires_at > now}
        self._closed = {k: until for k, until in self._closed.items() if until > now}
        await self._tell_closed()
        try:
            await self._store.drop_expired_sessions(now)
        except Unavailable as err:
            log.warning("expired sessions not dropped yet", why=err.code)

    async def _look(self, key: bytes, known: _Known | None, now: datetime) -> _Known | None:
        try:
            async with asyncio.timeout(self.look_within if known else None):
                session = await self._store.session(key)
        except (Unavailable, TimeoutError):
            if known is None:
                raise
            known.looked_at = now
            return known
        if session is None or key in self._closed:  # signed out while we looked
            self._known.pop(key, None)
            return None
        self._known[key] = fresh = _Known(session, now)
        return fresh

    async def _tell_closed(self) -> None:
        for key in list(self._closed):
            try:
                await self._store.drop_session(key)
            except Unavailable as err:
                log.warning("sign-out not stored yet", why=err.code)
                return
            self._closed.pop(key, None)
