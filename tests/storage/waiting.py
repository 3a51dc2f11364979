"""Waits for what another task or server does; for integration tests only."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def until(said: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Returns when it is so; fails after a minute."""
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at:
        answer = said()
        if await answer if isinstance(answer, Awaitable) else answer:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come about within a minute")
