"""What a machine that stands still takes from a promise in seconds."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

_LOOK_EVERY: Final = 0.05
_USUAL: Final = 0.1  # so much later a busy machine wakes us now and then; it takes nothing


@dataclass
class Pace:
    """`stood_still`: seconds by which the machine woke us too late, all in all; `longest`, once."""

    stood_still: float = 0.0
    longest: float = 0.0


@asynccontextmanager
async def measured_pace() -> AsyncIterator[Pace]:
    pace = Pace()
    async with asyncio.TaskGroup() as group:
        looking = group.create_task(_look(pace))
        try:
            yield pace
        finally:
            looking.cancel()


async def _look(pace: Pace) -> None:
    while True:
        began = time.monotonic()
        await asyncio.sleep(_LOOK_EVERY)
        late = time.monotonic() - began - _LOOK_EVERY
        pace.stood_still += late if late > _USUAL else 0.0
        pace.longest = max(pace.longest, late)
