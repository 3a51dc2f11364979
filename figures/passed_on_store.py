"""Calls passed between levels and on to utilities, each with its result (NAV-02, UTL-01).

Rule: what was asked and what came of it are told by different facts of the same call; the first
that ends it decides. Both directions are counted, by level and reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from figures.counts import Counts, total
from kernel.fact import Fact
from kernel.ids import CallId
from storage.pool import Pool, Transaction
from telephony.facts import CallHungUp, CallTransferred, ConsultEnded, TransferFailed
from telephony.passed_on import (
    CameFromLevel,
    LevelAsked,
    PassingRefused,
    UtilityAsked,
    UtilityTicketBegun,
)

UNDER_WAY: Final = "under_way"
_ENDS: Final[dict[type[Fact], str]] = {
    CallTransferred: "reached",
    TransferFailed: "failed",
    PassingRefused: "refused",
    ConsultEnded: "kept",  # asked, and the agent has him again
    CallHungUp: "given_up",
}
_BEGINS: Final[tuple[type[Fact], ...]] = (
    LevelAsked,
    CameFromLevel,
    UtilityAsked,
    UtilityTicketBegun,
)
_BEGUN: Final = """
    insert into passed_on (site, call, asked_at, direction, kind, target, reason, how, district,
        number, ticket_no, agent, result)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing"""
# A consultation that becomes a transfer ends in the same moment.
_ENDED: Final = """
    update passed_on set result = $3, why = $4, ended_at = $5
    where site = $1 and call = $2 and direction = 'out' and asked_at <= $5
    and (result = 'under_way' or ($3 = 'reached' and result = 'kept' and ended_at = $5))"""
_REPORT: Final = """
    select direction, kind, target, reason, district, result, count(*) calls from passed_on
    where site = $1 and asked_at >= $2 and asked_at < $3
    group by direction, kind, target, reason, district, result
    order by kind, direction, target, reason, district, result"""
_OF_SITES: Final = """
    select site, counts from figure_interval where start >= $1 and start < $2"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """So many `calls` went (`out`) or came (`in`) so. `reason` is a level's, `district` a
    utility's."""

    direction: str
    kind: str
    target: str
    reason: str
    district: str
    result: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    direction: str = "out"
    kind: str
    target: str
    reason: str = ""
    how: str = ""
    district: str = ""
    number: str = ""
    ticket_no: str = ""
    agent: str | None = None
    result: str = UNDER_WAY


class PassedOnProjector:
    """A `storage.projection.Projector`."""

    name: Final = "passed on"
    kinds: Final = frozenset(fact.kind for fact in (*_BEGINS, *_ENDS))

    def __init__(self, site: str) -> None:
        self._site = site

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            begun = _begun(fact)
            if begun is not None:
                await tx.execute(
                    _BEGUN, self._site, _call_of(fact), fact.at, begun.direction, begun.kind,
                    begun.target, begun.reason, begun.how, begun.district, begun.number,
                    begun.ticket_no, begun.agent, begun.result,
                )  # fmt: skip
                continue
            why = str(getattr(fact, "why", ""))
            result = _ENDS[type(fact)]
            await tx.execute(_ENDED, self._site, _call_of(fact), result, why, fact.at)


class PassedOnStore:
    """Each raises Unavailable."""

    def __init__(self, pool: Pool, site: str) -> None:
        self._pool = pool
        self._site = site

    async def report(self, start: datetime, end: datetime) -> list[Passed]:
        """What was asked from `start` (inclusive) to `end` (exclusive), by all that tells it."""
        rows = await self._pool.fetch(_REPORT, self._site, start, end)
        return [Passed(**dict(row)) for row in rows]

    async def counts_of_sites(self, start: datetime, end: datetime) -> dict[str, Counts]:
        """The stored quarters of every site that this database has, summed (NAV-06)."""
        found: dict[str, list[Counts]] = {}
        for row in await self._pool.fetch(_OF_SITES, start, end):
            found.setdefault(row["site"], []).append(Counts.from_json(row["counts"]))
        return {site: total(counts) for site, counts in found.items()}


def _begun(fact: Fact) -> _Begun | None:
    match fact:
        case LevelAsked():
            return _Begun(
                kind="level",
                target=fact.level,
                reason=fact.reason.value,
                how=fact.how,
                ticket_no=fact.ticket_no,
                agent=fact.agent,
            )
        case CameFromLevel():
            return _Begun(
                direction="in",
                kind="level",
                target=fact.level,
                reason=fact.reason,
                ticket_no=fact.ticket_no,
                result="taken" if fact.taken else "sent_back",
            )
        case UtilityAsked():
            return _Begun(
                kind="utility",
                target=fact.utility,
                how="instead" if fact.instead else "first",
                district=fact.district,
                number=fact.number,
                agent=fact.agent,
            )
        case UtilityTicketBegun():
            return _Begun(
                kind="utility",
                target=fact.utility,
                how="ticket",
                district=fact.district,
                agent=fact.agent,
                result="ticket",
            )
        case _:
            return None


def _call_of(fact: Fact) -> CallId:
    return CallId(str(getattr(fact, "call", "")))
