"""The robot's decisions: whom it rings now, and whom it must leave alone (CBK-01, G)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from callbacks.attempts import Attempt, Claim
from callbacks.duty import AttemptId, DutyState, Outcome
from callbacks.engine import AttemptEngine
from callbacks.facts import DutyStepped
from callbacks.ports import ClosedCase
from callbacks.schedule import Trunk
from callbacks.survey_robot import Campaign, SurveyRobot
from callbacks.surveys import SurveyList
from kernel.ids import DutyId, NumberKey
from kernel.phone import PhoneNumber
from tests.contracts.duty_store import HOUR, NOON, RULES, Cases, a_case
from tests.fakes.duties import FakeAttemptStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_surveys import FakeSurveyStore

QUIET = Trunk(lines=10, free=10, surveys=0, answer_rate=1.0, longest_wait=timedelta())


@dataclass
class FakeRings:
    """Fits `RingsForSurveys`: each call rings until the test lets it end."""

    engine: AttemptEngine
    clock: FakeClock
    state: Trunk = QUIET
    rung: list[str] = field(default_factory=list)
    dropped: list[AttemptId] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._turns = count(1)

    def next_attempt(self) -> AttemptId:
        return AttemptId(f"out-1-{next(self._turns)}")

    async def ring(self, attempt: Attempt, claim: Claim, number: PhoneNumber) -> None:
        self.rung += [duty.case or "" for duty in claim.duties]
        self.state = replace(self.state, surveys=self.state.surveys + 1)
        await self.ended.wait()
        await self.engine.settle(claim, attempt.id, Outcome.NO_ANSWER, self.clock.now())

    def drop(self, attempt: AttemptId) -> None:
        self.dropped.append(attempt)

    def trunk(self) -> Trunk:
        return self.state


class Vault:
    """Fits `RevealsNumbers`; forgets whom it is told to forget."""

    def __init__(self) -> None:
        self.gone: set[NumberKey] = set()

    async def reveal(self, key: NumberKey) -> PhoneNumber | None:
        return None if key in self.gone else PhoneNumber.parse("13800000001")


class House:
    def __init__(self, group: asyncio.TaskGroup, cases: list[ClosedCase], now: datetime) -> None:
        self.clock = FakeClock(now)
        self.store, self.keeps, self.cases = FakeAttemptStore(), FakeSurveyStore(), Cases(*cases)
        self.engine = AttemptEngine(self.store, RULES, "robot")
        self.rings, self.vault = FakeRings(self.engine, self.clock), Vault()
        self.work_list = SurveyList(self.store, self.cases, RULES)
        campaign = Campaign(
            work_list=self.work_list,
            engine=self.engine,
            keeps=self.keeps,
            numbers=self.vault,
            rules=RULES.settings.schedule,
        )
        self.robot = SurveyRobot(campaign, self.rings, self.clock)
        self._group = group

    async def turn(self) -> list[str]:
        """Whom it rings now, by case."""
        before = len(self.rings.rung)
        await self.robot.list_closed()
        await self.robot.turn(self._group)
        await asyncio.sleep(0)
        return self.rings.rung[before:]

    async def look(self) -> None:
        """One turn of the loop itself."""
        await self.robot._look(self._group, lambda: True)
        await asyncio.sleep(0)

    def states(self) -> list[DutyState]:
        return [held.duty.state for held in self.store.tables.duties.values()]


@asynccontextmanager
async def house(*cases: ClosedCase, now: datetime = NOON) -> AsyncIterator[House]:
    async with asyncio.TaskGroup() as group:
        made = House(group, list(cases), now)
        yield made
        made.rings.ended.set()


def some(n: int) -> list[ClosedCase]:
    return [a_case(closed_at=NOON - 2 * HOUR - timedelta(minutes=m)) for m in range(n)]


async def test_it_rings_who_is_due_up_to_its_share_of_the_trunk() -> None:
    async with house(*some(8)) as made:
        assert len(await made.turn()) == 3  # 30 % of ten lines
        assert await made.turn() == []
        made.rings.state = replace(QUIET, surveys=2)
        assert len(await made.turn()) == 1


@pytest.mark.parametrize(
    "state",
    [
        replace(QUIET, answer_rate=0.94),
        replace(QUIET, longest_wait=timedelta(seconds=31)),
        replace(QUIET, free=0),
    ],
)
async def test_it_never_costs_an_inbound_answer(state: Trunk) -> None:
    async with house(*some(2)) as made:
        made.rings.state = state
        assert await made.turn() == []
        made.rings.state = QUIET
        assert len(await made.turn()) == 2


async def test_it_rings_nobody_at_lunch_or_at_night_and_all_afterwards() -> None:
    lunch = NOON - timedelta(hours=2)  # 12:30
    async with house(a_case(closed_at=lunch - 3 * HOUR), now=lunch) as made:
        assert await made.turn() == []
        made.clock.advance(91 * 60)
        assert len(await made.turn()) == 1


async def test_a_paused_campaign_rings_nobody_until_it_goes_on() -> None:
    async with house(*some(2)) as made:
        await made.keeps.pause(True, "S1", NOON)
        assert await made.turn() == []
        await made.keeps.pause(False, "S1", NOON)
        assert len(await made.turn()) == 2


async def test_a_confidential_case_is_never_dialled() -> None:
    """CBK-01: flagged before it was listed; and after, before it is dialled."""
    before, after, plain = some(3)
    async with house(before, after, plain) as made:
        made.cases.flags[before.case] = "confidential"
        await made.robot.list_closed()
        made.cases.flags[after.case] = "confidential"

        rung = await made.turn()
        made.clock.advance(60)
        rung += await made.turn()

        assert rung == [plain.case]
        assert sorted(made.states()) == [DutyState.DIALLING, DutyState.WITHDRAWN]


async def test_a_ring_whose_case_is_flagged_stops() -> None:
    (one,) = some(1)
    async with house(one) as made:
        await made.turn()
        (attempt,) = made.robot.calls
        (duty,) = await made.work_list.withdraw(one.case, "confidential", NOON)

        made.robot.see([withdrawn(duty.id)])

        assert made.rings.dropped == [attempt]


def withdrawn(duty: DutyId) -> DutyStepped:
    return DutyStepped(
        at=NOON, duty=duty, state=DutyState.WITHDRAWN, ready_at=None, why="confidential"
    )


async def test_a_number_that_is_no_longer_kept_is_not_rung_for_ever() -> None:
    (one,) = some(1)
    async with house(one) as made:
        assert one.contact_key is not None
        made.vault.gone.add(one.contact_key)

        assert await made.turn() == []

        assert made.states() == [DutyState.EXHAUSTED]


async def test_what_is_closed_later_comes_on_the_list_and_nothing_twice() -> None:
    first, later = some(2)
    async with house(first) as made:
        assert await made.turn() == [first.case]
        made.cases.cases.append(later)  # committed late: it was closed before the first one
        made.clock.advance(60)

        assert await made.turn() == [later.case]
        assert len(made.states()) == 2


async def test_two_cases_of_one_citizen_are_one_call() -> None:
    key = NumberKey("one citizen")
    cases = [a_case(key), a_case(key)]
    async with house(*cases) as made:
        rung = await made.turn()

        assert sorted(rung) == sorted(one.case for one in cases)
        assert len(made.robot.calls) == 1


async def test_a_row_that_cannot_be_read_stops_nobody_for_ever() -> None:
    """A number whose seal is broken: told loudly, and the loop looks again."""
    async with house(*some(1)) as made:
        good = made.vault.reveal

        async def broken(key: NumberKey) -> PhoneNumber | None:
            raise ValueError("seal broken")

        made.vault.reveal = broken  # type: ignore[method-assign]
        await made.look()
        assert made.rings.rung == []
        made.vault.reveal = good  # type: ignore[method-assign]
        made.clock.advance(60)
        for found in await made.engine.take_over(made.clock.now()):
            raise AssertionError(found)  # it was never dialled
        await made.look()
        assert len(made.rings.rung) == 1
