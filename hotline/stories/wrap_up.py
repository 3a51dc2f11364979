"""The agent files the form: what the form lacks is known from the call itself (C1).

Fits `console/ports.py: FinishesContact`. May come long after the hang-up, and twice.
"""

from dataclasses import dataclass

from cases.case import Receipt
from config.settings import SiteSettings
from console.call_card import CallCard
from console.calls_view import CallsView
from console.errors import NoSuchCall, NotYourCall
from console.ports import KeepsDirectory
from intake.identity_part import Identity
from intake.submission import TicketIntake
from intake.ticket import TicketForm
from intake.words import AcceptLevel, Channel, TransferredFrom
from kernel.ids import AgentNo, CallId, QueueName
from kernel.phone import WITHHELD, PhoneNumber
from storage.vault import NumberVault


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    intake: TicketIntake
    calls: CallsView
    vault: NumberVault
    directory: KeepsDirectory
    site: SiteSettings

    async def submit(self, call: CallId, form: TicketForm, *, by: AgentNo) -> Receipt:
        """One ticket for one call, sent once or twice.

        Raises NoSuchCall, NotYourCall, BadTicket with every broken rule, Unavailable.
        """
        card = self.calls.find(call)
        if card is None:
            raise NoSuchCall(
                f"No call {call!r} is known.", remedy="Take its id from the list of calls."
            )
        if by not in card.agents:
            raise NotYourCall(
                f"Agent {by} has had no part in call {call}.",
                remedy="Ask the agent who talked to file it.",
            )
        return await self.intake.submit(call, form, await self._identity(card, by), by=by)

    async def _identity(self, card: CallCard, by: AgentNo) -> Identity:
        agent = self.directory.directory.agents.get(by)
        answered = None
        if card.asked_at is not None and card.waited is not None:
            answered = card.asked_at + card.waited
        return Identity(
            source_channel=Channel.PHONE,
            accept_level=self.site.accept_level,
            region_code=self.site.region_code,
            call=card.call,
            call_time=card.arrived_at,
            answer_time=answered,
            hangup_time=card.ended_at,
            recording_ids=(card.call,) if card.agents else (),
            caller_number=await self._number(card),
            caller_key=card.caller_key,
            dialled_number=card.dialled,
            agent=by,
            agent_name=agent.name if agent else "",
            seat=card.seat,
            queue=QueueName(card.queue) if card.queue else None,
            is_province_ticket=self.site.accept_level is AcceptLevel.PROVINCE,
            transferred_from=_handed_over_by(card),
            external_ref=card.level_ticket,
        )

    async def _number(self, card: CallCard) -> PhoneNumber:
        if card.caller_key is None:
            return WITHHELD
        return await self.vault.reveal(card.caller_key) or WITHHELD


def _handed_over_by(card: CallCard) -> TransferredFrom | None:
    """Another level (NAV-05), or a line with seats of its own (MRG-03)."""
    if not card.from_level:
        return None
    return TransferredFrom.BRANCH if card.way.startswith("line:") else TransferredFrom.LEVEL
