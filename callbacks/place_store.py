"""Where a callback stands in the line, and the story of the calls behind it, from the rows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson

from kernel.ids import CallId, DutyId, QueueName, Skill
from storage.pool import Pool, Row

# The promise itself keeps its place; of missed calls the first one is the oldest.
_PLACES: Final = """
    select distinct on (c.duty_id) c.duty_id, a.queue, a.needs, a.priority, a.asked_at
    from duty_call c join asked_call a on a.call = c.call
    where c.duty_id = any($1) and a.asked_at is not null and a.queue is not null
    order by c.duty_id, (c.why = 'promised') desc, a.asked_at"""
_STORY: Final = """
    select c.call, c.missed_at, c.why, a.asked_at, a.queue
    from duty_call c join asked_call a on a.call = c.call
    where c.duty_id = $1 order by c.missed_at, c.call"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceInLine:
    queue: QueueName
    needs: dict[Skill, int]
    priority: int
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBehind:
    """One call of the citizen that was not answered. `why`: `callbacks.settings.Why`."""

    call: CallId
    missed_at: datetime
    why: str
    asked_at: datetime | None
    queue: str | None


class PgCallbackPlaces:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def places(self, duties: Collection[DutyId]) -> Mapping[DutyId, PlaceInLine]:
        """Those whose call is known to have asked for a person; the others wait as new ones."""
        rows = await self._pool.fetch(_PLACES, list(duties))
        return {DutyId(row["duty_id"]): _place(row) for row in rows}

    async def story(self, duty: DutyId) -> tuple[CallBehind, ...]:
        """Oldest first."""
        rows = await self._pool.fetch(_STORY, duty)
        return tuple(CallBehind(**{**dict(row), "call": CallId(row["call"])}) for row in rows)


def _place(row: Row) -> PlaceInLine:
    needs = orjson.loads(row["needs"]) if row["needs"] else {}
    return PlaceInLine(
        queue=QueueName(row["queue"]),
        needs={Skill(skill): int(level) for skill, level in needs.items()},
        priority=row["priority"],
        asked_at=row["asked_at"],
    )
