"""Consultations of experts in PostgreSQL, by unit (SPC-04, SPC-05): projected from the journal.

Rule: a consultation is one loan of an expert's seat to a colleague's call. It is reached when he is
heard by the agent or joins the conference; it ends when he is free again, or has the citizen for
himself: from then on it is his conversation, counted as any other. No figure of calls counts it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from acd.call_facts import SeatAnswered
from acd.lending_facts import LoanEnded, SeatLent
from kernel.fact import Fact
from storage.pool import Pool, Transaction
from telephony.facts import ConferenceJoined, ConsultStarted

_KINDS: Final[tuple[type[Fact], ...]] = (
    SeatLent,
    ConsultStarted,
    ConferenceJoined,
    SeatAnswered,
    LoanEnded,
)
_ASKED: Final = """
    insert into expert_consultation (site, leg, call, unit, agent, asked_by, place, asked_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing"""
_BEGUN: Final = """
    update expert_consultation set begun_at = $3
    where site = $1 and leg = $2 and begun_at is null and ended_at is null"""
_ENDED: Final = """
    update expert_consultation set ended_at = $3, took_over = $4
    where site = $1 and leg = $2 and ended_at is null"""
_REPORT: Final = """
    select unit, count(*) asked, count(begun_at) reached,
        count(*) filter (where took_over) took_over,
        count(*) filter (where place = 'physical') on_site,
        count(*) filter (where place <> 'physical') remote,
        coalesce(sum(extract(epoch from ended_at - begun_at)), 0)::float8 seconds
    from expert_consultation where site = $1 and asked_at >= $2 and asked_at < $3
    group by unit order by unit"""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitConsulted:
    """What the experts of one unit were asked. `seconds`: together, of those that have ended."""

    unit: str
    asked: int
    reached: int
    took_over: int
    on_site: int
    remote: int
    seconds: float

    @property
    def reached_share(self) -> float:
        return self.reached / self.asked


class ExpertsProjector:
    """A `storage.projection.Projector`."""

    name: Final = "consultations of experts"
    kinds: Final = frozenset(fact.kind for fact in _KINDS)

    def __init__(self, site: str) -> None:
        self._site = site

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            match fact:
                case SeatLent() if fact.expert_of is not None:
                    await self._asked(tx, fact, fact.expert_of)
                case ConsultStarted() | ConferenceJoined() if fact.leg is not None:
                    await tx.execute(_BEGUN, self._site, fact.leg, fact.at)
                case SeatAnswered() if fact.again:
                    await tx.execute(_ENDED, self._site, fact.leg, fact.at, True)
                case LoanEnded():
                    await tx.execute(_ENDED, self._site, fact.leg, fact.at, False)
                case _:
                    continue

    async def _asked(self, tx: Transaction, fact: SeatLent, unit: str) -> None:
        who = unit, fact.agent, fact.by, fact.place or ""
        await tx.execute(_ASKED, self._site, fact.leg, fact.call, *who, fact.at)


class ExpertFigures:
    """Raises Unavailable."""

    def __init__(self, pool: Pool, site: str) -> None:
        self._pool = pool
        self._site = site

    async def report(self, start: datetime, end: datetime) -> list[UnitConsulted]:
        """What was asked from `start` (inclusive) to `end` (exclusive), by unit."""
        rows = await self._pool.fetch(_REPORT, self._site, start, end)
        return [UnitConsulted(**dict(row)) for row in rows]
