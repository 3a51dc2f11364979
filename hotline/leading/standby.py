"""Stands by until it leads: the former leader's beat is stale *and* the lock is ours (§5).

Stale is what neither PostgreSQL nor Asterisk has seen for three seconds; unknown is not stale, and
without PostgreSQL nobody takes over. No waiting is needed where the end is certain: a leader that
resigned, or one whose folder's lock we have (it was us before a restart).
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import structlog

from config.settings import Settings
from hotline.leading.leadership import LEASE, Leadership, Lease
from hotline.leading.standby_beat import AsteriskWatch
from hotline.leading.standby_console import StandbyConsole
from hotline.places import Places
from hotline.releases.in_force import check_releases
from kernel.clock import SystemClock
from kernel.errors import Unavailable
from kernel.ids import Epoch
from storage.epochs import take_epoch
from storage.lease import Deposed, Leader, LeaderSession
from storage.lease_copy import ShippedCopy
from storage.lease_folder import FolderLock
from storage.migrate import migrate
from storage.pool import Pool, open_pool

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 0.2
_RIVAL_SHOWS_AFTER: Final = 4  # attempts: another that has just got the lock writes its row


class Standby:
    """Watches, follows the journal into our own folder, and takes over."""

    def __init__(
        self, settings: Settings, folder: FolderLock, session: LeaderSession, pool: Pool
    ) -> None:
        self._folder = folder
        self._session = session
        self._pool = pool
        self._copy = ShippedCopy(folder.folder, pool)
        self._clock = SystemClock()
        self._console = console_address(settings)
        self._keeps = settings.journal.keep_shipped
        self.watch = AsteriskWatch(settings.ami)
        self.leader: Leader | None = None
        self.well = False  # for /readyz: does PostgreSQL answer?

    async def until_leading(self) -> Leadership:
        """Returns when we lead and everything that was shipped lies in our folder.

        Raises BadSettings; whatever is away is waited for.
        """
        told = False
        while True:
            try:
                if await self._may_take() and (leadership := await self._take()):
                    return leadership
                if self._folder.held:
                    await self._copy.catch_up(self._since())
                self.well = True
            except Unavailable as trouble:
                self.well = False
                log.warning("standing by without the database", why=trouble.problem)
                await asyncio.sleep(1.0)
            if not told and self.leader is not None:
                told = True
                log.info("standing by", leader=self.leader.console, epoch=self.leader.epoch)
            await asyncio.sleep(LOOK_EVERY_S)

    def _since(self) -> datetime:
        """An empty folder is filled as far back as the leader's own reaches."""
        return self._clock.now() - self._keeps

    async def _may_take(self) -> bool:
        leader = self.leader = await self._session.look()
        ours = self._folder.try_take()
        was_ours = leader is not None and leader.folder == self._folder.name
        if not ours and not was_ours:
            return False  # a third process stands by with our folder: its turn, not ours
        if leader is None or leader.state == "resigned" or (ours and was_ours):
            return ours  # certain: nobody, or a process that wrote this folder and has ended
        return not leader.lives and self.watch.beat.stale()

    async def _take(self) -> Leadership | None:
        """None when another was faster or the leader has come back."""
        former = self.leader
        if not (await self._have_lock() and await self._may_take() and await self._have_folder()):
            await self._session.close()
            return None
        epoch = await take_epoch(self._folder.folder, self._pool)
        try:
            await self._session.begin(epoch, self._folder.name, self._console)
        except Deposed:
            await self._session.close()
            return None
        await self._fence(former, epoch)
        await self._session.end_sessions(_may_hang(former))
        copied = await self._copy.catch_up_for_good(self._since())
        after, state = (former.epoch, former.state) if former is not None else (None, None)
        log.info("taking the lead", epoch=epoch, copied=copied, after=after, former=state)
        return Leadership(Lease(epoch), self._session, self._folder)

    async def _have_lock(self) -> bool:
        """The session of a leader that hangs is ended, once a rival has had time to show itself."""
        former = self.leader
        for attempt in range(20):
            if await self._session.try_lock():
                return True
            await asyncio.sleep(0.05)
            if attempt >= _RIVAL_SHOWS_AFTER and await self._session.look() == former:
                ended = await self._session.end_sessions(_may_hang(former))
                log.warning("sessions of the former leader ended", sessions=ended)
        return False

    async def _have_folder(self) -> bool:
        """One machine, one folder: a leader that hangs on it is ended."""
        for _ in range(20):
            if self._folder.try_take():
                return True
            self._folder.end_holder()
            await asyncio.sleep(0.05)
        return False

    async def _fence(self, former: Leader | None, epoch: Epoch) -> None:
        """Asterisk refuses the former leader's legs; if it has just woken, its lease runs out."""
        stood_still = await self.watch.claim(epoch)
        if stood_still or former is None or former.state == "resigned":
            return
        if former.folder != self._folder.name:
            await asyncio.sleep(LEASE.total_seconds())


def _may_hang(former: Leader | None) -> Epoch | None:
    """Whose sessions must not hold us up; one that resigned is just closing them."""
    return None if former is None or former.state == "resigned" else former.epoch


async def stand_by(
    standby: Standby, console: StandbyConsole, stop: asyncio.Event
) -> Leadership | None:
    """Until we lead; None when we were asked to stop before."""
    async with console.served(), asyncio.TaskGroup() as group:
        watching = group.create_task(standby.watch.run(), name="standby's look at asterisk")
        leading = group.create_task(standby.until_leading(), name="standing by")
        stopped = group.create_task(stop.wait(), name="stop")
        await asyncio.wait((leading, stopped), return_when=asyncio.FIRST_COMPLETED)
        for task in (watching, stopped, leading):
            task.cancel()
    return None if leading.cancelled() else leading.result()


@asynccontextmanager
async def open_standby(settings: Settings, places: Places) -> AsyncIterator[Standby]:
    """Brings the schema up first, and looks at the rules that we would lead by.

    Raises BadSettings, Unavailable without PostgreSQL.
    """
    await migrate(settings.database)
    folder, session = FolderLock(places.journal), LeaderSession(settings.database)
    try:
        async with open_pool(settings.database) as pool:
            await check_releases(pool, settings, places)
            yield Standby(settings, folder, session, pool)
    finally:
        await session.close()
        folder.close()


def console_address(settings: Settings) -> str:
    """Where others reach our console."""
    host = settings.console.host
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        host = socket.gethostname()
    return f"http://{host}:{settings.console.port}"
