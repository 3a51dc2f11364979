"""D-29 and the monthly card (HR-03) from the rows of PostgreSQL."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import SecretStr

from acd.facts import TalkEnded
from figures.agent_cards import AgentCardOffice, MarkKind, PgAgentCards
from figures.facts import AgentMarked
from figures.inspection import Inspection, State, Why, Word
from figures.inspection_errors import UnknownTalk
from figures.inspection_store import PgInspections, TalkProjector
from figures.quality import CardCounts, QualityCounts
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, SeatId
from storage.migrate import migrate
from storage.pool import Pool, open_pool
from storage.settings import DatabaseSettings
from telephony.facts import ServiceRated
from tests.fakes.fake_clock import FakeClock

LAST_OF_OCTOBER = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)  # 23:59 in China
NOVEMBER = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
ONE, TWO = AgentNo("1001"), AgentNo("1002")
PASS_MARK = 80


@pytest.fixture
async def pool(fresh_database: str) -> AsyncIterator[Pool]:
    settings = DatabaseSettings(dsn=SecretStr(fresh_database))
    await migrate(settings)
    async with open_pool(settings) as pool:
        yield pool


def talk(n: int, agent: AgentNo, at: datetime) -> TalkEnded:
    return TalkEnded(
        at=at, leg=LegId(f"7-{n:06}"), seat=SeatId("S001"), agent=agent, call=CallId(f"c{n}"),
        talked=timedelta(seconds=60),
    )  # fmt: skip


def rated(n: int, agent: AgentNo, level: int) -> ServiceRated:
    return ServiceRated(at=NOVEMBER, call=CallId(f"c{n}"), agent=agent, level=level, answer="")


async def inspected(
    pool: Pool, n: int, agent: AgentNo, first: int, *, at: datetime = NOVEMBER, **more: object
) -> None:
    """Scored `first`; `total`: changed by an appeal afterwards."""
    store = PgInspections(pool)
    opened = Inspection(
        id=f"i{n}", call=CallId(f"c{n}"), agent=agent, inspector="a", why=Why.RANDOM,
        calibrates=False, opened_at=at,
    )  # fmt: skip
    opened = replace(opened, calibrates=bool(more.pop("calibrates", False)))
    await store.open(opened)
    scored = replace(
        opened, state=State.SCORED, scores={"manner": 20}, total=first, first_total=first,
        pass_mark=PASS_MARK, scored=Word(by="a", at=at, text=""),
    )  # fmt: skip
    assert await store.step(State.OPEN, replace(scored, **more))  # type: ignore[arg-type]  # fields


async def test_d_29_counts_by_the_month_of_scoring_with_appeals_and_without_calibrations(
    pool: Pool,
) -> None:
    await inspected(pool, 1, ONE, 90, ticket_errors=2)
    await inspected(pool, 2, ONE, 70, total=85, ticket_errors=0)  # an appeal made it pass
    await inspected(pool, 3, TWO, 60)
    await inspected(pool, 4, TWO, 10, calibrates=True)
    await inspected(pool, 5, TWO, 10, at=LAST_OF_OCTOBER)

    found = await PgAgentCards(pool, PASS_MARK).quality(LAST_OF_OCTOBER, NOVEMBER + timedelta(1))

    assert found == {
        date(2026, 11, 1): QualityCounts(
            inspected=3, passed=2, first_passed=1, points=235, tickets_inspected=2, ticket_errors=2
        ),
        date(2026, 10, 1): QualityCounts(inspected=1, points=10),
    }


async def test_d_29_a_pass_mark_that_changes_changes_no_month_that_is_over(pool: Pool) -> None:
    await inspected(pool, 1, ONE, 85)

    found = await PgAgentCards(pool, 95).quality(NOVEMBER, NOVEMBER + timedelta(1))

    assert found[date(2026, 11, 1)].passed == 1


async def test_hr_03_the_card_of_a_month_counts_each_talk_and_rating_once(pool: Pool) -> None:
    told: list[Fact] = [talk(1, ONE, NOVEMBER), talk(2, ONE, NOVEMBER + timedelta(days=1))]
    told += [talk(3, TWO, NOVEMBER), talk(4, ONE, LAST_OF_OCTOBER)]
    told += [rated(1, ONE, 5), rated(2, ONE, 2), rated(3, TWO, 3)]
    async with pool.transaction() as tx:
        await TalkProjector().apply(tx, told)
        await TalkProjector().apply(tx, told)
    await inspected(pool, 1, ONE, 90, ticket_errors=1)
    written: list[Fact] = []
    office = AgentCardOffice(PgAgentCards(pool, PASS_MARK), written.extend, FakeClock(NOVEMBER))
    await office.mark(ONE, MarkKind.PRAISE, CallId("c1"), "来信表扬", "chief")
    await office.mark(TWO, MarkKind.COMPLAINT, None, "态度冷淡", "chief")
    with pytest.raises(UnknownTalk):
        await office.mark(TWO, MarkKind.COMPLAINT, CallId("c1"), "不是他的通话", "chief")

    found = await office.cards(date(2026, 11, 1))

    assert found[ONE] == CardCounts(
        talks=2, days=2, talked_ms=120_000, rated=2, praised=1, complained=1, praise_marks=1,
        quality=QualityCounts(
            inspected=1, passed=1, first_passed=1, points=90, tickets_inspected=1, ticket_errors=1
        ),
    )  # fmt: skip
    assert found[TWO] == CardCounts(talks=1, days=1, talked_ms=60_000, rated=1, complaint_marks=1)
    assert [(fact.agent, fact.what) for fact in written if isinstance(fact, AgentMarked)] == [
        (ONE, "praise"), (TWO, "complaint"),
    ]  # fmt: skip
    assert (await office.cards(date(2026, 12, 1))) == {}
