"""Agents who work without a breath (HR-02, D-08): one fact when it begins, one when it is over.

The alarm names them all; it stands as long as there is one. Nobody is made to do anything.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from acd.staffing_rules import OccupancyRule
from figures.occupancy import AgentLoad, Occupancies
from hotline.staffing_facts import AgentOverworked, AgentRelieved
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo


class OccupancyWatch:
    """`look` is told again and again by whoever watches."""

    def __init__(
        self,
        seen: Occupancies,
        rule: OccupancyRule,
        write: Callable[[Sequence[Fact]], None],
        clock: Clock,
    ) -> None:
        self._seen = seen
        self._rule = rule
        self._write = write
        self._clock = clock
        self._since: dict[AgentNo, datetime] = {}

    def use(self, rule: OccupancyRule) -> None:
        self._rule = rule
        self._seen.use(rule.window)

    def loads(self) -> Sequence[AgentLoad]:
        return self._seen.at(self._clock.now())

    def overworked(self) -> Mapping[AgentNo, datetime]:
        return dict(self._since)

    def look(self) -> str:
        """Who stands above the limit now, with his share; "": nobody. Raises Unavailable."""
        now, loads = self._clock.now(), {load.agent: load for load in self.loads()}
        over = [load for load in loads.values() if self._is_over(load)]
        calm = [agent for agent in self._since if self._is_calm(loads.get(agent))]
        new = [load for load in over if load.agent not in self._since]
        facts: list[Fact] = [AgentRelieved(at=now, agent=agent) for agent in calm]
        facts += [_overworked(load, now) for load in new]
        if facts:
            self._write(facts)
        for agent in calm:
            del self._since[agent]
        self._since |= {load.agent: now for load in new}
        standing = (loads[agent] for agent in sorted(self._since))
        return ", ".join(f"{load.agent} {load.occupancy:.0%}" for load in standing)

    def _is_over(self, load: AgentLoad) -> bool:
        return load.at_work >= self._rule.at_work and load.occupancy > self._rule.limit

    def _is_calm(self, load: AgentLoad | None) -> bool:
        """A break long enough to leave too little work in the window is a relief too."""
        if load is None or load.at_work < self._rule.at_work:
            return True
        return load.occupancy < self._rule.calm


def _overworked(load: AgentLoad, now: datetime) -> AgentOverworked:
    share = round(load.occupancy, 4)
    return AgentOverworked(at=now, agent=load.agent, occupancy=share, at_work=load.at_work)
