"""Drafts in memory; the rules are those of `intake.drafts.Draft`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cases.case import Receipt
from intake.drafts import Draft, UnknownDraft, new_draft
from intake.ticket import TicketForm
from intake.ticket_state import TicketCue, TicketState
from kernel.ids import AgentNo, CallId, TicketKey, uuid7


@dataclass
class FakeDrafts:
    """Fits `intake.drafts.KeepsDrafts`."""

    _drafts: dict[CallId, Draft] = field(default_factory=dict)

    async def open(self, call: CallId, *, by: AgentNo, at: datetime) -> tuple[Draft, bool]:
        if call in self._drafts:
            return self._drafts[call], False
        self._drafts[call] = new_draft(call, TicketKey(uuid7()), by=by, at=at)
        return self._drafts[call], True

    async def get(self, call: CallId) -> Draft:
        if call not in self._drafts:
            raise UnknownDraft.of(call)
        return self._drafts[call]

    async def save(
        self, call: CallId, form: TicketForm, *, by: AgentNo, based_on: int | None, at: datetime
    ) -> Draft:
        return await self._change(
            call, lambda draft: draft.saved(form, by=by, based_on=based_on, at=at)
        )

    async def move(
        self, call: CallId, cue: TicketCue, *, at: datetime, receipt: Receipt | None = None
    ) -> Draft:
        return await self._change(call, lambda draft: draft.moved(cue, at=at, receipt=receipt))

    async def unfinished(self, agent: AgentNo) -> tuple[Draft, ...]:
        waiting = (TicketState.DRAFT, TicketState.SUBMITTED)
        mine = [d for d in self._drafts.values() if d.agent == agent and d.state in waiting]
        return tuple(sorted(mine, key=lambda draft: (draft.opened_at, draft.call)))

    async def _change(self, call: CallId, change: Callable[[Draft], Draft]) -> Draft:
        self._drafts[call] = change(await self.get(call))
        return self._drafts[call]
