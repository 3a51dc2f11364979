"""What an agent is typing: one draft a call, saved as it is typed.

Rule of saving: an agent's own saves never conflict, the last one wins (a reply that got lost, two
saves that crossed); what another agent wrote meanwhile is never overwritten unseen.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from cases.case import Receipt
from intake.ticket import TicketForm
from intake.ticket_state import TicketCue, TicketState, step
from kernel.errors import Conflict, NotFound
from kernel.ids import AgentNo, CallId, CaseId, TicketKey, TicketNo


class DraftChanged(Conflict):
    """Another agent saved meanwhile. `current` is what stands now."""

    code = "draft-changed"

    def __init__(self, current: "Draft") -> None:
        super().__init__(
            f"Agent {current.agent} saved version {current.version} of this form meanwhile.",
            remedy="Load the form again and put your changes on top.",
        )
        self.current = current


class UnknownDraft(NotFound):
    code = "unknown-draft"

    @classmethod
    def of(cls, call: CallId) -> "UnknownDraft":
        return cls(f"Call {call} has no form.", remedy="Open the form of a call you have answered.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """`version` counts saves; `agent` saved last; `form` is empty once filed or discarded."""

    call: CallId
    ticket_key: TicketKey
    state: TicketState
    version: int
    agent: AgentNo
    opened_at: datetime
    saved_at: datetime
    form: TicketForm = field(default_factory=TicketForm, repr=False)
    ticket_no: TicketNo | None = None
    case_id: CaseId | None = None

    @property
    def etag(self) -> str:
        return f'"{self.version}"'

    def saved(
        self, form: TicketForm, *, by: AgentNo, based_on: int | None, at: datetime
    ) -> "Draft":
        """After one more save. `based_on`: the version `by` had before its eyes, None for none.

        Raises DraftChanged when another agent saved since, WrongTicketStep when it is filed.
        """
        if self.version > 0 and self.agent != by and based_on != self.version:
            raise DraftChanged(self)
        return replace(
            self,
            state=step(self.state, TicketCue.SAVE),
            version=self.version + 1,
            agent=by,
            saved_at=at,
            form=form.without_secrets(),
        )

    def moved(self, cue: TicketCue, *, at: datetime, receipt: Receipt | None = None) -> "Draft":
        """After a step of the table. Filing takes the receipt and forgets the form."""
        state = step(self.state, cue)
        if state is TicketState.FILED and receipt is not None:
            return replace(
                self,
                state=state,
                saved_at=at,
                form=TicketForm(),
                ticket_no=receipt.ticket_no,
                case_id=receipt.case_id,
            )
        form = TicketForm() if state is TicketState.DISCARDED else self.form
        return replace(self, state=state, saved_at=at, form=form)


def new_draft(call: CallId, ticket_key: TicketKey, *, by: AgentNo, at: datetime) -> Draft:
    return Draft(
        call=call,
        ticket_key=ticket_key,
        state=TicketState.DRAFT,
        version=0,
        agent=by,
        opened_at=at,
        saved_at=at,
    )


class KeepsDrafts(Protocol):
    """Each method is one transaction; two of them on one call take turns."""

    async def open(self, call: CallId, *, by: AgentNo, at: datetime) -> tuple[Draft, bool]:
        """The call's draft, made now if there was none; True: made now."""

    async def get(self, call: CallId) -> Draft:
        """Raises UnknownDraft."""

    async def save(
        self, call: CallId, form: TicketForm, *, by: AgentNo, based_on: int | None, at: datetime
    ) -> Draft:
        """As `Draft.saved`. Raises UnknownDraft too."""

    async def move(
        self, call: CallId, cue: TicketCue, *, at: datetime, receipt: Receipt | None = None
    ) -> Draft:
        """As `Draft.moved`. Raises UnknownDraft too."""

    async def unfinished(self, agent: AgentNo) -> tuple[Draft, ...]:
        """What this agent still has to file, oldest first."""
