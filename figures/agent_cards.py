"""Each agent's month as rows of PostgreSQL tell it, and marks of praise and complaint (HR-03)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Protocol

from figures.counts import SHANGHAI
from figures.facts import AgentMarked
from figures.inspection_errors import UnknownTalk
from figures.quality import CardCounts, QualityCounts
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, uuid7
from storage.pool import Pool, Row

_TALKS: Final = """
    select agent, count(*) as talks, sum(talked_ms)::bigint as talked_ms,
        count(distinct (ended_at at time zone 'Asia/Shanghai')::date) as days,
        count(distinct call) filter (where rated is not null) as rated,
        count(distinct call) filter (where rated = 5) as praised,
        count(distinct call) filter (where rated <= 2) as complained
    from inspection_talk where ended_at >= $1 and ended_at < $2 group by agent"""
_TICKETS: Final = """
    select agent, count(*) as tickets from ticket
    where agent is not null and submitted_at >= $1 and submitted_at < $2 group by agent"""
_MARKS: Final = """
    select agent, count(*) filter (where what = 'praise') as praise_marks,
        count(*) filter (where what = 'complaint') as complaint_marks
    from agent_mark where at >= $1 and at < $2 group by agent"""
_QUALITY: Final = """
    select agent, date_trunc('month', scored_at at time zone 'Asia/Shanghai')::date as month,
        count(*) as inspected, sum(total)::bigint as points,
        count(*) filter (where total >= coalesce(pass_mark, $3)) as passed,
        count(*) filter (where first_total >= coalesce(pass_mark, $3)) as first_passed,
        count(ticket_errors) as tickets_inspected,
        coalesce(sum(ticket_errors), 0)::bigint as ticket_errors
    from inspection
    where not calibrates and scored_at >= $1 and scored_at < $2 group by 1, 2"""
_MARK: Final = """
    insert into agent_mark (id, at, agent, what, call, by, reason)
    values ($1, $2, $3, $4, $5, $6, $7)"""
_HAS_TALK: Final = "select exists (select from inspection_talk where call = $1 and agent = $2)"


class MarkKind(StrEnum):
    PRAISE = "praise"  # 表扬
    COMPLAINT = "complaint"  # 投诉


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """`call` None: it came by letter, or about nothing in particular."""

    id: str
    at: datetime
    agent: AgentNo
    what: MarkKind
    call: CallId | None
    by: str
    reason: str


class KeepsCards(Protocol):
    """`PgAgentCards`. Each raises Unavailable."""

    async def cards(self, start: datetime, end: datetime) -> Mapping[AgentNo, CardCounts]: ...

    async def had(self, call: CallId, agent: AgentNo) -> bool: ...

    async def mark(self, one: Mark) -> None: ...


class PgAgentCards:
    """`pass_mark`: for what was scored before rows knew their own."""

    def __init__(self, pool: Pool, pass_mark: int) -> None:
        self._pool = pool
        self._pass_mark = pass_mark

    async def cards(self, start: datetime, end: datetime) -> Mapping[AgentNo, CardCounts]:
        """Whoever had a talk, an inspection, a ticket or a mark in that span."""
        found: dict[AgentNo, CardCounts] = {}
        for asked in (_TALKS, _TICKETS, _MARKS):
            for row in await self._pool.fetch(asked, start, end):
                agent, *rest = row.items()
                key = AgentNo(agent[1])
                found[key] = replace(found.get(key, CardCounts()), **dict(rest))
        for row in await self._quality(start, end):
            key = AgentNo(row["agent"])
            card = found.get(key, CardCounts())
            found[key] = replace(card, quality=card.quality + _counts(row))
        return found

    async def quality(self, start: datetime, end: datetime) -> Mapping[date, QualityCounts]:
        """By month of China, told by its first day; of the whole site."""
        found: dict[date, QualityCounts] = {}
        for row in await self._quality(start, end):
            found[row["month"]] = found.get(row["month"], QualityCounts()) + _counts(row)
        return found

    async def _quality(self, start: datetime, end: datetime) -> Sequence[Row]:
        return await self._pool.fetch(_QUALITY, start, end, self._pass_mark)

    async def had(self, call: CallId, agent: AgentNo) -> bool:
        return bool(await self._pool.fetchval(_HAS_TALK, call, agent))

    async def mark(self, one: Mark) -> None:
        what = one.what.value
        await self._pool.execute(
            _MARK, one.id, one.at, one.agent, what, one.call, one.by, one.reason
        )


def _counts(row: Row) -> QualityCounts:
    kept = {key: value for key, value in row.items() if key not in ("agent", "month")}
    return QualityCounts(**kept)


class AgentCardOffice:
    """Each raises Unavailable."""

    def __init__(
        self, keeps: KeepsCards, write: Callable[[Sequence[Fact]], None], clock: Clock
    ) -> None:
        self._keeps = keeps
        self._write = write
        self._clock = clock

    async def cards(self, month: date) -> Mapping[AgentNo, CardCounts]:
        """Of the month of China that begins on that day."""
        start = datetime(month.year, month.month, 1, tzinfo=SHANGHAI)
        years, months = divmod(month.month, 12)
        end = start.replace(year=month.year + years, month=months + 1)
        return await self._keeps.cards(start, end)

    async def mark(
        self, agent: AgentNo, what: MarkKind, call: CallId | None, reason: str, by: str
    ) -> Mark:
        """The row first, then the fact of it, without the words. Raises UnknownTalk."""
        if call is not None and not await self._keeps.had(call, agent):
            raise UnknownTalk(
                f"No talk of agent {agent} in call {call} is known.",
                remedy="Look at the call's agents, or leave the call out.",
            )
        now = self._clock.now()
        one = Mark(id=uuid7(), at=now, agent=agent, what=what, call=call, by=by, reason=reason)
        await self._keeps.mark(one)
        self._write([AgentMarked(at=now, mark=one.id, agent=agent, what=what, call=call, by=by)])
        return one
