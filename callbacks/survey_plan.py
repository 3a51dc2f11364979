"""A dry run: whom the robot would ring, when, and what holds it back. Nothing is dialled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callbacks.attempts import Rules
from callbacks.duty import WAITING, Duty, DutyKind
from callbacks.duty_lists import Duties, DutyPage
from callbacks.ledger import history_of
from callbacks.ports import ListsClosedCases, OpensDutyRows
from callbacks.schedule import Never


class ListsDuties(Protocol):
    """`callbacks.duty_lists.PgDutyLists` fits."""

    async def page(self, wanted: DutyPage) -> Duties: ...


@dataclass(frozen=True, slots=True)
class Planned:
    """`at` None: never, `rule` says why; `provisional`: of a year without certified holidays."""

    duty: Duty
    at: datetime | None
    rule: str
    provisional: bool = False


class SurveyPlan:
    def __init__(
        self, lists: ListsDuties, store: OpensDutyRows, cases: ListsClosedCases, rules: Rules
    ) -> None:
        self._lists = lists
        self._store = store
        self._cases = cases
        self._rules = rules

    async def dry_run(self, now: datetime, limit: int) -> Sequence[Planned]:
        """Those that are due first, in the order in which they would be rung."""
        wanted = DutyPage(kinds=frozenset({DutyKind.SURVEY}), states=WAITING, limit=limit)
        duties = (await self._lists.page(wanted)).duties
        cases = [duty.case for duty in duties if duty.case is not None]
        barred = await self._cases.barred(cases) if cases else {}
        found = []
        for duty in duties:
            why = barred.get(duty.case) if duty.case is not None else None
            found.append(Planned(duty, None, why) if why else await self._when(duty, now))
        return sorted(found, key=lambda one: (one.at is None, one.at or now, one.duty.id))

    async def _when(self, duty: Duty, now: datetime) -> Planned:
        assert duty.caller_key is not None, "one without a number does not wait"
        engine = self._rules.settings.schedule.engine
        async with self._store.rows() as rows:
            history = await history_of(rows, duty.caller_key, (duty.id,), now, engine)
        when = self._rules.when(duty, history, now)
        if isinstance(when, Never):
            return Planned(duty, None, when.rule)
        return Planned(duty, when.at, when.rule, when.provisional)
