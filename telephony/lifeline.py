"""Heartbeat and dead man's switch: a call never depends on us being alive.

The heartbeat lets new calls in; each call in hand carries a switch that we renew. With us gone, or
alive but unwell, both run out and the dialplan puts callers into the fallback queue. While the door
is shut (overload, full disk) only the heartbeat is taken back: calls in hand are renewed as ever.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final, Protocol

import structlog

from kernel.errors import HotlineError
from kernel.ids import CallId, Epoch
from telephony import ami_actions as act
from telephony.call import Call, Phase
from telephony.settings import LifelineSettings

log = structlog.get_logger(__name__)

AT_ONCE: Final = 50  # switches renewed, then a pause; more at once than make the beat late
PORTIONS: Final = 20
BETWEEN_S: Final = 0.02
AGAIN_S: Final = 0.1  # who has just been woken is late for a moment only
AFTER_CALL_LIMIT: Final = timedelta(seconds=30)  # of [aftercall] in the dialplan


class HoldsLease(Protocol):
    """Our lease as the leading process (`hotline/leading/leadership.py`).

    Asterisk is one who grants it.
    """

    def asked(self) -> float:
        """The moment before Asterisk is asked."""
        ...

    def heard(self, epoch: int, asked_at: float) -> None:
        """CC_EPOCH as Asterisk has it (0: empty). Raises LeaseLost when it is greater than ours."""
        ...


@dataclass(frozen=True, slots=True)
class Fitness:
    """`well`: we decide, in time; else calls go. `takes_new`: new calls may come to us."""

    well: Callable[[], bool]
    takes_new: Callable[[], bool] = lambda: True


class Lifeline:
    # A bridged call is never renewed: it would be cut when we die.
    RENEWED: ClassVar[frozenset[Phase]] = frozenset({Phase.IN_HAND, Phase.HELD, Phase.AFTER_CALL})

    def __init__(
        self,
        asterisk: act.Asterisk,
        settings: LifelineSettings,
        *,
        epoch: Epoch,
        fit: Fitness,
        wall: Callable[[], float] = time.time,
        lease: HoldsLease | None = None,
    ) -> None:
        """`wall`: the dialplan compares our beat with the machine's wall clock.

        `lease` None: no other process can lead.
        """
        self._lease = lease
        self._asterisk = asterisk
        self._settings = settings
        self._epoch = epoch
        self._fit = fit
        self._wall = wall

    async def run(self, in_hand: Callable[[], Iterable[tuple[str, str]]]) -> None:
        """`in_hand` gives Asterisk's names and places of the calls to renew."""
        beat_every = self._settings.beat_every.total_seconds()
        since_renewed, pause = 0.0, beat_every
        while True:
            await asyncio.sleep(pause)
            since_renewed += pause
            pause = beat_every
            if not self._asterisk.is_up:
                continue
            try:
                if not await self.beat():
                    pause = min(AGAIN_S, beat_every)
                if since_renewed >= self._settings.every.total_seconds() and self._fit.well():
                    since_renewed = 0.0
                    await self.renew_all(in_hand)
            except HotlineError as trouble:
                log.warning("heartbeat not sent", why=trouble.problem)

    async def beat(self) -> bool:
        """New calls may come to us; legs rung by an older process may not be delivered.

        False: none was given, since we are not well. Raises LinkDown, LeaseLost.
        """
        await self._ask_for_the_lease()
        if not self._fit.well():
            return False
        await self._asterisk.ask(act.set_global("CC_EPOCH", str(self._epoch)))
        beat = int(self._wall()) if self._fit.takes_new() else 0
        await self._asterisk.ask(act.set_global("BACKEND_BEAT", str(beat)))
        return True

    async def _ask_for_the_lease(self) -> None:
        if self._lease is None:
            return
        asked_at = self._lease.asked()
        reply = await self._asterisk.ask(act.get_global("CC_EPOCH"))
        epoch = str(reply.headers.get("value", ""))
        self._lease.heard(int(epoch) if epoch.isdigit() else 0, asked_at)

    def renewed(
        self, calls: Iterable[Call], has_story: Callable[[CallId], bool]
    ) -> list[tuple[str, str]]:
        """Names and places of those with a story; one who was adopted on hold has none yet."""
        return [
            (call.ami_name, call.where)
            for call in calls
            if (has_story(call.id) or call.phase is Phase.HELD) and call.phase in self.RENEWED
        ]

    async def renew_all(self, in_hand: Callable[[], Iterable[tuple[str, str]]]) -> None:
        """Some at a time, so that an order to ring never stands behind a thousand of these. Who
        talks by then is left out. Raises LinkDown, LeaseLost."""
        left = [name for name, _ in in_hand()]
        at_once = max(AT_ONCE, 1 + len(left) // PORTIONS)
        while left:
            some, left = left[:at_once], left[at_once:]
            places = dict(in_hand())
            self.renew([(name, places[name]) for name in some if name in places])
            if left:
                await asyncio.sleep(BETWEEN_S)

    async def renew_adopted(self, in_hand: Callable[[], Iterable[tuple[str, str]]]) -> None:
        try:
            await self.renew_all(in_hand)
        except HotlineError as trouble:
            log.warning("switches not renewed", why=trouble.problem)

    def renew(self, in_hand: Iterable[tuple[str, str]]) -> None:
        for name, where in in_hand:
            limit = AFTER_CALL_LIMIT if where == act.AFTER_CALL else self._settings.switch
            self._asterisk.tell(act.set_switch(name, limit))
