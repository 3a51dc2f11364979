"""Duties in PostgreSQL: projected from the journal, read by the console.

Rule: what a batch of facts does to the duties commits together with the projection's cursor, and
every statement bears being run again; a late fact (a tail shipped afterwards) finds its place by
time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import orjson

from callbacks.duty import UNSETTLED, DutyKind, DutyState, Result
from callbacks.missed import (
    ANSWERED,
    ARRIVED,
    KINDS,
    NUMBER_GIVEN,
    QUEUED,
    Duty,
    Missed,
    call_of,
    is_urgent,
    left_at,
    merged,
    of_our_callback,
    open_duty,
    self_resolved,
    why_owed,
)
from callbacks.settings import MissedSettings, Why
from kernel.errors import NotFound
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, CaseId, DutyId, NumberKey
from storage.pool import Pool, Row, Transaction

_SEEN: Final = """
    insert into asked_call (call, caller_key, caller) values ($1, $2, $3)
    on conflict (call) do update set caller_key = excluded.caller_key, caller = excluded.caller"""
_ASKED: Final = """
    insert into asked_call as a (call, caller, asked_at, urgent, queue, needs, priority)
    values ($1, '', $2, $3, $4, $5, $6)
    on conflict (call) do update
    set asked_at = least(a.asked_at, excluded.asked_at), urgent = a.urgent or excluded.urgent,
        queue = coalesce(a.queue, excluded.queue), needs = coalesce(a.needs, excluded.needs),
        priority = greatest(a.priority, excluded.priority)"""
_NUMBER: Final = """
    insert into asked_call (call, caller, callback_key, callback) values ($1, '', $2, $3)
    on conflict (call) do update
    set callback_key = excluded.callback_key, callback = excluded.callback"""
_ANSWERED: Final = """
    insert into asked_call as a (call, caller, answered_at) values ($1, '', $2)
    on conflict (call) do update set answered_at = least(a.answered_at, excluded.answered_at)
    returning caller_key"""
_CALL: Final = """
    select caller_key, caller, urgent, asked_at, answered_at, callback_key, callback
    from asked_call where call = $1"""
_ANSWERED_SINCE: Final = """
    select call, answered_at from asked_call
    where caller_key = $1 and answered_at >= $2 order by answered_at limit 1"""
_OWED: Final = "select true from duty_call where call = $1"
_DUTY: Final = """
    select d.*, array(select c.call from duty_call c where c.duty_id = d.id
                      order by c.missed_at, c.call) calls
    from duty d where {}"""
_UNSETTLED_OF: Final = _DUTY.format(
    """d.caller_key = $1 and d.state = any($2) and d.kind in ('missed', 'promised', 'follow_up')
    and d.case_id is null order by d.opened_at for update"""
)
# who rings again from his own number is served, whatever number he gave
_OWED_TO: Final = _DUTY.format(
    """d.state = any($2) and d.kind in ('missed', 'promised', 'follow_up') and d.case_id is null
    and (d.caller_key = $1 or d.id in (select c.duty_id from duty_call c
        join asked_call a on a.call = c.call where a.caller_key = $1 and a.callback_key <> $1))
    order by d.opened_at for update"""
)
_DUTY_OF_CALL: Final = _DUTY.format(
    "d.id = (select duty_id from duty_call where call = $1) for update"
)
_BY_ID: Final = _DUTY.format("d.id = $1")
_PUT: Final = """
    insert into duty (id, kind, state, caller_key, caller, opened_at, last_missed_at, due_at,
        urgent, agent, closed_at, resolved_by, ready_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    on conflict (id) do update set kind = excluded.kind, state = excluded.state,
        last_missed_at = excluded.last_missed_at, due_at = excluded.due_at,
        urgent = excluded.urgent, closed_at = excluded.closed_at,
        resolved_by = excluded.resolved_by, ready_at = excluded.ready_at"""
_PUT_CALL: Final = """
    insert into duty_call (call, duty_id, missed_at, why) values ($1, $2, $3, $4)"""


class MissedProjector:
    """Fits `storage.projection.Projector`."""

    name: Final = "missed-duties"
    kinds: Final = KINDS

    def __init__(self, settings: MissedSettings) -> None:
        self._settings = settings

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if fact.kind == ARRIVED:
                await _arrived(tx, fact)
            elif fact.kind == QUEUED:
                await _asked(tx, fact, urgent=is_urgent(fact, self._settings))
            elif fact.kind == NUMBER_GIVEN:
                number = getattr(fact, "caller_key", None), getattr(fact, "caller", "")
                await tx.execute(_NUMBER, call_of(fact), *number)
            elif fact.kind in ANSWERED:
                if not of_our_callback(fact):  # its attempt settles what it was made for
                    await _answered(tx, fact)
            elif (why := why_owed(fact, self._settings)) is not None:
                await self._missed(tx, fact, why)

    async def _missed(self, tx: Transaction, fate: Fact, why: Why) -> None:
        call = call_of(fate)
        seen = await tx.fetchrow(_CALL, call)
        given = why is Why.PROMISED and seen is not None and seen["callback_key"] is not None
        key, caller = ("callback_key", "callback") if given else ("caller_key", "caller")
        answered = seen is not None and seen["answered_at"] is not None and why is not Why.CUT_OFF
        if answered or await tx.fetchval(_OWED, call):
            return
        at = left_at(fate, seen["asked_at"] if seen is not None else None)
        missed = Missed(
            call=call,
            caller_key=seen[key] if seen is not None else None,
            caller=seen[caller] if seen is not None else "",
            at=at,
            why=why,
            urgent=seen["urgent"] if seen is not None else False,
        )
        duty = await self._joined(tx, missed)
        await _put(tx, duty)
        await tx.execute(_PUT_CALL, call, duty.id, at, why)

    async def _joined(self, tx: Transaction, missed: Missed) -> Duty:
        """The number's unsettled duty with this call, or a new one; settled if answered since."""
        if missed.caller_key is None:
            return open_duty(missed, self._settings)
        unsettled = await tx.fetchrow(_UNSETTLED_OF, missed.caller_key, sorted(UNSETTLED))
        duty = (
            open_duty(missed, self._settings)
            if unsettled is None
            else merged(duty_of(unsettled), missed, self._settings)
        )
        since = await tx.fetchrow(_ANSWERED_SINCE, missed.caller_key, duty.last_missed_at)
        if since is None:
            return duty
        return self_resolved(duty, by=CallId(since["call"]), at=since["answered_at"])


async def _arrived(tx: Transaction, fact: Fact) -> None:
    key = getattr(fact, "caller_key", None)
    await tx.execute(_SEEN, call_of(fact), key, getattr(fact, "caller", ""))


async def _asked(tx: Transaction, fact: Fact, *, urgent: bool) -> None:
    needs = orjson.dumps(getattr(fact, "needs", {})).decode()
    queue, priority = getattr(fact, "queue", ""), getattr(fact, "priority", 0)
    asked_at = getattr(fact, "asked_at", fact.at)
    await tx.execute(_ASKED, call_of(fact), asked_at, urgent, queue, needs, priority)


async def _answered(tx: Transaction, fact: Fact) -> None:
    """Settles the number's duty, and that of this very call if it had been given up before."""
    call = call_of(fact)
    key = await tx.fetchval(_ANSWERED, call, fact.at)
    rows = await tx.fetch(_DUTY_OF_CALL, call)
    if key is not None:
        rows += await tx.fetch(_OWED_TO, key, sorted(UNSETTLED))
    for duty in {row["id"]: duty_of(row) for row in rows}.values():
        if duty.state in UNSETTLED and duty.last_missed_at <= fact.at:
            await _put(tx, self_resolved(duty, by=call, at=fact.at))


async def _put(tx: Transaction, duty: Duty) -> None:
    await tx.execute(
        _PUT, duty.id, duty.kind, duty.state, duty.caller_key, duty.caller, duty.opened_at,
        duty.last_missed_at, duty.due_at, duty.urgent, duty.agent, duty.closed_at,
        duty.resolved_by, duty.ready_at,
    )  # fmt: skip


class UnknownDuty(NotFound):
    code = "unknown-duty"


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFilter:
    """Those given must all hold. Ordered by due time; `limit` 1..500."""

    states: frozenset[DutyState] = field(default_factory=frozenset)  # empty: all
    number_key: NumberKey | None = None
    call: CallId | None = None
    due_before: datetime | None = None
    limit: int = 100

    def __post_init__(self) -> None:
        assert 1 <= self.limit <= 500, "a page of duties holds 1 to 500"


_LIST: Final = _DUTY.format("""
    ($1::text[] = array[]::text[] or d.state = any($1)) and ($2::text is null or d.caller_key = $2)
    and ($3::text is null or d.id = (select duty_id from duty_call where call = $3))
    and ($4::timestamptz is null or d.due_at < $4)
    order by d.due_at, d.id limit $5""")
_COUNTS: Final = "select state, count(*) as n from duty group by state"


class PgDutyStore:
    """What the console reads. The projection opens and settles; attempt_store.py does the rest."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def duties(self, wanted: DutyFilter) -> tuple[Duty, ...]:
        rows = await self._pool.fetch(
            _LIST, sorted(wanted.states), wanted.number_key, wanted.call, wanted.due_before,
            wanted.limit,
        )  # fmt: skip
        return tuple(duty_of(row) for row in rows)

    async def duty(self, duty_id: DutyId) -> Duty:
        """Raises UnknownDuty."""
        row = await self._pool.fetchrow(_BY_ID, duty_id)
        if row is None:
            raise UnknownDuty(
                f"There is no duty {duty_id}.", remedy="Take the id from the list of duties."
            )
        return duty_of(row)

    async def counts(self) -> dict[DutyState, int]:
        """How many there are in each state; every state is named."""
        found = {row["state"]: row["n"] for row in await self._pool.fetch(_COUNTS)}
        return {state: found.get(state, 0) for state in DutyState}


def duty_of(row: Row) -> Duty:
    return Duty(
        id=DutyId(row["id"]),
        kind=DutyKind(row["kind"]),
        state=DutyState(row["state"]),
        caller_key=NumberKey(row["caller_key"]) if row["caller_key"] else None,
        caller=row["caller"],
        opened_at=row["opened_at"],
        last_missed_at=row["last_missed_at"],
        due_at=row["due_at"],
        urgent=row["urgent"],
        agent=AgentNo(row["agent"]) if row["agent"] else None,
        closed_at=row["closed_at"],
        resolved_by=CallId(row["resolved_by"]) if row["resolved_by"] else None,
        calls=tuple(CallId(call) for call in row["calls"]),
        ready_at=row["ready_at"],
        case=CaseId(row["case_id"]) if row["case_id"] else None,
        round=row["round"],
        result=Result(row["result"]) if row["result"] else None,
    )
