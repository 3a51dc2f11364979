"""Looks at the floor's figures every few seconds; what `acd/surge.py` decides is ordered.

The alarm board says that a plan stands or an incident is open, so that nobody forgets to end it.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from acd.standing import Standing
from acd.surge import Figures, Forecast, Lately, LineNow, Watch
from acd.surge_happenings import ActivateSurge, ReturnSurge
from acd.surge_plans import SurgeRules
from hotline.surge.desk import OrdersFloor
from hotline.watch.alarms import Alarms
from kernel.clock import Clock
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import QueueName

log = structlog.get_logger(__name__)


class SurgeWatch:
    """`see` fits the fact feed."""

    def __init__(
        self,
        rules: SurgeRules,
        floor: OrdersFloor,
        forecast: Forecast,
        alarms: Alarms,
        clock: Clock,
    ) -> None:
        self._every = rules.look_every_s
        self._floor = floor
        self._forecast = forecast
        self._alarms = alarms
        self._clock = clock
        self._lately = Lately()
        self._watch = Watch(rules.plans)

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self._lately.see(fact)

    async def run(self) -> None:
        """Ends only by cancellation."""
        while True:
            await asyncio.sleep(self._every)
            await self.look()

    async def look(self) -> None:
        for order in self._watch.look(self._figures, self._floor.standing):
            await self._carry_out(order)
        self._tell_board(self._floor.standing)

    async def _carry_out(self, order: ActivateSurge | ReturnSurge) -> None:
        """A supervisor may have been first."""
        try:
            await self._floor.order(order)
        except HotlineError as refused:
            log.info("a surge plan did not change", plan=order.plan, code=refused.code)
        else:
            log.warning("a surge plan changed", plan=order.plan, what=type(order).__name__)

    def _figures(self, queues: tuple[QueueName, ...]) -> Figures:
        now = self._clock.now()
        waiting, first = self._floor.line_of(queues)
        longest = now - first if first is not None else timedelta()
        return Figures(now, LineNow(waiting, longest), self._lately, self._forecast)

    def _tell_board(self, standing: Standing) -> None:
        now = self._clock.now()
        plans, incidents = ", ".join(standing.active), standing.open_incidents()
        self._alarms.look("surge-stands", now, wrong=bool(plans), why=plans)
        titles = ", ".join(one.opened.incident for one in incidents)
        self._alarms.look("incident-open", now, wrong=bool(incidents), why=titles)
