"""Looks at the service itself, again and again, and tells the board of alarms (service_rules.py).

The floor every two seconds, the figures every ten, tickets and trunks every half minute: an alarm
stands within a minute (SEAT-04). A look that fails is told in the log; it ends nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import structlog

from acd.view import FloorView
from figures.live import LiveFigures
from hotline.watch.alarms import Alarms
from hotline.watch.service_rules import Cluster, ServiceRules, Verdict
from kernel.clock import Clock
from kernel.errors import Unavailable

log = structlog.get_logger(__name__)

FLOOR_EVERY: Final = 2.0  # seconds
FIGURES_EVERY: Final = 10.0
TICKETS_EVERY: Final = 30.0
TRUNKS_EVERY: Final = 10.0
ASK_WITHIN: Final = 20.0


class ShowsFloor(Protocol):
    def snapshot(self) -> FloorView: ...


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Where the watch looks. `trunks`: name -> does its far side answer?"""

    floor: ShowsFloor
    figures: LiveFigures
    clusters: Callable[[], Awaitable[Sequence[Cluster]]]
    trunks: dict[str, Callable[[], Awaitable[bool]]]
    clock: Clock


class ServiceWatch:
    def __init__(self, rules: ServiceRules, seen: Seen, alarms: Alarms) -> None:
        self.rules = rules
        self._seen = seen
        self._alarms = alarms

    async def run(self) -> None:
        """For ever."""
        looks = {
            self.look_at_floor: FLOOR_EVERY,
            self.look_at_figures: FIGURES_EVERY,
            self.look_at_tickets: TICKETS_EVERY,
            self.look_at_trunks: TRUNKS_EVERY,
        }
        async with asyncio.TaskGroup() as group:
            for look, pause in looks.items():
                group.create_task(_every(pause, look), name=look.__name__)

    async def look_at_floor(self) -> None:
        self._tell(self.rules.of_floor(self._seen.floor.snapshot(), self._seen.clock.now()))

    async def look_at_figures(self) -> None:
        minutes = self.rules.settings.answer_rate.over_min
        start = self._seen.clock.now() - timedelta(minutes=minutes)
        self._tell([self.rules.of_figures(self._seen.figures.since(start))])

    async def look_at_tickets(self) -> None:
        try:
            found = await self._seen.clusters()
        except Unavailable as away:
            log.warning("bursts are not looked for", why=away.problem)  # its own alarm stands
            return
        self._tell([self.rules.of_tickets(found)])

    async def look_at_trunks(self) -> None:
        lives = await asyncio.gather(*(ask() for ask in self._seen.trunks.values()))
        silent = [name for name, well in zip(self._seen.trunks, lives, strict=True) if not well]
        self._tell([self.rules.of_trunks(silent)])

    def _tell(self, verdicts: Sequence[Verdict]) -> None:
        now = self._seen.clock.now()
        for name, wrong, why in verdicts:
            self._alarms.look(name, now, wrong=wrong, why=why)


async def _every(pause: float, look: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            async with asyncio.timeout(ASK_WITHIN):
                await look()
        except (Exception, TimeoutError):
            log.exception("a look at the service failed")
        await asyncio.sleep(pause)
