"""Each dependency tells for itself whether it is well; what is counted becomes a gauge."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from hotline.watch.health import Health
from kernel.errors import Unavailable
from storage.journal_file import Position


@dataclass
class Part:
    """All parts of the house at once: each answers only what is asked of it."""

    is_up: bool = True
    is_ready: bool = True
    is_well: bool = True
    fit: bool = True
    lost: int = 2
    written: Position = field(default_factory=lambda: Position(3, 41))
    counters: Counter[str] = field(default_factory=lambda: Counter({"broken events": 4}))
    surprises: Counter[str] = field(default_factory=lambda: Counter({"late-answer": 2}))
    backlog: int = 12
    faults: Counter[str] = field(default_factory=lambda: Counter({"figures": 1, "calls": 2}))

    @property
    def stories(self) -> "Part":
        return Part(counters=Counter({"stories failed": 5}))

    def well(self) -> bool:
        return self.fit

    def gauges(self) -> dict[str, float]:
        return {"alarm_disk_full": 1.0}

    def behind(self) -> int:
        return 7

    def drift(self) -> timedelta:
        return timedelta(milliseconds=-250)

    async def fetchval(self, sql: str) -> bool:
        if not self.fit:
            raise Unavailable("The database is away.", remedy="Try again.")
        return True


@dataclass
class Desk:
    well: bool = True
    late: timedelta = timedelta(milliseconds=40)


def health(**changed: Any) -> Health:
    parts: dict[str, Any] = {name: Part() for name in Health.__dataclass_fields__}
    return Health(**{**parts, "desk": Desk(), **changed})


async def test_a_whole_house_is_ready() -> None:
    assert await health().dependencies() == {
        "asterisk": True,
        "database": True,
        "desk": True,
        "journal": True,
        "projections": True,
        "valkey": True,
    }


@pytest.mark.parametrize(
    ("part", "ill", "told"),
    [
        ("link", Part(is_up=False), "asterisk"),
        ("switchboard", Part(is_ready=False), "asterisk"),  # not in step with it yet: none rings
        ("pool", Part(fit=False), "database"),
        ("desk", Desk(well=False), "desk"),
        ("journal", Part(fit=False), "journal"),
        ("shipper", Part(fit=False), "journal"),
        ("projections", Part(fit=False), "projections"),
        ("floor_copy", Part(is_well=False), "valkey"),
    ],
)
async def test_what_is_away_is_told_and_nothing_else(part: str, ill: object, told: str) -> None:
    states = await health(**{part: ill}).dependencies()

    assert [name for name, well in states.items() if not well] == [told]


def test_what_is_counted_becomes_a_gauge() -> None:
    link = Part(is_up=False, counters=Counter({"connections lost": 3}))
    gauges = health(link=link).gauges()

    assert gauges == {
        "telephony_broken_events": 4,
        "telephony_stories_failed": 5,
        "floor_surprises_late_answer": 2,
        "floor_surprises": 2,
        "alarm_disk_full": 1,
        "desk_late_seconds": 0.04,
        "ami_backlog": 12,
        "ami_connections_lost": 3,
        "log_lines_lost": 0,
        "journal_facts": 41,
        "journal_unshipped": 7,
        "onlooker_faults": 3,
        "floor_copies_lost": 2,
        "clock_drift_seconds": -0.25,
        "ami_link_up": 0,
    }
