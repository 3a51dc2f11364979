"""What the console lists and reports of duties: paged lists, the survey campaign, D-10.

Every count is taken from the rows at the moment of asking; nothing is kept.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from callbacks.attempt_store import attempt_of
from callbacks.attempts import Attempt
from callbacks.duty import Duty, DutyKind, DutyState
from callbacks.store import duty_of
from kernel.errors import BadInput
from kernel.ids import AgentNo, DutyId
from storage.pool import Pool, Row

_PAGE: Final = """
    select d.*, array(select c.call from duty_call c where c.duty_id = d.id
                      order by c.missed_at, c.call) calls
    from duty d
    where d.kind = any($1) and ($2::text[] = array[]::text[] or d.state = any($2))
    and ($3::timestamptz is null or d.opened_at >= $3)
    and ($4::timestamptz is null or d.opened_at < $4)
    and ($5::text is null or d.agent = $5)
    and ($6::timestamptz is null or (d.due_at, d.id) > ($6, $7))
    order by d.due_at, d.id limit $8"""
_ATTEMPTS: Final = """
    select a.*, array(select b.duty_id from attempt_duty b where b.attempt_id = a.id
                      order by b.duty_id) duties
    from attempt a join attempt_duty m on m.attempt_id = a.id
    where m.duty_id = $1 order by a.dialled_at"""
_ATTEMPTS_OF: Final = """
    select a.*, array(select b.duty_id from attempt_duty b where b.attempt_id = a.id
                      order by b.duty_id) duties
    from attempt a
    where a.id in (select m.attempt_id from attempt_duty m where m.duty_id = any($1))
    order by a.dialled_at, a.id"""
# A duty is called back once an attempt at it was dialled; in time, if the first one was not late.
# One that the citizen settled by ringing again first is owed no call: it is counted apart.
_D10: Final = """
    with missed as (
        select d.*, (select min(a.dialled_at) from attempt a
                     join attempt_duty m on m.attempt_id = a.id
                     where m.duty_id = d.id and a.outcome is distinct from 'not_dialled') first_at,
            exists (select from attempt a join attempt_duty m on m.attempt_id = a.id
                    where m.duty_id = d.id and a.outcome = 'reached') was_reached,
            (select count(*) from duty_call c where c.duty_id = d.id) as call_count
        from duty d where d.kind = any($3) and d.opened_at >= $1 and d.opened_at < $2)
    select (opened_at at time zone $4)::date as day, count(*) as duties,
        coalesce(sum(call_count), 0)::bigint as calls,
        count(*) filter (where state = 'self_resolved' and first_at is null) as self_resolved,
        count(*) filter (where state = 'uncallable') as uncallable,
        count(first_at) as called_back,
        count(*) filter (where first_at <= due_at) as in_time,
        count(*) filter (where was_reached) as reached,
        count(*) filter (where state = 'unreached_exhausted') as exhausted,
        percentile_cont(0.5) within group (
            order by extract(epoch from first_at - opened_at)) as median_delay
    from missed group by 1 order by 1"""
_CAMPAIGN: Final = """
    select state, result, count(*) as n from duty
    where kind = 'survey' and opened_at >= $1 and opened_at < $2 group by 1, 2"""
_BY_HOUR: Final = """
    select extract(hour from a.dialled_at at time zone $3)::int as hour, count(*) as dialled,
        count(*) filter (where a.outcome = 'reached') as reached
    from attempt a where a.kind = 'survey' and a.dialled_at >= $1 and a.dialled_at < $2
        and a.outcome is distinct from 'not_dialled'
    group by 1 order by 1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPage:
    """Asks for one page by due time. `after`: the `next` of the page before."""

    kinds: frozenset[DutyKind] = frozenset(DutyKind)
    states: frozenset[DutyState] = frozenset()  # empty: all
    opened_from: datetime | None = None
    opened_before: datetime | None = None
    agent: AgentNo | None = None
    after: str | None = None
    limit: int = 100

    def __post_init__(self) -> None:
        assert 1 <= self.limit <= 500, "a page of duties holds 1 to 500"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duties:
    """`next` None: the last page."""

    duties: tuple[Duty, ...]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedDay:
    """D-10 of the duties that were opened on one day. `median_delay` in seconds."""

    day: date
    duties: int
    calls: int
    self_resolved: int
    uncallable: int
    called_back: int
    in_time: int
    reached: int
    exhausted: int
    median_delay: float | None

    @property
    def owed(self) -> int:
        """The denominator: neither withheld nor settled by the citizen's own next call."""
        return self.duties - self.self_resolved - self.uncallable

    @property
    def called_back_share(self) -> float | None:
        """漏接回拨率, 0..1; None: nothing was owed."""
        return self.called_back / self.owed if self.owed else None

    @property
    def in_time_share(self) -> float | None:
        """漏接回拨及时率."""
        return self.in_time / self.owed if self.owed else None

    @property
    def reached_share(self) -> float | None:
        return self.reached / self.called_back if self.called_back else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """The surveys that were put on the list in a span of time. By hour: (dialled, reached)."""

    by_state: dict[DutyState, int]
    by_result: dict[str, int]
    by_hour: dict[int, tuple[int, int]]


