"""How many seats a load needs: Erlang B, C and A against exact arithmetic, the known table."""

from fractions import Fraction
from math import e, exp, lgamma, log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acd.staffing import (
    BadLoad,
    Chain,
    Goal,
    Load,
    Service,
    calls_carried,
    erlang_a,
    erlang_a_chain,
    erlang_b,
    erlang_c,
    in_time_c,
    meets,
    seats_needed,
    seats_needed_c,
    seats_on_duty,
)

AHT, PATIENCE = 213.0, 300.0
# calls/s: Erlang A answered 95, 98, 95 and 80/15, 95/15; Erlang C 80/15, 95/15
SEATS = {
    0.05: (13, 15, 14, 16, 14, 17),
    0.1: (23, 26, 25, 29, 26, 29),
    0.25: (54, 58, 57, 63, 60, 64),
    0.5: (104, 111, 110, 118, 115, 121),
    1.0: (205, 216, 215, 225, 223, 231),
    2.0: (406, 425, 422, 437, 438, 448),
    4.0: (810, 841, 833, 854, 866, 878),
    7.5: (1518, 1571, 1551, 1580, 1614, 1626),
    10.0: (2024, 2092, 2062, 2097, 2147, 2160),
    140.0: (28330, 29224, 28505, 28685, 29841, 29859),
}


@pytest.mark.parametrize(("arrivals", "seats"), SEATS.items())
def test_seat_01_the_staffing_table_is_reproduced(arrivals: float, seats: tuple[int, ...]) -> None:
    """AHT 213 s, patience 300 s, each constraint of the table."""
    load = Load(arrivals, AHT, PATIENCE)

    by_a = [
        seats_needed(load, goal)
        for goal in (
            Goal(in_time=None),
            Goal(answered=0.98, in_time=None),
            Goal(in_time=0.80),
            Goal(in_time=0.95),
        )
    ]
    by_c = [seats_needed_c(load, in_time, 15.0) for in_time in (0.80, 0.95)]

    assert (*by_a, *by_c) == seats


def closed_form_of_waiting(load: Load, seats: int) -> float:
    """P(V > 0) by the incomplete gamma function instead of an integral (Palm).

    J = (1/theta) e^(l) l^(-s) gamma(s, l) with l = lambda / theta and s = n mu / theta.
    """
    lots, s = load.arrivals * load.patience_s, seats * load.patience_s / load.aht_s
    term, total, k = 1 / s, 1 / s, 0
    while term > 1e-18 * total:
        k += 1
        term *= lots / (s + k)
        total += term
    waiting = load.arrivals * load.patience_s * total  # e^l l^-s gamma(s, l) is this very series
    below = sum(
        exp(k * log(load.erlangs) - lgamma(k + 1) - (seats - 1) * log(load.erlangs) + lgamma(seats))
        for k in range(seats)
    )
    return waiting / (below + waiting)


@pytest.mark.parametrize(("arrivals", "seats"), [(0.05, 16), (0.5, 100), (0.5, 118), (2.0, 400)])
def test_erlang_a_equals_its_closed_form(arrivals: float, seats: int) -> None:
    load = Load(arrivals, AHT, PATIENCE)

    assert erlang_a(load, seats, 15.0).waits == pytest.approx(
        closed_form_of_waiting(load, seats), rel=1e-9, abs=1e-9
    )


@settings(max_examples=60, deadline=None)
@given(st.floats(0.005, 3.0), st.floats(60, 500), st.floats(20, 2000), st.floats(0.7, 1.4))
def test_erlang_a_equals_its_birth_death_chain(
    arrivals: float, aht: float, patience: float, seats_per_erlang: float
) -> None:
    load = Load(arrivals, aht, patience)
    seats = max(1, round(load.erlangs * seats_per_erlang))

    exact, chain = erlang_a(load, seats, 15.0), erlang_a_chain(load, seats)

    assert exact.abandoned == pytest.approx(chain.abandoned, abs=1e-12)
    assert exact.waits == pytest.approx(chain.waits, abs=1e-12)
    assert chain.queue == pytest.approx(load.arrivals * chain.mean_wait_s)


def erlang_c_exactly(erlangs: float, seats: int) -> float:
    offered = Fraction(erlangs)
    total, term = Fraction(0), Fraction(1)
    for k in range(seats):
        total += term
        term = term * offered / (k + 1)
    top = term * seats / (seats - offered)
    return float(top / (total + top))


@pytest.mark.parametrize(("erlangs", "seats"), [(5, 8), (20, 25), (53.25, 60), (107, 120)])
def test_erlang_c_equals_rational_arithmetic(erlangs: float, seats: int) -> None:
    assert erlang_c(erlangs, seats) == pytest.approx(erlang_c_exactly(erlangs, seats), rel=1e-14)


def test_erlang_b_is_what_the_books_say() -> None:
    """2 erlangs on 3 lines: (8/6) / (1 + 2 + 2 + 8/6) = 4/19."""
    assert erlang_b(2, 3) == pytest.approx(4 / 19, rel=1e-15)


def test_beyond_saturation_erlang_c_says_that_everybody_waits_for_ever() -> None:
    """A common library returns a chance of 2.1 there."""
    assert erlang_c(10, 10) == pytest.approx(1.0)
    assert erlang_c(12, 10) == 1.0
    assert in_time_c(Load(1.0, 10, 300), 10, 15.0) == pytest.approx(0.0, abs=1e-12)
    assert in_time_c(Load(1.2, 10, 300), 10, 15.0) == 0.0


