"""What a story asks when a citizen comes in: by which line, and to whom at once."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from figures.counts import day_of
from hotline.sparing import Patience, Sparing
from intake.known_callers import NOBODY, KnownCaller
from kernel.clock import Clock
from kernel.errors import Unavailable
from kernel.ids import NumberKey
from telephony.facts import WayIn
from telephony.lines import Arrival, Entrance, Lines
from telephony.live_call import LiveCall
from telephony.menu import MenuAnswer, Menus

log = structlog.get_logger(__name__)

LOOK_UP_WITHIN: Final = timedelta(milliseconds=300)  # he hears nothing meanwhile


@dataclass(frozen=True, kw_only=True)
class Entrances:
    """A database that is slow or away costs nobody his call: he is then like any other caller."""

    lines: Lines
    menus: Menus
    look_up: Callable[[NumberKey], Awaitable[KnownCaller]]
    clock: Clock

    async def of(self, call: LiveCall) -> Entrance:
        known = NOBODY
        if not self.lines.is_straight(call.dialled):
            known = await self._known(call.caller_key)
        area = call.caller.area
        arrival = Arrival(
            dialled=call.dialled,
            today=day_of(self.clock.now()),
            lists=known.lists,
            area=f"0{area}" if area else "",
            language=known.language,
        )
        return self.lines.entrance(arrival, self.menus)

    async def _known(self, key: NumberKey | None) -> KnownCaller:
        if key is None:
            return NOBODY
        try:
            async with asyncio.timeout(LOOK_UP_WITHIN.total_seconds()):
                return await self.look_up(key)
        except (TimeoutError, Unavailable) as trouble:
            log.warning("a caller was not looked up", why=repr(trouble))
            return NOBODY


def sparing(
    look_up: Callable[[NumberKey], Awaitable[KnownCaller]], clock: Clock
) -> Callable[[NumberKey], Awaitable[KnownCaller]]:
    """So that a slow database is not brought down by those who wait for it."""
    return Sparing(look_up, clock, Patience(LOOK_UP_WITHIN * 0.45), NOBODY)


def way_in(call: LiveCall, taken: Entrance, answer: MenuAnswer | None, at: datetime) -> WayIn:
    """How he came in, for the journal: agents see it, reports count it (MRG-08)."""
    return WayIn(
        at=at,
        call=call.id,
        caller_key=call.caller_key,
        line=taken.line,
        why=taken.why,
        queue=answer.queue if answer is not None else "",
        language=answer.language if answer is not None and taken.menu is not None else "",
    )


async def nobody_known(_key: NumberKey) -> KnownCaller:
    """For a site without lists, and for what is told again from a capture."""
    return NOBODY
