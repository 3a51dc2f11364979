"""The survey work list (CBK-01): what is put on it, withdrawn from it, and barred before dialling.

Rule: a flag that is set at any moment before the number is dialled keeps it from being dialled;
the flags are asked again between claim and dialling.
"""

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from callbacks import facts
from callbacks.attempts import Claim, Rules, ended
from callbacks.duty import Duty, DutyCue, DutyKind, DutyState
from callbacks.ledger import free, put_on, stop_surveys
from callbacks.ports import ClosedCase, ListsClosedCases, OpensDutyRows
from kernel.ids import CaseId, DutyId, NumberKey

_AT_ONCE: Final = 200
_REMEMBERED: Final = 20_000


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the closed cases were read: up to the case `behind`, closed at `since`."""

    since: datetime
    behind: CaseId | None = None


class SurveyList:
    """Reads the closed cases through its port; keeps no cursor of its own, being idempotent."""

    def __init__(self, store: OpensDutyRows, cases: ListsClosedCases, rules: Rules) -> None:
        self._store = store
        self._cases = cases
        self._rules = rules
        self._seen: OrderedDict[tuple[CaseId, int], None] = OrderedDict()

    async def refresh(self, mark: Mark, now: datetime) -> Mark:
        """Owes a survey for each case closed from there on; up to where the list was read."""
        found = await self._cases.closed(mark.since, _AT_ONCE, mark.behind)
        barred = await self._cases.barred([one.case for one in found]) if found else {}
        for one in found:
            if one.case not in barred and (one.case, one.round) not in self._seen:
                await self.owe(one, now)
                self._remember(one)
        return Mark(found[-1].closed_at, found[-1].case) if found else mark

    def _remember(self, one: ClosedCase) -> None:
        """What was read lately is not tried again with each look back."""
        self._seen[one.case, one.round] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    async def owe(self, closed: ClosedCase, now: datetime) -> bool:
        """One survey a case and round. False: it is owed already."""
        duty = self._duty(closed, now)
        async with self._store.rows() as rows:
            new = await rows.put_new(duty)
            if new:
                await rows.tell(_owed(duty, now, closed))
        return new

    async def owe_again(self, case: CaseId, closed_at: datetime, now: datetime) -> bool:
        """A flag was taken off a closed case that was never listed. False: nothing is owed anew."""
        found = await self._cases.closed(closed_at, _AT_ONCE)
        mine = [one for one in found if one.case == case]
        return bool(mine) and await self.owe(mine[0], now)

    async def follow_up(self, closed: ClosedCase, at: datetime, now: datetime) -> bool:
        """A promise to look again at a case at that moment (CBK-06), made by a person."""
        duty = replace(
            self._duty(closed, now),
            id=DutyId(f"follow-up:{closed.case}:{closed.round}:{at.isoformat()}"),
            kind=DutyKind.FOLLOW_UP,
            ready_at=at,
            due_at=at,
        )
        async with self._store.rows() as rows:
            new = await rows.put_new(duty)
            if new:
                await rows.tell(_owed(duty, now, closed))
        return new

    def _duty(self, closed: ClosedCase, now: datetime) -> Duty:
        schedule = self._rules.settings.schedule
        callable_ = closed.contact_key is not None
        return Duty(
            id=DutyId(f"survey:{closed.case}:{closed.round}"),
            kind=DutyKind.SURVEY,
            state=DutyState.OPEN if callable_ else DutyState.UNCALLABLE,
            caller_key=closed.contact_key,
            caller=closed.contact,
            opened_at=now,
            last_missed_at=closed.closed_at,
            due_at=self._rules.due_of_survey(
                closed.closed_at, closed.closed_at.astimezone(ZoneInfo(schedule.zone))
            ),
            urgent=False,
            ready_at=closed.closed_at + schedule.survey.after_closing,
            case=closed.case,
            round=closed.round,
        )

    async def withdraw(self, case: CaseId, why: str, now: datetime) -> tuple[Duty, ...]:
        """A flag was set, or the case was opened again. Those that were `dialling` or `reached`
        are withdrawn too: whoever dials drops the leg on the fact.
        """
        withdrawn = []
        async with self._store.rows() as rows:
            for held in await rows.lock_waiting(case=case):
                after = ended(held.duty, DutyCue.WITHDRAW, now)
                # an outstanding attempt still binds the number until it is settled
                kept = held if held.attempt is not None else free(held)
                await put_on(rows, kept, after, now, self._rules.engine, why=why)
                withdrawn.append(after)
        return tuple(withdrawn)

    async def withdraw_barred(self, claim: Claim, now: datetime) -> tuple[DutyId, ...]:
        """Between claim and dialling: asks the flags again. What is left may be dialled."""
        cases: Collection[CaseId] = [duty.case for duty in claim.duties if duty.case is not None]
        barred = await self._cases.barred(cases) if cases else {}
        for case, why in barred.items():
            await self.withdraw(case, why, now)
        return tuple(duty.id for duty in claim.duties if duty.case not in barred)

    async def stop(self, number_key: NumberKey, why: str, now: datetime) -> None:
        """Never again a survey at this number; what waits is refused (G)."""
        async with self._store.rows() as rows:
            await stop_surveys(rows, number_key, now, why, self._rules.engine)

    async def allow(self, number_key: NumberKey, why: str, now: datetime) -> None:
        """Off the stop list again, at the citizen's own wish."""
        async with self._store.rows() as rows:
            await rows.set_stop(number_key, now, None)
            await rows.tell(
                facts.SurveysStopped(at=now, caller_key=number_key, why=why, allowed=True)
            )


def _owed(duty: Duty, now: datetime, closed: ClosedCase) -> facts.DutyOwed:
    return facts.DutyOwed(
        at=now, duty=duty.id, of=duty.kind, caller_key=duty.caller_key, case=duty.case,
        round=duty.round, due_at=duty.due_at, closed_at=closed.closed_at, unit=closed.unit,
    )  # fmt: skip
