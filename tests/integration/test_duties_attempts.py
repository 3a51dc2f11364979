"""Duties and attempts in PostgreSQL 18 and 15: the contract, and crashes at any point."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from callbacks.attempt_store import PgAttemptStore
from callbacks.duty import AttemptId, DutyState, Outcome
from callbacks.engine import AttemptEngine
from callbacks.surveys import SurveyList
from kernel.errors import Conflict
from kernel.ids import uuid7
from storage.pool import Pool
from tests.contracts.duty_store import (
    MINUTE,
    NOON,
    RULES,
    SECOND,
    SURVEY,
    Cases,
    DutyStoreContract,
    a_case,
)
from tests.integration.case_database import migrated_pool


@pytest.fixture(scope="module")
async def pool(each_postgres_dsn: str) -> AsyncIterator[Pool]:
    async with migrated_pool(each_postgres_dsn) as pool:
        yield pool


class TestPgDuties(DutyStoreContract):
    @pytest.fixture
    def store(self, pool: Pool) -> PgAttemptStore:
        return PgAttemptStore(pool)


class Killed(Exception):
    """The worker's process ends here; nothing of it runs any more."""


class Worker:
    """Claims, dials and settles until it is killed; `dialled` is what the citizens heard."""

    def __init__(
        self, pool: Pool, name: str, dialled: list[tuple[str, datetime]], chance: random.Random
    ) -> None:
        self.engine = AttemptEngine(PgAttemptStore(pool), RULES, name)
        self.dialled = dialled
        self._chance = chance
        self.now = NOON

    def maybe_die(self) -> None:
        if self._chance.random() < 0.15:
            raise Killed

    async def run(self) -> None:
        while claim := await self.engine.claim_next(SURVEY, self.now):
            self.maybe_die()
            try:
                attempt = await self.engine.begin(claim, AttemptId(uuid7()), self.now)
            except Conflict:
                await self.engine.give_back(claim, self.now)
                continue
            self.maybe_die()
            self.dialled.append((claim.number_key, self.now))
            self.maybe_die()
            await self.engine.settle(claim, attempt.id, Outcome.REACHED, self.now + SECOND)

    async def clear_up(self) -> None:
        """What a restarted process does first; here nothing tells how the calls ended."""
        for found in await self.engine.take_over(self.now):
            await self.engine.settle(found.claim, found.attempt.id, Outcome.LOST, self.now)


@pytest.mark.parametrize("seed", [1, 2])
async def test_workers_killed_at_any_point_ring_nobody_twice_and_forget_nobody(
    each_postgres_dsn: str, seed: int
) -> None:
    """Two workers; each death leaves its claim or attempt behind until the lease runs out."""
    chance = random.Random(seed)
    cases = [a_case() for _ in range(40)]
    dialled: list[tuple[str, datetime]] = []
    async with migrated_pool(each_postgres_dsn) as pool:
        surveys = SurveyList(PgAttemptStore(pool), Cases(), RULES)
        for one in cases:
            await surveys.owe(one, NOON)

        now, deaths = NOON, 0
        for _ in range(25):
            workers = [Worker(pool, f"w{n}", dialled, chance) for n in range(2)]
            for worker in workers:
                worker.now = now
            await asyncio.gather(*(worker.clear_up() for worker in workers))
            ends = await asyncio.gather(*(w.run() for w in workers), return_exceptions=True)
            assert all(end is None or isinstance(end, Killed) for end in ends), ends
            deaths += sum(isinstance(end, Killed) for end in ends)
            now += 3 * MINUTE  # longer than every lease

        states = Counter(
            row["state"] for row in await pool.fetch("select state from duty where kind = 'survey'")
        )

    assert deaths > 5
    rung = sorted(dialled)
    for (key, first), (same, then) in itertools.pairwise(rung):
        assert key != same or then - first >= timedelta(hours=2)  # G, across every crash
    assert len({key for key, _ in rung}) >= len(cases) // 2
    assert set(states) <= {DutyState.CLOSED, DutyState.UNREACHED}
    assert sum(states.values()) == len(cases)


async def test_a_killed_connection_in_the_middle_of_begin_leaves_nothing_half_done(
    each_postgres_dsn: str,
) -> None:
    async with migrated_pool(each_postgres_dsn) as pool:
        store = PgAttemptStore(pool)
        surveys, one = SurveyList(store, Cases(), RULES), a_case()
        await surveys.owe(one, NOON)
        engine = AttemptEngine(store, RULES, "one")
        claim = await engine.claim_next(SURVEY, NOON)
        assert claim is not None

        with pytest.raises(Exception, match=r"terminat|closed|answer"):
            async with store.rows() as rows:
                (held,) = await rows.lock(claim.ids)
                await rows.put(held)
                await pool.execute(
                    """select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and state = 'idle in transaction'"""
                )
                await rows.put(held)

        attempt = await engine.begin(claim, AttemptId(uuid7()), NOON + SECOND)
        assert attempt.duties == claim.ids


async def test_no_number_stands_in_the_tables_or_facts_of_the_engine(pool: Pool) -> None:
    """SEC-01: the key alone."""
    columns = await pool.fetch(
        """select table_name, column_name from information_schema.columns
        where table_name in ('duty', 'attempt', 'attempt_duty', 'survey_stop', 'sms_outbox')
        and column_name ~ 'number|phone|caller'"""
    )

    assert {(row["table_name"], row["column_name"]) for row in columns} == {
        ("duty", "caller_key"), ("duty", "caller"), ("attempt", "number_key"),
        ("survey_stop", "number_key"), ("sms_outbox", "number_key"),
    }  # fmt: skip
    masked = await pool.fetch("select distinct caller from duty")
    assert all("****" in row["caller"] for row in masked)


async def test_two_workers_on_one_list_take_each_duty_once(each_postgres_dsn: str) -> None:
    """SKIP LOCKED: nobody waits for the other."""
    async with migrated_pool(each_postgres_dsn) as pool:
        store = PgAttemptStore(pool)
        surveys = SurveyList(store, Cases(), RULES)
        for _ in range(20):
            await surveys.owe(a_case(closed_at=NOON - timedelta(hours=3)), NOON)
        engines = [AttemptEngine(store, RULES, f"w{n}") for n in range(2)]

        claims = await asyncio.gather(*(engines[n % 2].claim_next(SURVEY, NOON) for n in range(24)))

        ids = [claim.ids[0] for claim in claims if claim is not None]
        assert len(ids) == len(set(ids))
        rest = [await engines[0].claim_next(SURVEY, NOON) for _ in range(21 - len(ids))]
        assert len(ids) + sum(claim is not None for claim in rest) == 20
        tokens = [claim.token for claim in (*claims, *rest) if claim is not None]
        assert len(tokens) == len(set(tokens))
