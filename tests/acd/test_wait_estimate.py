"""Queue length with abandonment (QLM), checked against its own sums."""

from datetime import timedelta
from math import sqrt

import pytest

from acd.wait_estimate import Measured, WaitEstimate, qlm


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
