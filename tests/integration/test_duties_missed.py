"""Missed calls become duties in PostgreSQL: one a call, one a number (MISS-01)."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from acd.call_facts import CallAbandoned, CallQueued, FallbackLost, SeatAnswered
from callbacks.duty import DutyState
from callbacks.missed import Duty
from callbacks.settings import MissedSettings
from callbacks.store import DutyFilter, MissedProjector, PgDutyStore, UnknownDuty
from hotline.facts import CallCutOff
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, DutyId, LegId, NumberKey, QueueName, SeatId, uuid7
from storage.pool import Pool
from telephony.facts import CallArrived
from tests.intake.forms import AT
from tests.integration.case_database import migrated_pool

QUEUE = QueueName("city")
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


class Citizen:
    """One telephone number and the facts of its calls."""

    def __init__(self, pool: Pool, *, withheld: bool = False) -> None:
        self.key = None if withheld else NumberKey(uuid7())
        self._pool = pool
        self._store = PgDutyStore(pool)
        self._projector = MissedProjector(MissedSettings())
        self.calls: list[CallId] = []
        self._asked: dict[CallId, datetime] = {}

    async def asks(
        self, at: datetime = AT, *, priority: int = 1, asked_at: datetime | None = None
    ) -> CallId:
        """Rings and chooses a person; `at` is when it is told."""
        call = CallId(f"cc1-{uuid7()}")
        self.calls.append(call)
        self._asked[call] = at
        await self.tell(
            CallArrived(
                at=at, call=call, sip_call_id="", dialled="12345", caller="138****5678",
                caller_key=self.key, trunk="t",
            ),
            CallQueued(
                at=at, call=call, queue=QUEUE, needs={}, priority=priority, again=False,
                asked_at=asked_at or at, turn_at=at,
            ),
        )  # fmt: skip
        return call

    async def leaves(self, call: CallId, at: datetime = AT) -> None:
        await self.tell(abandoned(call, at, at - self._asked[call]))

    async def is_answered(self, call: CallId, at: datetime = AT) -> None:
        await self.tell(answered(call, at))

    async def tell(self, *facts: Fact) -> None:
        async with self._pool.transaction() as tx:
            await self._projector.apply(tx, facts)

    async def duties(self) -> list[Duty]:
        """All duties of this citizen's calls, oldest first."""
        found = {}
        for call in self.calls:
            for duty in await self._store.duties(DutyFilter(call=call)):
                found[duty.id] = duty
        return sorted(found.values(), key=lambda duty: duty.opened_at)


def abandoned(call: CallId, at: datetime, waited: timedelta = SECOND) -> CallAbandoned:
    return CallAbandoned(
        at=at, call=call, queue=QUEUE, waited=waited, short=False, while_ringing=False
    )


def answered(call: CallId, at: datetime) -> SeatAnswered:
    return SeatAnswered(
        at=at, leg=LegId("1-000001"), seat=SeatId("S001"), agent=AgentNo("1001"), call=call,
        queue=QUEUE, waited=SECOND, again=False,
    )  # fmt: skip


async def test_a_missed_call_leaves_one_duty_also_when_its_facts_come_twice(pool: Pool) -> None:
    citizen = Citizen(pool)
    call = await citizen.asks()
    await citizen.leaves(call)
    await citizen.leaves(call)

    (duty,) = await citizen.duties()

    assert (duty.state, duty.kind, duty.calls) == (DutyState.OPEN, "missed", (call,))
    assert duty.due_at == AT + timedelta(minutes=30)
    assert duty.caller == "138****5678"


async def test_calls_of_one_number_share_a_duty(pool: Pool) -> None:
    citizen = Citizen(pool)
    for minute in range(3):
        await citizen.leaves(await citizen.asks(), AT + timedelta(minutes=minute))

    (duty,) = await citizen.duties()

    assert duty.calls == tuple(citizen.calls)
    assert duty.last_missed_at == AT + timedelta(minutes=2)
    assert duty.due_at == AT + timedelta(minutes=30)


