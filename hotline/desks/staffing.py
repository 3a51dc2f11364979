"""Staffing as the console asks for it: the day planned, the roster, what-if, the months ahead.

Fits `console/staffing_port.py: RunsStaffing`. Nothing here is on the way of a call: it may wait for
the database. Erlang's sums run beside the loop.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from acd.day_plan import Centre, HalfHour, Handling, WhatIf, plan_day, what_if
from acd.directory import Directory
from acd.forecast import class_of, corrected
from acd.patience import Patience, patience_of
from acd.roster import CHINA, HALF_HOUR, RollCall, Shift, Staffed, roll_call, staffed_day
from acd.roster_file import read_roster
from acd.roster_store import RosterTaken
from acd.seat import Presence
from acd.seat_ratio import Districts, SeatsAt, Staffing, seat_inventory, staffing
from acd.shifts import Proposal, kinds_of, propose_plainly
from acd.staffing_rules import StaffingRules
from acd.view import FloorView
from callbacks.workdays import Calendar
from console.staffing_port import Basis, StaffingDay, UnknownCentre
from figures.seasons import A_YEAR, Outlook, outlook
from hotline.desks.shift_solver import propose
from hotline.desks.staffing_past import (
    PATIENCE_DAYS,
    Past,
    ReadsPast,
    half_hour_of,
    midnight,
    read_past,
)
from hotline.rule_files import RuleFiles
from hotline.staffing_facts import RosterChanged
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo, QueueName

_SEASON_DAYS = 420  # more than A_YEAR


class KeepsRoster(Protocol):
    """`acd/roster_store.py: PgRosterStore` fits by shape."""

    async def replace(
        self, name: str, content: bytes, shifts: Sequence[Shift], *, by: str, at: datetime
    ) -> RosterTaken: ...

    async def shifts(self, start: datetime, end: datetime) -> list[Shift]: ...

    async def has_day(self, day: date) -> bool: ...


@dataclass(kw_only=True)
class StaffingPlanner:
    """`view` None: no floor is to be seen (a terminal without an instance)."""

    rules: StaffingRules
    calendar: Calendar
    districts: Districts
    past: ReadsPast
    roster: KeepsRoster
    directory: Callable[[], Directory]
    view: Callable[[], FloorView | None]
    clock: Clock
    write: Callable[[Sequence[Fact]], None]
    _known: Past | None = field(default=None, init=False)
    _planned: dict[tuple[object, ...], tuple[HalfHour, ...]] = field(
        default_factory=dict, init=False
    )

    def use(self, rules: RuleFiles) -> None:
        """Another calendar makes other days of what is past, other rules another plan."""
        self.calendar, self.rules, self.districts = rules.calendar, rules.staffing, rules.districts
        self._known = None

    # ---- the day ---------------------------------------------------------------------------------

    async def today(self) -> StaffingDay:
        return await self.of_day(self._now().date())

    async def of_day(self, day: date) -> StaffingDay:
        now, past = self._now(), await self._past()
        is_today = day == now.date()
        calls = self._expected(day, past)
        if is_today:
            calls = self._with_today(calls, await self._so_far(now), past)
        plan = await self._plan(calls, past.handling)
        shifts = await self._shifts_if_any(day)
        staffed = staffed_day(midnight(day), [each.seats for each in plan], shifts, calls)
        here = self._signed_in() if is_today else None
        current: Staffed | None = None
        if is_today:
            current = staffed[half_hour_of(now)]
            current = replace(current, signed_in=None if here is None else len(here))
            staffed[half_hour_of(now)] = current
        return StaffingDay(
            day=day,
            at=now,
            basis=self._basis(day, past, sum(calls)),
            plan=plan,
            staffed=tuple(staffed),
            now=current,
            roll=_roll(shifts, here, now) if is_today else None,
        )

    def _expected(self, day: date, past: Past) -> list[float]:
        if past.forecaster.days < self.rules.forecast.fewest_days:
            return self.rules.typical_calls(self.rules.until_measured.calls_per_day)
        return past.forecaster.forecast(class_of(day, self.calendar.kind(day).value))

    def _with_today(self, calls: Sequence[float], so_far: Sequence[int], past: Past) -> list[float]:
        """No call at all says something only of a centre whose calls are known."""
        known = past.forecaster.days >= self.rules.forecast.fewest_days
        if not known and not sum(so_far):
            return list(calls)
        return corrected(calls, so_far, self.rules.forecast.rules())

    async def _so_far(self, now: datetime) -> list[int]:
        """Calls of today's half hours that are over."""
        start, over = midnight(now.date()), half_hour_of(now)
        counts = [0] * over
        for each in await self.past.half_hours(start, start + over * HALF_HOUR):
            counts[half_hour_of(each.start.astimezone(CHINA))] += each.offered
        return counts

    async def _plan(self, calls: Sequence[float], handling: Handling) -> tuple[HalfHour, ...]:
        goal = self.rules.goal.goal()
        key = (goal, *calls, handling.aht_s, handling.patience_s)
        if key not in self._planned:
            plan = await asyncio.to_thread(plan_day, calls, handling, goal)
            if len(self._planned) > 100:
                self._planned.clear()
            self._planned[key] = tuple(plan)
        return self._planned[key]

    async def _past(self) -> Past:
        """Read once a day."""
        today, known, rules = self._now().date(), self._known, self.rules
        if known is None or known.day != today:
            known = await read_past(today, self.past, rules, self.calendar)
            if rules is self.rules:  # no release meanwhile
                self._known = known
        return known

    def _basis(self, day: date, past: Past, calls: float) -> Basis:
        return Basis(
            of=class_of(day, self.calendar.kind(day).value),
            learned=past.forecaster.days >= self.rules.forecast.fewest_days,
            days=past.forecaster.days,
            calls=calls,
            aht_s=past.handling.aht_s,
            aht_measured=past.aht_measured,
            patience_s=past.handling.patience_s,
            patience_measured=past.patience_measured,
            provisional=self.calendar.is_provisional(day),
        )

    def _signed_in(self) -> list[AgentNo] | None:
        view = self.view()
        if view is None:
            return None
        return [seat.agent for seat in view.seats if seat.presence is not Presence.SIGNED_OUT]

    def _now(self) -> datetime:
        return self.clock.now().astimezone(CHINA)

    # ---- the roster ------------------------------------------------------------------------------

    async def take_roster(self, name: str, content: bytes, *, by: str) -> RosterTaken:
        known = [no for no, agent in self.directory().agents.items() if agent.active]
        shifts = await asyncio.to_thread(read_roster, name, content, known)
        taken = await self.roster.replace(name, content, shifts, by=by, at=self.clock.now())
        self.write([_changed(taken, by, self.clock.now())])
        return taken

    async def shifts(self, day: date) -> Sequence[Shift]:
        """All that reach into the day."""
        return await self.roster.shifts(midnight(day), midnight(day) + timedelta(days=1))

    async def _shifts_if_any(self, day: date) -> list[Shift] | None:
        """None: no roster was entered for the day."""
        shifts = list(await self.shifts(day))
        return shifts if shifts or await self.roster.has_day(day) else None

    async def propose(self, day: date, *, plainly: bool) -> Proposal:
        planned = await self.of_day(day)
        needed, kinds = [each.seats for each in planned.plan], kinds_of(self.rules.shifts.types)
        if plainly:
            return await asyncio.to_thread(propose_plainly, needed, kinds)
        return await asyncio.to_thread(propose, needed, kinds)

    # ---- seats and centres -----------------------------------------------------------------------

    def ratio(self) -> tuple[Districts, Sequence[Staffing]]:
        return self.districts, staffing(self.districts, self.directory(), self._floor())

    def inventory(self) -> Sequence[SeatsAt]:
        return seat_inventory(self.directory(), self._floor())

    def _floor(self) -> FloorView:
        empty = FloorView(at=self.clock.now(), seats=(), waiting=(), queues=())
        return self.view() or empty

    async def what_if(self, centres: Mapping[str, float | None]) -> WhatIf:
        past = await self._past()
        rules, districts = self.rules, self.districts
        named = [centre_of(name, calls, rules, districts) for name, calls in centres.items()]
        return await asyncio.to_thread(what_if, named, past.handling, self.rules.goal.goal())

    # ---- what the past says ----------------------------------------------------------------------

    async def patience(self) -> Mapping[QueueName, Patience | None]:
        today = self._now().date()
        waits = await self.past.waits(today - timedelta(days=PATIENCE_DAYS), today)
        return {queue: patience_of(each) for queue, each in waits.items()}

    async def outlooks(self) -> Sequence[Outlook]:
        """All calls first, then each category, those with a peak ahead before the others."""
        now = self._now()
        since = midnight(now.date() - timedelta(days=max(_SEASON_DAYS, A_YEAR)))
        tickets = await self.past.tickets_by_category(since, midnight(now.date()))
        seasons, calls = self.rules.seasons, (await self._past()).calls
        found = [outlook(code, days, now.date(), seasons) for code, days in tickets.items()]
        in_order = sorted(found, key=lambda one: (one.peak is None, -one.per_day, one.category))
        return [outlook("", calls, now.date(), seasons), *in_order]


def centre_of(name: str, calls: float | None, rules: StaffingRules, districts: Districts) -> Centre:
    """A district by its population, or whatever centre with its calls a day."""
    if calls is None:
        district = districts.districts.get(name)
        if district is None:
            known = ", ".join(districts.districts)
            raise UnknownCentre(
                f"{name!r} is no district.", remedy=f"Give name:calls, or one of {known}."
            )
        calls = district.population / 1000 * rules.until_measured.calls_per_thousand
    return Centre(name, tuple(rules.typical_calls(calls)))


def _changed(taken: RosterTaken, by: str, at: datetime) -> RosterChanged:
    return RosterChanged(
        at=at,
        by=by,
        first=taken.days[0],
        last=taken.days[-1],
        shifts=taken.shifts,
        replaced=taken.replaced,
    )


def _roll(shifts: list[Shift] | None, here: list[AgentNo] | None, now: datetime) -> RollCall | None:
    return None if shifts is None or here is None else roll_call(shifts, here, now)
