"""D-03: each 24 hours on end, in steps of a quarter, equal to a naive recount."""

from collections import defaultdict
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from figures.counts import QUARTER, Counts
from figures.definitions import Ratio, least
from figures.fold import Figures
from figures.rolling import WINDOW, measure_rolling, windows
from tests.figures import recount
from tests.figures.histories import NOON, History


def quarters_of(history: History) -> dict[datetime, Counts]:
    figures = Figures()
    for fact in history.facts:
        figures.take(fact)
    sums: defaultdict[datetime, Counts] = defaultdict(Counts)
    for (quarter, _), counts in figures.queues.items():
        sums[quarter] += counts
    return dict(sums)


@given(seed=st.integers(min_value=0, max_value=10**9))
@settings(max_examples=10, deadline=None)
def test_every_window_equals_a_recount(seed: int) -> None:
    history = History(seed, calls=25)
    found = windows(quarters_of(history), NOON, NOON + timedelta(hours=6))

    assert len(found) == 25
    for end, ratio in found.items():
        start = (end - WINDOW).timestamp()
        assert (ratio.numerator, ratio.n) == recount.day_rate(history.facts, start, end.timestamp())


def test_a_window_holds_ninety_six_quarters() -> None:
    one = Counts(offered=1, answered=1)
    quarters = {NOON + n * QUARTER: one for n in range(200)}

    assert windows(quarters, NOON + WINDOW, NOON + WINDOW + QUARTER) == {
        NOON + WINDOW: Ratio(96, 96),
        NOON + WINDOW + QUARTER: Ratio(96, 96),
    }


def test_the_worst_window_is_found_and_the_newest_shown_beside_it() -> None:
    bad, good = Counts(offered=4, abandoned=3, answered=1), Counts(offered=12, answered=12)
    quarters = {NOON: bad, NOON + 4 * QUARTER: good}
    found = windows(quarters, NOON + QUARTER, NOON + WINDOW + QUARTER)
    worst, newest = measure_rolling(found)

    assert (worst.definition.id, worst.ratio) == ("D-03", Ratio(1, 4))
    assert (newest.definition.id, newest.ratio) == ("D-03b", Ratio(12, 12))


def test_windows_without_requests_are_no_data() -> None:
    worst, newest = measure_rolling(windows({}, NOON, NOON + QUARTER))

    assert worst.value is None
    assert newest.value is None
    assert least([Ratio(0, 0), Ratio(1, 2), Ratio(1, 3)]) == Ratio(1, 3)
