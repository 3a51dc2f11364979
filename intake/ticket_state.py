"""The steps of a ticket, from the first word typed until the case store has it: a table."""

from enum import StrEnum
from typing import Final

from kernel.errors import Conflict


class WrongTicketStep(Conflict):
    code = "wrong-ticket-step"


class TicketState(StrEnum):
    DRAFT = "draft"  # 草稿: the agent types
    SUBMITTED = "submitted"  # 已提交: complete; the case store may not have it yet
    FILED = "filed"  # 已入库: has a number; nothing changes any more
    DISCARDED = "discarded"  # 作废: a call without a request


class TicketCue(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    STORE = "store"  # the case store gave a receipt
    REFUSE = "refuse"  # the case store cannot take it so: back to the agent
    DISCARD = "discard"


STEPS: Final[dict[tuple[TicketState, TicketCue], TicketState]] = {
    (TicketState.DRAFT, TicketCue.SAVE): TicketState.DRAFT,
    (TicketState.DRAFT, TicketCue.SUBMIT): TicketState.SUBMITTED,
    (TicketState.DRAFT, TicketCue.DISCARD): TicketState.DISCARDED,
    (TicketState.SUBMITTED, TicketCue.SUBMIT): TicketState.SUBMITTED,  # sent twice
    (TicketState.SUBMITTED, TicketCue.STORE): TicketState.FILED,
    (TicketState.SUBMITTED, TicketCue.REFUSE): TicketState.DRAFT,
    (TicketState.FILED, TicketCue.SUBMIT): TicketState.FILED,  # sent again: the same receipt
    (TicketState.FILED, TicketCue.STORE): TicketState.FILED,
    (TicketState.DISCARDED, TicketCue.SAVE): TicketState.DRAFT,  # the agent thought again
}


def step(state: TicketState, cue: TicketCue) -> TicketState:
    """The state after `cue`. Raises WrongTicketStep when the table has no such step."""
    after = STEPS.get((state, cue))
    if after is None:
        raise WrongTicketStep(
            f"A ticket that is {state} cannot take the step {cue}.",
            remedy="Load the ticket again; a filed one is never changed: file a further one.",
        )
    return after
