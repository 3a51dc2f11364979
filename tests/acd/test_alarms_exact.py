"""The heap of deadlines: which are dead, in what order they come up, when the dead are swept."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from acd.alarms import Alarms
from acd.facts import (
    CallbackOffered,
    NeedsRelaxed,
    StickyGraceOver,
)
from acd.happenings import CallerLeft, GoAvailable, Pause, TimePassed
from kernel.ids import AgentNo, CallId, LegId, PauseReason
from kernel.legs import LegEnd
from tests.acd.centre import Centre, directory, policies
from tests.fakes.fake_clock import MONDAY_NINE

ONE = AgentNo("1001")
SWEPT_FROM = 1024


@dataclass
class Bell:
    """Any alarm: due, live or dead, and how often somebody asked."""

    due: datetime
    alive: bool = True
    asked: list[int] = field(default_factory=list)

    @property
    def live(self) -> bool:
        self.asked.append(1)
        return self.alive


def bell(seconds: float, *, alive: bool = True) -> Bell:
    return Bell(MONDAY_NINE + timedelta(seconds=seconds), alive)


def filled(bells: list[Bell]) -> Alarms:
    alarms = Alarms()
    for one in bells:
        alarms.set(one)  # type: ignore[arg-type]  # has `due` and `live`
    return alarms


def rung_out(alarms: Alarms) -> list[object]:
    found: list[object] = []
    while alarms.next_due() is not None:
        one = alarms.pop_due(MONDAY_NINE + timedelta(days=1))
        if one is not None:
            found.append(one)
    return found


def test_alarms_of_one_moment_come_up_in_the_order_in_which_they_were_set() -> None:
    bells = [bell(5) for _ in range(9)]

    assert [id(one) for one in rung_out(filled(bells))] == [id(one) for one in bells]


def test_an_alarm_comes_up_when_it_is_due_and_not_a_moment_before() -> None:
    alarms = filled([bell(5)])

    early = alarms.pop_due(MONDAY_NINE + timedelta(seconds=4.999999))

    assert early is None
    assert alarms.pop_due(MONDAY_NINE + timedelta(seconds=5)) is not None
    assert alarms.next_due() is None


def test_the_dead_are_swept_when_there_are_more_than_so_many_alarms() -> None:
    """Callers and seats that are long gone are not held in memory by their deadlines."""
    alarms = filled([bell(n, alive=False) for n in range(SWEPT_FROM + 1)])
    before = len(alarms)
    for _ in range(SWEPT_FROM // 4 + 1):
        alarms.set(bell(1))  # type: ignore[arg-type]

    assert (before, len(alarms)) == (SWEPT_FROM + 1, SWEPT_FROM // 4 + 1)


def test_a_sweep_looks_at_four_at_each_alarm_that_is_set_and_at_each_once() -> None:
    """No step pays for all of them."""
    living = [bell(n) for n in range(SWEPT_FROM + 1)]
    alarms = filled(living)
    looks = []
    for _ in range(SWEPT_FROM // 4 + 1):
        alarms.set(bell(1))  # type: ignore[arg-type]
        looks.append(sum(len(one.asked) for one in living))

    assert looks == [4 * n for n in range(1, SWEPT_FROM // 4 + 1)] + [SWEPT_FROM + 1]
    assert {len(one.asked) for one in living} == {1}


def test_after_a_sweep_the_next_one_waits_for_as_many_again() -> None:
    """Sweeping costs a look at each: never at every alarm that is set."""
    living = [bell(n) for n in range(SWEPT_FROM + 1)]
    alarms = filled(living)
    swept = SWEPT_FROM // 4 + 1
    for _ in range(swept):
        alarms.set(bell(1))  # type: ignore[arg-type]
    left = len(living) + swept
    for _ in range(left):
        alarms.set(bell(1, alive=False))  # type: ignore[arg-type]
    looked = sum(len(one.asked) for one in living)
    for _ in range(left):
        alarms.set(bell(1, alive=False))  # type: ignore[arg-type]

    assert looked == len(living), "twice as many: not yet"
    assert len(alarms) < 3 * left


def test_what_is_left_after_a_sweep_comes_up_in_order() -> None:
    chance = random.Random(5)
    bells = [bell(chance.random(), alive=chance.random() < 0.5) for _ in range(SWEPT_FROM + 1)]

    found = rung_out(filled(bells))

    assert found == sorted((one for one in bells if one.alive), key=lambda one: one.due)


@pytest.mark.parametrize("more", [1, 100, 300])
def test_amid_a_sweep_and_after_it_all_come_up_in_order(more: int) -> None:
    chance = random.Random(more)
    bells = [bell(chance.random()) for _ in range(SWEPT_FROM + 1 + more)]

    assert rung_out(filled(bells)) == sorted(bells, key=lambda one: one.due)


def test_a_step_takes_few_dead_ones_off_and_the_next_goes_on() -> None:
    """Other rules may leave thousands of dead ones at the front: no step pays for all of them."""
    dead = [bell(1, alive=False) for _ in range(1001)]
    last = bell(2)
    alarms = filled([*dead, last])

    def looked_at() -> int:
        return sum(len(one.asked) for one in dead)

    asked = looked_at()
    early = alarms.pop_due(MONDAY_NINE + timedelta(seconds=2))
    assert (early, looked_at() - asked, len(alarms)) == (None, 5, 998)
    first = alarms.next_due()
    assert (first, len(alarms)) == (last.due, 1)
    assert alarms.pop_due(MONDAY_NINE + timedelta(seconds=2)) is last


def test_what_is_next_is_never_said_too_late_however_many_dead_ones_stand_before_it() -> None:
    dead = [bell(1, alive=False) for _ in range(1001)]
    alarms = filled([*dead, bell(2)])

    assert alarms.next_due() == dead[0].due
    assert alarms.next_due() == MONDAY_NINE + timedelta(seconds=2)


def test_a_break_that_ended_in_time_has_no_deadline_left() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(Pause(ONE, PauseReason("rest")))
    limit = centre.floor.next_deadline()

    centre.take(GoAvailable(ONE))

    assert limit is not None and (limit - centre.clock.now()).total_seconds() == 15 * 60
    assert centre.floor.next_deadline() is None


def test_a_second_break_has_its_own_limit_only() -> None:
    centre = Centre()
    centre.staff(1)
    centre.take(Pause(ONE, PauseReason("rest")))
    centre.wait(600)
    centre.take(GoAvailable(ONE))
    centre.take(Pause(ONE, PauseReason("rest")))

    assert centre.wait(14 * 60) == []
    assert [fact.kind for fact in centre.wait(60)] == ["break-overrun"]


def test_who_left_the_line_leaves_no_deadline() -> None:
    centre = Centre()
    centre.call("c1", "dialect", sticky_to=ONE)

    centre.take(CallerLeft(CallId("c1")))

    assert centre.floor.next_deadline() is None


def test_deadlines_of_the_wait_before_a_ring_are_not_those_after_it() -> None:
    """He was rung for, and is back: each limit of his wait is met once, not twice."""
    centre = Centre(rules=policies({"max_wait_s": 50}))
    centre.staff(1)
    centre.call("c1")
    centre.end(LegId("7-000001"), LegEnd.NO_ANSWER)

    centre.wait(51)

    assert len(centre.of(CallbackOffered)) == 1


def test_the_offer_of_a_callback_is_repeated_every_three_minutes_and_only_so() -> None:
    """Also when another limit offers it in between."""
    centre = Centre(rules=policies({"max_wait_s": 100}))
    began = centre.clock.now()
    centre.call("c1")

    centre.wait(700)

    offered = [(fact.at - began).total_seconds() for fact in centre.of(CallbackOffered)]
    assert offered == [60, 100, 280, 460, 640]


def test_a_recovered_floor_has_the_deadlines_of_the_one_that_lived() -> None:
    """What was relaxed, offered or let go already is not done a second time."""
    rules = policies({"sticky_grace_s": 8})
    centre = Centre(directory({"general": 1}, {"enterprise": 1}), rules)
    centre.staff(1)
    centre.call("c0")
    centre.answer(LegId("7-000001"))
    centre.call("c1", sticky_to=ONE)
    centre.call("c2", "dialect")
    centre.wait(70)
    again = centre.folded()

    done = [type(fact) for fact in centre.facts]
    lived = [fact.kind for fact in centre.wait(100)]
    repeated = [fact.kind for fact in again.take(TimePassed(), centre.clock.now())]

    assert {StickyGraceOver, NeedsRelaxed, CallbackOffered} <= set(done)
    assert lived == []
    assert repeated == []
