"""A fact of the tests' own, and how to make many of them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kernel.fact import Fact

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Fact, kind="noted"):
    text: str


def note(number: int, at: datetime = NOON) -> Noted:
    return Noted(at=at + timedelta(seconds=number), text=f"第{number}条")


def notes(first: int, last: int) -> list[Noted]:
    return [note(number) for number in range(first, last + 1)]


class StillClock:
    """Stands still until it is told."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at
