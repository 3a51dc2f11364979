"""How times are gathered: a percentile is one of the values, a neighbour's burst does not count."""

import gc
import math

from bench.timing import Collections, Steps, percentile


def test_a_percentile_is_the_nearest_rank() -> None:
    values = [float(n) for n in range(100, 0, -1)]

    assert (percentile(values, 0.5), percentile(values, 0.99)) == (51.0, 100.0)
    assert math.isnan(percentile([], 0.5))


def test_of_the_same_steps_done_thrice_each_ones_median_counts() -> None:
    runs = [Steps(), Steps(), Steps()]
    for run, wall in zip(runs, ([1.0, 9.0], [2.0, 5.0], [50.0, 6.0]), strict=True):
        run.wall = run.cpu = wall

    usual = Steps.usual(runs)

    assert usual.wall == [2.0, 6.0]


def test_a_step_is_timed_and_gives_its_result() -> None:
    steps = Steps()

    assert steps.time(sum, [1, 2]) == 3

    assert len(steps) == 1
    assert steps.wall[0] > 0
    assert steps.longest_cpu <= steps.wall[0] + 1000


def test_collections_of_the_collector_are_seen_only_while_watched() -> None:
    with Collections() as watched:
        gc.collect()
    seen = len(watched.pauses_ms)
    gc.collect()

    assert seen >= 1
    assert len(watched.pauses_ms) == seen
