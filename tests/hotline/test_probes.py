"""The watchman tells the alarm of each part that is ill, and of no other."""

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hotline.door import Door
from hotline.watch.alarms import Alarms
from hotline.watch.probes import Watchman
from hotline.watch.refusals import Refusals
from kernel.fact import Fact
from kernel.ids import CallId
from storage.pool import DatabaseAway
from telephony.ami_asks import Reply
from telephony.facts import CallArrived, CallHungUp, HungUpBy
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
        self.link = SimpleNamespace(is_up=True, backlog=0, counters=Counter(), ask=self._said)
        self.desk = SimpleNamespace(late=timedelta(), well=True)
        self.floor = SimpleNamespace(surprises=Counter())
        self.asterisk = {"coremaxcalls": "1000", "corecurrentcalls": "7"}
        self.pool = SimpleNamespace(fetchval=self._fetchval)
        self.database: Exception | None = None
        self.sip = True
        self.disk = Path(__file__).parent
        self.refusals = Refusals()
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

    async def _said(self, headers: Mapping[str, str]) -> Reply:
        return Reply(dict(self.asterisk))

    async def _fetchval(self, sql: str) -> bool:
        if self.database is not None:
            raise self.database
        return True

    async def sip_lives(self) -> bool:
        return self.sip

    async def asks(self, seconds: int) -> list[str]:
        """The names that stand after so long, all that is outside being asked each second."""
        for _ in range(seconds):
            for probe in self.watchman.asks:
                await probe()
            self.clock.advance(1)
        return [row.name for row in self.alarms.standing()]

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


ILL_OUTSIDE = [
    ("database-away", "database", DatabaseAway("PostgreSQL does not answer.", remedy="Start it.")),
    ("sip-stuck", "sip", False),
    ("calls-refused", "asterisk", {"coremaxcalls": "1000", "corecurrentcalls": "900"}),
]


@pytest.mark.parametrize(("name", "part", "ill"), ILL_OUTSIDE)
async def test_what_is_ill_outside_is_told_once_and_cleared_when_it_is_well(
    name: str, part: str, ill: object
) -> None:
    centre = Centre()
    assert await centre.asks(3) == []
    well = getattr(centre, part)

    setattr(centre, part, ill)
    assert await centre.asks(5) == [name]
    setattr(centre, part, well)
    assert await centre.asks(40) == []
    assert [fact.kind for fact in centre.facts] == ["alarm-raised", "alarm-cleared"]


async def test_little_room_on_the_disk_is_told_before_it_is_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    centre = Centre()
    monkeypatch.setattr("hotline.watch.probes.DISK_LOW", 1)
    assert await centre.asks(1) == []
    free = shutil.disk_usage(centre.disk).free

    monkeypatch.setattr("hotline.watch.probes.DISK_LOW", 2 * free)
    monkeypatch.setattr("hotline.watch.probes.DISK_LOW_SHARE", 1.0)
    assert await centre.asks(1) == ["disk-low"]


async def test_the_reserve_is_made_again_once_there_is_twice_its_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hotline.watch.probes.DISK_LOW", 1)
    centre, filled = Centre(), list[int]()
    reserve = SimpleNamespace(is_whole=False, fill=lambda: filled.append(1))
    centre.journal.reserve = reserve

    reserve.size = shutil.disk_usage(centre.disk).free
    await centre.asks(1)
    assert filled == []
    reserve.size = 1
    await centre.asks(1)
    assert filled == [1]


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


def hung_up(centre: Centre, call: str, cause: int) -> CallHungUp:
    now = centre.clock.now()
    return CallHungUp(at=now, call=CallId(call), by=HungUpBy.NETWORK, cause=cause)


def arrived(centre: Centre, call: str) -> CallArrived:
    return CallArrived(
        at=centre.clock.now(),
        call=CallId(call),
        sip_call_id="x@y",
        dialled="12345",
        caller="139****1111",
        caller_key=None,
        trunk="trunk-in",
    )


@pytest.mark.parametrize("cause", [34, 42])
async def test_a_call_that_was_refused_is_told_though_asterisk_says_that_it_has_room(
    cause: int,
) -> None:
    """The dialplan's room for citizens (34) is full long before `maxcalls` (42) is near."""
    centre = Centre()
    assert await centre.asks(3) == []

    centre.refusals.see([arrived(centre, "c1"), hung_up(centre, "c1", cause)])
    assert await centre.asks(1) == ["calls-refused"]
    assert "1 refused" in centre.alarms.standing()[0].why
    assert await centre.asks(35) == []
    assert [fact.kind for fact in centre.facts] == ["alarm-raised", "alarm-cleared"]


async def test_as_long_as_calls_are_refused_the_alarm_stands() -> None:
    centre = Centre()
    for n in range(50):
        centre.refusals.see([arrived(centre, f"c{n}"), hung_up(centre, f"c{n}", 34)])
        assert await centre.asks(1) == ["calls-refused"]
    assert [fact.kind for fact in centre.facts] == ["alarm-raised"]


async def test_a_call_that_we_had_or_that_ended_otherwise_was_not_refused() -> None:
    """A busy trunk out gives 34 to a citizen whom we had for long."""
    centre = Centre()
    centre.refusals.see([arrived(centre, "c1")])
    centre.refusals.see([hung_up(centre, "c1", 34)])
    centre.refusals.see([arrived(centre, "c2"), hung_up(centre, "c2", 16)])
    assert centre.refusals.count == 0
    assert await centre.asks(3) == []
