"""The place that a callback keeps (I5), and the number given for it, in PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from acd.call_facts import CallAbandoned, CallbackPromised, CallQueued, SeatAnswered
from callbacks.duty import Duty, DutyKind, DutyState
from callbacks.place_store import PgCallbackPlaces
from callbacks.settings import MissedSettings
from callbacks.store import DutyFilter, MissedProjector, PgDutyStore
from hotline.facts import CallbackNumberGiven
from kernel.fact import Fact
from kernel.ids import (
    AgentNo,
    CallId,
    Epoch,
    LegId,
    NumberKey,
    QueueName,
    SeatId,
    Skill,
    out_id,
    uuid7,
)
from storage.pool import Pool
from telephony.facts import CallArrived
from tests.intake.forms import AT
from tests.integration.case_database import migrated_pool

KOREAN = QueueName("korean")
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


async def tell(pool: Pool, *facts: Fact) -> None:
    async with pool.transaction() as tx:
        await MissedProjector(MissedSettings()).apply(tx, facts)


def asks(call: CallId, key: NumberKey, *, minutes: int = 0) -> tuple[Fact, Fact]:
    at = AT + minutes * MINUTE
    return (
        CallArrived(
            at=at, call=call, sip_call_id="", dialled="12345", caller="138****5678",
            caller_key=key, trunk="t",
        ),
        CallQueued(
            at=at, call=call, queue=KOREAN, needs={Skill("minority_lang:ko"): 2}, priority=1,
            again=False, asked_at=at, turn_at=at,
        ),
    )  # fmt: skip


def promised(call: CallId, *, minutes: int) -> CallbackPromised:
    return CallbackPromised(at=AT + minutes * MINUTE, call=call, queue=KOREAN, waited=MINUTE)


def answered(call: CallId, *, minutes: int, again: bool = False) -> SeatAnswered:
    return SeatAnswered(
        at=AT + minutes * MINUTE, leg=LegId("1-000001"), seat=SeatId("S001"), agent=AgentNo("1001"),
        call=call, queue=KOREAN, waited=MINUTE, again=again,
    )  # fmt: skip


async def duty_of(pool: Pool, call: CallId) -> Duty:
    (found,) = await PgDutyStore(pool).duties(DutyFilter(call=call))
    return found


def names() -> tuple[CallId, NumberKey]:
    return CallId(f"cc1-{uuid7()}"), NumberKey(uuid7())


async def test_a_promise_keeps_queue_needs_and_the_moment_of_asking(pool: Pool) -> None:
    call, key = names()
    await tell(pool, *asks(call, key), promised(call, minutes=3))

    duty = await duty_of(pool, call)
    place = (await PgCallbackPlaces(pool).places([duty.id]))[duty.id]

    assert duty.kind is DutyKind.PROMISED
    assert (place.queue, place.needs, place.priority) == (KOREAN, {"minority_lang:ko": 2}, 1)
    assert place.asked_at == AT


async def test_the_promise_and_not_an_older_missed_call_has_the_place(pool: Pool) -> None:
    """Else who gave up at nine would overtake at ten who waits since half past nine."""
    first, key = names()
    second, _ = names()
    lost = CallAbandoned(
        at=AT + MINUTE, call=first, queue=KOREAN, waited=MINUTE, short=False, while_ringing=False
    )
    await tell(pool, *asks(first, key), lost, *asks(second, key, minutes=60))
    duty = await duty_of(pool, first)
    assert (await PgCallbackPlaces(pool).places([duty.id]))[duty.id].asked_at == AT

    await tell(pool, promised(second, minutes=61))

    places = await PgCallbackPlaces(pool).places([duty.id])
    assert places[duty.id].asked_at == AT + 60 * MINUTE
    story = await PgCallbackPlaces(pool).story(duty.id)
    assert [(one.call, one.why) for one in story] == [(first, "abandoned"), (second, "promised")]


async def test_the_number_that_he_keyed_in_is_owed_and_his_own_settles_it(pool: Pool) -> None:
    call, key = names()
    _, other = names()
    given = CallbackNumberGiven(at=AT, call=call, caller_key=other, caller="0431****4321")
    await tell(pool, *asks(call, key), given, promised(call, minutes=3))
    duty = await duty_of(pool, call)
    assert (duty.caller_key, duty.caller) == (other, "0431****4321")

    again, _ = names()
    await tell(pool, *asks(again, key, minutes=5), answered(again, minutes=6))

    assert (await duty_of(pool, call)).state is DutyState.SELF_RESOLVED


async def test_our_own_callback_does_not_count_as_his_ringing_again(pool: Pool) -> None:
    """Agent first: somebody answers for a citizen who is not even rung yet."""
    call, key = names()
    await tell(pool, *asks(call, key), promised(call, minutes=3))
    ours = out_id(Epoch(int(AT.timestamp())), 1)

    await tell(pool, asks(ours, key, minutes=9)[0], answered(ours, minutes=9, again=True))

    assert (await duty_of(pool, call)).state is DutyState.OPEN
