"""What branch centres (分中心) tell of their calls and tickets, and how far each has told (MRG-05).

For machines: no session; each request is signed (`intake/branch_door.py`), may come twice and in
any order. A row that is wrong is refused by itself, with its number, id and fields.
"""

from typing import Annotated, Final, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from cases.webhook import SIGNATURE_HEADER, TIME_HEADER
from console.asked import Asked
from console.error_replies import field_in, language_of
from console.lines_port import BranchShown, CallsTaken, RowRefused, Sent, TicketsTaken
from console.logins import Scope
from console.routes import Routes
from console.serving import bad_form, read_json
from figures.lines_told import ToldCall
from intake.branch_door import BadSignature, Signed
from intake.branch_tickets import ToldTicket
from kernel.errors import Unavailable

routes = Routes("branches")
CALLS_AT_ONCE: Final = 500
TICKETS_AT_ONCE: Final = 50
_ERRORS: Final = (BadSignature, Unavailable)


class CallsSent(BaseModel):
    """All that happened until `as_of`, by the branch's clock; no calls: nothing happened."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: AwareDatetime
    calls: Annotated[list[ToldCall], Field(max_length=CALLS_AT_ONCE)]


class TicketsSent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: AwareDatetime
    tickets: Annotated[list[ToldTicket], Field(max_length=TICKETS_AT_ONCE)]


class _Calls(BaseModel):
    """As `CallsSent`, each row yet to be looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    as_of: AwareDatetime
    calls: Annotated[list[JsonValue], Field(max_length=CALLS_AT_ONCE)]


class _Tickets(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    as_of: AwareDatetime
    tickets: Annotated[list[JsonValue], Field(max_length=TICKETS_AT_ONCE)]


class BranchList(BaseModel):
    branches: list[BranchShown]


Envelope = TypeVar("Envelope", _Calls, _Tickets)


@routes.post("/api/branches/{line}/calls", public=True, reads=CallsSent, errors=_ERRORS)
async def branch_calls(asked: Asked, line: str) -> CallsTaken:
    """A branch's own calls: taken once each, the newest word about each counts."""
    sent = await _admitted(asked, f"{line}/calls", _Calls)
    branches = asked.console.lines.branches
    taken = await branches.take_calls(line, Sent(as_of=sent.as_of, rows=sent.calls))
    return taken.model_copy(update={"refused": _read(asked, taken.refused)})


@routes.post("/api/branches/{line}/tickets", public=True, reads=TicketsSent, errors=_ERRORS)
async def branch_tickets(asked: Asked, line: str) -> TicketsTaken:
    """A branch's own tickets: each becomes a ticket and a case here, once."""
    sent = await _admitted(asked, f"{line}/tickets", _Tickets)
    branches = asked.console.lines.branches
    taken = await branches.take_tickets(line, Sent(as_of=sent.as_of, rows=sent.tickets))
    return taken.model_copy(update={"refused": _read(asked, taken.refused)})


@routes.get("/api/branches", scope=Scope.READ_FIGURES)
async def branches(asked: Asked) -> BranchList:
    """Each line with seats of its own: connected or not, and how far it has told."""
    return BranchList(branches=list(asked.console.lines.branches.feeds()))


async def _admitted(asked: Asked, purpose: str, envelope: type[Envelope]) -> Envelope:
    """Who it is first, then what was said."""
    headers = asked.request.headers
    body = await asked.request.read()
    signed = Signed(
        purpose=purpose,
        timestamp=headers.get(TIME_HEADER, ""),
        signature=headers.get(SIGNATURE_HEADER, ""),
        body=body,
    )
    await asked.console.lines.branches.admit(purpose.partition("/")[0], signed)
    try:
        return envelope.model_validate_json(await read_json(asked.request))
    except ValidationError as err:
        raise bad_form(err) from None  # its message would quote what was sent


def _read(asked: Asked, refused: list[RowRefused]) -> list[RowRefused]:
    """In the language asked for."""
    language = language_of(asked.request.headers.get("Accept-Language", ""))
    return [
        one.model_copy(update={"errors": [field_in(error, language) for error in one.errors]})
        for one in refused
    ]
