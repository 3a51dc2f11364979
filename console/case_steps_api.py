"""A case after filing: to its unit, closed, flagged (派单, 办结, 保密 and the like)."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from cases.closing import CaseFlag, Standing
from cases.errors import UnknownCase, WrongStep
from console.asked import Asked
from console.logins import Scope
from console.routes import Routes
from kernel.errors import Unavailable
from kernel.ids import CaseId

routes = Routes("case steps")
_ERRORS = (UnknownCase, WrongStep, Unavailable)


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DispatchForm(_Form):
    unit: Annotated[str, Field(min_length=1, max_length=80)]


class FlagForm(_Form):
    """Each flag but `satisfaction_excluded` keeps the robot from ringing the citizen (CBK-01)."""

    flag: CaseFlag
    on: bool


class StandingShown(BaseModel):
    """`round` 1: handled for the first time."""

    case: str
    status: str
    round: int
    unit: str | None
    dispatched_at: datetime | None
    closed_at: datetime | None
    flags: list[str]


@routes.post("/api/cases/{case}/dispatch", scope=Scope.MOVE_CASES, errors=_ERRORS)
async def dispatch_case(asked: Asked, case: str, body: DispatchForm) -> StandingShown:
    """To the unit that handles it (派单)."""
    by = asked.login.name
    return _shown(await asked.console.case_steps.dispatch(CaseId(case), body.unit, by=by))


@routes.post("/api/cases/{case}/close", scope=Scope.MOVE_CASES, errors=_ERRORS)
async def close_case(asked: Asked, case: str) -> StandingShown:
    """The unit has answered (办结); a survey is owed from now on."""
    return _shown(await asked.console.case_steps.close(CaseId(case), by=asked.login.name))


@routes.post("/api/cases/{case}/flags", scope=Scope.MOVE_CASES, errors=(UnknownCase, Unavailable))
async def flag_case(asked: Asked, case: str, body: FlagForm) -> StandingShown:
    """Confidential, in appeal and the like, on or off."""
    by = asked.login.name
    return _shown(await asked.console.case_steps.flag(CaseId(case), body.flag, body.on, by=by))


def _shown(standing: Standing) -> StandingShown:
    return StandingShown(
        case=standing.case,
        status=standing.status.value,
        round=standing.round,
        unit=standing.lead_unit,
        dispatched_at=standing.dispatched_at,
        closed_at=standing.closed_at,
        flags=sorted(flag.value for flag in standing.flags),
    )
