"""A look-up for somebody who waits on the phone: few at once, none for a while after a slow one.

A query that is given up costs PostgreSQL and us a new connection, many times the query itself:
under load a time-out on each call would bring down what it is to protect. So at most a few are
asked at once, and after one that took too long nobody asks again for `rest`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from kernel.clock import Clock

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Patience:
    """`within` counts for one query, and for the wait until it may be asked."""

    within: timedelta
    at_once: int = 4
    rest: timedelta = timedelta(seconds=5)


class Sparing(Generic[K, V]):
    def __init__(
        self, ask: Callable[[K], Awaitable[V]], clock: Clock, patience: Patience, otherwise: V
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._patience: Final = patience
        self._otherwise = otherwise
        self._gate = asyncio.Semaphore(patience.at_once)
        self._rests_until: datetime | None = None

    async def __call__(self, key: K) -> V:
        """`otherwise` while it rests. Raises TimeoutError, and what `ask` raises."""
        if self._rests:
            return self._otherwise
        async with asyncio.timeout(self._patience.within.total_seconds()):
            await self._gate.acquire()
        try:
            return await self._asked(key)
        finally:
            self._gate.release()

    @property
    def _rests(self) -> bool:
        return self._rests_until is not None and self._clock.now() < self._rests_until

    async def _asked(self, key: K) -> V:
        if self._rests:  # since we began to wait
            return self._otherwise
        try:
            async with asyncio.timeout(self._patience.within.total_seconds()):
                return await self._ask(key)
        except TimeoutError:
            self._rests_until = self._clock.now() + self._patience.rest
            raise
