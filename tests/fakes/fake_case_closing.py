"""The steps of a case after filing, in memory: fits `cases.closing.ClosesCases`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import JsonValue

from cases.case import CaseEvent
from cases.closing import CaseFlag, Closed, Standing
from cases.closing_store import why_barred
from cases.errors import UnknownCase
from cases.status import CaseCue, step
from cases.store import unknown_case
from kernel.ids import CaseId
from tests.fakes.fake_case_store import FakeCaseStore


@dataclass
class FakeCaseClosing:
    """Over the cases of a `FakeCaseStore`."""

    store: FakeCaseStore
    _standings: dict[CaseId, Standing] = field(default_factory=dict)

    async def dispatch(self, case: CaseId, unit: str, *, by: str, now: datetime) -> Standing:
        before = await self.standing(case)
        status = step(before.status, CaseCue.DISPATCH)
        after = replace(before, status=status, lead_unit=unit, dispatched_at=now)
        return self._put(after, "case-dispatched", by, now, unit=unit)

    async def close(self, case: CaseId, *, by: str, now: datetime) -> Standing:
        before = await self.standing(case)
        after = replace(before, status=step(before.status, CaseCue.CLOSE), closed_at=now)
        return self._put(after, "case-closed", by, now, round=before.round)

    async def rehandle(self, case: CaseId, after_round: int, *, by: str, now: datetime) -> Standing:
        before = await self.standing(case)
        if before.round > after_round:
            return before
        status, n = step(before.status, CaseCue.REHANDLE), after_round + 1
        after = replace(before, status=status, round=n, dispatched_at=now, closed_at=None)
        return self._put(after, "case-rehandled", by, now, round=n)

    async def flag(
        self, case: CaseId, flag: CaseFlag, on: bool, *, by: str, now: datetime
    ) -> Standing:
        before = await self.standing(case)
        flags = before.flags | {flag} if on else before.flags - {flag}
        if flags == before.flags:
            return before
        return self._put(replace(before, flags=flags), "case-flagged", by, now, flag=flag, on=on)

    async def standing(self, case: CaseId) -> Standing:
        if case not in self._standings:
            try:
                summary = (await self.store.case(case)).summary
            except UnknownCase:
                raise unknown_case(case) from None
            guard = summary.protection
            held = {
                CaseFlag.CONFIDENTIAL: guard.confidential,
                CaseFlag.WHISTLEBLOWER: guard.whistleblower,
            }
            return Standing(
                case=case,
                status=summary.status,
                round=1,
                lead_unit=None,
                dispatched_at=None,
                closed_at=None,
                flags=frozenset(flag for flag, on in held.items() if on),
            )
        return self._standings[case]

    async def closed(
        self, since: datetime, limit: int, behind: CaseId | None = None
    ) -> Sequence[Closed]:
        found = []
        for one in self._standings.values():
            if why_barred(one) is None and one.closed_at is not None:
                first = (await self.store.case(one.case)).tickets[0]
                filed = self.store.filing_of(first.ticket_key)
                found.append(
                    Closed(
                        case=one.case,
                        round=one.round,
                        number_key=filed.contact_key or filed.caller_key,
                        closed_at=one.closed_at,
                        unit=one.lead_unit,
                    )
                )
        found.sort(key=lambda one: (one.closed_at, one.case))
        return [one for one in found if (one.closed_at, one.case) > (since, behind or "")][:limit]

    async def language(self, case: CaseId) -> str:
        first = (await self.store.case(case)).tickets[0]
        return str(self.store.filing_of(first.ticket_key).said.get("language", ""))

    async def barred(self, cases: Collection[CaseId]) -> Mapping[CaseId, str]:
        whys = {}
        for case in cases:
            try:
                whys[case] = why_barred(await self.standing(case))
            except UnknownCase:
                whys[case] = why_barred(None)
        return {case: why for case, why in whys.items() if why is not None}

    def _put(
        self, after: Standing, kind: str, by: str, now: datetime, **body: JsonValue
    ) -> Standing:
        self._standings[after.case] = after
        event = CaseEvent(n=0, at=now, kind=kind, by=by, body=body)
        self.store.has_stepped(after.case, after.status, event)
        return after
