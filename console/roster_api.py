"""The roster: who works when, taken over from a file (SEAT-03)."""

import base64
import binascii
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.roster_errors import BadRoster, RosterFault
from console.asked import Asked
from console.errors import BadForm
from console.logins import Scope
from console.routes import Routes
from console.shifts_shown import RosterTakenShown, ShiftRosterShown, shift_rows
from console.staffing_api import DayQuery, day_asked
from intake.field_errors import FieldError
from kernel.errors import Unavailable

routes = Routes("roster")


class RosterForm(BaseModel):
    """A file .csv or .xlsx, base64. A file larger than a request goes in by the command line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=4, max_length=120)]
    content: Annotated[str, Field(min_length=4)]


@routes.get("/api/roster", scope=Scope.PLAN_STAFF, errors=(Unavailable, BadForm))
async def shift_roster(asked: Asked, query: DayQuery) -> ShiftRosterShown:
    """All shifts that reach into a day (排班表)."""
    day = day_asked(asked, query)
    return ShiftRosterShown(
        day=day, shifts=shift_rows(await asked.console.staffing.planner.shifts(day))
    )


@routes.post("/api/roster", scope=Scope.PLAN_STAFF, errors=(Unavailable, BadForm))
async def take_roster(asked: Asked, body: RosterForm) -> RosterTakenShown:
    """A roster file: its days are replaced; with a fault nothing is (导入排班)."""
    try:
        content = base64.b64decode(body.content, validate=True)
    except (binascii.Error, ValueError) as err:
        raise BadForm("The content is no base64.", remedy="Encode the file.") from err
    planner = asked.console.staffing.planner
    try:
        taken = await planner.take_roster(body.name, content, by=asked.login.name)
    except BadRoster as bad:
        faults = tuple(_field(fault) for fault in bad.faults)
        raise BadForm(bad.problem, remedy=bad.remedy, fields=faults) from bad
    return RosterTakenShown(shifts=taken.shifts, replaced=taken.replaced, days=list(taken.days))


def _field(fault: RosterFault) -> FieldError:
    """第 7 行 工号 9999: the place and what stands there; the code's text says what is wrong."""
    line = f"第 {fault.line} 行" if fault.line else ""
    place = " ".join(part for part in (line, fault.column, fault.value) if part)
    return FieldError(field=place, code=fault.code, problem=fault.problem, remedy=fault.remedy)
