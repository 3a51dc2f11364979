"""The keys that a citizen has pressed and nobody has taken yet."""

import asyncio
from collections import deque
from datetime import timedelta
from typing import Final

KEYS_KEPT: Final = 32


class Keys:
    """In order; of more than `KEYS_KEPT` the earliest are forgotten."""

    def __init__(self) -> None:
        self._pressed: deque[str] = deque(maxlen=KEYS_KEPT)
        self._came = asyncio.Event()

    def __str__(self) -> str:
        return "".join(self._pressed)

    def press(self, key: str) -> None:
        self._pressed.append(key)
        self._came.set()

    def forget(self) -> None:
        self._pressed.clear()

    def take(self, allowed: str) -> str:
        """The first one of `allowed`, those before it are dropped; "" when there is none."""
        while allowed and self._pressed:
            key = self._pressed.popleft()
            if key in allowed:
                return key
        return ""

    async def next_of(self, allowed: str, within: timedelta) -> str:
        """As `take`, but waits for it; "" when none comes in time."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                while not (key := self.take(allowed)):
                    self._came.clear()
                    await self._came.wait()
                return key
        except TimeoutError:
            return ""

    async def waiting(self) -> None:
        """Wait until one was pressed; it is not taken."""
        while not self._pressed:
            self._came.clear()
            await self._came.wait()
