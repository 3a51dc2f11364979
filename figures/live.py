"""The figures as they stand, from the facts as they are written: an onlooker of the fact feed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from figures.counts import (
    QUARTER,
    Counts,
    day_bounds,
    day_of,
    quarter_of,
    seat_total,
    total,
)
from figures.definitions import Measured, measure, measure_queue
from figures.fold import Figures
from figures.image import FiguresImage, figures_from, image_of
from figures.rolling import WINDOW, measure_rolling, windows
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import QueueName

KEEP = 2 * WINDOW + QUARTER  # what D-03 over the last 24 h looks at


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNow:
    """Today's figures of one queue, and its line."""

    queue: QueueName
    counts: Counts
    figures: tuple[Measured, ...]
    waiting: int
    longest_wait: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveView:
    """`counts` and `figures` are of today (Asia/Shanghai), of the whole site; D-03 is rolling."""

    at: datetime
    counts: Counts
    figures: tuple[Measured, ...]
    waiting: int
    longest_wait: timedelta
    queues: tuple[QueueNow, ...]


class LiveFigures:
    """Holds the last 48 hours. On start, feed it what the journal still has of them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._figures = Figures()
        self._forgot_at = quarter_of(clock.now())

    def take(self, facts: Sequence[Fact]) -> None:
        """For `FactFeed.add`, and for the journal's facts on start."""
        for fact in facts:
            self._figures.take(fact)
        quarter = quarter_of(self._clock.now())
        if quarter > self._forgot_at:
            self._figures.forget(quarter - KEEP)
            self._forgot_at = quarter

    def image(self) -> FiguresImage:
        return image_of(self._figures)

    def put_back(self, image: FiguresImage) -> None:
        """What stood before; the facts after the image are taken as ever."""
        self._figures = figures_from(image)

    def now(self) -> LiveView:
        at = self._clock.now()
        start, _ = day_bounds(day_of(at))
        today: defaultdict[QueueName, list[Counts]] = defaultdict(list)
        for (quarter, queue), counts in self._figures.queues.items():
            if quarter >= start:
                today[queue].append(counts)
        seats = seat_total(
            counts for quarter, counts in self._figures.seats_until(at).items() if quarter >= start
        )
        site = total(counts for of_queue in today.values() for counts in of_queue)
        waiting = self._waits(at)
        everyone = [wait for of_queue in waiting.values() for wait in of_queue]
        return LiveView(
            at=at,
            counts=site,
            figures=(*measure(site, seats), *self._rolling(at)),
            waiting=len(everyone),
            longest_wait=max(everyone, default=timedelta()),
            queues=tuple(
                _queue_now(queue, total(today[queue]), waiting[queue])
                for queue in sorted({*today, *waiting} - {QueueName("")})
            ),
        )

    def hours(self) -> dict[datetime, Counts]:
        """Today's hours (Asia/Shanghai) in which anybody called, the whole site; oldest first."""
        start, _ = day_bounds(day_of(self._clock.now()))
        found: defaultdict[datetime, Counts] = defaultdict(Counts)
        for (quarter, _), counts in sorted(self._figures.queues.items()):
            if quarter >= start:
                found[quarter.replace(minute=0)] += counts
        return dict(found)

    def since(self, start: datetime) -> Counts:
        """Of the quarters that are not over at `start`, the whole site."""
        first = quarter_of(start)
        return total(counts for (q, _), counts in self._figures.queues.items() if q >= first)

    def running(self) -> Counts:
        """Of the quarter that is running, the whole site."""
        quarter = quarter_of(self._clock.now())
        return total(counts for (q, _), counts in self._figures.queues.items() if q == quarter)

    def _waits(self, at: datetime) -> defaultdict[QueueName, list[timedelta]]:
        """The waits that are running, by queue."""
        waits: defaultdict[QueueName, list[timedelta]] = defaultdict(list)
        for tally in self._figures.waiting():
            waits[tally.queue].append(max(at - tally.asked_at, timedelta()))
        return waits

    def _rolling(self, at: datetime) -> Iterable[Measured]:
        end = quarter_of(at) + QUARTER
        quarters: defaultdict[datetime, Counts] = defaultdict(Counts)
        for (quarter, _), counts in self._figures.queues.items():
            quarters[quarter] += counts
        return measure_rolling(windows(quarters, end - WINDOW + QUARTER, end))


def _queue_now(queue: QueueName, counts: Counts, waits: Sequence[timedelta]) -> QueueNow:
    return QueueNow(
        queue=queue,
        counts=counts,
        figures=tuple(measure_queue(counts)),
        waiting=len(waits),
        longest_wait=max(waits, default=timedelta()),
    )
