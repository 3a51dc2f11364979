"""The door for new calls. Shut, the heartbeat is taken back and the dialplan sends them to the
fallback queue; calls in our hands go on as ever (architecture §4: a call never depends on us).

It is shut while the journal has no room (full disk), and while we are overloaded: a call that waits
behind thousands of messages is served worse than by the plain queue.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

BACKLOG_SHUT: Final = 2_000  # AMI messages that nobody has looked at: about 40 calls' worth
BACKLOG_OPEN: Final = 200
LATE_SHUT: Final = timedelta(seconds=1)  # the desk's oldest unheard news
LATE_OPEN: Final = timedelta(milliseconds=200)
REOPEN_AFTER: Final = timedelta(seconds=5)  # without overload
FROZEN: Final = timedelta(seconds=1.2)  # since the last look; they come a second apart


@dataclass(frozen=True, slots=True)
class Load:
    """How far behind we are: messages of the AMI, and the desk's oldest letter."""

    backlog: int
    late: timedelta


class Door:
    """`look` is told the load each second; `is_open` is asked before each heartbeat.

    Rule: a process that was frozen (SIGSTOP, a virtual machine that is moved) wakes with old news
    and overdue deadlines. That is no overload: the next look tells, a second later.
    """

    def __init__(self, has_room: Callable[[], bool]) -> None:
        self._has_room = has_room
        self._calm_since: datetime | None = None
        self._looked_at: datetime | None = None
        self._passed_over = False
        self.overloaded = False

    def is_open(self) -> bool:
        return not self.overloaded and self._has_room()

    def look(self, load: Load, now: datetime) -> None:
        before, self._looked_at = self._looked_at, now
        late = before is not None and now - before >= FROZEN
        self._passed_over = late and not self._passed_over  # never two in a row
        if self._passed_over:
            return
        if load.backlog >= BACKLOG_SHUT or load.late >= LATE_SHUT:
            self.overloaded, self._calm_since = True, None
        elif load.backlog > BACKLOG_OPEN or load.late > LATE_OPEN:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = now
        elif now - self._calm_since >= REOPEN_AFTER:
            self.overloaded = False
