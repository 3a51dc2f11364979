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
    assert patience_of(Waits(ENOUGH, 1.0, ENOUGH - 1, 1.0)).is_enough is False  # type: ignore[union-attr]


def test_calls_that_we_make_and_second_waits_tell_nothing() -> None:
    assert wait_of(answered(10, again=True)) is None
    assert wait_of(answered(10, call="out-000007-000001")) is None
    assert wait_of(f.CallSentToFallback(at=AT, call=CallId("c1"), queue=GENERAL)) is None
    assert wait_of(f.FallbackAnswered(at=AT, call=CallId("c1"), queue=GENERAL)) is None


def test_who_was_sent_away_by_us_had_patience_left() -> None:
    promised = f.CallbackPromised(
        at=AT, call=CallId("c1"), queue=GENERAL, waited=timedelta(seconds=60)
    )

    assert wait_of(promised) == (GENERAL, Waits(1, 60.0))
    assert promised.kind in KINDS
    assert f.CallAbandoned.kind in KINDS
