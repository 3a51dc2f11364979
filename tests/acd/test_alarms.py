"""Deadlines: in order, none lost, and the dead ones are swept without a pause."""

import random
from datetime import timedelta

from acd.alarms import SWEEP_FROM, SWEPT_AT_ONCE, Alarms, ForSeat, SeatAlarm
from acd.seat import Activity, Presence, Seat
from kernel.ids import AgentNo, Extension, LegId, SeatId
from tests.fakes.fake_clock import MONDAY_NINE


def ringing_seat(n: int) -> Seat:
    return Seat(
        id=SeatId(f"S{n:03d}"), phone=Extension(str(8000 + n)), agent=AgentNo(str(1000 + n)),
        skills={}, signature=0, auto_answer=False, presence=Presence.AVAILABLE,
        presence_since=MONDAY_NINE, activity=Activity.RINGING, activity_since=MONDAY_NINE,
        idle_since=MONDAY_NINE, reachable=True, leg=LegId(f"1-{n}"),
    )  # fmt: skip


def ring_limit(n: int, after_s: float, *, dead: bool = False) -> ForSeat:
    seat = ringing_seat(n)
    alarm = ForSeat(SeatAlarm.RING_LIMIT, MONDAY_NINE + timedelta(seconds=after_s), seat, seat.leg)
    if dead:
        seat.activity = Activity.TALKING
    return alarm


def popped(alarms: Alarms) -> list[ForSeat]:
    late, found = MONDAY_NINE + timedelta(days=1), []
    while alarms.next_due() is not None:
        alarm = alarms.pop_due(late)
        if isinstance(alarm, ForSeat):
            found.append(alarm)
    return found


def test_the_living_come_up_in_order_however_often_the_dead_were_swept() -> None:
    alarms, chance = Alarms(), random.Random(3)
    living = []

    for n in range(6 * SWEEP_FROM):
        alarm = ring_limit(n, chance.randint(1, 900), dead=n % 4 > 0)
        alarms.set(alarm)
        if n % 4 == 0:
            living.append(alarm)

    assert popped(alarms) == sorted(living, key=lambda alarm: alarm.due)
    assert alarms.next_due() is None


def test_those_due_at_the_same_moment_come_in_the_order_in_which_they_were_set() -> None:
    alarms = Alarms()
    living = [ring_limit(n, 5) for n in range(2 * SWEEP_FROM)]

    for alarm in living:
        alarms.set(alarm)

    assert popped(alarms) == living


def test_the_next_one_is_known_in_the_midst_of_a_sweep() -> None:
    alarms = Alarms()
    for n in range(SWEEP_FROM + 1):
        alarms.set(ring_limit(n, 100 + n))

    alarms.set(ring_limit(9_000, 50))
    first = alarms.pop_due(MONDAY_NINE + timedelta(seconds=60))
    nobody = alarms.pop_due(MONDAY_NINE + timedelta(seconds=60))

    assert first is not None
    assert (first.due, nobody) == (MONDAY_NINE + timedelta(seconds=50), None)
    assert alarms.next_due() == MONDAY_NINE + timedelta(seconds=100)


def test_the_dead_do_not_pile_up() -> None:
    alarms = Alarms()

    for n in range(20 * SWEEP_FROM):
        alarms.set(ring_limit(n, 1_800, dead=True))

    assert len(alarms) <= 2 * SWEEP_FROM


def test_no_single_step_sweeps_more_than_a_few() -> None:
    alarms = Alarms()
    before = 0

    for n in range(4 * SWEEP_FROM):
        alarms.set(ring_limit(n, 1_800, dead=True))
        assert len(alarms) >= before + 1 - SWEPT_AT_ONCE
        before = len(alarms)
