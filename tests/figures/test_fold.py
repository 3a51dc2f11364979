"""Facts folded into figures: conservation (I9), borders, corrections, the same to the bit (I10)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figures.counts import QUARTER, Counts, SeatCounts, day_bounds, day_of, quarter_of, total
from figures.definitions import measure
from figures.fold import NO_QUEUE, Figures
from kernel.fact import Fact
from tests.figures import recount
from tests.figures.histories import FATES, GENERAL, NOON, QUEUES, ACall, AnAgent, History, at

seeds = st.integers(min_value=0, max_value=10**9)


def folded(*facts: Fact) -> Figures:
    figures = Figures()
    for fact in facts:
        figures.take(fact)
    return figures


def test_a_call_counts_in_the_quarter_in_which_it_asked_however_late_the_answer() -> None:
    call = ACall("c1", asked=899.9)
    before = folded(call.queued())
    after = folded(call.queued(), call.answered(930))

    assert before.queues == {(NOON, GENERAL): Counts(offered=1)}
    assert set(after.queues) == {(NOON, GENERAL)}
    assert after.queues[NOON, GENERAL].answered == 1
    assert after.queues[NOON, GENERAL].waited_ms == 30_100


def test_a_call_that_asks_on_the_border_counts_in_the_later_quarter() -> None:
    on_it, before_it = ACall("c1", asked=900), ACall("c2", asked=899.999999)
    figures = folded(on_it.queued(), before_it.queued())

    assert set(figures.queues) == {(NOON + QUARTER, GENERAL), (NOON, GENERAL)}


def test_midnight_in_shanghai_parts_the_days() -> None:
    first, last = day_bounds(date(2026, 11, 20))

    assert first == datetime(2026, 11, 19, 16, tzinfo=UTC)
    assert last == datetime(2026, 11, 20, 16, tzinfo=UTC)
    assert day_of(first) == date(2026, 11, 20)
    assert day_of(first - timedelta(microseconds=1)) == date(2026, 11, 19)
    assert quarter_of(first - timedelta(microseconds=1)) == first - QUARTER


@pytest.mark.parametrize("kind", FATES)
def test_every_fate_is_counted_once_and_conserved(kind: str) -> None:
    call = ACall("c1")
    counts = folded(call.queued(), call.fate(kind, 20)).queues[NOON, GENERAL]

    assert getattr(counts, kind) == counts.offered == counts.settled == 1
    assert counts.in_progress == 0


def test_only_the_first_fate_counts_and_a_re_entry_is_no_second_request() -> None:
    call = ACall("c1")
    counts = folded(
        call.queued(),
        call.answered(10),
        call.talk_ended(70, 60),
        call.queued(71, again=True),
        call.abandoned(80),
        call.answered(90, again=True),
        call.talk_ended(190, 100),
    ).queues[NOON, GENERAL]

    assert (counts.offered, counts.answered, counts.abandoned) == (1, 1, 0)
    assert counts.talked_ms == 160_000
    assert counts.waited_ms == 10_000


def test_short_abandons_are_shown_apart_and_stay_in_the_rate() -> None:
    short, long, answered = ACall("c1"), ACall("c2"), ACall("c3")
    counts = folded(
        short.queued(), long.queued(), answered.queued(),
        short.abandoned(5), long.abandoned(5.001), answered.answered(6),
    ).queues[NOON, GENERAL]  # fmt: skip
    rates = {m.definition.id: m.ratio for m in measure(counts, SeatCounts())}

    assert (counts.abandoned, counts.abandoned_short) == (2, 1)
    assert (rates["D-01"].numerator, rates["D-01"].n) == (1, 3)
    assert (rates["D-01b"].numerator, rates["D-01b"].n) == (1, 2)
    assert (rates["D-05"].numerator, rates["D-05b"].numerator) == (2, 1)


@pytest.mark.parametrize(("waited", "within"), [(15, 1), (15.000001, 0), (14.9, 1)])
def test_fifteen_seconds_are_fifteen_seconds(waited: float, within: int) -> None:
    call = ACall("c1")

    counts = folded(call.queued(), call.answered(waited)).queues[NOON, GENERAL]
    assert counts.answered_in_15s == within


def test_calls_that_never_asked_are_in_d_02_only() -> None:
    asked, left = ACall("c1", asked=5), ACall("c2")
    figures = folded(asked.arrived(0), left.arrived(1), asked.queued(), asked.answered(9))
    rates = {
        m.definition.id: m.ratio for m in measure(total(figures.queues.values()), SeatCounts())
    }

    assert figures.queues[NOON, NO_QUEUE] == Counts(arrived=2)
    assert (rates["D-02"].numerator, rates["D-02"].n) == (1, 2)
    assert (rates["D-01"].numerator, rates["D-01"].n) == (1, 1)


def test_talk_hold_and_wrap_up_make_the_handling_time() -> None:
    call, agent = ACall("c1"), AnAgent()
    figures = folded(
        agent.signed_in(-60), agent.available(-30), call.queued(), call.answered(10),
        call.held(40), call.resumed(60), call.talk_ended(110, 100), call.wrap_up(110),
        agent.wrapped_up(140),
    )  # fmt: skip
    measured = measure(figures.queues[NOON, GENERAL], SeatCounts())
    seconds = {m.definition.id: m.value for m in measured}

    assert (seconds["D-06"], seconds["D-06b"]) == (10, 10)
    assert (seconds["D-07"], seconds["D-07b"], seconds["D-07c"]) == (80, 30, 130)


def test_a_hold_that_nobody_ended_ends_with_the_talk() -> None:
    call = ACall("c1")
    counts = folded(call.queued(), call.answered(10), call.held(50), call.talk_ended(110, 100))

    assert counts.queues[NOON, GENERAL].held_ms == 60_000


def test_seat_time_is_split_at_the_borders_and_breaks_are_not_occupancy() -> None:
    call, agent = ACall("c1", asked=880), AnAgent()
    figures = folded(
        agent.signed_in(0), agent.available(300), call.queued(), call.answered(890),
        agent.paused(895), call.talk_ended(1000, 110), call.wrap_up(1000), agent.wrapped_up(1030),
        agent.signed_out(1330),
    )  # fmt: skip

    assert figures.seats == {
        NOON: SeatCounts(signed_in_ms=900_000, break_ms=300_000, talking_ms=10_000),
        NOON + QUARTER: SeatCounts(
            signed_in_ms=430_000, break_ms=300_000, talking_ms=100_000, wrap_up_ms=30_000
        ),
    }
    assert figures.agents == {}


def test_running_seat_time_is_seen_and_not_yet_booked() -> None:
    agent = AnAgent()
    figures = folded(agent.signed_in(0), agent.available(60))

    assert figures.seats_until(at(100))[NOON] == SeatCounts(signed_in_ms=100_000, break_ms=60_000)
    assert figures.seats[NOON] == SeatCounts(signed_in_ms=60_000, break_ms=60_000)


def test_the_line_is_seen_longest_wait_first() -> None:
    first, second, gone, back = (ACall(f"c{n}", asked=n) for n in range(4))
    figures = folded(
        *(call.queued() for call in (first, second, gone, back)),
        gone.abandoned(9), back.answered(10), back.queued(50, again=True),
    )  # fmt: skip

    assert [tally.call for tally in figures.waiting()] == ["c0", "c1", "c3"]


def test_no_data_is_not_a_hundred_per_cent() -> None:
    assert [m.value for m in measure(Counts(), SeatCounts())] == [None] * 13


def test_what_is_forgotten_is_old_and_no_longer_in_line() -> None:
    old, waits, young = ACall("c0", asked=0), ACall("c1", asked=1), ACall("c2", asked=1800)
    figures = folded(old.queued(), old.answered(5), waits.queued(), young.queued())
    figures.forget(at(900))

    assert set(figures.calls) == {"c1", "c2"}
    assert set(figures.queues) == {(at(1800), GENERAL)}


@given(seed=seeds)
@settings(max_examples=60, deadline=None)
def test_each_quarter_equals_a_recount_of_the_whole_history(seed: int) -> None:
    facts = History(seed).facts
    figures = folded(*facts)
    keys = [key for key in figures.queues if key[1] != NO_QUEUE]

    for start, queue in keys:
        counts = figures.queues[start, queue]
        again = recount.quarter(facts, start.timestamp(), queue)
        assert counts.offered == again["offered"]
        assert {fate: getattr(counts, fate) for fate in FATES} == {f: again[f] for f in FATES}
        assert counts.answered_in_15s == again["in_15s"]
        assert counts.abandoned_short == again["short"]
    assert total(figures.queues.values()).offered == len(recount.asked(facts))


@given(seed=seeds, until=st.integers(min_value=0, max_value=300))
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_at_any_moment(seed: int, until: int) -> None:
    """I9: offered = the fates + in progress, per quarter and queue, after every fact."""
    history = History(seed)
    figures = folded(*history.facts[:until])

    for (start, queue), counts in figures.queues.items():
        running = [
            tally for tally in figures.calls.values()
            if (tally.quarter, tally.queue) == (start, queue) and tally.fate is None
        ]  # fmt: skip
        assert counts.in_progress == len(running)
        assert min(counts.as_json().values()) >= 0


@given(seed=seeds, cut=st.integers(min_value=0, max_value=200))
@settings(max_examples=30, deadline=None)
def test_a_fold_that_goes_on_elsewhere_adds_up_to_the_same(seed: int, cut: int) -> None:
    """I10: the stored quarters are sums of such pieces."""
    facts = History(seed).facts
    whole, first = folded(*facts), folded(*facts[:cut])
    second = Figures(first.calls.values(), first.agents.values())
    for fact in facts[cut:]:
        second.take(fact)

    keys = {*first.queues, *second.queues}
    assert {key: first.queues[key] + second.queues[key] for key in keys} == whole.queues
    assert set(QUEUES) >= {queue for _, queue in keys} - {NO_QUEUE}


def test_a_citizen_whom_we_rang_is_in_no_figure_of_calls() -> None:
    """D-01: a callback is no request."""
    call = ACall("out-7-000001", asked=0)

    figures = folded(call.queued(), call.answered(5))

    assert not figures.queues
    assert not figures.calls
