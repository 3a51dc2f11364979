"""The same from the rows: one line a survey, counted by `figures/surveys.py`."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from callbacks.duty import DutyState
from callbacks.questions import Ending
from figures.service import ByAgent, ServiceCounts, counts_of
from figures.surveys import ByMonth, SurveyCounts, SurveySeen, month_of
from kernel.ids import CaseId
from storage.pool import Pool, Row

_AT_ONCE: Final = 5_000
_SEEN: Final = """
    select d.id, d.case_id, d.last_missed_at as closed_at, d.state, c.lead_unit as unit,
        coalesce(c.satisfaction_excluded, false) as excluded, r.ending, r.contacted, r.solved,
        r.first_level, r.final_level, r.reasonable
    from duty d left join case_file c on c.id = d.case_id
    left join survey_record r on r.duty_id = d.id
    where d.kind = 'survey' and d.last_missed_at >= $1 and d.last_missed_at < $2 and d.id > $3
    order by d.id limit $4"""


_RATED: Final = """
    select distinct on (body ->> 'call') at, coalesce(body ->> 'agent', '') as agent,
        (body ->> 'level')::int as level
    from (select at, body::jsonb as body from journal
          where kind = 'service-rated' and at >= $1 and at < $2) told
    order by body ->> 'call', at desc"""


class PgSurveyFigures:
    def __init__(self, pool: Pool, zone: ZoneInfo) -> None:
        self._pool = pool
        self._zone = zone

    async def by_month(self, since: datetime, before: datetime) -> ByMonth:
        """Of the cases closed in that span; a span of whole months gives whole months."""
        found: ByMonth = {}
        last = ""
        while rows := await self._pool.fetch(_SEEN, since, before, last, _AT_ONCE):
            for row in rows:
                one = _seen(row)
                key = month_of(one.closed_at, self._zone), one.unit or ""
                counts = one.counts(excluded=row["excluded"])
                found[key] = found.get(key, SurveyCounts()) + counts
            last = rows[-1]["id"]
        return found

    async def service(self, since: datetime, before: datetime) -> ByAgent:
        """接听服务 by month and agent, from the journal's rows."""
        found: ByAgent = {}
        for row in await self._pool.fetch(_RATED, since, before):
            key = month_of(row["at"], self._zone), row["agent"]
            found[key] = found.get(key, ServiceCounts()) + counts_of(row["level"])
        return found


def _seen(row: Row) -> SurveySeen:
    return SurveySeen(
        case=CaseId(row["case_id"]),
        closed_at=row["closed_at"],
        unit=row["unit"],
        state=DutyState(row["state"]),
        ending=Ending(row["ending"]) if row["ending"] else None,
        contacted=row["contacted"],
        solved=row["solved"],
        first_level=row["first_level"],
        final_level=row["final_level"],
        reasonable=row["reasonable"],
    )
