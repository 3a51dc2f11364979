"""Builds staffing: the planner, the roster, who works without a breath; and looks at it all."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from acd.roster import gap_en
from acd.roster_store import PgRosterStore
from acd.seat import Activity, Presence
from acd.staffing_rules import Understaffed
from acd.view import FloorView
from console.staffing_port import RunsStaffing, StaffingDay, StaffingSide, WatchesOccupancy
from figures.agent_tally import AgentTally, Doing
from figures.occupancy import Occupancies
from figures.staffing_store import StaffingFigures
from hotline.desks.staffing import StaffingPlanner
from hotline.desks.wellbeing import Wellbeing
from hotline.rule_files import RuleFiles
from hotline.watch.alarms import Alarms
from hotline.watch.occupancy import OccupancyWatch
from hotline.wiring import Ground, Hotline
from kernel.clock import Clock
from kernel.errors import HotlineError

log = structlog.get_logger()

LOOK_EVERY_S: Final = 15.0
COUNT_EVERY: Final = timedelta(minutes=1)  # the database is asked
_DOING: Final = {Activity.TALKING: Doing.TALKING, Activity.WRAP_UP: Doing.WRAP_UP}


def make_staffing(hotline: Hotline) -> StaffingSide:
    ground, rules = hotline.ground, hotline.ground.rules.staffing
    planner = make_planner(ground, hotline)
    known = tallies_of(hotline.hall.desk.snapshot(), ground.clock.now())
    seen = Occupancies(rules.occupancy.window, known)
    ground.feed.add("occupancy", seen.see)
    occupancy = OccupancyWatch(seen, rules.occupancy, ground.recorder.write, ground.clock)
    wellbeing = Wellbeing(
        order=hotline.hall.desk.order,
        view=hotline.hall.desk.snapshot,
        write=ground.recorder.write,
        clock=ground.clock,
        within=timedelta(minutes=rules.wellbeing.within_minutes),
    )
    ground.feed.add("wellbeing", wellbeing.see)

    def use(rules: RuleFiles) -> None:
        occupancy.use(rules.staffing.occupancy)
        wellbeing.within = timedelta(minutes=rules.staffing.wellbeing.within_minutes)

    ground.in_force.follow(use)
    return StaffingSide(planner=planner, occupancy=occupancy, wellbeing=wellbeing)


async def watch_staffing(hotline: Hotline, side: StaffingSide) -> None:
    """For the group in hotline/main.py. Ends only by cancellation."""
    watch = StaffingWatch(
        planner=side.planner,
        occupancy=side.occupancy,
        alarms=hotline.boards.alarms,
        rule=hotline.ground.rules.staffing.understaffed,
        clock=hotline.ground.clock,
    )
    hotline.ground.in_force.follow(watch.use)
    await watch.run()


def make_planner(ground: Ground, hotline: Hotline) -> StaffingPlanner:
    planner = StaffingPlanner(
        rules=ground.rules.staffing,
        calendar=ground.rules.calendar,
        districts=ground.rules.districts,
        past=StaffingFigures(ground.pool, ground.settings.site.region_code),
        roster=PgRosterStore(ground.pool),
        directory=lambda: hotline.hall.directory.directory,
        view=hotline.hall.desk.snapshot,
        clock=ground.clock,
        write=ground.recorder.write,
    )
    ground.in_force.follow(planner.use)
    return planner


def tallies_of(view: FloorView, now: datetime) -> list[AgentTally]:
    """Who is signed in, counted from now on."""
    return [
        AgentTally(
            agent=seat.agent,
            since=now,
            paused=seat.presence is Presence.PAUSED,
            doing=_DOING.get(seat.activity, Doing.IDLE),
            doing_since=now,
        )
        for seat in view.seats
        if seat.presence is not Presence.SIGNED_OUT
    ]


@dataclass(kw_only=True)
class StaffingWatch:
    """Too few people, no leader, no breath: told to the alarm board as long as we lead."""

    planner: RunsStaffing
    occupancy: WatchesOccupancy
    alarms: Alarms
    rule: Understaffed
    clock: Clock
    _short_since: datetime | None = None
    _counted_at: datetime | None = None

    def use(self, rules: RuleFiles) -> None:
        self.rule = rules.staffing.understaffed

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except HotlineError as trouble:
                log.debug("staffing was not looked at", why=trouble.problem)
            except Exception:
                log.exception("the look at staffing failed")

    async def look(self) -> None:
        """Raises Unavailable."""
        now, over = self.clock.now(), self.occupancy.look()
        self.alarms.look("agents-overworked", now, wrong=bool(over), why=over)
        if self._counted_at is None or now - self._counted_at >= COUNT_EVERY:
            self._counted_at = now
            self.judge(await self.planner.today(), now)

    def judge(self, today: StaffingDay, now: datetime) -> None:
        why = short_of(today, self.rule)
        self._short_since = (self._short_since or now) if why else None
        lasts = self._short_since is not None and now - self._short_since >= timedelta(
            minutes=self.rule.minutes
        )
        self.alarms.look("understaffed", now, wrong=lasts, why=why)
        leaderless = today.roll is not None and today.roll.without_leader
        why = "nobody" if today.roll is None else ", ".join(today.roll.leaders) or "nobody"
        self.alarms.look("no-duty-leader", now, wrong=leaderless, why=f"rostered: {why}")


def short_of(today: StaffingDay, rule: Understaffed) -> str:
    """Why too few people are here; "": enough, or nothing is known to compare with."""
    now = today.now
    if now is None or now.signed_in is None:
        return ""
    wanted = [now.needed] if today.basis.learned else []
    if today.roll is not None:
        wanted.append(len(today.roll.due))
    missing = [want for want in wanted if want - now.signed_in > rule.tolerated(want)]
    return gap_en(now) if missing else ""
