"""When what is due may be handled by a process that may have stood still or been deaf.

A ring whose limit passed while we stood still (SIGSTOP, a paused guest) may have been answered, and
would be cut: what was said meanwhile is read first. A deadline that comes late since the last look
tells of it. While the link is down nothing is due.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

OVERSLEPT: Final = timedelta(milliseconds=100)  # a deadline found so late: we stood still
READ_FIRST: Final = timedelta(milliseconds=250)  # then what was said meanwhile comes first
PUT_OFF_AT_MOST: Final = 3  # times, until nothing is due: a loop that is merely slow goes on, too
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Waking:
    def __init__(self) -> None:
        self._looked_at = _NEVER
        self._read_until = _NEVER
        self._held = False
        self._put_off = 0

    def due(self, deadline: datetime | None) -> datetime | None:
        """When to handle it; None: there is none, or time is held. What the last look left, or what
        was past when it was set, could not come before that look: it tells of no sleep."""
        if deadline is None or self._held:
            return None
        return max(deadline, self._looked_at, self._read_until)

    def look(self, deadline: datetime | None, now: datetime) -> None:
        """Before anything is handled: have we stood still since the last look?"""
        due = self.due(deadline)
        late = due is not None and now - due >= OVERSLEPT
        if deadline is None or deadline > now:
            self._put_off = 0
        elif late and self._put_off < PUT_OFF_AT_MOST:
            self._put_off += 1
            self._read_until = now + READ_FIRST
        self._looked_at = now

    def hold(self) -> None:
        """Until `go_on`."""
        self._held = True

    def go_on(self, now: datetime) -> None:
        self._held = False
        self._read_until = now + READ_FIRST
