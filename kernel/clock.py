"""The only place that reads the machine's clock.

Wall time is taken once at start; from then on time is that moment plus what the monotonic clock has
counted, so that a jump of the wall clock (NTP, a person) never lengthens a timer (I12). How far the
two have drifted apart is a fact that the caller may journal.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Aware UTC time that never jumps."""

    def now(self) -> datetime: ...


class SystemClock:
    """Wall time at start plus monotonic time since."""

    def __init__(self) -> None:
        self._started_at = datetime.now(UTC)
        self._started_mono = time.monotonic()

    def now(self) -> datetime:
        return self._started_at + timedelta(seconds=time.monotonic() - self._started_mono)

    def drift(self) -> timedelta:
        """How far the machine's wall clock has run away from ours since start."""
        return datetime.now(UTC) - self.now()


def boot_seconds() -> float:
    """Since the machine started; counts on while it sleeps or we are stopped (leases)."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)
