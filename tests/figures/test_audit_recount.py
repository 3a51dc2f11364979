"""The auditor's count and the fold are two codes; on every history they agree to the bit (I10)."""

import ast
import random
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figures.audit_lines import day_start, micros, moment_of, ms_of_s, quarter
from figures.audit_recount import NAMES, SEAT_NAMES, recount
from figures.counts import Counts, SeatCounts, day_bounds, day_of, quarter_of
from figures.fold import Figures
from kernel.fact import Fact
from tests.figures.audit_lines_of import lines_of
from tests.figures.histories import GENERAL, NOON, ACall, AnAgent, History, at

FIGURES = Path(__file__).parents[2] / "figures"
seeds = st.integers(min_value=0, max_value=10**9)


def folded(facts: Sequence[Fact]) -> Figures:
    figures = Figures()
    for fact in facts:
        figures.take(fact)
    return figures


def agree(facts: Sequence[Fact], until: datetime | None = None) -> None:
    """Every counter of every quarter and queue, all seat time, and who waits."""
    figures = folded(facts)
    read = recount(lines_of(facts), None if until is None else micros(until))
    queues = {
        (micros(start), str(queue)): counts.as_json()
        for (start, queue), counts in figures.queues.items()
    }
    seats = figures.seats if until is None else figures.seats_until(until)
    nothing = SeatCounts().as_json()

    assert dict(read.queues) == queues
    assert {a: s for a, s in read.seats.items() if s != nothing} == {
        micros(start): counts.as_json()
        for start, counts in seats.items()
        if counts.as_json() != nothing
    }
    in_line = {call.call for call in read.calls.values() if call.in_line}
    assert in_line == {tally.call for tally in figures.waiting()}


def shift(seed: int) -> list[Fact]:
    """One agent's hours: sign-ins, breaks, talks, holds, wrap-ups, in orders that need not fit."""
    chance = random.Random(seed)
    agent, facts, now = AnAgent(), [], chance.uniform(-4000, 0)
    for number in range(40):
        now += chance.choice([0, 0.0004, 1, 59.9996, 700, 1900])
        call = ACall(f"s{number % 7}", asked=now - chance.uniform(0, 20))
        facts.append(
            chance.choice(
                [
                    agent.signed_in, agent.available, agent.paused, agent.wrapped_up,
                    agent.signed_out, call.queued, call.answered, call.wrap_up, call.held,
                    call.resumed, call.abandoned, lambda t, c=call: c.talk_ended(t, 33.3337),
                    lambda t, c=call: c.answered(t, again=True),
                    lambda t, c=call: c.queued(t, again=True),
                ]
            )(now)
        )  # fmt: skip
    return facts


@given(seed=seeds)
@settings(max_examples=80, deadline=None)
def test_on_random_days_of_calls_fold_and_recount_agree(seed: int) -> None:
    agree(History(seed).facts)


@given(seed=seeds)
@settings(max_examples=250, deadline=None)
def test_on_random_shifts_in_any_order_fold_and_recount_agree(seed: int) -> None:
    facts = shift(seed)
    agree(facts)
    agree(facts, until=facts[-1].at + (facts[-1].at - facts[0].at))


@given(seed=seeds)
@settings(max_examples=40, deadline=None)
def test_calls_and_shifts_interwoven_agree(seed: int) -> None:
    facts = sorted([*History(seed, calls=12).facts, *shift(seed)], key=lambda fact: fact.at)
    agree(facts)


def test_both_codes_know_the_same_counters() -> None:
    assert set(NAMES) == set(Counts().as_json())
    assert set(SEAT_NAMES) == set(SeatCounts().as_json())


@given(moment=st.integers(min_value=0, max_value=4 * 10**15))
def test_borders_of_quarters_and_days_are_the_same_in_both_arithmetics(moment: int) -> None:
    when = moment_of(moment)

    assert quarter(moment) == micros(quarter_of(when))
    assert day_start(moment) == micros(day_bounds(day_of(when))[0])


def test_a_wait_of_fifteen_seconds_is_in_time_and_a_microsecond_more_is_not() -> None:
    """D-04."""
    in_time, late = ACall("c1"), ACall("c2")
    facts = [in_time.queued(), late.queued(), in_time.answered(15), late.answered(15.000001)]
    counters = recount(lines_of(facts)).queues[micros(NOON), GENERAL]

    assert (counters["answered"], counters["answered_in_15s"]) == (2, 1)
    assert counters["longest_wait_ms"] == ms_of_s(15.000001) == 15_000


@pytest.mark.parametrize("ends", ["wrapped_up", "signed_out", "signed_in"])
def test_a_wrap_up_counts_for_its_call_however_it_ends(ends: str) -> None:
    """D-07."""
    agent, call = AnAgent(), ACall("c1")
    facts = [
        agent.signed_in(-9), call.queued(), call.answered(5), call.talk_ended(65, 60),
        call.wrap_up(65), getattr(agent, ends)(95.5),
    ]  # fmt: skip

    assert recount(lines_of(facts)).calls["c1"].counters["wrap_up_ms"] == 30_500
    assert at(95.5) == facts[-1].at


@pytest.mark.parametrize("file", sorted(FIGURES.glob("audit*.py")), ids=lambda file: file.name)
def test_the_recount_shares_no_code_with_the_fold(file: Path) -> None:
    """Written twice (architecture §1): a fault of one cannot hide in the other."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    taken = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    ours = {name for name in taken if name.partition(".")[0] in ("figures", "acd", "telephony")}
    assert all(name.startswith("figures.audit") for name in ours)
