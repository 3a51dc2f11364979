"""Surge plans, incidents, break wishes and the daily closing list as rows: no persons' numbers."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from acd.standing import Incident, Spell
from acd.surge_facts import BreakWished, PlanName
from cases.daily_closing import DayCase
from console.surge_port import RunsSurge


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class PlanRow(_Row):
    """`since` None: it does not stand. `automatic`: it has triggers of its own."""

    plan: str
    name_zh: str
    name_en: str
    automatic: bool
    since: datetime | None
    by: str
    why: str
    drill: bool
    waiting: int
    longest_since: datetime | None


class TargetRow(_Row):
    """Another centre: how many of our calls are there, of how many it takes."""

    target: str
    level: str | None
    there: int
    at_most: int


class SpellRow(_Row):
    """A plan from its activation to its return (None: it stands). Drills are marked (SRG-04)."""

    plan: str
    activated_at: datetime
    by: str
    why: str
    drill: bool
    returned_at: datetime | None
    returned_by: str
    returned_why: str


class IncidentCallRow(_Row):
    call: str
    at: datetime
    tickets: list[str]


class IncidentRow(_Row):
    incident: str
    about: str
    title: str
    areas: list[str]
    announcement: str
    key: str
    queue: str
    opened_at: datetime
    opened_by: str
    why: str
    closed_at: datetime | None
    closed_by: str
    calls: int


class IncidentShown(IncidentRow):
    """With its calls and their tickets, for linking them (EMG-05)."""

    linked: list[IncidentCallRow]


class SurgeShown(_Row):
    plans: list[PlanRow]
    targets: list[TargetRow]
    spells: list[SpellRow]  # the newest first
    incidents: list[IncidentRow]  # the newest first


class WishRow(_Row):
    """A break that waits; `place` 1 is next. `expected_at` None: nobody knows."""

    agent: str
    seat: str
    reason: str
    queue: str
    since: datetime
    expected_at: datetime | None
    place: int


class WishList(_Row):
    wishes: list[WishRow]


class DayCaseRow(_Row):
    case: str
    status: str
    category_code: str
    urgency: str
    opened_at: datetime
    done: bool
    owed: bool
    said: str
    said_by: str


class DayList(_Row):
    """`owed`: neither closed nor explained; 0 by 24:00 (SRG-03)."""

    day: date
    cases: int
    done: int
    explained: int
    owed: int
    rows: list[DayCaseRow]


def surge_shown(desk: RunsSurge) -> SurgeShown:
    standing, rules = desk.standing, desk.rules
    return SurgeShown(
        plans=[_plan(desk, name) for name in rules.plans],
        targets=[
            TargetRow(target=name, level=one.level, there=standing.at(name), at_most=one.at_most)
            for name, one in rules.targets.items()
        ],
        spells=[_spell(one) for one in reversed(standing.spells)],
        incidents=[incident_row(one) for one in reversed(standing.incidents.values())],
    )


def _plan(desk: RunsSurge, name: PlanName) -> PlanRow:
    plan, active = desk.rules.plans[name], desk.standing.active.get(name)
    waiting, first = desk.line_of(name)
    return PlanRow(
        plan=name,
        name_zh=plan.name_zh,
        name_en=plan.name_en,
        automatic=bool(plan.triggers),
        since=active.at if active else None,
        by=active.by if active else "",
        why=active.why if active else "",
        drill=active.drill if active else False,
        waiting=waiting,
        longest_since=first,
    )


def _spell(spell: Spell) -> SpellRow:
    begun, ended = spell.activated, spell.returned
    return SpellRow(
        plan=begun.plan,
        activated_at=begun.at,
        by=begun.by,
        why=begun.why,
        drill=begun.drill,
        returned_at=ended.at if ended else None,
        returned_by=ended.by if ended else "",
        returned_why=ended.why if ended else "",
    )


def incident_row(incident: Incident) -> IncidentRow:
    opened, closed = incident.opened, incident.closed
    return IncidentRow(
        incident=opened.incident,
        about=opened.about.value,
        title=opened.title,
        areas=list(opened.areas),
        announcement=opened.announcement,
        key=opened.key,
        queue=opened.queue,
        opened_at=opened.at,
        opened_by=opened.by,
        why=opened.why,
        closed_at=closed.at if closed else None,
        closed_by=closed.by if closed else "",
        calls=len(incident.calls),
    )


def incident_shown(desk: RunsSurge, incident: Incident) -> IncidentShown:
    linked = [
        IncidentCallRow(call=call, at=at, tickets=[str(no) for no in desk.tickets_of(call)])
        for call, at in incident.calls.items()
    ]
    return IncidentShown(**incident_row(incident).model_dump(), linked=linked)


def wish_row(wish: BreakWished, place: int) -> WishRow:
    return WishRow(
        agent=wish.agent,
        seat=wish.seat,
        reason=wish.reason,
        queue=wish.queue,
        since=wish.at,
        expected_at=wish.expected_at,
        place=place,
    )


def day_list(day: date, cases: list[DayCase]) -> DayList:
    return DayList(
        day=day,
        cases=len(cases),
        done=sum(case.is_done for case in cases),
        explained=sum(bool(case.said) and not case.is_done for case in cases),
        owed=sum(case.is_owed for case in cases),
        rows=[
            DayCaseRow(
                case=case.case,
                status=case.status.value,
                category_code=case.category_code,
                urgency=case.urgency,
                opened_at=case.opened_at,
                done=case.is_done,
                owed=case.is_owed,
                said=case.said,
                said_by=case.said_by,
            )
            for case in cases
        ],
    )
