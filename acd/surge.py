"""Which surge plan is activated, and which returns: decided from the floor's figures. Pure.

Rule: one look at the figures, one decision for each plan at most. What a supervisor activated by
hand only a supervisor returns; what he returned rests like any other.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from acd.call_facts import CallQueued, SeatAnswered
from acd.facts import FATES
from acd.standing import Standing
from acd.surge_facts import SYSTEM, PlanName
from acd.surge_happenings import ActivateSurge, ReturnSurge
from acd.surge_plans import Back, Plan, Trigger
from kernel.fact import Fact
from kernel.ids import QueueName

LONGEST: Final = timedelta(hours=1)  # the longest window that a plan may name
ANSWERED: Final = frozenset({"seat-answered", "fallback-answered", "call-overflowed"})

# Expected requests for a person in [start, end); None: there is no forecast.
Forecast = Callable[[datetime, datetime], float | None]


@dataclass(frozen=True, slots=True)
class LineNow:
    """Who waits now, in all queues that a plan concerns."""

    waiting: int
    longest_wait: timedelta


@dataclass(slots=True)
class Lately:
    """Requests and fates of the last hour, fed with every fact. No state: begins empty."""

    _asked: deque[datetime] = field(default_factory=deque)
    _fates: deque[tuple[datetime, bool]] = field(default_factory=deque)

    def see(self, fact: Fact) -> None:
        if isinstance(fact, CallQueued):
            if not fact.again:
                self._asked.append(fact.at)
        elif isinstance(fact, FATES) and not (isinstance(fact, SeatAnswered) and fact.again):
            self._fates.append((fact.at, fact.kind in ANSWERED))
        while self._asked and fact.at - self._asked[0] > LONGEST:
            self._asked.popleft()
        while self._fates and fact.at - self._fates[0][0] > LONGEST:
            self._fates.popleft()

    def arrivals(self, now: datetime, window: timedelta) -> int:
        return sum(1 for _ in _since(iter(reversed(self._asked)), now - window))

    def answer_rate(self, now: datetime, window: timedelta) -> tuple[float | None, int]:
        """接通率 of the calls that met their fate in the window, and of how many."""
        total = answered = 0
        for at, taken in reversed(self._fates):
            if at < now - window:
                break
            total, answered = total + 1, answered + taken
        return (answered / total if total else None), total


def _since(newest_first: Iterator[datetime], start: datetime) -> Iterator[datetime]:
    for at in newest_first:
        if at < start:
            return
        yield at


@dataclass(frozen=True, slots=True)
class Figures:
    """What is looked at once."""

    now: datetime
    line: LineNow
    lately: Lately
    forecast: Forecast

    def over_forecast(self, window: timedelta) -> tuple[float | None, int]:
        """Requests of the window by what was expected; None: nobody expected anything."""
        arrivals = self.lately.arrivals(self.now, window)
        expected = self.forecast(self.now - window, self.now)
        return (arrivals / expected if expected else None), arrivals


FiguresOf = Callable[[tuple[QueueName, ...]], Figures]  # (): of all queues


class Watch:
    """Remembers since when each figure stands as it does; a restart begins anew."""

    def __init__(self, plans: Mapping[PlanName, Plan]) -> None:
        self._plans = plans
        self._since: dict[tuple[PlanName, int], datetime] = {}
        self._calm_since: dict[PlanName, datetime] = {}

    def look(self, seen: FiguresOf, standing: Standing) -> list[ActivateSurge | ReturnSurge]:
        found: list[ActivateSurge | ReturnSurge] = []
        for name, plan in self._plans.items():
            figures = seen(plan.queues)
            active = standing.active.get(name)
            if active is None:
                self._calm_since.pop(name, None)
                why = self._alarming(name, plan, figures)
                if why and self._has_rested(name, plan, figures.now, standing):
                    found.append(
                        ActivateSurge(plan=name, measures=plan.measures(), by=SYSTEM, why=why)
                    )
            elif active.by == SYSTEM:
                self._forget(name)
                if self._calm(name, plan.back, figures, active.at):
                    found.append(ReturnSurge(name, SYSTEM, _told(figures)))
        return found

    def _forget(self, name: PlanName) -> None:
        for key in [key for key in self._since if key[0] == name]:
            del self._since[key]

    def _alarming(self, name: PlanName, plan: Plan, figures: Figures) -> str:
        """Why it is to be activated; "": no trigger holds."""
        reasons = []
        for n, trigger in enumerate(plan.triggers):
            why = tripped(trigger, figures)
            if not why:
                self._since.pop((name, n), None)
                continue
            since = self._since.setdefault((name, n), figures.now)
            if figures.now - since >= timedelta(seconds=trigger.for_s):
                reasons.append(why)
        return "; ".join(reasons)

    @staticmethod
    def _has_rested(name: PlanName, plan: Plan, now: datetime, standing: Standing) -> bool:
        returned = standing.returned_at(name)
        return returned is None or now - returned >= timedelta(seconds=plan.back.rests_s)

    def _calm(self, name: PlanName, back: Back, figures: Figures, active_at: datetime) -> bool:
        if not is_calm(back, figures):
            self._calm_since.pop(name, None)
            return False
        since = self._calm_since.setdefault(name, figures.now)
        long_enough = figures.now - since >= timedelta(seconds=back.for_s)
        return long_enough and figures.now - active_at >= timedelta(seconds=back.stands_s)


def tripped(trigger: Trigger, figures: Figures) -> str:
    """The figure that is over its mark, in words for the record; "": it is not."""
    window = timedelta(seconds=trigger.window_s)
    line = figures.line
    if trigger.waiting is not None and line.waiting >= trigger.waiting:
        return f"waiting {line.waiting}"
    if trigger.longest_wait_s is not None:
        waited = line.longest_wait.total_seconds()
        return f"longest wait {waited:.0f} s" if waited >= trigger.longest_wait_s else ""
    if trigger.answer_rate_below is not None:
        rate, calls = figures.lately.answer_rate(figures.now, window)
        low = rate is not None and calls >= trigger.at_least and rate < trigger.answer_rate_below
        return f"answer rate {rate:.3f} of {calls}" if low else ""
    if trigger.arrivals_over_forecast is not None:
        ratio, calls = figures.over_forecast(window)
        high = ratio is not None and ratio > trigger.arrivals_over_forecast
        return f"arrivals {ratio:.2f} x forecast" if high and calls >= trigger.at_least else ""
    return ""


def is_calm(back: Back, figures: Figures) -> bool:
    window = timedelta(seconds=back.window_s)
    if figures.line.waiting > back.waiting_at_most:
        return False
    if figures.line.longest_wait > timedelta(seconds=back.longest_wait_at_most_s):
        return False
    rate, _ = figures.lately.answer_rate(figures.now, window)
    least = back.answer_rate_at_least
    if least is not None and rate is not None and rate < least:
        return False
    ratio, _ = figures.over_forecast(window)
    return not (
        back.arrivals_at_most is not None and ratio is not None and ratio > back.arrivals_at_most
    )


def _told(figures: Figures) -> str:
    waited = figures.line.longest_wait.total_seconds()
    return f"waiting {figures.line.waiting}, longest wait {waited:.0f} s"
