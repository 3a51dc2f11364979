"""Calls asked for about a case, in PostgreSQL: projected from the journal, read by the console."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from cases.closing import BARRING, CaseFlag
from cases.closing_store import standing_of
from cases.facts import RelayBegun, RelayEnded, RelayOutcome, RelayStep, RelayStepped
from cases.status import CaseStatus
from cases.store import unknown_case
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, CaseId, Epoch, LegId, NumberKey, TicketNo
from storage.pool import Pool, Row, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenOf:
    """Whom a case is about, and what stands in the way of ringing him: `cases/relay.py`."""

    case: CaseId
    ticket_no: TicketNo
    number_key: NumberKey | None  # the contact's, else the caller's; None: withheld
    status: CaseStatus
    flags: frozenset[CaseFlag]
    unit: str | None
    urgent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayRecord:
    """One such call, as it is told: `outcome` None: not over. `caller` is masked."""

    call: CallId
    case: CaseId | None
    ticket_no: TicketNo | None
    login: str
    work_no: str
    agent: AgentNo | None
    unit: str
    leg: LegId | None
    caller: str
    begun_at: datetime
    step: RelayStep
    joined_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: RelayOutcome | None = None
    talked: timedelta = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundCounts:
    """Calls that people asked for in a span of time; none of them is a request to us (D-01)."""

    made: int
    talked: int
    not_reached: int  # the citizen's phone was rung in vain
    talked_for: timedelta


class KeepsRelays(Protocol):
    """Each raises Unavailable."""

    async def citizen_of(self, case: CaseId) -> CitizenOf:
        """Of its newest ticket that has a number. Raises UnknownCase."""

    async def of_case(self, case: CaseId) -> Sequence[RelayRecord]:
        """Oldest first."""

    async def find(self, call: CallId) -> RelayRecord | None: ...

    async def left_open(self, before: Epoch) -> Sequence[RelayRecord]:
        """Begun by processes before this one, and not over as far as was written."""

    async def outbound(self, since: datetime, before: datetime) -> OutboundCounts: ...


_CITIZEN: Final = """
    select c.*, t.ticket_no, coalesce(t.contact_key, t.caller_key) as number_key
    from case_file c join ticket t on t.case_id = c.id where c.id = $1
    order by (coalesce(t.contact_key, t.caller_key) is null), t.nth desc limit 1"""
_OF_CASE: Final = "select * from relay_call where case_id = $1 order by begun_at, call"
_FIND: Final = "select * from relay_call where call = $1"
_OPEN: Final = "select * from relay_call where ended_at is null and epoch < $1 order by begun_at"
_OUTBOUND: Final = """
    select count(*) as made, count(*) filter (where outcome = 'talked') as talked,
        count(*) filter (where outcome <> 'talked' and citizen_at is not null) as not_reached,
        coalesce(sum(talked_ms), 0) as talked_ms
    from relay_call where begun_at >= $1 and begun_at < $2"""
_BEGUN: Final = """
    insert into relay_call (call, case_id, ticket_no, login, work_no, agent, unit, leg, caller_key,
        caller, epoch, begun_at, step)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'asked')
    on conflict (call) do nothing"""
_STEPPED: Final = """
    update relay_call set step = $2,
        citizen_at = case when $2 = 'citizen' then $3 else citizen_at end,
        joined_at = case when $2 = 'talking' then $3 else joined_at end
    where call = $1 and ended_at is null"""
_ENDED: Final = """
    update relay_call set step = 'over', ended_at = $2, outcome = $3, talked_ms = $4
    where call = $1 and ended_at is null returning *"""
_CASE_LOCK: Final = "select id from case_file where id = $1 for update"
_EVENT: Final = """
    insert into case_event (case_id, n, at, kind, by, body)
    select $1, coalesce(max(n), 0) + 1, $2, 'case-called', $3, $4
    from case_event where case_id = $1"""


class PgRelays:
    """Fits `KeepsRelays`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def citizen_of(self, case: CaseId) -> CitizenOf:
        row = await self._pool.fetchrow(_CITIZEN, case)
        if row is None:
            raise unknown_case(case)
        standing = standing_of(row)
        return CitizenOf(
            case=case,
            ticket_no=TicketNo(row["ticket_no"]),
            number_key=NumberKey(row["number_key"]) if row["number_key"] else None,
            status=standing.status,
            flags=standing.flags & frozenset(BARRING),
            unit=standing.lead_unit,
            urgent=row["urgency"] != "normal",
        )

    async def of_case(self, case: CaseId) -> Sequence[RelayRecord]:
        return [_record(row) for row in await self._pool.fetch(_OF_CASE, case)]

    async def find(self, call: CallId) -> RelayRecord | None:
        row = await self._pool.fetchrow(_FIND, call)
        return _record(row) if row else None

    async def left_open(self, before: Epoch) -> Sequence[RelayRecord]:
        return [_record(row) for row in await self._pool.fetch(_OPEN, before)]

    async def outbound(self, since: datetime, before: datetime) -> OutboundCounts:
        row = await self._pool.fetchrow(_OUTBOUND, since, before)
        assert row is not None, "an aggregate has one row"
        return OutboundCounts(
            made=row["made"],
            talked=row["talked"],
            not_reached=row["not_reached"],
            talked_for=timedelta(milliseconds=int(row["talked_ms"])),
        )


