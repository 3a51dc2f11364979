"""Quality inspection in memory: the real office over a fake store."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from figures.inspection import Inspection, State
from figures.inspection_errors import InspectedAlready, UnknownInspection
from figures.inspection_office import InspectionOffice
from figures.inspection_rules import load_inspection
from figures.inspection_sampling import Talk
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId

RULES = load_inspection(Path(__file__).parents[2] / "config" / "inspection.yaml")


class FakeInspections:
    """Fits KeepsInspections."""

    def __init__(self) -> None:
        self.held: list[Talk] = []
        self.rows: dict[str, Inspection] = {}

    async def talks(self, start: datetime, end: datetime) -> Sequence[Talk]:
        inspected = {(one.call, one.agent) for one in self.rows.values()}
        return [
            replace(talk, inspected=(talk.call, talk.agent) in inspected)
            for talk in self.held
            if start <= talk.ended_at < end
        ]

    async def has_talk(self, call: CallId, agent: AgentNo) -> bool:
        return any((talk.call, talk.agent) == (call, agent) for talk in self.held)

    async def open(self, one: Inspection) -> None:
        same = [it for it in self.rows.values() if (it.call, it.agent) == (one.call, one.agent)]
        counts = not one.calibrates and any(not it.calibrates for it in same)
        if counts or any(it.inspector == one.inspector for it in same):
            raise InspectedAlready(f"{one.call} is inspected already.", remedy="Look it up.")
        self.rows[one.id] = one

    async def find(self, inspection: str) -> Inspection:
        if inspection not in self.rows:
            raise UnknownInspection(f"There is no {inspection}.", remedy="Load the list again.")
        return self.rows[inspection]

    async def listed(
        self, agent: AgentNo | None, state: State | None, before: str | None, limit: int
    ) -> Sequence[Inspection]:
        found = [
            one
            for _, one in sorted(self.rows.items(), reverse=True)
            if (agent is None or self._is_told(one, agent))
            and (state is None or one.state is state)
            and (before is None or one.id < before)
        ]
        return found[:limit]

    async def calibrated(self, start: datetime, end: datetime) -> Sequence[Inspection]:
        beside = {
            (one.call, one.agent)
            for one in self.rows.values()
            if one.calibrates and start <= one.opened_at < end
        }
        return [it for it in self.rows.values() if it.scores and (it.call, it.agent) in beside]

    async def step(self, was: State, one: Inspection) -> bool:
        if self.rows[one.id].state is not was:
            return False
        self.rows[one.id] = one
        return True

    @staticmethod
    def _is_told(one: Inspection, agent: AgentNo) -> bool:
        return one.agent == agent and not one.calibrates and one.state is not State.OPEN


class InspectionRoom:
    def __init__(self, clock: Clock, write: Callable[[Sequence[Fact]], None]) -> None:
        self.clock, self.store = clock, FakeInspections()
        self.office = InspectionOffice(self.store, RULES, write, clock)

    def had(
        self, call: CallId, agent: str, talked_s: float = 120, rated: int | None = None
    ) -> None:
        """The agent has just ended a talk in that call."""
        leg = LegId(f"7-{len(self.store.held) + 1:06}")
        self.store.held.append(
            Talk(
                leg=leg, call=call, agent=AgentNo(agent), ended_at=self.clock.now(),
                talked=timedelta(seconds=talked_s), rated=rated,
            )
        )  # fmt: skip
