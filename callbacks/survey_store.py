"""What surveys brought, in PostgreSQL. Fits `callbacks.survey_records.KeepsSurveys`.

A comment is sealed: it is the citizen's own words. Each fact is committed with its row and told to
the journal by `callbacks/telling.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from callbacks.duty import AttemptId
from callbacks.questions import Ending
from callbacks.survey_facts import (
    Ground,
    SurveyAsked,
    SurveyEnded,
    SurveyJudged,
    SurveyRated,
    SurveysPaused,
)
from callbacks.survey_records import (
    Judgement,
    Pause,
    RecordPage,
    SurveyRecord,
    UnknownSurvey,
    judged,
    merged,
    record_of,
)
from kernel.fact import Fact, FactKinds, encode
from kernel.ids import CallId, CaseId, DutyId
from storage.field_cipher import FieldCipher
from storage.pool import Pool, Row, Transaction

_TABLE: Final = "survey_comment"
_ASKED: Final = """
    insert into survey_walk (attempt_id, at, body) values ($1, $2, $3)
    on conflict (attempt_id) do update set at = excluded.at, body = excluded.body"""
_LOCK: Final = "select * from survey_record where duty_id = $1 for update"
_COLUMNS: Final = (
    "duty_id", "case_id", "round", "attempt_id", "call", "survey", "at", "ending", "contacted",
    "solved", "first_level", "final_level", "level_by", "reason", "comment_at", "comment_s",
    "reasonable", "ground", "judged_by", "judged_at",
)  # fmt: skip
_PUT: Final = (
    f"insert into survey_record ({', '.join(_COLUMNS)}) "  # noqa: S608  the columns are our own
    f"values ({', '.join(f'${n}' for n in range(1, len(_COLUMNS) + 1))}) "
    "on conflict (duty_id) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
)
_SAID: Final = """
    insert into survey_comment (duty_id, at, sealed) values ($1, $2, $3)
    on conflict (duty_id) do update set at = excluded.at, sealed = excluded.sealed"""
_TELL: Final = "insert into duty_event (at, kind, body) values ($1, $2, $3)"
_PAGE: Final = """
    select r.* from survey_record r
    where (not $1 or (r.first_level <= 2 and r.judged_at is null))
    and ($2::text is null or r.call = $2) and ($3::text is null or r.case_id = $3)
    and ($4::timestamptz is null or r.at >= $4)
    and ($5::text is null or (r.at, r.duty_id) <
         (select b.at, b.duty_id from survey_record b where b.duty_id = $5))
    order by r.at desc, r.duty_id desc limit $6"""


class PgCampaign:
    """Whether the campaign stands still, and how far the work list was read: opens no secret."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def pause(self, paused: bool, by: str, now: datetime) -> None:
        async with self._pool.transaction() as tx:
            was = await tx.fetchval("select true from survey_pause")
            if paused == bool(was):
                return
            if paused:
                await tx.execute("insert into survey_pause (at, by) values ($1, $2)", now, by)
            else:
                await tx.execute("delete from survey_pause")
            await _tell(tx, SurveysPaused(at=now, paused=paused, by=by))

    async def paused(self) -> Pause | None:
        row = await self._pool.fetchrow("select at, by from survey_pause")
        return None if row is None else Pause(row["at"], row["by"])

    async def last_closed(self) -> datetime | None:
        found = await self._pool.fetchval(
            "select max(last_missed_at) from duty where kind = 'survey'"
        )
        assert found is None or isinstance(found, datetime), "a time column"
        return found


