"""Open cases that a caller's request may be the same as, to join one of them (并单, DUP-01)."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from console.asked import Asked
from console.errors import NoAgentBehindLogin, NoSuchCall, NotYourCall
from console.logins import Scope
from console.own_calls import demand_card, demand_had
from console.routes import Routes
from intake.repeats import MayRepeat
from kernel.errors import Unavailable
from kernel.ids import CallId

routes = Routes("repeats")


class RepeatForm(BaseModel):
    """What the form says so far. In the body, because an address is personal."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    category_code: Annotated[str, Field(max_length=20)] = ""
    incident_address: Annotated[str, Field(max_length=200)] = ""


class RepeatRow(BaseModel):
    """`likeness` of the places in percent; 0 where only the number is the same."""

    case: str
    title: str
    status: str
    request_type: str
    category_code: str
    opened_at: datetime
    same_number: bool
    likeness: int


class Repeats(BaseModel):
    """The same citizen's first, then the likest place."""

    cases: list[RepeatRow]


@routes.post(
    "/api/calls/{call}/repeats",
    scope=Scope.FILE_TICKETS,
    errors=(NoSuchCall, NotYourCall, NoAgentBehindLogin, Unavailable),
)
async def repeats(asked: Asked, call: str, body: RepeatForm) -> Repeats:
    """Open cases of this number, and of this kind at a like place (疑似重复诉求)."""
    demand_had(asked, CallId(call))
    side = asked.console.cases
    own = (await side.callers.look_up(demand_card(asked, CallId(call)).caller_key)).open_cases
    like = await side.repeats.look_up(body.category_code, body.incident_address)
    near = {one.case.id: one for one in like}
    found = [
        MayRepeat(
            case=case,
            likeness=near.pop(case.id).likeness if case.id in near else 0,
            same_number=True,
        )
        for case in own
    ]
    return Repeats(cases=[_row(one) for one in (*found, *near.values())])


def _row(one: MayRepeat) -> RepeatRow:
    case = one.case
    return RepeatRow(
        case=case.id,
        title=case.title,
        status=case.status.value,
        request_type=case.request_type,
        category_code=case.category_code,
        opened_at=case.opened_at,
        same_number=one.same_number,
        likeness=one.likeness,
    )