class RelayCalls:
    """The projector: the calls themselves, and a line in the history of their case (FRD-03)."""

    name: Final = "relay calls"
    kinds: Final = frozenset({RelayBegun.kind, RelayStepped.kind, RelayEnded.kind})

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            match fact:
                case RelayBegun():
                    await _begun(tx, fact)
                case RelayStepped():
                    await tx.execute(_STEPPED, fact.call, fact.step.value, fact.at)
                case RelayEnded():
                    await _ended(tx, fact)
                case _:
                    raise AssertionError("the projection asks for no other kind")


async def _begun(tx: Transaction, fact: RelayBegun) -> None:
    epoch = int(fact.call.split("-")[1])
    await tx.execute(
        _BEGUN, fact.call, fact.case, fact.ticket_no, fact.login, fact.work_no, fact.agent,
        fact.unit, fact.leg, fact.caller_key, fact.caller, epoch, fact.at,
    )  # fmt: skip


async def _ended(tx: Transaction, fact: RelayEnded) -> None:
    ms = int(fact.talked.total_seconds() * 1000)
    row = await tx.fetchrow(_ENDED, fact.call, fact.at, fact.outcome.value, ms)
    if row is None or row["case_id"] is None:
        return  # told a second time, or about no case
    if await tx.fetchrow(_CASE_LOCK, row["case_id"]) is None:
        return  # a case of another system
    body = {
        "call": fact.call,
        "outcome": fact.outcome.value,
        "work_no": row["work_no"],
        "unit": row["unit"],
        "talked_s": ms // 1000,
    }
    await tx.execute(_EVENT, row["case_id"], fact.at, row["login"], body)


def _record(row: Row) -> RelayRecord:
    return RelayRecord(
        call=CallId(row["call"]),
        case=CaseId(row["case_id"]) if row["case_id"] else None,
        ticket_no=TicketNo(row["ticket_no"]) if row["ticket_no"] else None,
        login=row["login"],
        work_no=row["work_no"],
        agent=AgentNo(row["agent"]) if row["agent"] else None,
        unit=row["unit"],
        leg=LegId(row["leg"]) if row["leg"] else None,
        caller=row["caller"],
        begun_at=row["begun_at"],
        step=RelayStep(row["step"]),
        joined_at=row["joined_at"],
        ended_at=row["ended_at"],
        outcome=RelayOutcome(row["outcome"]) if row["outcome"] else None,
        talked=timedelta(milliseconds=int(row["talked_ms"])),
    )
