"""The only place that reads the machine's clock.

Wall time is taken once at start; from then on time is that moment plus what the monotonic clock has
counted, so that a jump of the wall clock (NTP, a person) never lengthens a timer (I12). How far the
two have drifted apart is a fact that the caller may journal.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

SET_BACK_AT_MOST: Final = timedelta(hours=1)


class Clock(Protocol):
    """Aware UTC time that never jumps."""

    def now(self) -> datetime: ...


class SystemClock:
    """Wall time at start plus monotonic time since."""

    def __init__(self, wall: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._wall = wall
        self._started_at = wall()
        self._started_mono = time.monotonic()

    def now(self) -> datetime:
        return self._started_at + timedelta(seconds=time.monotonic() - self._started_mono)

    def not_before(self, last: datetime) -> None:
        """At the start: time goes on from the last fact when the wall clock was set back since.

        Facts stay in order and no wait becomes negative. A last fact further ahead than
        `SET_BACK_AT_MOST` was itself written under a wrong clock: the wall clock is taken.
        """
        behind = last - self.now()
        if timedelta() < behind <= SET_BACK_AT_MOST:
            self._started_at += behind

    def drift(self) -> timedelta:
        """How far the machine's wall clock has run away from ours since start."""
        return self._wall() - self.now()


def boot_seconds() -> float:
    """Since the machine started; counts on while it sleeps or we are stopped (leases)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
