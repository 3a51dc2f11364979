"""A clock that a test moves by hand."""

from datetime import UTC, datetime, timedelta

MONDAY_NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Changchun


class FakeClock:
    """Fits `kernel.clock.Clock`. Stands still unless it is advanced."""

    def __init__(self, start: datetime = MONDAY_NINE) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, seconds: float) -> datetime:
        """Moves on and returns the new time."""
        assert seconds >= 0, "time never runs backwards here"
        self._now += timedelta(seconds=seconds)
        return self._now
