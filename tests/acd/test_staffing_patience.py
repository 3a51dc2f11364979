"""How long callers are patient: who was served is a censored observation."""

from datetime import UTC, datetime, timedelta
from math import sqrt
from random import Random

import pytest

from acd import facts as f
from acd.patience import ENOUGH, KINDS, Waits, patience_of, wait_of, waits_by_queue
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, QueueName, SeatId

AT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
GENERAL, KOREAN = QueueName("general"), QueueName("korean")


def answered(
    waited: float, queue: QueueName = GENERAL, *, again: bool = False, call: str = "c1"
) -> Fact:
    return f.SeatAnswered(
        at=AT, leg=LegId("7-000001"), seat=SeatId("S001"), agent=AgentNo("1001"),
        call=CallId(call), queue=queue, waited=timedelta(seconds=waited), again=again,
    )  # fmt: skip


def gave_up(waited: float, queue: QueueName = GENERAL) -> Fact:
    return f.CallAbandoned(
        at=AT, call=CallId("c2"), queue=queue, waited=timedelta(seconds=waited),
        short=waited < 5, while_ringing=False,
    )  # fmt: skip


def test_seat_01_patience_is_found_among_the_served_where_a_plain_mean_is_wrong() -> None:
    """True mean 300 s, offered waits of 40 s: most callers are served before they lose patience."""
    rng, facts = Random(1), []
    for _ in range(20_000):
        offered, patience = rng.expovariate(1 / 40), rng.expovariate(1 / 300)
        facts.append(answered(offered) if offered < patience else gave_up(patience))

    found = patience_of(waits_by_queue(facts)[GENERAL])

    assert found is not None
    assert found.mean_s == pytest.approx(300, abs=3 * found.error_s)
    assert found.error_s == pytest.approx(found.mean_s / sqrt(found.gave_up))
    assert found.naive_s < 60, "five to six times too small"
    assert found.is_enough


def test_each_queue_has_its_own_patience() -> None:
    facts = [
        answered(100),
        gave_up(50),
        answered(10, KOREAN),
        gave_up(20, KOREAN),
        gave_up(30, KOREAN),
    ]

    waits = waits_by_queue(facts)

    assert waits == {GENERAL: Waits(2, 150, 1, 50), KOREAN: Waits(3, 60, 2, 50)}
    korean = patience_of(waits[KOREAN])
    assert korean is not None
    assert (korean.mean_s, korean.callers, korean.gave_up) == (30, 3, 2)
    assert not korean.is_enough


def test_while_nobody_has_given_up_nothing_is_claimed() -> None:
    assert patience_of(Waits(100, 4_000.0)) is None


def test_a_hundred_of_them_give_ten_per_cent() -> None:
    found = patience_of(Waits(1_000, 30_000.0, 100, 5_000.0))

    assert found is not None
    assert (found.mean_s, found.error_s) == (300, 30)
    few, enough = (patience_of(Waits(99, 900.0, n, 1.0)) for n in (ENOUGH - 1, ENOUGH))
    assert few is not None and enough is not None
    assert (few.is_enough, enough.is_enough, ENOUGH) == (False, True, 30)


def test_calls_that_we_make_and_second_waits_tell_nothing() -> None:
    assert wait_of(answered(10, again=True)) is None
    assert wait_of(answered(10, call="out-000007-000001")) is None
    assert wait_of(f.CallSentToFallback(at=AT, call=CallId("c1"), queue=GENERAL)) is None
    assert wait_of(f.FallbackAnswered(at=AT, call=CallId("c1"), queue=GENERAL)) is None


CALL = CallId("c1")
MINUTE = timedelta(seconds=60)
LEFT_BY_OUR_DOING = [
    f.CallbackPromised(at=AT, call=CALL, queue=GENERAL, waited=MINUTE),
    f.CallOverflowed(
        at=AT, call=CALL, queue=GENERAL, to="province", why=f.Limit.LINE_FULL, waited=MINUTE
    ),
    f.CallBlocked(at=AT, call=CALL, queue=GENERAL, by="x", reason="y", waited=MINUTE),
    f.CallFailed(at=AT, call=CALL, queue=GENERAL, why=f.Limit.NO_AGENTS, waited=MINUTE),
    f.FallbackAnswered(at=AT, call=CALL, queue=GENERAL, waited=MINUTE),
    f.FallbackLost(at=AT, call=CALL, queue=GENERAL, waited=MINUTE),
]


@pytest.mark.parametrize("fact", LEFT_BY_OUR_DOING, ids=lambda fact: fact.kind)
def test_who_left_the_line_by_our_doing_had_patience_left(fact: Fact) -> None:
    assert wait_of(fact) == (GENERAL, Waits(1, 60.0))
    assert fact.kind in KINDS


def test_every_fact_that_tells_of_patience_is_projected() -> None:
    assert {f.CallAbandoned.kind, f.SeatAnswered.kind} < KINDS
    assert len(KINDS) == len(LEFT_BY_OUR_DOING) + 2


def test_facts_that_tell_nothing_are_passed_over() -> None:
    assert waits_by_queue([answered(10, again=True), answered(4)]) == {GENERAL: Waits(1, 4.0)}
