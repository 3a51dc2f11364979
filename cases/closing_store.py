"""The steps of a case after filing, in PostgreSQL. Fits `cases.closing.ClosesCases`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import JsonValue

from cases.closing import BARRING, CaseFlag, Closed, Standing
from cases.status import CaseCue, CaseStatus, step
from cases.store import unknown_case
from kernel.ids import CaseId, NumberKey
from storage.pool import Pool, Row, Transaction

_COLUMNS: Final[Mapping[CaseFlag, str]] = {
    CaseFlag.CONFIDENTIAL: "is_confidential",
    CaseFlag.WHISTLEBLOWER: "is_whistleblower",
    CaseFlag.MINOR: "is_minor",
    CaseFlag.CRISIS: "is_crisis",
    CaseFlag.IN_APPEAL: "in_appeal",
    CaseFlag.WITHDRAWN: "is_withdrawn",
    CaseFlag.SATISFACTION_EXCLUDED: "satisfaction_excluded",
}
_CASE: Final = "select * from case_file where id = $1"
_LOCK: Final = _CASE + " for update"
_STEP: Final = """
    update case_file set status = $2, updated_at = $3, lead_unit = $4, dispatched_at = $5,
        closed_at = $6, round = $7 where id = $1 returning *"""
_FLAG: Final = "update case_file set {} = $2, updated_at = $3 where id = $1 returning *"
_EVENT: Final = """
    insert into case_event (case_id, n, at, kind, by, body)
    select $1, coalesce(max(n), 0) + 1, $2, $3, $4, $5 from case_event where case_id = $1"""
_NOT_BARRED: Final = " and ".join(f"not c.{_COLUMNS[flag]}" for flag in BARRING)
_CLOSED: Final = f"""
    select c.id, c.round, c.closed_at, c.lead_unit,
        coalesce(t.contact_key, t.caller_key) as number_key
    from case_file c join ticket t on t.case_id = c.id and t.nth = 1
    where c.status = 'closed' and c.dispatched_at is not null
    and (c.closed_at, c.id) > ($1, $3) and {_NOT_BARRED}
    order by c.closed_at, c.id limit $2"""  # noqa: S608  the columns are our own
_LANGUAGE: Final = "select said ->> 'language' from ticket where case_id = $1 and nth = 1"
_BARRED: Final = "select * from case_file where id = any($1)"


class PgCaseClosing:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def dispatch(self, case: CaseId, unit: str, *, by: str, now: datetime) -> Standing:
        async with self._pool.transaction() as tx:
            row = await _locked(tx, case)
            status = step(CaseStatus(row["status"]), CaseCue.DISPATCH)
            after = (status, now, unit, now, None, row["round"])
            return await _stepped(tx, case, after, ("case-dispatched", by, {"unit": unit}))

    async def close(self, case: CaseId, *, by: str, now: datetime) -> Standing:
        async with self._pool.transaction() as tx:
            row = await _locked(tx, case)
            status = step(CaseStatus(row["status"]), CaseCue.CLOSE)
            after = (status, now, row["lead_unit"], row["dispatched_at"], now, row["round"])
            event = "case-closed", by, {"round": row["round"]}
            return await _stepped(tx, case, after, event)

    async def rehandle(self, case: CaseId, after_round: int, *, by: str, now: datetime) -> Standing:
        async with self._pool.transaction() as tx:
            row = await _locked(tx, case)
            if row["round"] > after_round:
                return standing_of(row)
            status = step(CaseStatus(row["status"]), CaseCue.REHANDLE)
            n = after_round + 1
            after = (status, now, row["lead_unit"], now, None, n)
            return await _stepped(tx, case, after, ("case-rehandled", by, {"round": n}))

    async def flag(
        self, case: CaseId, flag: CaseFlag, on: bool, *, by: str, now: datetime
    ) -> Standing:
        async with self._pool.transaction() as tx:
            before = await _locked(tx, case)
            if before[_COLUMNS[flag]] == on:
                return standing_of(before)
            row = await tx.fetchrow(_FLAG.format(_COLUMNS[flag]), case, on, now)
            assert row is not None, "it is locked"
            body = {"flag": flag.value, "on": on}
            await tx.execute(_EVENT, case, now, "case-flagged", by, body)
            return standing_of(row)

    async def standing(self, case: CaseId) -> Standing:
        row = await self._pool.fetchrow(_CASE, case)
        if row is None:
            raise unknown_case(case)
        return standing_of(row)

    async def closed(
        self, since: datetime, limit: int, behind: CaseId | None = None
    ) -> Sequence[Closed]:
        return [
            Closed(
                case=CaseId(row["id"]),
                round=row["round"],
                number_key=NumberKey(row["number_key"]) if row["number_key"] else None,
                closed_at=row["closed_at"],
                unit=row["lead_unit"],
            )
            for row in await self._pool.fetch(_CLOSED, since, limit, behind or "")
        ]

    async def language(self, case: CaseId) -> str:
        return str(await self._pool.fetchval(_LANGUAGE, case) or "")

    async def barred(self, cases: Collection[CaseId]) -> Mapping[CaseId, str]:
        found = {
            row["id"]: standing_of(row) for row in await self._pool.fetch(_BARRED, list(cases))
        }
        whys = {case: why_barred(found.get(case)) for case in cases}
        return {case: why for case, why in whys.items() if why is not None}


async def _locked(tx: Transaction, case: CaseId) -> Row:
    row = await tx.fetchrow(_LOCK, case)
    if row is None:
        raise unknown_case(case)
    return row


async def _stepped(
    tx: Transaction,
    case: CaseId,
    after: tuple[CaseStatus, datetime, str | None, datetime | None, datetime | None, int],
    event: tuple[str, str, Mapping[str, JsonValue]],
) -> Standing:
    row = await tx.fetchrow(_STEP, case, *after)
    assert row is not None, "it is locked"
    kind, by, body = event
    await tx.execute(_EVENT, case, after[1], kind, by, dict(body))
    return standing_of(row)


def why_barred(standing: Standing | None) -> str | None:
    """Why a case may not be surveyed now; None: it may."""
    if standing is None:
        return "unknown"
    for flag in BARRING:
        if flag in standing.flags:
            return flag.value
    closed = standing.status is CaseStatus.CLOSED and standing.dispatched_at is not None
    return None if closed else "open"


def standing_of(row: Row) -> Standing:
    return Standing(
        case=CaseId(row["id"]),
        status=CaseStatus(row["status"]),
        round=row["round"],
        lead_unit=row["lead_unit"],
        dispatched_at=row["dispatched_at"],
        closed_at=row["closed_at"],
        flags=frozenset(flag for flag, column in _COLUMNS.items() if row[column]),
    )
