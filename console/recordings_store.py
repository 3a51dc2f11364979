"""The index of recordings in PostgreSQL: projected from facts, held and erased by hand of
people."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from console.facts import HearingFor, RecordingHeard
from console.recordings import Recording, RecordingFound, RecordingsWanted
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId
from storage.pool import Pool, Row, Transaction
from telephony.facts import RecordingKept

_COLUMNS: Final = """call, path, seconds, bytes, sha256, kept_at,
    held_at, held_by, held_reason, erased_at"""
_FIND: Final = f"select {_COLUMNS} from recording where call = $1"  # noqa: S608  names of ours
# The same fact may come twice; a second take of one call replaces the first, never an erased one.
_KEEP: Final = """
insert into recording (call, path, seconds, bytes, sha256, kept_at) values ($1, $2, $3, $4, $5, $6)
on conflict (call) do update set path = excluded.path, seconds = excluded.seconds,
    bytes = excluded.bytes, sha256 = excluded.sha256
where recording.erased_at is null"""
# An agent's talks are projected for quality inspection (figures/inspection_store.py).
_LISTED: Final = f"""
select {_COLUMNS}, array(select distinct talk.agent from inspection_talk talk
    where talk.call = recording.call order by talk.agent) as agents
from recording where erased_at is null
    and ($1::text is null or call in (select talk.call from inspection_talk talk
        where talk.agent = $1))
    and (held_at is not null or not $2)
    and kept_at >= coalesce($3::timestamptz, '-infinity')
    and kept_at < coalesce($4::timestamptz, 'infinity')
    and ($5::text is null
        or (kept_at, call) < (select last.kept_at, last.call from recording last where call = $5))
order by kept_at desc, call desc limit $6"""  # noqa: S608  names of ours
_HEARD: Final = """
select at, body ->> 'call' as call, body ->> 'login' as login, body ->> 'agent' as agent,
    body ->> 'why' as why
from journal where kind = 'recording-heard' and at >= $1 and at < $2
order by at desc, epoch desc, n desc limit $3"""
_HOLD: Final = """
update recording set held_at = $2, held_by = $3, held_reason = $4
where call = $1 and held_at is null and erased_at is null"""
_RELEASE: Final = """
update recording set held_at = null, held_by = null, held_reason = null
where call = $1 and held_at is not null"""
_DUE: Final = f"""
select {_COLUMNS} from recording
where kept_at < $1 and erased_at is null and held_at is null
order by kept_at limit 1 for update skip locked"""  # noqa: S608  names of ours
_ERASED: Final = "update recording set erased_at = $2 where call = $1"


class PgRecordings:
    """Fits `console/recordings.py: KeepsRecordings`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, call: CallId) -> Recording | None:
        row = await self._pool.fetchrow(_FIND, call)
        return _recording(row) if row else None

    async def listed(self, wanted: RecordingsWanted) -> list[RecordingFound]:
        span = wanted.since, wanted.until, wanted.before, wanted.limit
        rows = await self._pool.fetch(_LISTED, wanted.agent, wanted.held, *span)
        return [
            RecordingFound(
                recording=_recording(row), agents=tuple(AgentNo(no) for no in row["agents"])
            )
            for row in rows
        ]

    async def heard(self, since: datetime, until: datetime, limit: int) -> list[RecordingHeard]:
        return [
            RecordingHeard(
                at=row["at"],
                call=CallId(row["call"]),
                login=row["login"],
                agent=AgentNo(row["agent"]) if row["agent"] else None,
                why=HearingFor(row["why"]),
            )
            for row in await self._pool.fetch(_HEARD, since, until, limit)
        ]

    async def hold(self, call: CallId, *, by: str, reason: str, at: datetime) -> bool:
        return (await self._pool.execute(_HOLD, call, at, by, reason)).endswith(" 1")

    async def release(self, call: CallId) -> bool:
        return (await self._pool.execute(_RELEASE, call)).endswith(" 1")

    async def erase_one(
        self, kept_before: datetime, at: datetime, erase: Callable[[Recording], None]
    ) -> Recording | None:
        async with self._pool.transaction() as tx:
            row = await tx.fetchrow(_DUE, kept_before)
            if row is None:
                return None
            recording = _recording(row)
            await asyncio.to_thread(erase, recording)
            await tx.execute(_ERASED, recording.call, at)
            return recording


class RecordingIndex:
    """The projector that fills the index from the journal."""

    name: Final = "recordings"
    kinds: Final = frozenset({RecordingKept.kind})

    async def apply(self, tx: Transaction, facts: Sequence[Fact]) -> None:
        for fact in facts:
            assert isinstance(fact, RecordingKept), "the projection asks for no other kind"
            await tx.execute(
                _KEEP, fact.call, fact.path, fact.seconds, fact.bytes, fact.sha256, fact.at
            )


def _recording(row: Row) -> Recording:
    return Recording(
        call=CallId(row["call"]),
        path=row["path"],
        seconds=row["seconds"],
        bytes=row["bytes"],
        sha256=row["sha256"],
        kept_at=row["kept_at"],
        held_at=row["held_at"],
        held_by=row["held_by"],
        held_reason=row["held_reason"],
        erased_at=row["erased_at"],
    )
