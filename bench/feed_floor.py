"""A floor at work with the live feed behind it, as in hotline/wiring.py."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, cast

from acd.directory import Directory
from acd.view import FloorView
from bench.floor_people import Case, people
from bench.floor_run import FloorAtWork
from console.calls_view import CallsView
from console.live_feed import LiveFeed, LiveSources
from console.ports import KeepsDirectory, KnowsCallers, RunsFloor
from console.settings import ConsoleSettings
from kernel.clock import SystemClock
from kernel.fact import Fact

SUPERVISORS_SHARE: Final = 20  # one client in so many
WAITING: Final = 100
CALLS_A_SECOND: Final = 50
QUARTER: Final = timedelta(milliseconds=250)


def is_supervisor(n: int) -> bool:
    return n % SUPERVISORS_SHARE == 0


@dataclass(frozen=True, slots=True)
class Kept:
    directory: Directory


class ShownFloor:
    """A floor at work with the live feed behind it, as in hotline/wiring.py."""

    def __init__(self, seats: int) -> None:
        centre = people(Case(seats, 8))
        self.calls = CallsView()
        self.feed: LiveFeed | None = None
        self.hearing_s = 0.0  # CPU of the feed while it heard facts: offers and parties go at once
        self.at_work = FloorAtWork(centre, self.hear)
        self.at_work.staff(centre)
        self.at_work.fill(WAITING)
        sources = LiveSources(
            floor=cast(RunsFloor, self),
            directory=cast(KeepsDirectory, Kept(centre.directory)),
            calls=self.calls,
            callers=cast(KnowsCallers, None),  # offers are not looked up here
        )
        self.feed = LiveFeed(sources, SystemClock(), ConsoleSettings())

    def hear(self, facts: list[Fact]) -> None:
        self.calls.see(facts)
        if self.feed is not None:
            began = time.thread_time()
            self.feed.see(facts)
            self.hearing_s += time.thread_time() - began

    def snapshot(self) -> FloorView:
        return self.at_work.floor.view(self.at_work.now)

    def quarter_second(self) -> list[Callable[[], object]]:
        """What happens in it, one after the other."""
        rounds = CALLS_A_SECOND // 4
        return [self.at_work.round] * rounds + [partial(self.at_work.let_pass, QUARTER)]
