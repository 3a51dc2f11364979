"""Deeds wait while our lease as the leading process has run out, until it is confirmed or lost.

A process that was stopped for a moment wakes with an old lease: what it then wants is kept in order
until somebody confirms that it still leads, which takes milliseconds. If another leads meanwhile,
nothing is ever sent, and whoever asked hears nothing more: this process is about to end, and the
leader has adopted the calls.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Final, Protocol

import structlog

from telephony.ami_actions import Exchange
from telephony.ami_asks import News, Reply
from telephony.ami_text import ActionHeaders
from telephony.errors import LeaseLost, LinkDown

log = structlog.get_logger(__name__)

CONFIRMED_WITHIN: Final = timedelta(seconds=5)  # then what waited is given up
_LOOK_AGAIN_S: Final = 0.02


class KnowsLease(Protocol):
    """`hotline/leading/leadership.py: Lease` fits by shape."""

    def may_act(self) -> bool: ...

    @property
    def is_lost(self) -> bool:
        """Another process leads; for ever."""
        ...


class LeasedLink:
    """An `Exchange` before the link itself, which looks at the lease once more."""

    def __init__(self, link: Exchange, lease: KnowsLease) -> None:
        self._link = link
        self._lease = lease
        self._kept: list[tuple[ActionHeaders, Callable[[str], None] | None]] = []
        self._group = asyncio.TaskGroup()

    @property
    def is_up(self) -> bool:
        return self._link.is_up

    @property
    def backlog(self) -> int:
        return self._link.backlog

    def news(self) -> AsyncIterator[News]:
        return self._link.news()

    async def run(self) -> None:
        async with self._group as group:
            group.create_task(self._link.run(), name="ami-link under lease")

    async def ask(self, headers: ActionHeaders, *, within: timedelta | None = None) -> Reply:
        """As the link's; LeaseLost only after it was not confirmed in time."""
        if headers["Action"] != "Getvar" and self._link.is_up and self._must_wait():
            await self._until_confirmed()
        return await self._link.ask(headers, within=within)

    def tell(self, headers: ActionHeaders, *, refused: Callable[[str], None] | None = None) -> None:
        """As the link's; kept in order while the lease is not confirmed."""
        if not self._link.is_up or not self._must_wait():
            self._link.tell(headers, refused=refused)
            return
        self._kept.append((headers, refused))
        if len(self._kept) == 1:
            self._group.create_task(self._tell_later(), name="deeds wait for the lease")

    def _must_wait(self) -> bool:
        return bool(self._kept) or not self._lease.may_act()

    async def _until_confirmed(self) -> None:
        deadline = asyncio.get_running_loop().time() + CONFIRMED_WITHIN.total_seconds()
        while self._must_wait():
            if self._lease.is_lost:
                await asyncio.Event().wait()  # until this process ends
            if asyncio.get_running_loop().time() > deadline:
                raise LeaseLost(
                    "Nobody confirms that this process leads.", remedy="See what is away."
                )
            await asyncio.sleep(_LOOK_AGAIN_S)

    async def _tell_later(self) -> None:
        deadline = asyncio.get_running_loop().time() + CONFIRMED_WITHIN.total_seconds()
        while not self._lease.may_act():
            if self._lease.is_lost or asyncio.get_running_loop().time() > deadline:
                log.warning("not told to asterisk: we do not lead", actions=len(self._kept))
                self._kept.clear()
                return
            await asyncio.sleep(_LOOK_AGAIN_S)
        kept, self._kept = self._kept, []
        for headers, refused in kept:
            try:
                self._link.tell(headers, refused=refused)
            except (LinkDown, LeaseLost) as trouble:
                log.warning("not told to asterisk", why=trouble.problem)
