"""Surge plans and incidents as people order them; whoever waits is told of an incident at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from acd.happenings import Command
from acd.ports import WritesFacts
from acd.standing import Standing
from acd.surge_facts import IncidentId, PlanName
from acd.surge_happenings import ActivateSurge, CloseIncident, OpenIncident, ReturnSurge, TagCall
from acd.surge_plans import SurgeRules
from acd.view import FloorView
from console.surge_port import NewIncident, UnknownPlan
from hotline.facts import NoticeTold
from hotline.surge.notices import Notices, concerns
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import CallId, QueueName, TicketNo
from telephony.live_call import LiveCall


class OrdersFloor(Protocol):
    """`acd/desk.py: AcdDesk` fits by shape."""

    async def order(self, command: Command) -> Sequence[Fact]: ...

    def snapshot(self) -> FloorView: ...

    @property
    def standing(self) -> Standing: ...

    def line_of(self, queues: Collection[QueueName]) -> tuple[int, datetime | None]: ...

    def say(self, call: CallId, phrases: tuple[str, ...]) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class SurgeDesk:
    """Fits `console/surge_port.py: RunsSurge`."""

    rules: SurgeRules
    floor: OrdersFloor
    notices: Notices
    calls: Mapping[CallId, LiveCall]
    tickets: Callable[[CallId], Sequence[TicketNo]]
    write: WritesFacts
    clock: Clock

    @property
    def standing(self) -> Standing:
        return self.floor.standing

    def line_of(self, plan: PlanName) -> tuple[int, datetime | None]:
        return self.floor.line_of(self.rules.plans[plan].queues)

    def tickets_of(self, call: CallId) -> Sequence[TicketNo]:
        return self.tickets(call)

    async def activate(self, plan: PlanName, *, by: str, why: str, drill: bool) -> None:
        self._check(plan)
        measures = self.rules.plans[plan].measures()
        order = ActivateSurge(plan=plan, measures=measures, by=by, why=why, drill=drill)
        await self.floor.order(order)

    async def give_back(self, plan: PlanName, *, by: str, why: str) -> None:
        if plan not in self.standing.active:  # one that the file no longer names may still stand
            self._check(plan)
        await self.floor.order(ReturnSurge(plan, by, why))

    def _check(self, plan: PlanName) -> None:
        if plan not in self.rules.plans:
            raise UnknownPlan(
                f"There is no surge plan {plan!r}.",
                remedy=f"Choose one of: {', '.join(self.rules.plans) or 'none is written'}.",
            )

    async def open_incident(self, wanted: NewIncident) -> IncidentId:
        incident, asks = self._new_id(wanted), self.rules.incidents
        announcement = asks.phrases[wanted.about]
        await self.floor.order(
            OpenIncident(
                incident=incident,
                about=wanted.about,
                title=wanted.title,
                areas=wanted.areas,
                announcement=announcement,
                key=asks.key,
                queue=asks.queue,
                by=wanted.by,
                why=wanted.why,
            )
        )
        self._tell_waiting(incident, announcement)
        return incident

    def _new_id(self, wanted: NewIncident) -> IncidentId:
        stem = f"{wanted.about}-{self.clock.now():%Y%m%d%H%M%S}"
        taken = self.standing.incidents
        others = sum(name.startswith(stem) for name in taken)
        return IncidentId(f"{stem}-{others + 1}" if others else stem)

    def _tell_waiting(self, incident: IncidentId, phrase: str) -> None:
        """Those in its areas who hear music now; for whom a seat rings is served in a moment."""
        opened = self.standing.incidents[incident]
        told: list[Fact] = []
        for waiting in self.floor.snapshot().waiting:
            call = self.calls.get(waiting.call)
            if call is None or waiting.ringing_at is not None:
                continue
            if concerns(opened, self.notices.place_of(call)) and self.floor.say(call.id, (phrase,)):
                told.append(
                    NoticeTold(at=self.clock.now(), call=call.id, phrase=phrase, why=incident)
                )
        if told:
            self.write(told)

    async def close_incident(self, incident: IncidentId, *, by: str, why: str) -> None:
        await self.floor.order(CloseIncident(incident, by, why))

    async def tag(self, call: CallId, incident: IncidentId, *, by: str) -> None:
        await self.floor.order(TagCall(call, incident, by))
