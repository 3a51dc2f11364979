"""Those who wait until Asterisk's news have made something so."""

import asyncio
from collections.abc import Callable
from datetime import timedelta


class Waiters:
    def __init__(self) -> None:
        self._waiting: list[tuple[Callable[[], bool], asyncio.Future[None]]] = []

    async def until(self, so: Callable[[], bool], within: timedelta) -> bool:
        """False when it is not so in time."""
        if so():
            return True
        waiter = so, asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(within.total_seconds()):
                await waiter[1]
        except TimeoutError:
            return so()
        finally:
            self._waiting.remove(waiter)
        return True

    def look(self) -> None:
        """Something has changed."""
        for so, waiter in self._waiting:
            if not waiter.done() and so():
                waiter.set_result(None)


async def nothing() -> None:
    """For who may wait for something, and has nothing to wait for."""
