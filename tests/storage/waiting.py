"""Waits for what another task or server does; for integration tests only."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(said: Callable[[], bool] | Callable[[], Awaitable[bool]]) -> None:
    """Returns when it is so; fails after 30 s."""
    for _ in range(1500):
        answer = said()
        if await answer if isinstance(answer, Awaitable) else answer:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come about within 30 s")
