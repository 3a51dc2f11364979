"""Tickets that a branch centre has taken (MRG-05): the same form, rules and door as ours.

Rule: the branch's id makes the ticket key, so a ticket told again is the ticket that is there, and
one told with other content is refused.
"""

import uuid
from datetime import datetime
from typing import Final, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from cases.case import Receipt
from cases.errors import CaseNotOpen, TicketKeyReused, UnknownCase
from cases.store import CaseStore
from intake.branch_door import AHEAD, BranchId, WorkNo
from intake.field_errors import BadTicket, FieldError, from_validation
from intake.identity_part import Identity
from intake.submission import IntakeRules
from intake.ticket import Ticket, TicketForm, complete
from intake.words import AcceptLevel, Channel, TransferredFrom
from kernel.errors import BadPhoneNumber, HotlineError
from kernel.ids import AgentNo, NumberKey, TicketKey
from kernel.phone import PhoneNumber

_KEYS: Final = uuid.UUID("5d7c1f0a-8a0e-5b57-9a39-2f6b1e6c12b5")  # namespace of branches' ids


class ToldTicket(BaseModel):
    """One ticket of a branch. `form`: C2 and C3 as our own desk sends them; `filed_at`: there."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: BranchId
    filed_at: AwareDatetime
    agent: WorkNo = Field(min_length=1)  # 工号 there (MRG-06)
    agent_name: str = Field(default="", max_length=50)
    caller_number: str = Field(default="", max_length=30, repr=False)
    call_time: AwareDatetime | None = None
    answer_time: AwareDatetime | None = None
    hangup_time: AwareDatetime | None = None
    form: dict[str, JsonValue]


class NotesTickets(Protocol):
    """`intake/branch_store.py` fits by shape."""

    async def note_ticket(
        self, line: str, told: ToldTicket, receipt: Receipt, at: datetime
    ) -> None: ...


def ticket_key(line: str, branch_id: str) -> TicketKey:
    return TicketKey(str(uuid.uuid5(_KEYS, f"{line}\n{branch_id}")))


def read_ticket(sent: object, now: datetime) -> ToldTicket | tuple[FieldError, ...]:
    """The ticket as told, or all that is wrong with its frame; the form's rules come later."""
    try:
        told = ToldTicket.model_validate(sent)
    except ValidationError as err:
        return from_validation(err).fields
    if told.filed_at > now + AHEAD:
        return (
            _error("filed_at", "in-the-future", "It lies in the future.", "Set the clock by NTP."),
        )
    return told


class BranchTickets:
    """Files them. `region_code`: of the site that takes them."""

    def __init__(
        self, cases: CaseStore, notes: NotesTickets, rules: IntakeRules, region_code: str
    ) -> None:
        self._cases = cases
        self._notes = notes
        self._rules = rules
        self._region_code = region_code

    async def take(
        self, line: str, told: ToldTicket, now: datetime
    ) -> Receipt | tuple[FieldError, ...]:
        """One ticket, told once or often; or all that is wrong. Raises Unavailable."""
        try:
            ticket = self._complete(line, told)
            receipt = await self._cases.take(ticket.filing(contact_key=self._contact(ticket)))
        except BadTicket as bad:
            return bad.fields
        except BadPhoneNumber as bad:
            return (_error("caller_number", "number-wrong", bad.problem, bad.remedy),)
        except (TicketKeyReused, CaseNotOpen, UnknownCase) as refused:
            return (_refused(refused),)
        await self._notes.note_ticket(line, told, receipt, now)
        return receipt

    def _complete(self, line: str, told: ToldTicket) -> Ticket:
        return complete(
            TicketForm.parse(told.form),
            self._identity(line, told),
            self._rules.catalogue,
            ticket_key=ticket_key(line, told.id),
            now=told.filed_at,
            home_area=self._rules.home_area,
        )

    def _identity(self, line: str, told: ToldTicket) -> Identity:
        """Marked by its line: `origin_hotline`, and the work number with the line before it."""
        number = self._number(told.caller_number)
        return Identity(
            source_channel=Channel.BRANCH_CENTER,
            accept_level=AcceptLevel.BRANCH,
            region_code=self._region_code,
            call_time=told.call_time,
            answer_time=told.answer_time,
            hangup_time=told.hangup_time,
            caller_number=number,
            caller_key=self._key(number),
            origin_hotline=line,
            agent=AgentNo(f"{line}/{told.agent}"),
            agent_name=told.agent_name,
            transferred_from=TransferredFrom.BRANCH,
            external_ref=told.id,
        )

    def _contact(self, ticket: Ticket) -> NumberKey | None:
        return self._key(self._number(ticket.form.contact_number))

    def _number(self, text: str) -> PhoneNumber | None:
        return PhoneNumber.parse(text, home_area=self._rules.home_area) if text else None

    def _key(self, number: PhoneNumber | None) -> NumberKey | None:
        return self._rules.key_of(number) if number is not None else None


def _refused(refused: HotlineError) -> FieldError:
    field = "id" if isinstance(refused, TicketKeyReused) else "merge_into"
    return _error(field, refused.code, refused.problem, refused.remedy)


def _error(field: str, code: str, problem: str, remedy: str) -> FieldError:
    return FieldError(field=field, code=code, problem=problem, remedy=remedy)
