"""What the story of a waiting call hears from the desk, in order."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from acd import facts as f
from acd.facts import AnnounceReason, Limit
from kernel.ids import AgentNo, LegId, SeatId


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the caller his place and the wait from now (80 % range); None: no estimate."""

    position: int
    low: timedelta | None
    high: timedelta | None
    reason: AnnounceReason


@dataclass(frozen=True, slots=True)
class OfferCallback:
    key: str


@dataclass(frozen=True, slots=True)
class Connected:
    seat: SeatId
    agent: AgentNo
    leg: LegId


@dataclass(frozen=True, slots=True)
class YourTurn:
    """Of a callback, citizen first: ring him now."""


@dataclass(frozen=True, slots=True)
class Told:
    """Phrases of phrases.yaml that he is to hear now, and then waits on (EMG-05)."""

    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overflow:
    """`to` is a target's name in config/queues.yaml."""

    to: str


@dataclass(frozen=True, slots=True)
class Refused:
    why: Limit


@dataclass(frozen=True, slots=True)
class Gone:
    """The wait ended otherwise: caller left, callback promised, blocked, in the fallback queue."""

    fact_kind: str


News = Announce | OfferCallback | Told | Connected | YourTurn | Overflow | Refused | Gone
FINAL = (Connected, YourTurn, Overflow, Refused, Gone)

ForCaller = (
    f.AnnouncementDue
    | f.CallbackOffered
    | f.SeatAnswered
    | f.CallAbandoned
    | f.CallOverflowed
    | f.CallSentOver
    | f.CallbackPromised
    | f.CallBlocked
    | f.CallFailed
    | f.CallSentToFallback
    | f.FallbackAnswered
    | f.FallbackLost
    | f.ReentryEnded
    | f.CallbackTurn
    | f.CallbackDropped
)


def news_of(fact: ForCaller) -> News:
    match fact:
        case f.AnnouncementDue():
            return Announce(fact.position, fact.low, fact.high, fact.reason)
        case f.CallbackOffered():
            return OfferCallback(fact.key)
        case f.SeatAnswered():
            return Connected(fact.seat, fact.agent, fact.leg)
        case f.CallbackTurn():
            return YourTurn()
        case f.CallSentOver() | f.CallOverflowed():
            return Overflow(fact.to)
        case f.CallFailed():
            return Refused(fact.why)
        case f.ReentryEnded():
            return _end_of_reentry(fact)
        case _:
            return Gone(fact.kind)


def _end_of_reentry(fact: f.ReentryEnded) -> News:
    if fact.how == f.CallOverflowed.kind:
        return Overflow(fact.to)
    if fact.how == f.CallFailed.kind and fact.why is not None:
        return Refused(fact.why)
    return Gone(fact.how)


class SeatWait(AsyncIterator[News]):
    """One caller's wait. Ends after the first news of `FINAL`."""

    def __init__(self) -> None:
        self._inbox: asyncio.Queue[News] = asyncio.Queue()
        self._over = False

    def hear(self, news: News) -> None:
        self._inbox.put_nowait(news)

    async def __anext__(self) -> News:
        if self._over:
            raise StopAsyncIteration
        news = await self._inbox.get()
        self._over = isinstance(news, FINAL)
        return news