class PgSurveyStore(PgCampaign):
    def __init__(self, pool: Pool, cipher: FieldCipher) -> None:
        super().__init__(pool)
        self._cipher = cipher
        self._kinds = FactKinds([SurveyAsked])

    async def asked(self, fact: SurveyAsked) -> None:
        await self._pool.execute(_ASKED, fact.attempt, fact.at, encode(fact).decode())

    async def asked_last(self, attempt: AttemptId) -> SurveyAsked | None:
        sql = "select body from survey_walk where attempt_id = $1"
        body = await self._pool.fetchval(sql, attempt)
        if body is None:
            return None
        fact = self._kinds.decode(SurveyAsked.kind, body.encode())
        assert isinstance(fact, SurveyAsked), "nothing else stands there"
        return fact

    async def ended(self, facts: Sequence[SurveyEnded], said: Mapping[DutyId, str]) -> None:
        async with self._pool.transaction() as tx:
            for fact in sorted(facts, key=lambda one: one.duty):
                row = await tx.fetchrow(_LOCK, fact.duty)
                before = None if row is None else record_of_row(row)
                after = merged(before, record_of(fact))
                if after == before:
                    continue
                await _put(tx, after)
                await _tell(tx, fact)
                if said.get(fact.duty):
                    sealed = self._cipher.seal(
                        said[fact.duty], table=_TABLE, column="sealed", row=fact.duty
                    )
                    await tx.execute(_SAID, fact.duty, fact.at, sealed)
            for attempt in {fact.attempt for fact in facts}:
                await tx.execute("delete from survey_walk where attempt_id = $1", attempt)

    async def record(self, duty: DutyId) -> SurveyRecord:
        row = await self._pool.fetchrow("select * from survey_record where duty_id = $1", duty)
        if row is None:
            raise UnknownSurvey.of(duty)
        return record_of_row(row)

    async def records(self, page: RecordPage) -> Sequence[SurveyRecord]:
        rows = await self._pool.fetch(
            _PAGE, page.unjudged, page.call, page.case, page.since, page.before, page.limit
        )
        return tuple(record_of_row(row) for row in rows)

    async def comment(self, duty: DutyId) -> str:
        await self.record(duty)
        sql = "select sealed from survey_comment where duty_id = $1"
        sealed = await self._pool.fetchval(sql, duty)
        if sealed is None:
            return ""
        return self._cipher.open(sealed, table=_TABLE, column="sealed", row=duty)

    async def judge(self, duty: DutyId, judgement: Judgement) -> SurveyRecord:
        async with self._pool.transaction() as tx:
            before = await _locked(tx, duty)
            after = judged(before, judgement)
            if after is None:
                return before
            await _put(tx, after)
            await _tell(
                tx,
                SurveyJudged(
                    at=judgement.at, duty=duty, case=after.case, round=after.round,
                    reasonable=judgement.reasonable, ground=judgement.ground, by=judgement.by,
                ),
            )  # fmt: skip
            return after

    async def rate(self, duty: DutyId, level: int, by: str, now: datetime) -> SurveyRecord:
        async with self._pool.transaction() as tx:
            before = await _locked(tx, duty)
            after = replace(
                before,
                first_level=before.first_level or level,
                final_level=level,
                level_by="person",
            )
            await _put(tx, after)
            await _tell(tx, SurveyRated(at=now, duty=duty, level=level, by=by))
            return after


async def _locked(tx: Transaction, duty: DutyId) -> SurveyRecord:
    row = await tx.fetchrow(_LOCK, duty)
    if row is None:
        raise UnknownSurvey.of(duty)
    return record_of_row(row)


async def _put(tx: Transaction, record: SurveyRecord) -> None:
    word = record.judgement
    await tx.execute(
        _PUT, record.duty, record.case, record.round, record.attempt, record.call, record.survey,
        record.at, record.ending, record.contacted, record.solved, record.first_level,
        record.final_level, record.level_by, record.reason, record.comment_at, record.comment_s,
        word and word.reasonable, word and word.ground, word and word.by, word and word.at,
    )  # fmt: skip


async def _tell(tx: Transaction, fact: Fact) -> None:
    await tx.execute(_TELL, fact.at, fact.kind, encode(fact).decode())


def record_of_row(row: Row) -> SurveyRecord:
    word = None
    if row["judged_at"] is not None:
        word = Judgement(
            reasonable=row["reasonable"],
            ground=Ground(row["ground"]),
            by=row["judged_by"],
            at=row["judged_at"],
        )
    return SurveyRecord(
        duty=DutyId(row["duty_id"]),
        case=CaseId(row["case_id"]),
        round=row["round"],
        attempt=AttemptId(row["attempt_id"]),
        call=CallId(row["call"]),
        survey=row["survey"],
        at=row["at"],
        ending=Ending(row["ending"]),
        contacted=row["contacted"],
        solved=row["solved"],
        first_level=row["first_level"],
        final_level=row["final_level"],
        level_by=row["level_by"],
        reason=row["reason"],
        comment_at=row["comment_at"],
        comment_s=row["comment_s"],
        judgement=word,
    )