async def test_an_answered_later_call_settles_it(pool: Pool) -> None:
    citizen = Citizen(pool)
    await citizen.leaves(await citizen.asks())
    later = await citizen.asks()
    await citizen.is_answered(later, AT + timedelta(minutes=5))

    (duty,) = await citizen.duties()

    assert duty.state is DutyState.SELF_RESOLVED
    assert (duty.resolved_by, duty.closed_at) == (later, AT + timedelta(minutes=5))


async def test_a_call_missed_after_the_answer_opens_a_new_duty(pool: Pool) -> None:
    citizen = Citizen(pool)
    await citizen.leaves(await citizen.asks())
    await citizen.is_answered(await citizen.asks(), AT + SECOND)
    await citizen.leaves(await citizen.asks(), AT + 2 * SECOND)

    assert [duty.state for duty in await citizen.duties()] == [
        DutyState.SELF_RESOLVED,
        DutyState.OPEN,
    ]


async def test_an_answered_call_owes_nothing_even_if_it_is_lost_after_re_queueing(
    pool: Pool,
) -> None:
    citizen = Citizen(pool)
    call = await citizen.asks()
    await citizen.is_answered(call)
    await citizen.leaves(call, AT + SECOND)

    assert await citizen.duties() == []


async def test_withheld_numbers_never_merge_and_are_counted(pool: Pool) -> None:
    before = (await PgDutyStore(pool).counts())[DutyState.UNCALLABLE]
    citizen = Citizen(pool, withheld=True)
    for _ in range(2):
        await citizen.leaves(await citizen.asks())
    await citizen.is_answered(await citizen.asks(), AT + SECOND)

    duties = await citizen.duties()

    assert [duty.state for duty in duties] == [DutyState.UNCALLABLE] * 2
    assert (await PgDutyStore(pool).counts())[DutyState.UNCALLABLE] == before + 2


async def test_an_urgent_call_is_due_at_once(pool: Pool) -> None:
    citizen = Citizen(pool)
    await citizen.leaves(await citizen.asks(priority=3))

    (duty,) = await citizen.duties()

    assert (duty.urgent, duty.due_at) == (True, AT)


async def test_numbers_are_kept_apart(pool: Pool) -> None:
    one, other = Citizen(pool), Citizen(pool)
    await one.leaves(await one.asks())
    await other.leaves(await other.asks())
    await other.is_answered(await other.asks(), AT + SECOND)

    assert [duty.state for duty in await one.duties()] == [DutyState.OPEN]


async def test_a_miss_shipped_late_is_settled_by_the_answer_that_came_before_it(
    pool: Pool,
) -> None:
    """A revived machine ships its tail after the facts of the next life."""
    citizen = Citizen(pool)
    missed = await citizen.asks()
    await citizen.is_answered(await citizen.asks(), AT + timedelta(minutes=5))

    await citizen.leaves(missed, AT)

    (duty,) = await citizen.duties()
    assert duty.state is DutyState.SELF_RESOLVED


async def test_a_call_that_lived_without_us_was_missed_when_he_left_and_not_when_it_is_told(
    pool: Pool,
) -> None:
    """He was answered between the two: nothing is owed (MISS-01)."""
    citizen, told = Citizen(pool), AT + timedelta(minutes=1)
    lost = await citizen.asks(told, asked_at=AT)
    await citizen.is_answered(await citizen.asks(AT + 10 * SECOND), AT + 20 * SECOND)
    await citizen.tell(FallbackLost(at=told, call=lost, queue=QUEUE, waited=5 * SECOND))

    (duty,) = await citizen.duties()

    assert (duty.state, duty.closed_at) == (DutyState.SELF_RESOLVED, AT + 20 * SECOND)
    assert duty.opened_at == duty.last_missed_at == AT + 5 * SECOND
    assert duty.due_at == AT + 5 * SECOND + timedelta(minutes=30)


