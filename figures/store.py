"""The figures in PostgreSQL: quarters of an hour, projected from the journal with the same fold.

The cursor moves in the same transaction, so a batch is added once; `forget` and a cursor set back
make them again from the journal, to the bit (I10).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import TypeAdapter

from figures.agent_tally import AgentTally
from figures.call_tally import CallTally
from figures.counts import Counts, SeatCounts
from figures.fold import KINDS, Figures
from kernel.fact import Fact
from kernel.ids import QueueName
from storage.pool import Pool, Transaction

CALLS_KEPT: Final = timedelta(days=7)  # a later fact of an older call corrects nothing any more

_CALL_TALLY: Final = TypeAdapter(CallTally)
_AGENT_TALLY: Final = TypeAdapter(AgentTally)

_CALLS: Final = "select tally from figure_call where site = $1 and call = any($2)"
_AGENTS: Final = "select tally from figure_agent where site = $1 and agent = any($2)"
_KEEP_CALL: Final = """
    insert into figure_call (site, call, asked_at, tally) values ($1, $2, $3, $4)
    on conflict (site, call) do update set tally = excluded.tally"""
_DROP_CALLS: Final = "delete from figure_call where site = $1 and asked_at < $2"
_KEEP_AGENT: Final = """
    insert into figure_agent (site, agent, tally) values ($1, $2, $3)
    on conflict (site, agent) do update set tally = excluded.tally"""
_DROP_AGENTS: Final = "delete from figure_agent where site = $1 and agent = any($2)"
_QUARTERS: Final = """
    select start, queue, counts from figure_interval
    where site = $1 and (start, queue) in (select * from unnest($2::timestamptz[], $3::text[]))
    for update"""
_KEEP_QUARTER: Final = """
    insert into figure_interval (site, start, queue, counts) values ($1, $2, $3, $4)
    on conflict (site, start, queue) do update set counts = excluded.counts"""
_SEAT_QUARTERS: Final = """
    select start, counts from figure_seat_interval where site = $1 and start = any($2)
    for update"""
_KEEP_SEAT_QUARTER: Final = """
    insert into figure_seat_interval (site, start, counts) values ($1, $2, $3)
    on conflict (site, start) do update set counts = excluded.counts"""
_SPAN: Final = """
    select start, queue, counts from figure_interval
    where site = $1 and start >= $2 and start < $3 order by start, queue"""
_SEAT_SPAN: Final = """
    select start, counts from figure_seat_interval
    where site = $1 and start >= $2 and start < $3 order by start"""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueQuarter:
    """What is stored of one queue in one quarter of an hour; `start` in UTC."""

    start: datetime
    queue: QueueName
    counts: Counts


class FiguresProjector:
    """A `storage.projection.Projector`: the stored quarters of one site."""

    name: Final = "figures"
    kinds: Final = KINDS

    def __init__(self, site: str) -> None:
        self._site = site

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        calls = sorted({call for fact in facts if (call := getattr(fact, "call", None))})
        agents = sorted({agent for fact in facts if (agent := getattr(fact, "agent", None))})
        known_agents = await self._agents(tx, agents)
        calls += [tally.wrap_up_of for tally in known_agents if tally.wrap_up_of is not None]
        known_calls = {tally.call: tally for tally in await self._calls(tx, calls)}
        figures = Figures(known_calls.values(), known_agents)
        for fact in facts:
            figures.take(fact)
        changed = [t for t in figures.calls.values() if known_calls.get(t.call) != t]
        await self._keep_calls(tx, changed, facts[-1].at if facts else None)
        await self._keep_agents(tx, agents, figures)
        await self._add_quarters(tx, figures)
        await self._add_seat_quarters(tx, figures.seats)

    async def forget(self, tx: Transaction) -> None:
        """Empties all; with `storage.projection.start_over` everything is counted again."""
        for sql in (
            "delete from figure_interval where site = $1",
            "delete from figure_seat_interval where site = $1",
            "delete from figure_call where site = $1",
            "delete from figure_agent where site = $1",
        ):
            await tx.execute(sql, self._site)

    async def _calls(self, tx: Transaction, calls: Sequence[str]) -> list[CallTally]:
        rows = await tx.fetch(_CALLS, self._site, calls)
        return [_CALL_TALLY.validate_python(row["tally"]) for row in rows]

    async def _agents(self, tx: Transaction, agents: Sequence[str]) -> list[AgentTally]:
        rows = await tx.fetch(_AGENTS, self._site, agents)
        return [_AGENT_TALLY.validate_python(row["tally"]) for row in rows]

    async def _keep_calls(
        self, tx: Transaction, changed: Sequence[CallTally], newest: datetime | None
    ) -> None:
        await tx.executemany(
            _KEEP_CALL, [(self._site, t.call, t.asked_at, _plain(_CALL_TALLY, t)) for t in changed]
        )
        if newest is not None:
            await tx.execute(_DROP_CALLS, self._site, newest - CALLS_KEPT)

    async def _keep_agents(self, tx: Transaction, agents: Sequence[str], figures: Figures) -> None:
        kept = list(figures.agents.values())
        await tx.executemany(
            _KEEP_AGENT, [(self._site, t.agent, _plain(_AGENT_TALLY, t)) for t in kept]
        )
        gone = [agent for agent in agents if agent not in figures.agents]
        await tx.execute(_DROP_AGENTS, self._site, gone)

    async def _add_quarters(self, tx: Transaction, figures: Figures) -> None:
        keys = sorted(figures.queues)
        starts, queues = [key[0] for key in keys], [key[1] for key in keys]
        rows = await tx.fetch(_QUARTERS, self._site, starts, queues)
        stored = {(r["start"], r["queue"]): Counts.from_json(r["counts"]) for r in rows}
        sums = [(key, stored.get(key, Counts()) + figures.queues[key]) for key in keys]
        await tx.executemany(
            _KEEP_QUARTER, [(self._site, *key, counts.as_json()) for key, counts in sums]
        )

    async def _add_seat_quarters(
        self, tx: Transaction, seats: Mapping[datetime, SeatCounts]
    ) -> None:
        starts = sorted(seats)
        rows = await tx.fetch(_SEAT_QUARTERS, self._site, starts)
        stored = {row["start"]: SeatCounts.from_json(row["counts"]) for row in rows}
        sums = [(start, stored.get(start, SeatCounts()) + seats[start]) for start in starts]
        await tx.executemany(
            _KEEP_SEAT_QUARTER, [(self._site, start, counts.as_json()) for start, counts in sums]
        )


class FiguresStore:
    """Reads the stored quarters. Each raises Unavailable."""

    def __init__(self, pool: Pool, site: str) -> None:
        self._pool = pool
        self._site = site

    async def quarters(self, start: datetime, end: datetime) -> list[QueueQuarter]:
        """From `start` (inclusive) to `end` (exclusive), by time, then queue."""
        rows = await self._pool.fetch(_SPAN, self._site, start, end)
        return [
            QueueQuarter(start=r["start"], queue=r["queue"], counts=Counts.from_json(r["counts"]))
            for r in rows
        ]

    async def seat_quarters(self, start: datetime, end: datetime) -> dict[datetime, SeatCounts]:
        rows = await self._pool.fetch(_SEAT_SPAN, self._site, start, end)
        return {row["start"]: SeatCounts.from_json(row["counts"]) for row in rows}


def _plain(adapter: TypeAdapter[Any], tally: object) -> dict[str, Any]:
    plain: dict[str, Any] = adapter.dump_python(tally, mode="json")
    return plain