class BadPage(BadInput):
    code = "bad-page"


class PgDutyLists:
    """`zone`: whose days and hours are meant."""

    def __init__(self, pool: Pool, zone: str) -> None:
        self._pool = pool
        self._zone = zone

    async def page(self, wanted: DutyPage) -> Duties:
        """The missed-call ledger, the promised callbacks, the surveys. Raises BadPage."""
        at, last = _after(wanted.after)
        rows = await self._pool.fetch(
            _PAGE, sorted(wanted.kinds), sorted(wanted.states), wanted.opened_from,
            wanted.opened_before, wanted.agent, at, last, wanted.limit + 1,
        )  # fmt: skip
        found = tuple(duty_of(row) for row in rows[: wanted.limit])
        more = len(rows) > wanted.limit
        return Duties(duties=found, next=_token(found[-1]) if more else None)

    async def attempts(self, duty: DutyId) -> tuple[Attempt, ...]:
        """Oldest first; the last one may be outstanding."""
        return tuple(attempt_of(row) for row in await self._pool.fetch(_ATTEMPTS, duty))

    async def attempts_of(self, duties: Sequence[DutyId]) -> dict[DutyId, tuple[Attempt, ...]]:
        """Those of many duties at once, oldest first."""
        found: dict[DutyId, tuple[Attempt, ...]] = dict.fromkeys(duties, ())
        for row in await self._pool.fetch(_ATTEMPTS_OF, list(duties)):
            attempt = attempt_of(row)
            for duty in set(attempt.duties) & found.keys():
                found[duty] = (*found[duty], attempt)
        return found

    async def missed(
        self,
        since: datetime,
        before: datetime,
        kinds: frozenset[DutyKind] = frozenset({DutyKind.MISSED, DutyKind.PROMISED}),
    ) -> tuple[MissedDay, ...]:
        """D-10 by the day on which the duty was opened."""
        rows = await self._pool.fetch(_D10, since, before, sorted(kinds), self._zone)
        return tuple(_day(row) for row in rows)

    async def campaign(self, since: datetime, before: datetime) -> Campaign:
        by_state = dict.fromkeys(DutyState, 0)
        by_result: dict[str, int] = {}
        for row in await self._pool.fetch(_CAMPAIGN, since, before):
            by_state[DutyState(row["state"])] += row["n"]
            if row["result"] is not None:
                by_result[row["result"]] = by_result.get(row["result"], 0) + row["n"]
        hours = await self._pool.fetch(_BY_HOUR, since, before, self._zone)
        return Campaign(
            by_state=by_state,
            by_result=by_result,
            by_hour={row["hour"]: (row["dialled"], row["reached"]) for row in hours},
        )


def _day(row: Row) -> MissedDay:
    return MissedDay(**dict(row))


def _token(duty: Duty) -> str:
    return base64.urlsafe_b64encode(f"{duty.due_at.isoformat()} {duty.id}".encode()).decode()


def _after(token: str | None) -> tuple[datetime | None, str | None]:
    if token is None:
        return None, None
    try:
        at, _, duty = base64.urlsafe_b64decode(token).decode().partition(" ")
        return datetime.fromisoformat(at), duty
    except (ValueError, binascii.Error) as err:
        raise BadPage(
            f"{token[:40]!r} does not name a page.", remedy="Give `next` of the page before."
        ) from err
