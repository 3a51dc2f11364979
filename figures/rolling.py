"""D-03: the answer rate of every 24 hours on end, in steps of a quarter of an hour. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from figures.counts import QUARTER, Counts
from figures.definitions import ROLLING, ROLLING_NOW, Measured, Ratio, least

WINDOW: Final = timedelta(hours=24)


def windows(
    quarters: Mapping[datetime, Counts], first_end: datetime, last_end: datetime
) -> dict[datetime, Ratio]:
    """D-01 by the end of its window, for all ends from `first_end` to `last_end`.

    Ends are borders of quarters; `quarters` (all queues summed) must reach back 24 h from
    `first_end`. A window holds the 96 quarters before its end.
    """
    found: dict[datetime, Ratio] = {}
    answered = settled = 0
    for quarter, counts in quarters.items():
        if first_end - WINDOW <= quarter < first_end:
            answered += counts.answered + counts.fallback_answered
            settled += counts.settled
    end = first_end
    while end <= last_end:
        found[end] = Ratio(answered, settled)
        entering, leaving = quarters.get(end, Counts()), quarters.get(end - WINDOW, Counts())
        answered += entering.answered + entering.fallback_answered
        answered -= leaving.answered + leaving.fallback_answered
        settled += entering.settled - leaving.settled
        end += QUARTER
    return found


def measure_rolling(found: Mapping[datetime, Ratio]) -> list[Measured]:
    """D-03 of these windows, and the newest of them."""
    newest = found[max(found)] if found else Ratio(0, 0)
    return [Measured(ROLLING, least(found.values())), Measured(ROLLING_NOW, newest)]
