"""The watchman tells the alarm of each part that is ill, and of no other."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from hotline.alarms import Alarms
from hotline.door import Door
from hotline.probes import Watchman
from kernel.fact import Fact
from tests.fakes.fake_clock import FakeClock


class DriftingClock(FakeClock):
    away = timedelta()

    def drift(self) -> timedelta:
        return self.away


class Centre:
    """All that is watched, well to begin with; `looks` lets seconds pass."""

    def __init__(self) -> None:
        self.clock = DriftingClock()
        self.journal = self._part(reserve=SimpleNamespace(is_whole=True))
        self.shipper = self._part()
        self.projections = self._part()
        self.floor_copy = SimpleNamespace(is_well=True)
        self.link = SimpleNamespace(is_up=True, backlog=0, counters=Counter())
        self.desk = SimpleNamespace(late=timedelta(), well=True)
        self.floor = SimpleNamespace(surprises=Counter())
        self.speech = SimpleNamespace(lives=True)
        self.speech_lives: Callable[[], bool] | None = lambda: self.speech.lives
        self.facts: list[Fact] = []
        self.alarms = Alarms(self._write)
        self.door = Door(lambda: self.journal.reserve.is_whole)
        watched: Any = self
        self.watchman = Watchman(watched, self.alarms, self.door)

    def _part(self, **more: Any) -> Any:
        part = SimpleNamespace(fit=True, trouble=lambda: None, **more)
        part.well = lambda: part.fit
        return part

    def _write(self, facts: Sequence[Fact]) -> None:
        self.facts += facts

    def looks(self, seconds: int) -> list[str]:
        """The names that stand then."""
        for _ in range(seconds):
            self.watchman.look()
            self.clock.advance(1)
        return [row.name for row in self.alarms.standing()]


ILL = [
    ("asterisk-away", "link", "is_up", False),
    ("valkey-away", "floor_copy", "is_well", False),
    ("speech-away", "speech", "lives", False),
    ("journal-refused", "journal", "fit", False),
    ("shipping-stopped", "shipper", "fit", False),
    ("projections-stopped", "projections", "fit", False),
    ("desk-late", "desk", "well", False),
    ("overload", "link", "backlog", 2_000),
    ("clock-jumped", "clock", "away", timedelta(seconds=-3)),
]


@pytest.mark.parametrize(("name", "part", "field", "ill"), ILL)
def test_what_is_ill_is_told_once_and_cleared_when_it_is_well(
    name: str, part: str, field: str, ill: object
) -> None:
    centre = Centre()
    assert centre.looks(3) == []
    well = getattr(getattr(centre, part), field)

    setattr(getattr(centre, part), field, ill)
    assert centre.looks(10) == [name]
    setattr(getattr(centre, part), field, well)
    assert centre.looks(40) == []
    assert [fact.kind for fact in centre.facts] == ["alarm-raised", "alarm-cleared"]


def test_a_site_without_speech_misses_nobody() -> None:
    centre = Centre()
    centre.speech.lives = False
    centre.speech_lives = None
    assert centre.looks(10) == []


def test_a_full_disk_shuts_the_door_and_room_opens_it() -> None:
    centre = Centre()
    centre.journal.reserve.is_whole = False
    assert centre.looks(1) == ["disk-full"]
    assert not centre.door.is_open()

    centre.journal.reserve.is_whole = True
    assert centre.looks(1) == []
    assert centre.door.is_open()


def test_three_losses_of_the_link_in_two_minutes_are_flapping() -> None:
    centre = Centre()
    for _ in range(2):
        centre.link.counters["links lost"] += 1
        assert centre.looks(10) == []
    centre.link.counters["links lost"] += 1
    assert centre.looks(1) == ["asterisk-flapping"]
    assert centre.looks(200) == []


def test_a_surprise_of_the_desk_stands_for_ten_minutes() -> None:
    centre = Centre()
    centre.looks(1)
    centre.floor.surprises["late answer"] += 1
    assert centre.looks(590) == ["desk-surprised"]
    assert centre.looks(20) == []
