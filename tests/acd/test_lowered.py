"""A supervisor's measure against a number (MAL-01): later in line, in every queue, never for ever.

`lowered_by_s` stands in config/queues.yaml. Nothing but the order of the line changes.
"""

from datetime import datetime, timedelta

import pytest

from acd.errors import WrongState
from acd.facts import (
    AnnouncementDue,
    CallAbandoned,
    CallMovedByOrder,
    CallPrioritised,
    CallQueued,
    SeatRung,
)
from acd.happenings import CallerLeft, FinishWrapUp
from acd.order_happenings import MoveCaller, PrioritiseCaller
from acd.surge_facts import CallSentOver
from kernel.ids import CallId, LegId, QueueName
from tests.acd.centre import Centre, policies

LOWERED_BY_S = 120
LOWERED = timedelta(seconds=LOWERED_BY_S)
C1 = CallId("c1")
FIRST = LegId("7-000001")


def busy() -> Centre:
    """One seat, and it talks."""
    centre = Centre(rules=policies({"max_wait_s": 9_999}))
    centre.staff(1)
    centre.call("c0")
    centre.answer(FIRST)
    return centre


def line(centre: Centre) -> list[str]:
    return [row.call for row in centre.floor.view(centre.clock.now()).waiting if row.position]


def served(centre: Centre, gap: float) -> None:
    """The seat's talk ends, it is free at once, and answers whom it is rung for."""
    ring = centre.of(SeatRung)[-1]
    centre.end(ring.leg)
    centre.take(FinishWrapUp(ring.agent))
    centre.answer(centre.only(SeatRung).leg)
    centre.clock.advance(gap)


@pytest.mark.parametrize("queue", ["general", "enterprise", "korean"])
def test_mal_01_whom_a_measure_lowers_comes_later_by_the_seconds_of_the_policy(queue: str) -> None:
    """In a queue of priority 0 too; his priority and when he asked stay what they were."""
    usual, lowered = Centre(), Centre()
    usual.call("c1", queue)
    lowered.call("c1", queue, lowered=True)

    one, other = usual.only(CallQueued), lowered.only(CallQueued)
    assert other.turn_at == one.turn_at + LOWERED
    assert (other.asked_at, other.priority) == (one.asked_at, one.priority)
    assert (one.lowered, other.lowered) == (None, True)


@pytest.mark.parametrize(("later_s", "first"), [(119.9, "after"), (120.0, "c1"), (200.0, "c1")])
def test_mal_01_who_comes_within_the_time_goes_before_him_and_nobody_who_comes_after_it(
    later_s: float, first: str
) -> None:
    centre = busy()
    centre.call("c1", lowered=True)
    centre.clock.advance(later_s)

    centre.call("after")

    assert line(centre)[0] == first


def test_mal_01_who_is_lowered_is_rung_for_at_once_where_nobody_waits() -> None:
    centre = Centre()
    centre.staff(1)

    centre.call("c1", lowered=True)

    assert centre.only(SeatRung).call == "c1"


def test_mal_01_nobody_starves_however_many_come_after_him() -> None:
    """Twice what the seat can serve, for ever: he comes after those of the first two minutes."""
    centre = busy()
    centre.call("c1", lowered=True)
    came: dict[str, datetime] = {}

    for n in range(200):
        for half in "ab":
            came[f"n{n}{half}"] = centre.clock.now()
            centre.call(f"n{n}{half}")
            centre.clock.advance(2)
        served(centre, 1)
        if "c1" in (ring.call for ring in centre.of(SeatRung)):
            break

    rung = [ring.call for ring in centre.of(SeatRung)]
    assert rung[-1] == "c1"
    asked = next(queued.asked_at for queued in centre.of(CallQueued) if queued.call == "c1")
    before = [came[call] - asked for call in rung[1:-1]]
    assert LOWERED / 2 < max(before) < LOWERED


def test_mal_01_his_wait_counts_from_when_he_really_asked() -> None:
    """In the figures and for the limits of his queue."""
    centre = Centre(rules=policies({"max_wait_s": 60, "when_too_long": "refuse"}))
    centre.call("c1", lowered=True)
    centre.call("c2", lowered=True)
    centre.clock.advance(30)
    centre.take(CallerLeft(C1))
    gone = centre.only(CallAbandoned)
    centre.wait(31)

    assert gone.waited == timedelta(seconds=30)
    assert line(centre) == []


def test_mal_01_he_is_told_a_wait_that_reckons_with_those_who_go_before_him() -> None:
    centre = busy()
    for n in range(60):  # somebody comes every ten seconds, and leaves
        centre.call(f"n{n}")
        centre.clock.advance(10)
        centre.take(CallerLeft(CallId(f"n{n}")))

    centre.call("c1", lowered=True)
    lowered = centre.only(AnnouncementDue)
    centre.take(CallerLeft(C1))
    centre.call("c2")
    usual = centre.only(AnnouncementDue)

    assert (lowered.position, usual.position) == (1, 1)
    assert lowered.high is not None and usual.high is not None
    assert lowered.high >= usual.high + LOWERED / 2


@pytest.mark.parametrize(("had_by", "kept"), [("nobody", True), ("a person", False)])
def test_mal_01_the_measure_holds_until_a_person_has_had_him(had_by: str, kept: bool) -> None:
    """Whoever comes back asks `again` and names no measure: the floor knows."""
    over = {"overflow": {"target": "jilin"}, "overflow_after_s": 5}
    centre = Centre(rules=policies(over))
    if had_by == "a person":
        centre.staff(1)
    centre.call("c1", lowered=True)
    if had_by == "a person":
        centre.answer(FIRST)
        centre.end(FIRST)
    else:
        centre.wait(6)
        assert [sent.call for sent in centre.of(CallSentOver)] == ["c1"]

    centre.call("c1", again=True)

    assert centre.of(CallQueued)[-1].lowered is (True if kept else None)
    assert centre.folded().contents() == centre.floor.contents()


def test_mal_01_who_is_moved_to_another_queue_stays_lowered() -> None:
    centre = busy()
    centre.call("c1", lowered=True)
    asked = centre.clock.now()

    centre.take(MoveCaller("leader", C1, QueueName("incident"), "drill"))

    assert centre.only(CallMovedByOrder).turn_at == asked + LOWERED
    assert centre.folded().contents() == centre.floor.contents()


@pytest.mark.parametrize("priority", [0, 2])
def test_mal_01_a_supervisors_order_for_this_call_takes_the_place_of_the_measure(
    priority: int,
) -> None:
    centre = busy()
    centre.call("c1", lowered=True)
    centre.call("c2")
    order = PrioritiseCaller("leader", C1, priority, "drill")

    centre.take(order)

    assert line(centre) == ["c1", "c2"]
    boost = timedelta(seconds=centre.policies.priority_boost_s[priority])
    assert centre.only(CallPrioritised).turn_at == centre.clock.now() - boost
    assert centre.folded().contents() == centre.floor.contents()
    with pytest.raises(WrongState):
        centre.take(order)


def test_mal_01_after_such_an_order_the_measure_is_gone_for_good() -> None:
    """Also when he is moved afterwards."""
    centre = busy()
    centre.call("c1", lowered=True)
    asked = centre.clock.now()
    centre.take(PrioritiseCaller("leader", C1, 1, "drill"))

    centre.take(MoveCaller("leader", C1, QueueName("incident"), "drill"))

    boost = timedelta(seconds=centre.policies.priority_boost_s[1])
    assert centre.only(CallMovedByOrder).turn_at == asked - boost
