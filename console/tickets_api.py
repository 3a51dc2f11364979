"""The form beside the call: saved as it is typed, submitted once, read again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from cases.case import TicketFile
from cases.errors import CaseNotOpen, RevealNeedsReason, TicketKeyReused, UnknownCase, UnknownTicket
from cases.masking import Viewer, show
from console.asked import Asked
from console.errors import NoAgentBehindLogin, NotYourCall, VersionMissing
from console.logins import Scope
from console.own_calls import demand_had, has_now
from console.routes import Routes
from intake.drafts import Draft, DraftChanged
from intake.field_errors import BadTicket
from intake.ticket import TicketForm
from intake.ticket_state import WrongTicketStep
from kernel.errors import Unavailable
from kernel.ids import CallId, TicketNo

routes = Routes("tickets")
_ERRORS = (NotYourCall, NoAgentBehindLogin, Unavailable)


class DraftShown(BaseModel):
    """`version` goes back in If-Match with the next save."""

    model_config = ConfigDict(frozen=True)

    call: str
    ticket_key: str
    state: str
    version: int
    agent: str
    saved_at: datetime
    form: TicketForm
    ticket_no: str | None
    case_id: str | None


class TicketSubmission(BaseModel):
    """One call has one ticket: sent twice, it is filed once."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    call: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    form: TicketForm


class ReceiptShown(BaseModel):
    """`again`: it had been filed before, and nothing was stored now.

    `query_code` is for the citizen (CH-05); `sms_text` says it to him, where the site sends SMS.
    """

    ticket_no: str
    case_id: str
    status: str
    again: bool
    query_code: str
    sms_text: str


class TicketShown(BaseModel):
    """`personal` as this viewer may see it (C7); `needs_reveal`: what he may see for a reason."""

    ticket_no: str
    case_id: str
    nth: int
    parent_ticket_no: str | None
    submitted_at: datetime
    call: str | None
    agent: str | None
    region_code: str
    request_type: str
    category_code: str
    title: str
    urgency: str
    confidential: bool
    whistleblower: bool
    anonymous: bool
    caller_tags: list[str]
    frame: dict[str, Any]
    said: dict[str, Any]
    personal: dict[str, str]
    needs_reveal: list[str]
    viewer: Viewer


class RevealForm(BaseModel):
    """`reason` is kept with the login's name (SEC-01)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: Annotated[list[str], Field(min_length=1, max_length=20)]
    reason: Annotated[str, StringConstraints(max_length=200)]


@routes.get("/api/drafts/{call}", scope=Scope.FILE_TICKETS, errors=_ERRORS)
async def draft(asked: Asked, call: str) -> DraftShown:
    """The form of a call, opened now if need be."""
    demand_had(asked, CallId(call))
    return _draft(await asked.console.cases.forms.open_draft(CallId(call), by=asked.agent))


@routes.put(
    "/api/drafts/{call}",
    scope=Scope.FILE_TICKETS,
    errors=(*_ERRORS, DraftChanged, WrongTicketStep, VersionMissing),
)
async def save_draft(asked: Asked, call: str, body: TicketForm) -> DraftShown:
    """Save what is typed so far; If-Match names the version it is based on, if there is one."""
    demand_had(asked, CallId(call))
    based_on = asked.version if "If-Match" in asked.request.headers else None
    forms = asked.console.cases.forms
    return _draft(await forms.save_draft(CallId(call), body, by=asked.agent, based_on=based_on))


@routes.delete("/api/drafts/{call}", scope=Scope.FILE_TICKETS, errors=(*_ERRORS, WrongTicketStep))
async def discard_draft(asked: Asked, call: str) -> DraftShown:
    """A call without a request: no ticket comes of it."""
    demand_had(asked, CallId(call))
    return _draft(await asked.console.cases.forms.discard(CallId(call)))


@routes.post(
    "/api/tickets",
    scope=Scope.FILE_TICKETS,
    status=201,
    errors=(*_ERRORS, BadTicket, CaseNotOpen, UnknownCase, TicketKeyReused, WrongTicketStep),
)
async def submit_ticket(asked: Asked, body: TicketSubmission) -> ReceiptShown:
    """File the form: ticket and case."""
    call = CallId(body.call)
    demand_had(asked, call)
    receipt = await asked.console.cases.finishes.submit(call, body.form, by=asked.agent)
    code, sms_text = asked.console.by_phone.progress.receipt(receipt.ticket_no)
    return ReceiptShown(
        ticket_no=receipt.ticket_no,
        case_id=receipt.case_id,
        status=receipt.status.value,
        again=receipt.again,
        query_code=code,
        sms_text=sms_text,
    )


@routes.get(
    "/api/tickets/{no}", scope=Scope.FILE_TICKETS, errors=(UnknownTicket, NotYourCall, Unavailable)
)
async def ticket(asked: Asked, no: str) -> TicketShown:
    """A filed ticket; masked unless its caller is at one's own seat now."""
    found = await asked.console.cases.cases.ticket(TicketNo(no))
    if not asked.may(Scope.READ_CASES) and found.agent != asked.login.agent:
        raise NotYourCall(f"Ticket {no} is another agent's.", remedy="Ask that agent.")
    return ticket_shown(found, viewer_of(asked, found))


@routes.post(
    "/api/tickets/{no}/reveal",
    scope=Scope.REVEAL,
    errors=(UnknownTicket, RevealNeedsReason, Unavailable),
)
async def reveal_ticket(asked: Asked, no: str, body: RevealForm) -> TicketShown:
    """The named personal fields whole, after the audit line is stored (SEC-01)."""
    found = await asked.console.cases.cases.reveal(
        TicketNo(no),
        body.fields,
        by=asked.login.name,
        reason=body.reason,
        now=asked.console.clock.now(),
    )
    return ticket_shown(found, Viewer.SUPERVISOR, revealed=frozenset(body.fields))


def viewer_of(asked: Asked, found: TicketFile) -> Viewer:
    """C7: whole only for the agent who has the caller at his seat."""
    if found.call is not None and found.agent == asked.login.agent and has_now(asked, found.call):
        return Viewer.AGENT_IN_CALL
    return Viewer.SUPERVISOR if asked.may(Scope.REVEAL) else Viewer.BOARD


def ticket_shown(
    found: TicketFile, viewer: Viewer, *, revealed: frozenset[str] = frozenset()
) -> TicketShown:
    """The only way a ticket leaves the console: masked by the table of `cases/masking.py`."""
    protection = found.protection
    masked = show(found, viewer, revealed=revealed)
    return TicketShown(
        ticket_no=found.ticket_no,
        case_id=found.case_id,
        nth=found.nth,
        parent_ticket_no=found.parent_ticket_no,
        submitted_at=found.submitted_at,
        call=found.call,
        agent=found.agent,
        region_code=found.region_code,
        request_type=found.request_type,
        category_code=found.category_code,
        title=found.title,
        urgency=found.urgency,
        confidential=protection.confidential,
        whistleblower=protection.whistleblower,
        anonymous=protection.anonymous,
        caller_tags=list(found.caller_tags),
        frame=_plain(found.frame),
        said=_plain(found.said),
        personal=dict(masked.personal),
        needs_reveal=list(masked.needs_reveal),
        viewer=viewer,
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return dict(values)


def _draft(found: Draft) -> DraftShown:
    return DraftShown(
        call=found.call,
        ticket_key=found.ticket_key,
        state=found.state.value,
        version=found.version,
        agent=found.agent,
        saved_at=found.saved_at,
        form=found.form,
        ticket_no=found.ticket_no,
        case_id=found.case_id,
    )
