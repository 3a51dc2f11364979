"""How a case stands, for its owner who asks an agent (CH-05): the same rule as by keys."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from cases.errors import UnknownTicket
from cases.progress import GuardedCase, NotTheOwner, Question, WrongQueryCode
from console.asked import Asked
from console.logins import Scope
from console.routes import Routes
from kernel.errors import BadPhoneNumber, Unavailable
from kernel.ids import AgentNo, NumberKey
from kernel.phone import PhoneNumber

routes = Routes("progress of a case")


class ProgressForm(BaseModel):
    """The ticket (20 figures, or day and sequence), and the number it was filed from or its query
    code."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    ticket: Annotated[str, StringConstraints(pattern=r"^[0-9]{14}([0-9]{6})?$")]
    number: Annotated[str, StringConstraints(min_length=1, max_length=30)] | None = None
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")] | None = None


class ProgressShown(BaseModel):
    """`due_on` while it is with its unit, `closed_on` once it is closed."""

    ticket_no: str
    status: str
    unit: str | None
    due_on: date | None
    closed_on: date | None


@routes.post(
    "/api/cases/progress",
    scope=Scope.FILE_TICKETS,
    errors=(
        UnknownTicket,
        NotTheOwner,
        WrongQueryCode,
        GuardedCase,
        BadPhoneNumber,
        Unavailable,
    ),
)
async def progress(asked: Asked, body: ProgressForm) -> ProgressShown:
    """What may be told to whoever names the ticket, and its number or its query code (CH-05)."""
    agent = AgentNo(asked.login.agent) if asked.login.agent else None
    question = Question(
        ticket=body.ticket, key=_key_of(asked, body.number), code=body.code, agent=agent
    )
    told = await asked.console.by_phone.progress.tell(question)
    return ProgressShown(
        ticket_no=told.ticket_no,
        status=told.status.value,
        unit=told.unit,
        due_on=told.due_on,
        closed_on=told.closed_on,
    )


def _key_of(asked: Asked, text: str | None) -> NumberKey | None:
    if text is None:
        return None
    number = PhoneNumber.parse(text, home_area=asked.console.settings.home_area)
    return asked.console.by_phone.key_of(number)
