"""Who rings how often, measures, evidence: tables made of the journal (MAL-01, MAL-02).

It stands here and not beside its rules, because an agent's talk is a fact of the floor.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from acd.call_facts import TalkEnded
from intake.evidence_shown import Package, ReceiptOfPolice
from intake.measures import Measure
from intake.suspect_facts import (
    EvidenceHandedOver,
    EvidenceSealed,
    MeasureEnded,
    MeasureKind,
    MeasureTaken,
)
from intake.suspects import WINDOW, CallOfCaller, History, SuspectRules
from kernel.fact import Fact
from kernel.ids import CallId, NumberKey
from storage.pool import Pool, Row, Transaction
from telephony.facts import CallArrived

KEPT_FOR: Final = timedelta(days=35)
FORM_WITHIN: Final = timedelta(hours=1)  # an agent may still be typing
AT_MOST: Final = 500
_CAME: Final = """
    insert into caller_call (call, number_key, caller, arrived_at) values ($1, $2, $3, $4)
    on conflict do nothing"""
_TALKED: Final = "update caller_call set talked_ms = talked_ms + $2 where call = $1"
_ABUSIVE: Final = "update caller_call set abusive = true where call = $1"
_OLD: Final = "delete from caller_call where arrived_at < $1"
_TAKEN: Final = """
    insert into caller_measure (id, number_key, what, reason, taken_at, until, by)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"""
_ENDED: Final = """
    update caller_measure set ended_at = $2, ended_by = $3 where id = $1 and ended_at is null"""
_SEALED: Final = """
    insert into evidence_package (id, sealed_at, by, reason, calls, seal, bytes)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"""
_HANDED: Final = """
    insert into evidence_receipt (package, noted_at, unit, officer_no, handed_at, by)
    values ($1, $2, $3, $4, $5, $6) on conflict do nothing"""
_SEEN: Final = """
    with seen as (
        select number_key, caller, arrived_at, talked_ms, abusive,
            talked_ms > 0 and arrived_at < $2
                and not exists (select from ticket t where t.call = came.call) as no_request
        from caller_call came where arrived_at >= $1{one}),
    days as (
        select number_key, max(n) as busiest from (
            select number_key, count(*) as n from seen
            group by number_key, (arrived_at at time zone 'Asia/Shanghai')::date) as of_day
        group by number_key)
    select number_key, max(caller) as caller, max(arrived_at) as last_at, count(*) as calls,
        busiest, sum(talked_ms)::bigint as talked_ms, count(*) filter (where abusive) as abusive,
        count(*) filter (where no_request) as no_request
    from seen join days using (number_key) group by number_key, busiest"""
_OF_ONE: Final = _SEEN.format(one=" and number_key = $3")
_OF_ALL: Final = (
    _SEEN.format(one="")
    + """
    having count(*) >= $3 or sum(talked_ms) >= $4 or count(*) filter (where abusive) >= $5
    order by calls desc, number_key limit $6"""
)
_CALLS: Final = """
    select call, arrived_at, talked_ms, abusive,
        exists (select from recording r where r.call = came.call and r.erased_at is null) as kept
    from caller_call came where number_key = $1 order by arrived_at desc, call limit $2"""
_STANDING: Final = """
    select id, number_key, what, reason, taken_at, until, by from caller_measure
    where ended_at is null order by taken_at, id"""
_PACKAGES: Final = "select * from evidence_package order by sealed_at desc, id limit $1"
_RECEIPTS: Final = """
    select * from evidence_receipt where package = any($1::text[]) order by noted_at"""


class MaliciousProjector:
    """A `storage.projection.Projector`. `marked`: the call that a fact of `mark` marks as abusive,
    if it does; whose fact that is, only the house knows."""

    name: Final = "malicious callers"

    def __init__(self, mark: str, marked: Callable[[Fact], CallId | None]) -> None:
        self._mark, self._marked = mark, marked
        ours = (MeasureTaken, MeasureEnded, EvidenceSealed, EvidenceHandedOver)
        kinds = (CallArrived, TalkEnded, *ours)
        self.kinds: Final = frozenset({mark, *(kind.kind for kind in kinds)})

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if fact.kind == self._mark:
                call = self._marked(fact)
                if call is not None:
                    await tx.execute(_ABUSIVE, call)
                continue
            done = _statement(fact)
            if done is not None:
                await tx.execute(*done)
        if facts:
            await tx.execute(_OLD, facts[-1].at - KEPT_FOR)


def _statement(fact: Fact) -> tuple[str, *tuple[object, ...]] | None:
    match fact:
        case CallArrived(caller_key=None):
            return None
        case CallArrived():
            return _CAME, fact.call, fact.caller_key, fact.caller, fact.at
        case TalkEnded():
            return _TALKED, fact.call, round(fact.talked / timedelta(milliseconds=1))
        case _:
            return _of_people(fact)


def _of_people(fact: Fact) -> tuple[str, *tuple[object, ...]]:
    match fact:
        case MeasureTaken():
            who = fact.measure, fact.number_key, fact.what.value
            return _TAKEN, *who, fact.reason, fact.at, fact.until, fact.by
        case MeasureEnded():
            return _ENDED, fact.measure, fact.at, fact.by
        case EvidenceSealed():
            what = fact.reason, list(fact.calls), fact.seal, fact.bytes
            return _SEALED, fact.package, fact.at, fact.by, *what
        case EvidenceHandedOver():
            whom = fact.unit, fact.officer_no, fact.handed_at
            return _HANDED, fact.package, fact.at, *whom, fact.by
        case _:
            raise AssertionError(f"the projection does not ask for {fact.kind}")


class PgSuspects:
    """What the tables say. Each raises Unavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def history(self, key: NumberKey, now: datetime) -> History | None:
        row = await self._pool.fetchrow(_OF_ONE, now - WINDOW, now - FORM_WITHIN, key)
        return _history(row) if row is not None else None

    async def histories(self, rules: SuspectRules, now: datetime) -> list[History]:
        """All that may be suspects, most calls first; the rules decide."""
        fewest = min(rules.calls_a_day, rules.calls_in_7_days, rules.without_request_in_7_days)
        limits = fewest, rules.minutes_in_7_days * 60_000, rules.abusive_in_7_days, AT_MOST
        rows = await self._pool.fetch(_OF_ALL, now - WINDOW, now - FORM_WITHIN, *limits)
        return [_history(row) for row in rows]

    async def calls_of(self, key: NumberKey) -> list[CallOfCaller]:
        """Of the last five weeks, the newest first."""
        return [
            CallOfCaller(
                call=CallId(row["call"]),
                arrived_at=row["arrived_at"],
                talked=timedelta(milliseconds=row["talked_ms"]),
                abusive=row["abusive"],
                recorded=row["kept"],
            )
            for row in await self._pool.fetch(_CALLS, key, AT_MOST)
        ]

    async def measures(self) -> list[Measure]:
        """Those whose end is not written down."""
        return [
            Measure(
                id=row["id"],
                number_key=NumberKey(row["number_key"]),
                what=MeasureKind(row["what"]),
                reason=row["reason"],
                taken_at=row["taken_at"],
                until=row["until"],
                by=row["by"],
            )
            for row in await self._pool.fetch(_STANDING)
        ]

    async def packages(self) -> list[Package]:
        """The newest first."""
        rows = await self._pool.fetch(_PACKAGES, AT_MOST)
        receipts = await self._pool.fetch(_RECEIPTS, [row["id"] for row in rows])
        return [
            _package(row, [_receipt(one) for one in receipts if one["package"] == row["id"]])
            for row in rows
        ]


def _history(row: Row) -> History:
    return History(
        number_key=NumberKey(row["number_key"]),
        caller=row["caller"],
        last_at=row["last_at"],
        calls=row["calls"],
        on_busiest_day=row["busiest"],
        talked=timedelta(milliseconds=row["talked_ms"]),
        abusive=row["abusive"],
        without_request=row["no_request"],
    )


def _package(row: Row, receipts: Sequence[ReceiptOfPolice]) -> Package:
    return Package(
        id=row["id"],
        sealed_at=row["sealed_at"],
        by=row["by"],
        reason=row["reason"],
        calls=tuple(CallId(call) for call in row["calls"]),
        seal=row["seal"],
        bytes=row["bytes"],
        receipts=tuple(receipts),
    )


def _receipt(row: Row) -> ReceiptOfPolice:
    return ReceiptOfPolice(
        unit=row["unit"],
        officer_no=row["officer_no"],
        handed_at=row["handed_at"],
        by=row["by"],
        noted_at=row["noted_at"],
    )
