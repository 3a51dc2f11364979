"""How many requests were expected: the day's forecast, read now and then, asked at every look.

Without a forecast that was learned from this centre's own days nothing is expected: a guess must
not call people back from their breaks.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from console.staffing_port import StaffingDay
from kernel.errors import HotlineError

log = structlog.get_logger(__name__)

HALF_HOUR: Final = timedelta(minutes=30)
READ_EVERY_S: Final = 300.0


class ForecastsDay(Protocol):
    """`hotline/desks/staffing.py: StaffingPlanner` fits by shape."""

    async def today(self) -> StaffingDay: ...


class Expected:
    """Calls by half hour of the day. `__call__` fits `acd/surge.py: Forecast`."""

    def __init__(self, days: ForecastsDay) -> None:
        self._days = days
        self._calls: Mapping[datetime, float] = {}

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            try:
                await self.read()
            except HotlineError as away:
                log.debug("the forecast was not read", why=away.problem)
            await asyncio.sleep(READ_EVERY_S)

    async def read(self) -> None:
        """Raises Unavailable."""
        day = await self._days.today()
        self._calls = {each.start: each.calls for each in day.staffed} if day.basis.learned else {}

    def __call__(self, start: datetime, end: datetime) -> float | None:
        """Of each half hour the share that lies between; None: a part of it is not known."""
        calls = known = 0.0
        for begins, expected in self._calls.items():
            share = (min(end, begins + HALF_HOUR) - max(start, begins)) / HALF_HOUR
            if share > 0:
                calls, known = calls + expected * share, known + share
        whole = (end - start) / HALF_HOUR
        return calls if known >= whole - 1e-6 and calls > 0 else None