async def test_a_call_answered_while_another_of_the_number_waits_does_not_settle_it(
    pool: Pool,
) -> None:
    citizen = Citizen(pool)
    waiting, talking = await citizen.asks(), await citizen.asks()
    await citizen.is_answered(talking, AT + SECOND)
    await citizen.leaves(waiting, AT + 2 * SECOND)

    (duty,) = await citizen.duties()
    assert duty.state is DutyState.OPEN


async def test_an_answer_shipped_late_settles_nothing_that_was_missed_after_it(pool: Pool) -> None:
    citizen = Citizen(pool)
    talking = await citizen.asks()
    await citizen.leaves(await citizen.asks(), AT + 2 * SECOND)

    await citizen.is_answered(talking, AT + SECOND)

    (duty,) = await citizen.duties()
    assert duty.state is DutyState.OPEN


async def test_a_miss_shipped_late_does_not_move_the_last_miss_back(pool: Pool) -> None:
    citizen = Citizen(pool)
    early, late = await citizen.asks(), await citizen.asks()
    await citizen.leaves(late, AT + timedelta(minutes=9))

    await citizen.leaves(early, AT)

    (duty,) = await citizen.duties()
    assert duty.last_missed_at == AT + timedelta(minutes=9)
    assert duty.due_at == AT + timedelta(minutes=30)
    assert duty.calls == (early, late)


async def test_a_rolled_back_batch_leaves_nothing(pool: Pool) -> None:
    citizen = Citizen(pool)
    call = await citizen.asks()

    with pytest.raises(RuntimeError, match="the server died"):
        async with pool.transaction() as tx:
            await MissedProjector(MissedSettings()).apply(tx, [abandoned(call, AT)])
            raise RuntimeError("the server died")

    assert await citizen.duties() == []
    await citizen.leaves(call)
    assert len(await citizen.duties()) == 1


async def test_lists_narrow_by_state_number_and_due_time(pool: Pool) -> None:
    citizen = Citizen(pool)
    await citizen.leaves(await citizen.asks())
    (duty,) = await citizen.duties()
    store = PgDutyStore(pool)

    for wanted in (
        DutyFilter(number_key=citizen.key),
        DutyFilter(number_key=citizen.key, states=frozenset({DutyState.OPEN})),
        DutyFilter(number_key=citizen.key, due_before=duty.due_at + SECOND),
    ):
        assert await store.duties(wanted) == (duty,)
    assert await store.duties(DutyFilter(number_key=citizen.key, due_before=duty.due_at)) == ()
    closed = frozenset({DutyState.CLOSED})
    assert await store.duties(DutyFilter(number_key=citizen.key, states=closed)) == ()
    assert await store.duty(duty.id) == duty
    with pytest.raises(UnknownDuty):
        await store.duty(DutyId("none"))


async def test_a_call_that_was_answered_and_cut_off_is_owed_a_follow_up(pool: Pool) -> None:
    """Told twice: one duty. His next call that is answered settles it."""
    citizen = Citizen(pool)
    call = await citizen.asks()
    await citizen.is_answered(call, AT)
    cut = CallCutOff(at=AT + 60 * SECOND, call=call)
    await citizen.tell(cut, cut)
    (duty,) = await citizen.duties()
    assert (duty.kind, duty.state, duty.calls) == ("follow_up", DutyState.OPEN, (call,))
    assert await pool.fetchval("select why from duty_call where call = $1", call) == "cut_off"

    await citizen.is_answered(await citizen.asks(), AT + 120 * SECOND)

    (duty,) = await citizen.duties()
    assert duty.state is DutyState.SELF_RESOLVED


async def test_cut_off_and_then_missed_is_one_duty(pool: Pool) -> None:
    citizen = Citizen(pool)
    call = await citizen.asks()
    await citizen.is_answered(call, AT)
    await citizen.tell(CallCutOff(at=AT + 60 * SECOND, call=call))
    await citizen.leaves(await citizen.asks(), AT + 120 * SECOND)

    (duty,) = await citizen.duties()

    assert (duty.kind, duty.calls) == ("missed", tuple(citizen.calls))
