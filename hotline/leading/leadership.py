"""Our lead of the site: a lease that two grant, PostgreSQL's row and Asterisk's CC_EPOCH.

The lease runs on the clock that counts sleep and SIGSTOP too, from the moment before its grantor
was asked, and ends before anybody may think our beat stale. While it has run out nothing is sent to
Asterisk (`telephony/ami_link.py: may_act`); whoever hears of a newer epoch is deposed and ends.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import structlog

from kernel.clock import boot_seconds
from kernel.errors import Unavailable
from kernel.ids import Epoch
from storage.journal import Journal
from storage.lease import STALE_AFTER, Deposed, LeaderSession
from storage.lease_folder import FolderLock
from storage.shipping import Shipper
from telephony.errors import LeaseLost

log = structlog.get_logger(__name__)

BEAT_EVERY: Final = timedelta(seconds=1)
LEASE: Final = STALE_AFTER - timedelta(milliseconds=500)
_SHIP_REST_WITHIN_S: Final = 3.0  # an orderly end does not wait longer for PostgreSQL


class Lease:
    """Of one epoch. Fits `telephony/lifeline.py: HoldsLease`."""

    def __init__(self, epoch: Epoch, now: Callable[[], float] = boot_seconds) -> None:
        self.epoch = epoch
        self._now = now
        self._until = 0.0
        self._deposed = asyncio.Event()

    def may_act(self) -> bool:
        """Asked before each action that is sent to Asterisk."""
        return self._now() < self._until and not self._deposed.is_set()

    @property
    def is_lost(self) -> bool:
        return self._deposed.is_set()

    def asked(self) -> float:
        return self._now()

    def renew(self, asked_at: float) -> None:
        """Granted by somebody who was asked at `asked_at`."""
        self._until = max(self._until, asked_at + LEASE.total_seconds())

    def heard(self, epoch: int, asked_at: float) -> None:
        """Asterisk's CC_EPOCH; 0: it was restarted. Raises LeaseLost."""
        if epoch > self.epoch:
            self.depose()
            raise LeaseLost(
                f"Epoch {epoch} leads; ours is {self.epoch}.",
                remedy="Let the leading process do it.",
            )
        self.renew(asked_at)

    def depose(self) -> None:
        self._deposed.set()

    async def deposed(self) -> None:
        await self._deposed.wait()


class Leadership:
    """What we hold while we lead: the lease, the lock in PostgreSQL, the folder."""

    def __init__(self, lease: Lease, session: LeaderSession, folder: FolderLock) -> None:
        self.lease = lease
        self._session = session
        self._folder = folder

    async def beat(self) -> None:
        """Raises Deposed, Unavailable."""
        asked_at = self.lease.asked()
        try:
            await self._session.beat(self.lease.epoch)
        except Deposed:
            self.lease.depose()
            raise
        self.lease.renew(asked_at)

    async def keep(self) -> None:
        """A beat each second until somebody else leads: raises Deposed then.

        PostgreSQL away is no end: Asterisk grants the lease alone, and nobody can have the lock.
        """
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat_on(), name="leader's beat")
            await self.lease.deposed()
            raise Deposed(
                f"Epoch {self.lease.epoch} does not lead any more.",
                remedy="Nothing: after its restart this process stands by.",
            )

    async def _beat_on(self) -> None:
        away = False
        while True:
            try:
                await self.beat()
            except Unavailable as trouble:
                if not away:
                    log.warning("leading without the database", why=trouble.problem)
                away = True
            except Deposed:
                return  # `keep` says so
            else:
                if away:
                    log.info("the database knows again that we lead")
                away = False
            await asyncio.sleep(BEAT_EVERY.total_seconds())

    async def resign(self, journal: Journal, shipper: Shipper) -> None:
        """An orderly end: ship the rest, then let another lead at once. Best effort."""
        if not self.lease.may_act():
            return
        try:
            async with asyncio.timeout(_SHIP_REST_WITHIN_S):
                await journal.sync()
                while await shipper.ship_batch():
                    continue
                await self._session.resign(self.lease.epoch)
        except (Unavailable, Deposed, TimeoutError) as trouble:
            log.warning("not resigned; whoever stands by waits for a stale beat", why=str(trouble))
