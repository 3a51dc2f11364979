"""The live figures: today in China, the line now, the last 24 hours."""

from datetime import datetime, timedelta

from figures.live import LiveFigures
from tests.figures.histories import NOON, ACall, at
from tests.storage.notes import StillClock


def live_at(clock: StillClock) -> LiveFigures:
    return LiveFigures(clock)


def value(live: LiveFigures, figure: str) -> float | None:
    return {m.definition.id: m.value for m in live.now().figures}[figure]


def test_the_line_is_counted_and_its_longest_wait() -> None:
    clock = StillClock(at(0))
    live = live_at(clock)
    live.take([ACall("c1", asked=10).queued(), ACall("c2", asked=20).queued()])
    clock.at = at(40)

    view = live.now()
    assert (view.waiting, view.longest_wait) == (2, timedelta(seconds=30))
    assert [(queue.queue, queue.waiting) for queue in view.queues] == [("general", 2)]
    assert view.counts.in_progress == 2
    assert value(live, "D-01") is None


def test_midnight_begins_a_new_day_and_the_rolling_window_goes_on() -> None:
    """12 hours after noon in Changchun the day is over."""
    clock = StillClock(at(100))
    live = live_at(clock)
    yesterday, today = ACall("c1", asked=0), ACall("c2", asked=12 * 3600)
    live.take([yesterday.queued(), yesterday.abandoned(60)])
    assert (value(live, "D-01"), value(live, "D-03b")) == (0, 0)
    clock.at = at(12 * 3600 + 60)
    live.take([today.queued(), today.answered(12 * 3600 + 10)])

    assert live.now().counts.offered == 1
    assert value(live, "D-01") == 1
    assert value(live, "D-03b") == 0.5
    assert value(live, "D-03") == 0


def test_a_bad_window_that_ended_within_the_last_day_is_still_the_least() -> None:
    """D-03 over the last 24 h of windows looks back 48 h."""
    clock = StillClock(NOON)
    live = live_at(clock)
    bad = ACall("c1", asked=60)
    live.take([bad.queued(), bad.abandoned(70)])
    clock.at = NOON + timedelta(hours=30)
    good = ACall("c2", asked=30 * 3600)
    live.take([good.queued(), good.answered(30 * 3600 + 1)])

    assert value(live, "D-03") == 0
    assert value(live, "D-03b") == 1


def test_after_two_days_nothing_of_a_call_is_held() -> None:
    clock = StillClock(NOON)
    live = live_at(clock)
    old = ACall("c1")
    live.take([old.arrived(0), old.queued(), old.answered(5)])
    clock.at = NOON + timedelta(days=2, minutes=31)
    live.take([ACall("c2", asked=2 * 86400 + 1860).queued()])

    assert set(live._figures.calls) == {"c2"}
    assert all(isinstance(quarter, datetime) and quarter > NOON
               for quarter, _ in live._figures.queues)  # fmt: skip
    assert value(live, "D-03") is None
