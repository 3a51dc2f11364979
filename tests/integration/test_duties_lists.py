"""The lists and reports of duties in PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from callbacks.attempt_store import PgAttemptStore
from callbacks.duty import AttemptId, DutyKind, DutyState, Outcome
from callbacks.duty_lists import BadPage, DutyPage, PgDutyLists
from callbacks.engine import AttemptEngine
from callbacks.surveys import SurveyList
from kernel.ids import AgentNo, DutyId, NumberKey, uuid7
from storage.pool import Pool
from tests.contracts.duty_store import MINUTE, NOON, RULES, SECOND, Cases, a_case
from tests.fakes.duties import missed_duty
from tests.integration.case_database import migrated_pool

DAY = timedelta(days=1)


@pytest.fixture
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


async def test_pages_follow_each_other_without_gap_or_double(pool: Pool) -> None:
    surveys, lists = SurveyList(PgAttemptStore(pool), Cases(), RULES), PgDutyLists(pool, "UTC")
    for _ in range(7):
        await surveys.owe(a_case(), NOON)

    seen, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page = await lists.page(DutyPage(kinds=frozenset({DutyKind.SURVEY}), after=after, limit=3))
        seen += [duty.id for duty in page.duties]
        after, pages = page.next, pages + 1

    assert (len(seen), len(set(seen)), pages) == (7, 7, 3)
    none = DutyPage(kinds=frozenset({DutyKind.MISSED}))
    assert (await lists.page(none)).duties == ()
    with pytest.raises(BadPage):
        await lists.page(DutyPage(after="???"))


async def test_d10_counts_called_back_in_time_reached_and_exhausted(pool: Pool) -> None:
    """D-10, MISS-02: four missed calls; one reached in time, one late and in vain, one not yet
    called, one settled by the citizen's own next call.
    """
    store = PgAttemptStore(pool)
    engine = AttemptEngine(store, RULES, "w")
    async with store.rows() as rows:
        for n in range(4):
            await rows.put_new(missed_duty(str(n), NOON, _key(n)))
    await pool.execute("update duty set due_at = $1", NOON + 30 * MINUTE)
    await pool.execute("update duty set state = 'self_resolved' where id = 'missed:3'")

    for n, after, outcome in (
        (0, 10 * MINUTE, Outcome.REACHED), (1, 40 * MINUTE, Outcome.EMPTY_NUMBER),
    ):  # fmt: skip
        claim = await engine.claim(DutyId(f"missed:{n}"), NOON + after, agent=AgentNo("1001"))
        assert claim is not None
        attempt = await engine.begin(claim, AttemptId(uuid7()), NOON + after)
        await engine.settle(claim, attempt.id, outcome, NOON + after + SECOND)

    lists = PgDutyLists(pool, "Asia/Shanghai")
    (day,) = await lists.missed(NOON - DAY, NOON + DAY)

    assert (day.duties, day.owed, day.self_resolved) == (4, 3, 1)
    assert (day.called_back, day.in_time, day.reached, day.exhausted) == (2, 1, 1, 1)
    assert day.median_delay == pytest.approx(25 * 60)
    assert (day.called_back_share, day.in_time_share) == (
        pytest.approx(2 / 3),
        pytest.approx(1 / 3),
    )
    assert day.reached_share == pytest.approx(1 / 2)
    assert await lists.missed(NOON + DAY, NOON + 2 * DAY) == ()
    (attempt,) = await lists.attempts(DutyId("missed:1"))
    many = [DutyId("missed:1"), DutyId("missed:none")]
    assert await lists.attempts_of(many) == {many[0]: (attempt,), many[1]: ()}
    assert attempt.outcome is Outcome.EMPTY_NUMBER


async def test_the_campaign_shows_states_results_and_hours(pool: Pool) -> None:
    store = PgAttemptStore(pool)
    engine, surveys = AttemptEngine(store, RULES, "w"), SurveyList(store, Cases(), RULES)
    for _ in range(2):
        await surveys.owe(a_case(), NOON)
    claim = await engine.claim_next({DutyKind.SURVEY}, NOON)
    assert claim is not None
    attempt = await engine.begin(claim, AttemptId(uuid7()), NOON)
    await engine.settle(claim, attempt.id, Outcome.REACHED, NOON + SECOND)

    seen = await PgDutyLists(pool, "Asia/Shanghai").campaign(NOON - DAY, NOON + DAY)

    assert (seen.by_state[DutyState.OPEN], seen.by_state[DutyState.CLOSED]) == (1, 1)
    assert seen.by_result == {"complete": 1}
    assert seen.by_hour == {14: (1, 1)}


def _key(n: int) -> NumberKey:
    return NumberKey(f"key{n}")
