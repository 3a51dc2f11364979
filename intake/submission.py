"""From the first word typed to the filed ticket: the verbs the console asks for.

Order of filing: saved, submitted, taken by the case store, told to the journal, marked as filed.
Every step can be run again: the ticket key makes one ticket of two submissions, also after a crash.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cases.case import Receipt
from cases.errors import CaseNotOpen, UnknownCase
from cases.store import CaseStore
from intake.catalogue import Catalogue
from intake.drafts import Draft, KeepsDrafts
from intake.facts import TicketDrafted, TicketFiled
from intake.identity_part import Identity
from intake.ticket import Ticket, TicketForm, complete
from intake.ticket_state import TicketCue, TicketState, WrongTicketStep
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, NumberKey
from kernel.phone import PhoneNumber


@dataclass(slots=True, kw_only=True)
class IntakeRules:
    """What filling a form depends on; the catalogue may be renewed while forms are open.

    `key_of` keeps a number in the vault and gives its key.
    """

    catalogue: Catalogue
    key_of: Callable[[PhoneNumber], NumberKey | None]
    home_area: str = ""  # "0431": completes a local number


class TicketIntake:
    """`write` is the journal's."""

    def __init__(
        self,
        drafts: KeepsDrafts,
        cases: CaseStore,
        rules: IntakeRules,
        write: Callable[[Sequence[Fact]], None],
        clock: Clock,
    ) -> None:
        self._drafts = drafts
        self._cases = cases
        self._rules = rules
        self._write = write
        self._clock = clock

    async def open_draft(self, call: CallId, *, by: AgentNo) -> Draft:
        """The form of this call, made now if need be."""
        draft, made = await self._drafts.open(call, by=by, at=self._clock.now())
        if made:
            self._write([TicketDrafted(at=draft.opened_at, call=call, ticket_key=draft.ticket_key)])
        return draft

    async def save_draft(
        self, call: CallId, form: TicketForm, *, by: AgentNo, based_on: int | None
    ) -> Draft:
        """Raises DraftChanged, WrongTicketStep (filed already)."""
        await self.open_draft(call, by=by)
        return await self._drafts.save(call, form, by=by, based_on=based_on, at=self._clock.now())

    async def discard(self, call: CallId) -> Draft:
        """A call without a request. Raises UnknownDraft, WrongTicketStep."""
        return await self._drafts.move(call, TicketCue.DISCARD, at=self._clock.now())

    async def submit(
        self, call: CallId, form: TicketForm, identity: Identity, *, by: AgentNo
    ) -> Receipt:
        """Files it; sent twice, the same receipt (`again`).

        Raises BadTicket (the draft keeps what was typed), TicketKeyReused, CaseNotOpen, UnknownCase
        and Unavailable: send it again.
        """
        draft = await self.open_draft(call, by=by)
        if draft.state in (TicketState.DRAFT, TicketState.DISCARDED):
            draft = await self._keep(draft, form, by)
        ticket = self._complete(form, identity, draft)
        await self._drafts.move(call, TicketCue.SUBMIT, at=self._clock.now())
        return await self._store(ticket, draft, by)

    async def _keep(self, draft: Draft, form: TicketForm, by: AgentNo) -> Draft:
        """What was typed, saved; unless the same form is being submitted twice at this moment."""
        try:
            return await self._drafts.save(
                draft.call, form, by=by, based_on=draft.version, at=self._clock.now()
            )
        except WrongTicketStep:
            return await self._drafts.get(draft.call)

    def _complete(self, form: TicketForm, identity: Identity, draft: Draft) -> Ticket:
        return complete(
            form,
            identity,
            self._rules.catalogue,
            ticket_key=draft.ticket_key,
            now=self._clock.now(),
            home_area=self._rules.home_area,
        )

    async def _store(self, ticket: Ticket, draft: Draft, by: AgentNo) -> Receipt:
        try:
            receipt = await self._cases.take(ticket.filing(contact_key=self._contact(ticket)))
        except (CaseNotOpen, UnknownCase):
            await self._drafts.move(draft.call, TicketCue.REFUSE, at=self._clock.now())
            raise
        if not receipt.again or (await self._drafts.get(draft.call)).ticket_no is None:
            self._write([_filed(ticket, receipt, draft, by)])
        await self._drafts.move(draft.call, TicketCue.STORE, at=self._clock.now(), receipt=receipt)
        return receipt

    def _contact(self, ticket: Ticket) -> NumberKey | None:
        typed = ticket.form.contact_number
        if not typed:
            return None
        number = PhoneNumber.parse(typed, home_area=self._rules.home_area)
        return self._rules.key_of(number)


def _filed(ticket: Ticket, receipt: Receipt, draft: Draft, by: AgentNo) -> TicketFiled:
    return TicketFiled(
        at=ticket.submitted_at,
        call=draft.call,
        ticket_no=receipt.ticket_no,
        ticket_key=draft.ticket_key,
        case=receipt.case_id,
        agent=by,
    )
