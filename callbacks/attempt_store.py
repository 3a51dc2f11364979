"""The engine's rows in PostgreSQL: leases, fences, attempts. Fits `callbacks.ports.OpensDutyRows`.

Rules: what may wait for another transaction is locked in one order (attempts, then duties by id,
then the number); what is taken from the list skips what is locked.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import asyncpg

from callbacks.attempts import Attempt, NumberBusy
from callbacks.duty import AttemptId, Duty, DutyKind, Outcome
from callbacks.ports import DutyRows, Held
from callbacks.store import duty_of
from kernel.fact import Fact, encode
from kernel.ids import CaseId, DutyId, NumberKey
from storage.pool import Pool, Row, Transaction

_DUTY: Final = """
    select d.*, array(select c.call from duty_call c where c.duty_id = d.id
                      order by c.missed_at, c.call) calls
    from duty d """
_LOCK: Final = _DUTY + "where d.id = any($1) order by d.id for update of d"
_IS_READY: Final = """where d.state in ('open', 'unreached') and d.kind = any($1)
    and coalesce(d.ready_at, d.opened_at) <= $2"""
_READY: Final = _DUTY + _IS_READY + " order by d.urgent desc, d.due_at, d.id limit $3"
_LOCK_READY: Final = _READY.replace("limit $3", "limit 1 for update of d skip locked")
_LOCK_READY_AT: Final = (
    _DUTY + _IS_READY + " and d.caller_key = $3 order by d.id for update of d skip locked"
)
_LOCK_WAITING: Final = (
    _DUTY
    + """where d.kind = 'survey' and ($1::text is null or d.case_id = $1)
    and ($2::text is null or d.caller_key = $2)
    and d.state in ('open', 'claimed', 'assigned', 'dialling', 'reached', 'unreached')
    order by d.id for update of d"""
)
_LOCK_IDLE: Final = (
    _DUTY
    + """where (d.lease_until <= $1 or (d.lease_until is not null and d.worker <> $3))
    and d.attempt_id is null order by d.id
    limit $2 for update of d skip locked"""
)
_LEASES: Final = (
    _DUTY
    + """where d.caller_key = $1 and not d.id = any($2)
    and (d.lease_until is not null or d.attempt_id is not null)"""
)
_LOCK_NUMBER: Final = "select pg_advisory_xact_lock(hashtextextended($1, 12346))"
_ATTEMPT: Final = """
    select a.*, array(select b.duty_id from attempt_duty b where b.attempt_id = a.id
                      order by b.duty_id) duties
    from attempt a """
_LOCK_ATTEMPT: Final = _ATTEMPT + "where a.id = $1 for update of a"
_LOCK_EXPIRED: Final = (
    _ATTEMPT
    + """where a.settled_at is null and not exists (
        select from duty d where d.attempt_id = a.id and d.lease_until > $1
            and ($3::text is null or d.worker = $3))
    order by a.dialled_at limit $2 for update of a skip locked"""
)
_ATTEMPTS_AT: Final = (
    _ATTEMPT + "where a.number_key = $1 and a.dialled_at >= $2 order by a.dialled_at, a.id"
)
_PUT: Final = """
    update duty set state = $2, agent = $3, closed_at = $4, ready_at = $5, result = $6,
        worker = $7, token = $8, lease_until = $9, attempt_id = $10
    where id = $1"""
_PUT_NEW: Final = """
    insert into duty (id, kind, state, caller_key, caller, opened_at, last_missed_at, due_at,
        urgent, ready_at, case_id, round)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    on conflict do nothing returning true"""
_PUT_ATTEMPT: Final = """
    insert into attempt (id, number_key, kind, worker, token, dialled_at, answered_at, outcome,
        settled_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (id) do update set worker = excluded.worker, token = excluded.token,
        answered_at = excluded.answered_at, outcome = excluded.outcome,
        settled_at = excluded.settled_at"""
_PUT_ATTEMPT_DUTY: Final = """
    insert into attempt_duty (attempt_id, duty_id) values ($1, $2) on conflict do nothing"""
_STOP: Final = """
    insert into survey_stop (number_key, since, why) values ($1, $2, $3) on conflict do nothing"""
_SMS: Final = """
    insert into sms_outbox (duty_id, number_key, purpose, made_at, valid_until, due_at)
    values ($1, $2, $3, $4, $5, $4) on conflict do nothing"""
_TELL: Final = "insert into duty_event (at, kind, body) values ($1, $2, $3)"
_UNTOLD: Final = "select n, kind, body from duty_event where told_at is null order by n limit $1"
_TOLD: Final = "update duty_event set told_at = $2 where n = any($1)"


class PgDutyRows:
    """One transaction's view."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def lock(self, ids: Collection[DutyId]) -> tuple[Held, ...]:
        return _held(await self._tx.fetch(_LOCK, list(ids)))

    async def lock_ready(
        self, kinds: Collection[DutyKind], now: datetime, number_key: NumberKey | None
    ) -> tuple[Held, ...]:
        if number_key is None:
            return _held(await self._tx.fetch(_LOCK_READY, sorted(kinds), now))
        return _held(await self._tx.fetch(_LOCK_READY_AT, sorted(kinds), now, number_key))

    async def lock_waiting(
        self, *, case: CaseId | None = None, number_key: NumberKey | None = None
    ) -> tuple[Held, ...]:
        assert case or number_key, "whose surveys?"
        return _held(await self._tx.fetch(_LOCK_WAITING, case, number_key))

    async def lock_number(self, number_key: NumberKey) -> None:
        await self._tx.execute(_LOCK_NUMBER, number_key)

    async def lock_attempt(self, attempt: AttemptId) -> Attempt | None:
        row = await self._tx.fetchrow(_LOCK_ATTEMPT, attempt)
        return None if row is None else attempt_of(row)

    async def lock_expired(
        self, now: datetime, at_most: int, ours: str | None
    ) -> tuple[Attempt, ...]:
        found = await self._tx.fetch(_LOCK_EXPIRED, now, at_most, ours)
        return tuple(attempt_of(row) for row in found)

    async def lock_idle(self, now: datetime, at_most: int, ours: str | None) -> tuple[Held, ...]:
        return _held(await self._tx.fetch(_LOCK_IDLE, now, at_most, ours))

    async def attempts_at(self, number_key: NumberKey, since: datetime) -> tuple[Attempt, ...]:
        found = await self._tx.fetch(_ATTEMPTS_AT, number_key, since)
        return tuple(attempt_of(row) for row in found)

    async def leases_at(self, number_key: NumberKey, but: Collection[DutyId]) -> tuple[Held, ...]:
        return _held(await self._tx.fetch(_LEASES, number_key, list(but)))

    async def is_stopped(self, number_key: NumberKey) -> bool:
        sql = "select exists (select from survey_stop where number_key = $1)"
        return bool(await self._tx.fetchval(sql, number_key))

    async def set_stop(self, number_key: NumberKey, at: datetime, why: str | None) -> None:
        if why is None:
            await self._tx.execute("delete from survey_stop where number_key = $1", number_key)
            return
        await self._tx.execute(_STOP, number_key, at, why)

    async def next_token(self) -> int:
        return int(await self._tx.fetchval("select nextval('duty_token')"))

    async def put(self, held: Held) -> None:
        duty = held.duty
        await self._tx.execute(
            _PUT, duty.id, duty.state, duty.agent, duty.closed_at, duty.ready_at, duty.result,
            held.worker, held.token, held.lease_until, held.attempt,
        )  # fmt: skip

    async def put_new(self, duty: Duty) -> bool:
        new = await self._tx.fetchval(
            _PUT_NEW, duty.id, duty.kind, duty.state, duty.caller_key, duty.caller,
            duty.opened_at, duty.last_missed_at, duty.due_at, duty.urgent, duty.ready_at,
            duty.case, duty.round,
        )  # fmt: skip
        return bool(new)

    async def put_attempt(self, attempt: Attempt, kind: DutyKind) -> None:
        try:
            await self._tx.execute(
                _PUT_ATTEMPT, attempt.id, attempt.number_key, kind, attempt.worker, attempt.token,
                attempt.dialled_at, attempt.answered_at, attempt.outcome, attempt.settled_at,
            )  # fmt: skip
        except asyncpg.UniqueViolationError as err:
            raise NumberBusy.of(attempt.id) from err
        pairs = [(attempt.id, duty) for duty in attempt.duties]
        await self._tx.executemany(_PUT_ATTEMPT_DUTY, pairs)

    async def put_sms(self, duty: Duty, at: datetime, valid_until: datetime) -> None:
        await self._tx.execute(_SMS, duty.id, duty.caller_key, duty.kind, at, valid_until)

    async def tell(self, fact: Fact) -> None:
        await self._tx.execute(_TELL, fact.at, fact.kind, encode(fact).decode())


class PgAttemptStore:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def rows(self) -> AsyncIterator[DutyRows]:
        async with self._pool.transaction() as tx:
            yield PgDutyRows(tx)

    async def ready(
        self, kinds: Collection[DutyKind], now: datetime, limit: int
    ) -> tuple[Duty, ...]:
        return tuple(
            duty_of(row) for row in await self._pool.fetch(_READY, sorted(kinds), now, limit)
        )

    async def untold(self, limit: int) -> Sequence[tuple[int, str, str]]:
        found = await self._pool.fetch(_UNTOLD, limit)
        return [(row["n"], row["kind"], row["body"]) for row in found]

    async def told(self, ns: Collection[int], at: datetime) -> None:
        await self._pool.execute(_TOLD, list(ns), at)


def _held(found: Sequence[Row]) -> tuple[Held, ...]:
    return tuple(
        Held(
            duty=duty_of(row),
            worker=row["worker"],
            token=row["token"],
            lease_until=row["lease_until"],
            attempt=AttemptId(row["attempt_id"]) if row["attempt_id"] else None,
        )
        for row in found
    )


def attempt_of(row: Row) -> Attempt:
    return Attempt(
        id=AttemptId(row["id"]),
        number_key=NumberKey(row["number_key"]),
        duties=tuple(DutyId(duty) for duty in row["duties"]),
        dialled_at=row["dialled_at"],
        worker=row["worker"],
        token=row["token"],
        answered_at=row["answered_at"],
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        settled_at=row["settled_at"],
    )
