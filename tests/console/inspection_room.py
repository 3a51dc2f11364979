"""Quality inspection in memory: the real office over a fake store."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from figures.agent_cards import AgentCardOffice, Mark, MarkKind
from figures.inspection import Inspection, State
from figures.inspection_blind import Conversation
from figures.inspection_errors import InspectedAlready, UnknownInspection
from figures.inspection_office import InspectionOffice
from figures.inspection_rules import load_inspection
from figures.inspection_sampling import Talk
from figures.quality import CardCounts, QualityCounts
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

    async def unscored_by(self, inspector: str) -> Collection[Conversation]:
        return {
            (one.call, one.agent)
            for one in self.rows.values()
            if one.inspector == inspector and one.state is State.OPEN
        }

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


class FakeCards:
    """Fits KeepsCards: of what the fake inspections hold."""

    def __init__(self, store: FakeInspections) -> None:
        self._store = store
        self.marks: list[Mark] = []

    async def cards(self, start: datetime, end: datetime) -> Mapping[AgentNo, CardCounts]:
        held = [talk for talk in self._store.held if start <= talk.ended_at < end]
        return {agent: self._card(agent, held) for agent in {talk.agent for talk in held}}

    def _card(self, agent: AgentNo, held: list[Talk]) -> CardCounts:
        own = [talk for talk in held if talk.agent == agent]
        rated = [talk.rated for talk in own if talk.rated is not None]
        judged = [one for one in self._store.rows.values() if one.agent == agent and one.total]
        passed = sum((one.total or 0) >= (one.pass_mark or 0) for one in judged)
        return CardCounts(
            talks=len(own),
            days=len({talk.ended_at.date() for talk in own}),
            talked_ms=sum(round(talk.talked.total_seconds() * 1000) for talk in own),
            rated=len(rated),
            praised=rated.count(5),
            complained=sum(level <= 2 for level in rated),
            praise_marks=sum(
                one.agent == agent and one.what is MarkKind.PRAISE for one in self.marks
            ),
            quality=QualityCounts(inspected=len(judged), passed=passed),
        )

    async def had(self, call: CallId, agent: AgentNo) -> bool:
        return await self._store.has_talk(call, agent)

    async def mark(self, one: Mark) -> None:
        self.marks.append(one)


class InspectionRoom:
    def __init__(self, clock: Clock, write: Callable[[Sequence[Fact]], None]) -> None:
        self.clock, self.store = clock, FakeInspections()
        self.office = InspectionOffice(self.store, RULES, write, clock)
        self.kept_cards = FakeCards(self.store)
        self.cards = AgentCardOffice(self.kept_cards, write, clock)

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
