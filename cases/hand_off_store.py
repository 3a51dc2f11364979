"""Hand-offs in PostgreSQL: projected from the journal, read by people, told to the receivers."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from cases.hand_offs import HandOffMessage, HandOffRecord, Result
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, CaseId, TicketNo, uuid7
from storage.pool import Pool, Row, Transaction
from telephony import emergency_facts as facts
from telephony.facts import CallHungUp

_ASKED: Final = """
    insert into hand_off (id, call, code, agent, asked_by, out_of_line, asked_at)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing"""
_RUNG: Final = """
    update hand_off set trunk = $2, rung_at = $3, rung_after_s = $4
    where id = $1 and rung_at is null"""
_TRIED: Final = "update hand_off set why = $2 where id = $1"
_ANSWERED: Final = """
    update hand_off set answered_at = $2, trunk = $3, why = ''
    where id = $1 and answered_at is null"""
_NOT_OURS: Final = "update hand_off set owner = $2, keeper = $3, result = 'not_ours' where id = $1"
_NOTED: Final = """
    update hand_off set receiver_no = coalesce(nullif($2, ''), receiver_no),
        incident_no = coalesce(nullif($3, ''), incident_no) where id = $1"""
_LEFT: Final = "update hand_off set agent_left_at = $2 where id = $1 and agent_left_at is null"
_FAILED: Final = """
    update hand_off set result = 'failed', why = $2, over_at = $3
    where id = $1 and over_at is null returning id"""
_OVER: Final = """
    update hand_off set over_at = $2, result = case when result <> 'open' then result
        when answered_at is not null then 'handed_over' else 'citizen_left' end
    where {which} = $1 and over_at is null returning id, code"""
_ENDED: Final = _OVER.format(which="id")
_HUNG_UP: Final = _OVER.format(which="call")
_TOLD: Final = "update hand_off set answer = $2, reference = $3 where id = $1"
_INCIDENT: Final = """
    insert into call_incident (call, incident_no, told_by, told_at) values ($1, $2, $3, $4)
    on conflict (call) do update set incident_no = excluded.incident_no,
        told_by = excluded.told_by, told_at = excluded.told_at"""
_MESSAGE: Final = """
    insert into hand_off_message (message_key, hand_off, kind, made_at, due_at)
    select $1 || '/' || $2, id, $2, $3, $3 from hand_off where id = $1 and code = any($4)
    on conflict (message_key) do nothing"""
_RECORDS: Final = """
    select h.*, exists (select from recording r where r.call = h.call) as recorded,
        array(select ticket_no from ticket t where t.call = h.call order by ticket_no) as tickets,
        (select min(case_id) from ticket t where t.call = h.call) as case_id
    from hand_off h"""
_ONE: Final = f"{_RECORDS} where h.id = $1"
_PAGE: Final = f"""{_RECORDS}
    where ($1::text is null or h.code = $1) and ($2::text is null or h.call = $2)
        and ($3::text is null or (h.asked_at, h.id) <
            (select b.asked_at, b.id from hand_off b where b.id = $3))
    order by h.asked_at desc, h.id desc limit $4"""  # noqa: S608  names of ours
_CLAIM: Final = """
    with due as (
        select id from hand_off_message
        where sent_at is null and given_up_at is null and due_at <= $1
            and (claimed_until is null or claimed_until <= $1)
        order by id limit $2 for update skip locked)
    update hand_off_message m set claim = $3, claimed_until = $4, attempts = m.attempts + 1
    from due where m.id = due.id
    returning m.id, m.message_key, m.hand_off, m.kind, m.made_at, m.attempts"""
_SENT: Final = """
    update hand_off_message set sent_at = $3, claim = null, claimed_until = null, last_error = null
    where message_key = $1 and claim = $2 and sent_at is null returning true"""
_UNSENT: Final = """
    update hand_off_message set due_at = $3, last_error = $4, given_up_at = $5,
        claim = null, claimed_until = null
    where message_key = $1 and claim = $2 and sent_at is null"""
_INCIDENT_OF: Final = "select incident_no from call_incident where call = $1"


class HandOffProjector:
    """`told`: the emergency numbers whose systems are told, as the directory has them now."""

    name: Final = "hand-offs"
    kinds: Final = frozenset({*(fact.kind for fact in facts.FACTS), CallHungUp.kind})

    def __init__(self, told: Callable[[], Collection[str]]) -> None:
        self._told = told

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            await self._begin(tx, fact)
            await self._end(tx, fact)

    async def _begin(self, tx: Transaction, fact: Fact) -> None:
        match fact:
            case facts.HandOffAsked(hand_off=name, code=code, agent=agent, by=by):
                await tx.execute(
                    _ASKED, name, fact.call, code, agent, by, fact.out_of_line, fact.at
                )
                await self._tell(tx, name, "asked", fact.at)
            case facts.HandOffRung(hand_off=name, trunk=trunk, after=after):
                await tx.execute(_RUNG, name, trunk, fact.at, after.total_seconds())
            case facts.HandOffTried(hand_off=name, why=why):
                await tx.execute(_TRIED, name, why)
            case facts.HandOffAnswered(hand_off=name, trunk=trunk):
                await tx.execute(_ANSWERED, name, fact.at, trunk)
            case facts.HandOffAgentLeft(hand_off=name):
                await tx.execute(_LEFT, name, fact.at)
            case facts.IncidentTold(call=call, incident_no=number, by=by):
                await tx.execute(_INCIDENT, call, number, by, fact.at)
            case _:
                return

    async def _end(self, tx: Transaction, fact: Fact) -> None:
        match fact:
            case facts.HandOffNotOurs(hand_off=name, owner=owner, keeper=keeper):
                await tx.execute(_NOT_OURS, name, owner, keeper)
            case facts.HandOffNoted(hand_off=name, receiver_no=receiver, incident_no=incident):
                await tx.execute(_NOTED, name, receiver, incident)
            case facts.HandOffFailed(hand_off=name, why=why):
                if await tx.fetchval(_FAILED, name, why, fact.at):
                    await self._tell(tx, name, "over", fact.at)
            case facts.HandOffEnded(hand_off=name):
                await self._over(tx, _ENDED, name, fact.at)
            case CallHungUp(call=call):
                await self._over(tx, _HUNG_UP, call, fact.at)
            case facts.HandOffTold(hand_off=name, answer=answer, reference=reference):
                await tx.execute(_TOLD, name, answer, reference)
            case _:
                return

    async def _over(self, tx: Transaction, what: str, which: str, at: datetime) -> None:
        for row in await tx.fetch(what, which, at):
            await self._tell(tx, row["id"], "over", at)

    async def _tell(self, tx: Transaction, name: str, kind: str, at: datetime) -> None:
        told = list(self._told())
        if told:
            await tx.execute(_MESSAGE, name, kind, at, told)


class PgHandOffs:
    """Raises Unavailable."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(
        self,
        *,
        code: str | None = None,
        call: CallId | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> tuple[HandOffRecord, ...]:
        """Newest first."""
        rows = await self._pool.fetch(_PAGE, code, call, before, limit)
        return tuple(_record(row) for row in rows)

    async def incident_of(self, call: CallId) -> str:
        """The number that a call from 110 came with, or was given; "" if none."""
        row = await self._pool.fetchrow(_INCIDENT_OF, call)
        return "" if row is None else str(row["incident_no"])

    async def claim(
        self, now: datetime, *, at_most: int, hold: timedelta
    ) -> tuple[HandOffMessage, ...]:
        """Messages that are due, oldest first; nobody else gets them while the claim holds."""
        name = uuid7()
        rows = await self._pool.fetch(_CLAIM, now, at_most, name, now + hold)
        found = []
        for row in sorted(rows, key=lambda row: row["id"]):
            record = await self._pool.fetchrow(_ONE, row["hand_off"])
            assert record is not None, "a message belongs to its hand-off"
            found.append(
                HandOffMessage(
                    key=row["message_key"],
                    kind=row["kind"],
                    made_at=row["made_at"],
                    attempts=row["attempts"],
                    claim=name,
                    record=_record(record),
                )
            )
        return tuple(found)

    async def sent(self, message: HandOffMessage, at: datetime) -> bool:
        """False: the claim had run out."""
        return bool(await self._pool.fetchval(_SENT, message.key, message.claim, at))

    async def not_sent(
        self, message: HandOffMessage, why: str, *, again_at: datetime, given_up_at: datetime | None
    ) -> None:
        """`why` holds no personal data; `given_up_at` None: it is tried again."""
        await self._pool.execute(
            _UNSENT, message.key, message.claim, again_at, why[:200], given_up_at
        )


def _record(row: Row) -> HandOffRecord:
    same = {name: row[name] for name in _SAME}
    return HandOffRecord(
        **same,
        call=CallId(row["call"]),
        agent=AgentNo(row["agent"]) if row["agent"] else None,
        result=Result(row["result"]),
        tickets=tuple(TicketNo(number) for number in row["tickets"]),
        case=CaseId(row["case_id"]) if row["case_id"] else None,
    )


_SAME: Final = (
    *("id", "code", "asked_by", "out_of_line", "asked_at", "trunk", "rung_at", "rung_after_s"),
    *("answered_at", "agent_left_at", "over_at", "why", "owner", "keeper", "receiver_no"),
    *("incident_no", "answer", "reference", "recorded"),
)
