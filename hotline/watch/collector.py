"""Python's cyclic collector, kept from pausing the loop.

What has lived through a look at the oldest generation is frozen: it is not looked at again, so a
look costs what was made since, not all that we remember (a day's calls: 150 ms). Freeing by count
goes on as ever. Only rings of objects that die after they were frozen stay, until `sweep` looks
through everything at a moment when nobody is on the phone.
"""

import asyncio
import gc
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import structlog

LOOK_AT_NEW_EVERY: Final = timedelta(seconds=1)
LOOK_EVERY: Final = timedelta(minutes=10)
AT_THE_LATEST: Final = 144  # looks: after a day also when somebody is on the phone
_OLDEST: Final = 2
# Made and not freed, then times: the oldest after 42,000, some 5 ms.
_AFTER: Final = (7_000, 1, 2)

log = structlog.get_logger(__name__)


def hold_pauses_short() -> None:
    """Once all is built: it lives as long as we do."""
    gc.collect()
    gc.freeze()
    gc.collect()  # of nothing: the next look comes soon, not after a quarter of all that was frozen
    gc.set_threshold(*_AFTER)
    if _freeze_survivors not in gc.callbacks:
        gc.callbacks.append(_freeze_survivors)


def _freeze_survivors(phase: str, details: dict[str, Any]) -> None:
    if phase == "stop" and details["generation"] == _OLDEST:
        gc.freeze()


def look_at_new() -> None:
    """After much was made and as much was freed: the counts do not tell how much is new, and a
    later look would take 50 ms for all of it at once."""
    gc.collect()


async def look_often(every: timedelta = LOOK_AT_NEW_EVERY) -> None:
    """For ever: so each look is at what one second made."""
    while True:
        await asyncio.sleep(every.total_seconds())
        look_at_new()


def sweep() -> int:
    """Look through everything; how many objects were found dead."""
    gc.unfreeze()
    found = gc.collect()
    gc.freeze()
    gc.collect()
    return found


async def sweep_when(quiet: Callable[[], bool]) -> None:
    """For ever: at each look that finds nobody on the phone, and at the latest after a day."""
    looks = 0
    while True:
        await asyncio.sleep(LOOK_EVERY.total_seconds())
        looks += 1
        if quiet() or looks >= AT_THE_LATEST:
            log.info("looked through all memory", dead=sweep())
            looks = 0
