"""Which callbacks may stand in the line now, and with what place (I5, I13)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from callbacks.attempts import Rules
from callbacks.duty import AttemptId, Duty, DutyKind, DutyState, Outcome
from callbacks.engine import AttemptEngine
from callbacks.place_store import PlaceInLine
from callbacks.ports import Held
from callbacks.promised import CallbacksByPeople
from callbacks.settings import CallbackSettings
from callbacks.workdays import Calendar
from kernel.ids import AgentNo, DutyId, NumberKey, QueueName
from tests.fakes.duties import FakeAttemptStore, missed_duty
from tests.fakes.fake_clock import MONDAY_NINE

NOW = MONDAY_NINE + timedelta(hours=1)
KEY = NumberKey("k" * 64)
RULES = Rules(CallbackSettings(), Calendar())
MINUTE = timedelta(minutes=1)


class Places:
    def __init__(self, **of: datetime) -> None:
        self._of = {DutyId(f"missed:{name}"): at for name, at in of.items()}

    async def places(self, duties: Collection[DutyId]) -> Mapping[DutyId, PlaceInLine]:
        return {
            duty: PlaceInLine(queue=QueueName("general"), needs={}, priority=0, asked_at=at)
            for duty, at in self._of.items()
            if duty in duties
        }


def owed(store: FakeAttemptStore, name: str = "m", **more: object) -> Duty:
    at = NOW - 5 * MINUTE
    known = replace(missed_duty(name, at, KEY), due_at=at + 30 * MINUTE)
    duty = replace(known, **more)  # type: ignore[arg-type]
    store.tables.duties[duty.id] = Held(duty=duty)
    return duty


def by_people(store: FakeAttemptStore, places: Places | None = None) -> CallbacksByPeople:
    return CallbacksByPeople(store, places or Places(), RULES)


@pytest.mark.parametrize(
    ("kind", "minutes_left", "by_age"),
    [
        (DutyKind.MISSED, 11, False),
        (DutyKind.MISSED, 10, True),
        (DutyKind.MISSED, -5, True),
        (DutyKind.PROMISED, 25, True),
        (DutyKind.FOLLOW_UP, 25, False),
    ],
)
async def test_a_promise_stands_by_age_a_missed_call_once_it_is_near_due(
    kind: DutyKind, minutes_left: int, by_age: bool
) -> None:
    store = FakeAttemptStore()
    duty = owed(store, kind=kind)
    now = duty.due_at - minutes_left * MINUTE

    (stands,) = await by_people(store).standing([duty], now)

    assert (stands.spare_until is None) is by_age
    if not by_age:
        assert stands.spare_until == duty.due_at - 10 * MINUTE


async def test_its_age_counts_from_the_wish_for_a_person_where_that_is_known() -> None:
    store = FakeAttemptStore()
    duty, other = owed(store), owed(store, "other", caller_key=NumberKey("j" * 64))
    asked = NOW - 9 * MINUTE

    first, second = await by_people(store, Places(m=asked)).standing([duty, other], NOW)

    assert (first.asked_at, second.asked_at) == (asked, other.opened_at)


async def test_an_urgent_one_comes_first_then_what_is_near_due_then_by_age() -> None:
    store = FakeAttemptStore()
    young = owed(store, "young", opened_at=NOW - MINUTE)
    old = owed(store, "old", opened_at=NOW - 4 * MINUTE)
    near = owed(store, "near", due_at=NOW + 5 * MINUTE)
    urgent = owed(store, "urgent", urgent=True)

    ready = await by_people(store).ready(NOW)

    assert [duty.id for duty in ready] == [urgent.id, near.id, old.id, young.id]


async def test_at_night_nobody_stands_in_line_and_the_morning_is_written_down() -> None:
    """I13."""
    store = FakeAttemptStore()
    night = NOW + timedelta(hours=14)  # 00:00 in Shanghai
    duty = owed(store, last_missed_at=night - timedelta(hours=12))

    assert await by_people(store).standing([duty], night) == ()

    ready_at = store.tables.duties[duty.id].duty.ready_at
    assert ready_at is not None
    assert ready_at == MONDAY_NINE + timedelta(days=1)
    assert await by_people(store).ready(night) == ()


async def test_a_number_that_is_being_rung_does_not_stand_in_line() -> None:
    """I6."""
    store = FakeAttemptStore()
    duty = owed(store)
    engine = AttemptEngine(store, RULES, "robot")
    held = await engine.claim(owed(store, "held").id, NOW, agent=AgentNo("1001"))
    assert held is not None
    await engine.begin(held, AttemptId("out-7-000001"), NOW)

    assert await by_people(store).standing([duty], NOW) == ()

    await engine.settle(held, AttemptId("out-7-000001"), Outcome.BUSY, NOW + MINUTE)
    later = NOW + 3 * MINUTE
    assert [one.duty.id for one in await by_people(store).standing([duty], later)] == [duty.id]


async def test_what_is_settled_or_withheld_never_stands_in_line() -> None:
    store = FakeAttemptStore()
    settled = owed(store, state=DutyState.SELF_RESOLVED)
    withheld = owed(store, "w", state=DutyState.UNCALLABLE, caller_key=None)

    assert await by_people(store).standing([settled, withheld], NOW) == ()
