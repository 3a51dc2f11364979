"""Figures of a level with all that is below it (NAV-06)."""

from figures.counts import Counts
from figures.level_roll_up import rolled_up

BELOW = {
    "jilin": {"jilin", "changchun", "yanbian", "nanguan"},
    "changchun": {"changchun", "nanguan"},
    "yanbian": {"yanbian"},
    "nanguan": {"nanguan"},
}
OWN = {
    "jilin": Counts(offered=10, answered=9, longest_wait_ms=7000),
    "changchun": Counts(offered=100, answered=95, longest_wait_ms=30_000),
    "nanguan": Counts(offered=1, answered=1),
}


def test_nav_06_each_level_counts_its_own_calls_and_those_of_all_levels_below_it() -> None:
    sums = rolled_up(BELOW, OWN)

    assert (sums["jilin"].own.offered, sums["jilin"].with_below.offered) == (10, 111)
    assert sums["changchun"].with_below.answered == 96
    assert sums["jilin"].with_below.longest_wait_ms == 30_000
    assert sums["yanbian"].with_below == Counts()


def test_nav_06_a_call_counts_once_at_each_level_above_it() -> None:
    sums = rolled_up(BELOW, OWN)

    assert sums["jilin"].with_below == sum(OWN.values(), Counts())
