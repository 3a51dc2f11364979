"""What the auditor reads: journal lines as plain values, with a reading of his own. Pure.

Nothing here is shared with the fold: no fact types, no `Counts`. Moments are whole microseconds
since 1970 (UTC), so that borders are integer arithmetic; durations are whole milliseconds, rounded
down, as every figure counts them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final, TypeAlias

Micros: TypeAlias = int

QUARTER_US: Final = 900 * 1_000_000
DAY_US: Final = 24 * 3600 * 1_000_000
_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CHINA: Final = timezone(timedelta(hours=8))

# kind of the fact -> its fate; a seat-answered with again=true is none
FATES: Final[Mapping[str, str]] = {
    "seat-answered": "answered",
    "call-abandoned": "abandoned",
    "call-overflowed": "overflowed",
    "callback-promised": "callback_promised",
    "call-blocked": "blocked",
    "call-failed": "failed",
    "fallback-answered": "fallback_answered",
    "fallback-lost": "fallback_lost",
}
OF_CALLS: Final = frozenset(FATES) | {
    "call-arrived",
    "call-queued",
    "call-sent-to-fallback",
    "reentry-ended",
    "talk-ended",
    "call-held",
    "call-resumed",
    "call-hung-up",
}
OF_AGENTS: Final = frozenset(
    {
        "agent-signed-in",
        "agent-signed-out",
        "agent-available",
        "agent-paused",
        "break-began",
        "seat-answered",
        "talk-ended",
        "wrap-up-started",
        "wrap-up-ended",
    }
)
READ: Final = OF_CALLS | OF_AGENTS


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the journal. `body` as JSON gives it: ISO times, durations in seconds."""

    epoch: int
    n: int
    at: Micros
    kind: str
    body: Mapping[str, Any]

    @property
    def fate(self) -> str | None:
        """The fate it tells, if it tells one."""
        return None if self.body.get("again", False) else FATES.get(self.kind)

    @property
    def place(self) -> str:
        return f"{self.epoch}/{self.n}"


@dataclass(frozen=True, slots=True)
class Span:
    """From (inclusive) to (exclusive), borders of quarters."""

    start: Micros
    end: Micros

    def __contains__(self, at: Micros) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree, as a sentence in Chinese and one in English."""

    about: str  # a call, a quarter, a line of the journal
    zh: str
    en: str

    @property
    def sentence(self) -> str:
        return f"{self.zh} / {self.en}"


def micros(moment: datetime | str) -> Micros:
    """Of an aware moment, or of the journal's ISO-8601 text."""
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (known - _1970) // timedelta(microseconds=1)


def moment_of(at: Micros) -> datetime:
    return _1970 + timedelta(microseconds=at)


def micros_of_s(seconds: float) -> Micros:
    return round(seconds * 1_000_000)


def ms_of_s(seconds: float) -> int:
    return micros_of_s(seconds) // 1000


def quarter(at: Micros) -> Micros:
    return at - at % QUARTER_US


def day_start(at: Micros) -> Micros:
    """Midnight in China; 1970 began there at eight in the morning."""
    offset = 8 * 3600 * 1_000_000
    return at - (at + offset) % DAY_US


def clock(at: Micros) -> str:
    """By the clock of China."""
    return f"{moment_of(at).astimezone(_CHINA):%Y-%m-%d %H:%M:%S}"
