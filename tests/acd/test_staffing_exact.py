"""The search for seats, at its borders (SEAT-01)."""

import pytest

from acd.staffing import Load, calls_carried, in_time_c, seats_needed_c

LOAD = Load(arrivals=9.5 / 240, aht_s=240, patience_s=300)  # 9.5 erlangs


@pytest.mark.parametrize(("in_time", "within_s"), [(0.0, 15.0), (1.0, 1e9)])
def test_by_erlang_c_the_fewest_seats_are_the_first_number_above_the_load(
    in_time: float, within_s: float
) -> None:
    assert seats_needed_c(LOAD, in_time, within_s) == 10


def test_seats_that_carry_not_even_one_call_carry_none() -> None:
    assert calls_carried(1, 3_600, 0.99, 0.0) == 0


def test_one_seat_with_short_calls_carries_some() -> None:
    assert calls_carried(1, 36, 0.5, 0.0) == 50


@pytest.mark.parametrize(("seats", "in_time"), [(1, 0.3), (2, 0.8), (5, 0.9), (40, 0.95)])
def test_one_call_more_than_are_carried_is_too_many(seats: int, in_time: float) -> None:
    carried = calls_carried(seats, 240, in_time, 15.0)

    def share(calls: int) -> float:
        return in_time_c(Load(calls / 3600, 240, 1.0), seats, 15.0)

    assert share(carried) >= in_time > share(carried + 1)
