"""Builds surge plans: the desk for people, the watch over the figures, the daily closing list."""

import asyncio
from collections.abc import Sequence

from cases.daily_closing import PgDailyClosing
from console.staffing_port import RunsStaffing
from console.surge_port import SurgeSide
from hotline.surge.desk import SurgeDesk
from hotline.surge.expected import Expected
from hotline.surge.watch import SurgeWatch
from hotline.wiring import Hotline
from kernel.ids import CallId, TicketNo


def make_surge(hotline: Hotline) -> SurgeSide:
    ground = hotline.ground

    def tickets(call: CallId) -> Sequence[TicketNo]:
        card = hotline.boards.calls.find(call)
        return [TicketNo(number) for number in card.tickets] if card is not None else []

    desk = SurgeDesk(
        rules=ground.rules.surge,
        floor=hotline.hall.desk,
        notices=hotline.center.notices,
        calls=hotline.telephone.switchboard.calls,
        tickets=tickets,
        write=ground.recorder.write,
        clock=ground.clock,
    )
    return SurgeSide(desk=desk, closing=PgDailyClosing(ground.pool))


async def watch_surge(hotline: Hotline, planner: RunsStaffing) -> None:
    """For the group in hotline/main.py. Ends only by cancellation."""
    ground, expected = hotline.ground, Expected(planner)
    watch = SurgeWatch(
        ground.rules.surge, hotline.hall.desk, expected, hotline.boards.alarms, ground.clock
    )
    ground.feed.add("surge", watch.see)
    async with asyncio.TaskGroup() as group:
        group.create_task(expected.run(), name="forecast")
        group.create_task(watch.run(), name="surge watch")


def surveys_stopped(hotline: Hotline) -> bool:
    """A plan that stands wants every line and every agent for those who call (SRG-01)."""
    standing = hotline.hall.desk.standing
    return any(plan.measures.stop_surveys for plan in standing.active.values())
