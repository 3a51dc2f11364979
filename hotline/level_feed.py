"""Figures told to the level above, and taken from those below: signed, repeated until yes (NAV-06).

What was changed by a late fact is told again: each round begins some hours before the last that
was heard. A level above that is away is told everything it missed, up to a week.
"""

import asyncio
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import aiohttp
import structlog
from pydantic import ValidationError

from cases.webhook import SIGNATURE_HEADER, TIME_HEADER, signature
from console.errors import BadForm
from figures.level_quarters import (
    AT_ONCE,
    LevelQuarters,
    LevelSettings,
    ToldQuarter,
    ToldQuarters,
)
from hotline.wiring import Hotline
from intake.branch_door import Signed, check_signature
from kernel.clock import Clock
from kernel.errors import Unavailable
from telephony.levels import Levels

log = structlog.get_logger(__name__)

LATE_FACTS: Final = timedelta(hours=3)
AT_MOST: Final = timedelta(days=7)


def level_key(secret: str, level: str) -> str:
    """What the level above gives to one below it, made of its own secret."""
    return hmac.digest(secret.encode(), f"level:{level}".encode(), "sha256").hex()


def purpose_of(level: str) -> str:
    return f"{level}/quarters"


class KeepsQuarters(Protocol):
    """`figures/level_quarters.py: LevelQuarters` fits by shape."""

    async def keep(self, site: str, told: Sequence[ToldQuarter]) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterDoor:
    """Where levels below tell their figures."""

    levels: Levels
    settings: LevelSettings
    store: KeepsQuarters
    clock: Clock

    async def take(self, level: str, signed: Signed) -> int:
        """How many were kept. Raises BadSignature, also for one that is not below us; BadForm,
        NoQuarter, Unavailable."""
        region = self._region(level)
        secret = self.settings.secret
        keys = [level_key(secret.get_secret_value(), level).encode()] if secret and region else []
        check_signature(signed, keys, self.clock.now())
        assert region is not None, "no key fits where there is none"
        try:
            told = ToldQuarters.model_validate_json(signed.body).quarters
        except ValidationError as err:
            raise BadForm(
                f"{err.error_count()} values cannot be read.", remedy="See openapi.json."
            ) from None
        await self.store.keep(region, told)
        return len(told)

    def _region(self, level: str) -> str | None:
        own = self.levels.here.region_code
        if level == self.levels.own or level not in self.levels.below(self.levels.own):
            return None
        region = self.levels.levels[level].region_code
        return region if region != own else None


class LevelFeed:
    """Tells our quarters to the level above. Keep `run()` running."""

    def __init__(
        self, store: LevelQuarters, levels: Levels, settings: LevelSettings, clock: Clock
    ) -> None:
        self._store = store
        self._levels = levels
        self._settings = settings
        self._clock = clock
        self._heard_at: datetime | None = None

    async def run(self) -> None:
        """For ever; a level above or a database that is away is waited for."""
        timeout = aiohttp.ClientTimeout(total=self._settings.answer_within_s)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                try:
                    await self.tell(session)
                except (Unavailable, aiohttp.ClientError, TimeoutError) as trouble:
                    log.warning("figures not told to the level above", why=type(trouble).__name__)
                await asyncio.sleep(self._settings.every_s)

    async def tell(self, session: aiohttp.ClientSession) -> int:
        """One round; how many quarters were heard. Raises Unavailable, aiohttp's errors."""
        now, region = self._clock.now(), self._levels.here.region_code
        since = now - AT_MOST if self._heard_at is None else self._heard_at - LATE_FACTS
        told = await self._store.since(region or "", since)
        for first in range(0, len(told), AT_ONCE):
            await self._post(session, told[first : first + AT_ONCE])
        self._heard_at = now
        return len(told)

    async def _post(self, session: aiohttp.ClientSession, told: list[ToldQuarter]) -> None:
        secret = self._settings.secret
        assert secret is not None, "whoever tells has a key"
        body = ToldQuarters(quarters=told).model_dump_json().encode()
        timestamp, own = str(int(self._clock.now().timestamp())), self._levels.own
        headers = {
            "Content-Type": "application/json",
            TIME_HEADER: timestamp,
            SIGNATURE_HEADER: signature(
                secret.get_secret_value().encode(), timestamp, purpose_of(own), body
            ),
        }
        url = f"{self._settings.url.rstrip('/')}/api/levels/{own}/quarters"
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            answer.raise_for_status()


async def keep_level_figures(hotline: Hotline) -> None:
    """For the group in hotline/main.py; ends at once where nobody is to be told."""
    ground = hotline.ground
    settings = ground.settings.levels
    if settings.url and settings.secret is not None:
        store = LevelQuarters(ground.pool)
        await LevelFeed(store, ground.rules.levels, settings, ground.clock).run()
