"""What is counted, in quarters of an hour. Durations are whole milliseconds: sums are exact.

A quarter's counts are the sum of what its calls contribute; a call counts in the quarter in which
it first asked for a person, however late the rest of its life is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Final

QUARTER: Final = timedelta(minutes=15)
# China has had no daylight saving since 1991: a fixed offset needs no tzdata on the machine.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


def quarter_of(at: datetime) -> datetime:
    """The quarter's first moment, UTC: 15:59:59.9 -> 15:45, 16:00 -> 16:00."""
    utc = at.astimezone(UTC)
    return utc.replace(minute=utc.minute - utc.minute % 15, second=0, microsecond=0)


def day_of(at: datetime) -> date:
    """The calendar day in China."""
    return at.astimezone(SHANGHAI).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """From (inclusive) and to (exclusive) of a calendar day in China, in UTC."""
    start = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
    return start, start + timedelta(days=1)


def ms_of(duration: timedelta) -> int:
    return duration // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one queue in one quarter, or a sum of such. `arrived` stands under the queue ""."""

    arrived: int = 0  # reached 12345, whether or not they asked for a person
    offered: int = 0  # asked for a person, each call once
    answered: int = 0
    answered_in_15s: int = 0
    fallback_answered: int = 0
    abandoned: int = 0
    abandoned_short: int = 0  # of the abandoned: within 5 s
    overflowed: int = 0
    callback_promised: int = 0
    blocked: int = 0
    failed: int = 0
    fallback_lost: int = 0
    waited_ms: int = 0  # of the answered
    longest_wait_ms: int = 0  # of all whose wait has ended
    talked_ms: int = 0  # hold included
    held_ms: int = 0
    wrap_up_ms: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        both = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        both["longest_wait_ms"] = max(self.longest_wait_ms, other.longest_wait_ms)
        return Counts(**both)

    def __sub__(self, other: "Counts") -> "Counts":
        """What came on top of `other`, an earlier state of the same."""
        both = {f.name: getattr(self, f.name) - getattr(other, f.name) for f in fields(self)}
        both["longest_wait_ms"] = self.longest_wait_ms
        return Counts(**both)

    @property
    def settled(self) -> int:
        """Requests with a fate (I9)."""
        return (
            self.answered
            + self.fallback_answered
            + self.abandoned
            + self.overflowed
            + self.callback_promised
            + self.blocked
            + self.failed
            + self.fallback_lost
        )

    @property
    def in_progress(self) -> int:
        return self.offered - self.settled

    def as_json(self) -> dict[str, int]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Counts":
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class SeatCounts:
    """Of all seats of the site in one quarter: how long, in milliseconds of seat time."""

    signed_in_ms: int = 0
    break_ms: int = 0  # paused and neither talking nor in wrap-up
    talking_ms: int = 0  # hold included
    wrap_up_ms: int = 0

    def __add__(self, other: "SeatCounts") -> "SeatCounts":
        both = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return SeatCounts(**both)

    def as_json(self) -> dict[str, int]:
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "SeatCounts":
        return cls(**kept)


def total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())


def seat_total(counts: Iterable[SeatCounts]) -> SeatCounts:
    return sum(counts, SeatCounts())
