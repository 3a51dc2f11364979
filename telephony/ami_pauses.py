"""How long to wait before Asterisk is tried again: growing pauses with jitter.

A log-in alone does not make them short again. A link that comes up and falls at once (Asterisk in a
boot loop, a proxy that cuts) would else be hammered, and every log-in costs a whole resync.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from telephony.settings import AmiSettings


class Pauses:
    """From `first_retry_after`, doubled up to `last_retry_after`; half to one and a half of it."""

    def __init__(self, settings: AmiSettings, jitter: Callable[[], float]) -> None:
        self._settings = settings
        self._jitter = jitter
        self._next = settings.first_retry_after

    def was_up_for(self, how_long: timedelta) -> None:
        """Short again once a connection has held for `settled_after`."""
        if how_long >= self._settings.settled_after:
            self._next = self._settings.first_retry_after

    def take(self) -> float:
        """Seconds to wait now; the next ones are longer."""
        now = self._next
        self._next = min(2 * now, self._settings.last_retry_after)
        return now.total_seconds() * (0.5 + self._jitter())


class Pulse:
    """Is the link alive though our ping was not answered in time? An Asterisk that has much to do
    answers late but goes on talking; to drop it then costs a resync when it can bear it least."""

    late_at_most: Final = 3  # in a row

    def __init__(self) -> None:
        self._late = 0

    def answered(self) -> None:
        self._late = 0

    def beats(self, messages_meanwhile: int) -> bool:
        """After a ping without its answer."""
        self._late += 1
        return messages_meanwhile > 0 and self._late <= self.late_at_most
