"""The beat of whoever leads, as Asterisk has it: seen to change, not compared with our clock.

Two machines need not agree on the time: the beat is stale when we have not seen it change for three
seconds of our own.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from kernel.clock import SystemClock, boot_seconds
from kernel.errors import HotlineError
from kernel.ids import Epoch
from storage.lease import STALE_AFTER
from telephony import ami_actions as act
from telephony.ami_asks import LinkCameUp
from telephony.ami_link import AmiLink
from telephony.found import found_from
from telephony.settings import AmiSettings

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 0.2


class BeatWatch:
    """`seen` each value of BACKEND_BEAT; `stale` after it has stood still."""

    def __init__(self, now: Callable[[], float] = boot_seconds) -> None:
        self._now = now
        self._value: str | None = None
        self._looked_at: float | None = None
        self._changed_at = 0.0

    @property
    def value(self) -> str | None:
        return self._value

    def seen(self, value: str) -> None:
        now = self._now()
        gap = self._looked_at is None or now - self._looked_at > 5 * LOOK_EVERY_S
        if value != self._value or gap:  # what happened while nobody looked is unknown
            self._changed_at = now
        self._value, self._looked_at = value, now

    def stale(self) -> bool:
        """False while Asterisk cannot be asked: unknown is not stale."""
        now = self._now()
        if self._looked_at is None or now - self._looked_at > 5 * LOOK_EVERY_S:
            return False
        return now - self._changed_at >= STALE_AFTER.total_seconds()


class AsteriskWatch:
    """A log-in of our own that does nothing but look, until we take the lead."""

    def __init__(self, settings: AmiSettings) -> None:
        self._link = AmiLink(settings, clock=SystemClock())
        self.beat = BeatWatch()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._link.run(), name="standby's ami link")
            group.create_task(self._drain(), name="standby's ami news")
            group.create_task(self._watch(), name="standby's look at the beat")

    async def claim(self, epoch: Epoch) -> bool:
        """Who is rung under an older epoch from now on joins nobody; whoever rings already is ours.

        True when the beat still stood still. False also when Asterisk is away: then it forgets all
        legs anyway.
        """
        before = self.beat.value
        try:
            await self._link.ask(act.set_global("CC_EPOCH", str(epoch)))
            await self._take_rings(epoch)
            await self._look()
        except HotlineError as trouble:
            log.info("the new epoch is told to asterisk later", why=trouble.problem)
            return False
        return self.beat.value == before

    async def _take_rings(self, epoch: Epoch) -> None:
        """A leader rang them: an answer until we have looked round must not be turned away (I7)."""
        asked = {"Variables": act.OUR_VARIABLES, "AllVariables": "false"}
        status = await self._link.ask({"Action": "Status", **asked})
        shown = await self._link.ask({"Action": "CoreShowChannels"})
        for item in found_from(status.events, shown.events):
            if "CC_CALLER" in item.variables and not item.bridge:
                self._link.tell(act.set_variable(item.name, "CC_LEGEPOCH", str(epoch)))

    async def _drain(self) -> None:
        """Only Asterisk's own state is told to us: no call makes us work."""
        async for news in self._link.news():
            if isinstance(news, LinkCameUp):
                self._link.tell({"Action": "Events", "EventMask": "system"})

    async def _watch(self) -> None:
        while True:
            if self._link.is_up:
                try:
                    await self._look()
                except HotlineError as trouble:
                    log.warning("asterisk did not tell the leader's beat", why=trouble.problem)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self) -> None:
        reply = await self._link.ask(act.get_global("BACKEND_BEAT"))
        self.beat.seen(str(reply.headers.get("value", "")))