@pytest.mark.parametrize("arrivals", [0.02, 0.3, 1.7])
def test_one_seat_fewer_would_miss_the_goal(arrivals: float) -> None:
    load, goal = Load(arrivals, AHT, PATIENCE), Goal()

    seats = seats_needed(load, goal)

    assert meets(load, seats, goal)
    assert not meets(load, seats - 1, goal)


def test_the_answer_rate_alone_would_plan_fewer_seats_than_the_load() -> None:
    load = Load(0.5, AHT, PATIENCE)

    assert seats_needed(load, Goal(in_time=None)) < load.erlangs < seats_needed(load, Goal())


def test_absences_and_the_least_number_are_added_to_what_the_load_needs() -> None:
    load = Load(0.5, AHT, PATIENCE)

    assert seats_on_duty(load, Goal(absent_share=0.025)) == 122  # 118 / 0.975 = 121.03
    assert seats_on_duty(Load(39 / AHT, AHT, 1e6), Goal(in_time=None, absent_share=0.025)) == 39
    assert seats_on_duty(Load(0.0, AHT, PATIENCE), Goal(least=2)) == 2


def test_patience_hardly_matters_for_the_seats() -> None:
    """Field: 107 erlangs, 60 s to 600 s: 113 to 119 seats."""
    seats = [seats_needed(Load(0.5, AHT, patience), Goal()) for patience in (60, 600)]

    assert seats == [113, 119]


def test_nobody_calls_and_nobody_sits() -> None:
    quiet = Load(0.0, AHT, PATIENCE)

    assert seats_needed(quiet, Goal()) == 0
    assert erlang_a(quiet, 0, 15.0) == Service(0.0, 1.0, 1.0)
    assert erlang_a(Load(0.1, AHT, PATIENCE), 0, 15.0) == Service(1.0, 0.0, 0.0)
    assert erlang_a_chain(quiet, 3) == Chain(0.0, 0.0, 0.0, 0.0)


def test_a_whole_country_far_beyond_its_seats_answers_what_its_seats_can() -> None:
    """29,820 erlangs on 20,000 seats: everybody waits, two thirds are answered, nobody at once."""
    load = Load(140.0, AHT, PATIENCE)

    got = erlang_a(load, 20_000, 15.0)

    assert got.waits == pytest.approx(1.0)
    assert got.answered == pytest.approx(20_000 / load.erlangs, abs=1e-9)
    assert got.in_time == pytest.approx(0.0, abs=1e-12)
    assert got.abandoned == pytest.approx(1 - 20_000 / load.erlangs, abs=1e-9)


def test_hundreds_of_seats_for_hardly_a_call_answer_at_once() -> None:
    load = Load(0.0001, AHT, PATIENCE)

    got = erlang_a(load, 300, 15.0)
    assert (got.waits < 1e-300, got.answered, got.in_time) == (True, 1.0, 1.0)
    assert erlang_a_chain(load, 300).waits == 0.0


def test_in_no_time_only_those_are_answered_who_do_not_wait() -> None:
    load = Load(0.5, AHT, PATIENCE)

    at_once, late = erlang_a(load, 110, 0.0), erlang_a(load, 110, 1e6)

    assert at_once.in_time == pytest.approx(1 - at_once.waits)
    assert late.in_time == late.answered
    assert at_once.in_time < erlang_a(load, 110, 15.0).in_time < late.answered


def test_one_seat_for_impatient_callers_by_hand() -> None:
    """lambda = mu = theta = 1: states weigh 1, 1, 1/2, 1/6 ...: e; in line 1/e of the time."""
    load = Load(1.0, 1.0, 1.0)

    chain = erlang_a_chain(load, 1)

    assert chain.waits == pytest.approx(1 - 1 / e, abs=1e-15)
    assert chain.queue == pytest.approx(1 / e, abs=1e-15)
    assert chain.abandoned == pytest.approx(1 / e, abs=1e-15)
    assert erlang_a(load, 1, 1.0).abandoned == pytest.approx(1 / e, abs=1e-13)


@pytest.mark.parametrize(
    ("arrivals", "aht", "patience"),
    [
        (-0.1, 213, 300),
        (float("inf"), 213, 300),
        (1, 0, 300),
        (1, float("inf"), 300),
        (1, 213, 0),
        (1, 213, float("inf")),
        (float("nan"), 213, 300),
    ],
)
def test_a_load_that_makes_no_sense_is_refused(
    arrivals: float, aht: float, patience: float
) -> None:
    with pytest.raises(BadLoad, match="No seats can be reckoned"):
        Load(arrivals, aht, patience)


def test_short_calls_and_short_patience_are_a_load() -> None:
    assert Load(0.5, 0.5, 0.5).erlangs == 0.25


@pytest.mark.parametrize(
    ("seats", "carried"),
    [
        (8, (81, 70, 60)),
        (15, (172, 156, 142)),
        (24, (294, 273, 255)),
        (30, (378, 354, 333)),
        (55, (732, 700, 671)),
        (137, (1924, 1876, 1831)),
    ],
)
def test_calls_that_a_city_of_jilin_carries(seats: int, carried: tuple[int, ...]) -> None:
    """Capacity check of F2: Erlang C, AHT 240 s, 80, 90 and 95 % within 15 s."""
    assert tuple(calls_carried(seats, 240, share, 15) for share in (0.80, 0.90, 0.95)) == carried
