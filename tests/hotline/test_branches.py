"""How far each branch has told, and the alarm about it; what comes of the rows of a request."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from console.errors import BadForm
from console.lines_port import FeedState, Sent
from figures.lines_told import ToldCall
from hotline.branches import Branches, BranchStores
from hotline.facts import AlarmCleared, AlarmRaised
from hotline.watch.alarms import Alarms
from intake.branch_store import BranchFeed, Told
from kernel.errors import Unavailable
from kernel.fact import Fact
from telephony.lines import Lines
from tests.fakes.fake_clock import FakeClock

NAMED = {"name_zh": "甲", "name_en": "A"}
LINES = Lines.model_validate(
    {
        "own": "main",
        "greeting": [],
        "lines": {
            "main": {**NAMED, "kind": "own", "menu": "main"},
            "tax": {**NAMED, "kind": "seated", "number": "12366"},
            "water": {**NAMED, "kind": "branch", "number": "96123"},
        },
    }
)


@dataclass
class FakeStore:
    """As far as `Branches` asks: keys and feeds, calls. `is_away`: no database."""

    rows: dict[str, BranchFeed] = field(default_factory=dict)
    noted: list[Told] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    is_away: bool = False

    async def feeds(self) -> list[BranchFeed]:
        if self.is_away:
            raise Unavailable("It is away.", remedy="Try again.")
        return list(self.rows.values())

    async def note_heard(self, line: str, told: Told) -> None:
        self.noted.append(told)

    async def take(self, line: str, calls: list[ToldCall], **_: Any) -> frozenset[str]:
        new = {told.id for told in calls} - self.known
        self.known |= new
        return frozenset(new)


class House:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.facts: list[Fact] = []
        self.store = FakeStore()
        stores: Any = BranchStores(
            keys=self.store, calls=self.store, tickets=None  # type: ignore[arg-type]
        )  # fmt: skip
        alarms = Alarms(self.facts.extend)
        self.alarms = alarms
        self.branches = Branches(stores, LINES, alarms, self.clock)

    def told(self, line: str, ago: float) -> None:
        newest = self.clock.now() - timedelta(seconds=ago)
        self.store.rows[line] = BranchFeed(
            line=line, has_key=True, newest_at=newest, heard_at=newest
        )

    def states(self) -> dict[str, FeedState]:
        return {shown.line: shown.state for shown in self.branches.feeds()}


async def test_mrg_05_a_branch_over_a_minute_late_is_an_alarm_that_clears_by_itself() -> None:
    house = House()
    house.told("tax", 60)
    await house.branches.look()
    assert house.facts == []

    house.clock.advance(0.001)
    await house.branches.look()
    await house.branches.look()
    standing = house.alarms.standing()
    house.told("tax", 0)
    await house.branches.look()

    assert [type(fact) for fact in house.facts] == [AlarmRaised, AlarmCleared]
    assert [(row.name, row.severity, row.why) for row in standing] == [
        ("branch-late", "warning", "tax 60 s")
    ]
    assert house.alarms.standing() == []


async def test_mrg_05_a_branch_that_never_told_anything_is_told_apart_and_is_no_alarm() -> None:
    house = House()
    house.store.rows["water"] = BranchFeed(line="water", has_key=True)
    house.clock.advance(3600)
    await house.branches.look()

    assert house.states() == {"tax": FeedState.NOT_CONNECTED, "water": FeedState.NEVER}
    assert house.facts == []
    assert [shown.lag_s for shown in house.branches.feeds()] == [None, None]


async def test_a_branch_whose_keys_were_ended_is_waited_for_no_more() -> None:
    house = House()
    house.told("tax", 3600)
    feed = house.store.rows["tax"]
    house.store.rows["tax"] = BranchFeed(line="tax", has_key=False, newest_at=feed.newest_at)
    await house.branches.look()

    assert house.states()["tax"] is FeedState.NOT_CONNECTED
    assert house.facts == []


async def test_without_the_database_the_lag_goes_on_from_what_was_known() -> None:
    house = House()
    house.told("tax", 0)
    await house.branches.look()
    house.store.is_away = True
    house.clock.advance(61)
    await house.branches.look()

    assert house.states()["tax"] is FeedState.LATE


async def test_rows_are_taken_each_by_itself_and_said_again_change_nothing() -> None:
    house = House()
    now = house.clock.now()
    row = {"id": "1", "as_of": now.isoformat(), "asked_at": now.isoformat(), "outcome": "waiting"}
    sent = Sent(as_of=now - timedelta(seconds=30), rows=[row, {"id": "2"}, "nonsense"])

    first = await house.branches.take_calls("tax", sent)
    again = await house.branches.take_calls("tax", sent)

    assert (first.taken, first.known) == (1, 0)
    assert [(one.row, one.id) for one in first.refused] == [(1, "2"), (2, "")]
    assert (again.taken, again.known) == (0, 1)
    assert [(told.newest, told.refused) for told in house.store.noted] == [(now, 2), (now, 2)]


async def test_a_clock_that_runs_ahead_is_refused_before_it_hides_a_lag() -> None:
    house = House()
    ahead = house.clock.now() + timedelta(seconds=61)

    with pytest.raises(BadForm, match="as_of lies in the future"):
        await house.branches.take_calls("tax", Sent(as_of=ahead, rows=[]))
