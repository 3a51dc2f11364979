"""Queue length with abandonment (QLM), checked against its own sums."""

from datetime import UTC, datetime, timedelta
from math import e, sqrt

import pytest

from acd.wait_estimate import RECENT_S, Measured, WaitEstimate, qlm, qlm_overtaken


@pytest.mark.parametrize(
    ("ahead", "capacity", "theta"),
    [(0, 0.57, 1 / 300), (40, 0.57, 1 / 300), (2000, 8.1, 1 / 300), (500, 0.05, 1 / 60)],
)
def test_the_estimate_is_the_sum_of_the_steps_ahead(
    ahead: int, capacity: float, theta: float
) -> None:
    steps = [1 / (capacity + k * theta) for k in range(ahead + 1)]

    estimate = qlm(ahead, capacity, theta)

    assert estimate.mean_s == pytest.approx(sum(steps), rel=1e-4)
    assert estimate.deviation_s == pytest.approx(sqrt(sum(x * x for x in steps)), rel=1e-4)


def test_patient_callers_wait_for_all_ahead() -> None:
    assert qlm(199, 0.5, 0.0).mean_s == pytest.approx(400)


def test_the_range_is_rounded_outward() -> None:
    low, high = WaitEstimate(100.0, 20.0).rounded(30)

    assert (low, high) == (timedelta(seconds=60), timedelta(seconds=150))


def test_patience_is_all_waits_over_those_who_gave_up() -> None:
    """Served callers are censored observations, not nothing."""
    measured = Measured.starting_with(holding_s=200, patience_s=300, weight=0.001)
    for _ in range(4):
        measured.waited(timedelta(seconds=90), gave_up=False)
    measured.waited(timedelta(seconds=40), gave_up=True)

    assert 1 / measured.theta == pytest.approx(400, rel=0.01)


def test_measured_holding_times_take_over_from_the_start_value() -> None:
    measured = Measured.starting_with(holding_s=200, patience_s=300, weight=10)
    for _ in range(4000):
        measured.held(timedelta(seconds=100))

    assert measured.holding_s == pytest.approx(100, rel=0.01)


def test_without_a_seat_there_is_no_estimate() -> None:
    assert Measured.starting_with(200, 300, 30).estimate(ahead=3, serving=0) is None


def test_whom_nobody_overtakes_is_told_the_queue_length_estimate() -> None:
    assert qlm_overtaken(40, 0.57, 1 / 300, []).mean_s == pytest.approx(
        qlm(40, 0.57, 1 / 300).mean_s
    )


def test_who_is_overtaken_for_good_waits_as_if_the_seats_were_fewer() -> None:
    """Half of what the seats can do goes to those who come before him: twice as long a wait."""
    alone, overtaken = qlm(9, 1.0, 0.0), qlm_overtaken(9, 1.0, 0.0, [(1e6, 0.5)])

    assert overtaken.mean_s == pytest.approx(2 * alone.mean_s)
    assert overtaken.deviation_s > 2 * alone.deviation_s


def test_nobody_overtakes_any_more_once_he_has_waited_longer_than_their_advantage() -> None:
    """The first four of ten steps take twice as long, then 8 s have passed."""
    assert qlm_overtaken(9, 1.0, 0.0, [(8.0, 0.5)]).mean_s == pytest.approx(8 + 6)


def test_of_two_who_come_before_him_each_stops_at_its_own_time() -> None:
    """Two steps among both (0.3 a second are left to him), eight among the one that goes on."""
    found = qlm_overtaken(9, 1.0, 0.0, [(4.0, 0.5), (1e6, 0.2)])

    assert found.mean_s == pytest.approx(2 / 0.3 + 8 / 0.8)


def test_more_who_overtake_than_seats_can_serve_still_give_a_finite_wait() -> None:
    assert qlm_overtaken(0, 1.0, 0.0, [(1e6, 7.0)]).mean_s == pytest.approx(10)


def test_only_callers_of_a_greater_advantage_are_reckoned_with() -> None:
    measured = Measured.starting_with(holding_s=100, patience_s=1e9, weight=30)
    begins = datetime(2026, 11, 23, tzinfo=UTC)
    for n in range(int(20 * RECENT_S / 10)):
        measured.came(begins + timedelta(seconds=10 * n), 0.0)
        measured.came(begins + timedelta(seconds=10 * n), 40.0)
    alike = measured.estimate(9, 100, advantage_s=40.0)
    behind = measured.estimate(9, 100, advantage_s=0.0)

    assert dict(measured.streams) == pytest.approx({0.0: 0.1, 40.0: 0.1}, rel=0.01)
    assert alike is not None
    assert behind is not None
    assert alike.mean_s == pytest.approx(10, rel=0.01)
    assert behind.mean_s == pytest.approx(10 / 0.9, rel=0.01)


@pytest.mark.parametrize("over", [0.5, 7.0])
def test_the_deviation_of_who_is_overtaken_knows_those_who_come_and_those_who_go(
    over: float,
) -> None:
    """Each step: what the seats serve and what overtakes both scatter, over what is left."""
    ahead, capacity = 128, 2.0
    left = max(0.2, capacity - over)  # a tenth of the seats' work is left to him in any case

    found = qlm_overtaken(ahead, capacity, 0.0, [(1e9, over)])

    scatter = capacity + min(over, capacity)
    assert found.mean_s == pytest.approx((ahead + 1) / left)
    assert found.deviation_s == pytest.approx(sqrt((ahead + 1) * scatter / left**3))


BEGINS = datetime(2026, 11, 23, tzinfo=UTC)


def after_two() -> Measured:
    """Two have come in one moment, 40 s ahead of everybody else."""
    measured = Measured.starting_with(holding_s=100, patience_s=300, weight=30)
    measured.came(BEGINS, 40.0)
    measured.came(BEGINS, 40.0)
    return measured


def test_what_has_been_looked_at_for_a_moment_only_counts_as_seen_for_half_the_time() -> None:
    """Two callers within 900 s are 2 / 450 a second, not two in no time at all."""
    measured = after_two()

    found = measured.estimate(9, 100, advantage_s=0.0)

    assert (measured.streams, measured.seen_for) == (((40.0, pytest.approx(2 / 900)),), 0.0)
    assert found == qlm_overtaken(9, 1.0, measured.theta, [(40.0, 4 / 900)])


def test_what_came_before_fades_and_was_seen_for_so_long() -> None:
    measured = after_two()

    measured.came(BEGINS + timedelta(seconds=900), 40.0)

    ((_, rate),) = measured.streams
    assert rate == pytest.approx((2 / e + 1) / 900)
    assert measured.seen_for == pytest.approx(1 - 1 / e)


@pytest.mark.parametrize("advantage_s", [None, 40.0, 50.0])
def test_who_has_no_less_than_they_is_overtaken_by_nobody(advantage_s: float | None) -> None:
    """To the bit as if they had never come: the stepwise sum of a long line is a rougher one."""
    measured = after_two()

    assert measured.estimate(2000, 100, advantage_s) == qlm(2000, 1.0, measured.theta)


def test_half_a_second_of_advantage_is_one() -> None:
    measured = after_two()

    found = measured.estimate(2000, 100, advantage_s=39.5)

    assert found == qlm_overtaken(2000, 1.0, measured.theta, [(0.5, 4 / 900)])
    assert found != qlm(2000, 1.0, measured.theta)


def test_before_anybody_came_nothing_has_been_seen() -> None:
    assert Measured.starting_with(100, 300, 30).seen_for == 0.0
