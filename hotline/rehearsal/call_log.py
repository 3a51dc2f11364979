"""What a test phone saw of one call, with the time, and the phase that follows from it.

A pair that is missing in STEPS changes no phase: the network may say anything at any time.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from hotline.rehearsal.errors import PhoneSilent


class Phase(StrEnum):
    RINGING = "ringing"  # somebody calls us
    CALLING = "calling"  # we call somebody
    TALKING = "talking"
    ENDED = "ended"


class News(StrEnum):
    INVITED = "invited"  # their INVITE came
    DIALLED = "dialled"  # our INVITE went
    RINGING = "ringing"  # 180 sent or heard
    ANSWERED = "answered"  # 200 sent or heard
    CONFIRMED = "confirmed"  # ACK heard (incoming) or sent (outgoing)
    HELD = "held"  # the far end put us on hold
    RESUMED = "resumed"
    HOLDING = "holding"  # we put the far end on hold, and it agreed
    RESUMING = "resuming"
    KEYS = "keys"
    TRANSFERRED = "transferred"  # our REFER was accepted, or what NOTIFY said of it
    CANCELLED = "cancelled"
    REFUSED = "refused"  # by a final response; detail is its code
    BYE_SENT = "bye-sent"
    BYE_HEARD = "bye-heard"
    LOST = "lost"  # nobody answered our message in time


class EndedBy(StrEnum):
    US = "us"
    THEM = "them"
    NOBODY = "nobody"  # the network went silent


_ENDS: Final = (News.CANCELLED, News.REFUSED, News.BYE_SENT, News.BYE_HEARD, News.LOST)

STEPS: Final[dict[tuple[Phase, News], Phase]] = {
    (Phase.RINGING, News.ANSWERED): Phase.TALKING,
    (Phase.CALLING, News.ANSWERED): Phase.TALKING,
    **{(phase, news): Phase.ENDED for phase in Phase if phase != Phase.ENDED for news in _ENDS},
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing that the phone saw or did."""

    at: datetime
    what: News
    detail: str = ""


@dataclass(eq=False)
class CallLog:
    """All that was seen of one call; a test waits here for what it expects."""

    phase: Phase
    seen: list[Seen] = field(default_factory=list)
    ended_by: EndedBy | None = None
    _waiting: set[asyncio.Event] = field(default_factory=set)

    def add(self, at: datetime, what: News, detail: str = "") -> None:
        self.seen.append(Seen(at, what, detail))
        self.phase = STEPS.get((self.phase, what), self.phase)
        for event in self._waiting:
            event.set()

    def when(self, what: News) -> datetime | None:
        """When it was first seen; None when it was not."""
        return next((one.at for one in self.seen if one.what is what), None)

    def count(self, what: News) -> int:
        return sum(1 for one in self.seen if one.what is what)

    async def until(self, fulfilled: Callable[["CallLog"], bool], *, within: float) -> None:
        """Waits until the log says so. Raises PhoneSilent after `within` seconds."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(within):
                while not fulfilled(self):
                    event.clear()
                    await event.wait()
        except TimeoutError:
            seen = ", ".join(one.what for one in self.seen) or "nothing"
            raise PhoneSilent(
                f"A phone waited {within} s in vain; it is {self.phase} and saw {seen}.",
                remedy="Look at the log of Asterisk for this call.",
            ) from None
        finally:
            self._waiting.discard(event)

    async def until_seen(self, what: News, *, within: float, times: int = 1) -> None:
        await self.until(lambda log: log.count(what) >= times, within=within)
