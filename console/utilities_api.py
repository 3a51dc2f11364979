"""Water, power, gas, heat, network: who serves a district, and handing a call over (UTL-01/02)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from console.asked import Asked
from console.errors import NoAgentBehindLogin, NoSuchCall, NotYourCall
from console.levels_shown import UtilityDone, UtilityRow
from console.logins import Scope
from console.own_calls import demand_now
from console.routes import Routes
from intake.drafts import DraftChanged
from intake.ticket_state import WrongTicketStep
from kernel.errors import Conflict, TimedOut, Unavailable
from kernel.ids import CallId
from telephony.errors import ActionRefused, PartyNotReached, WrongPhase
from telephony.utilities import UnknownUtility, Wanted

routes = Routes("utilities")
District = Annotated[str, Field(pattern=r"^\d{6}$")]


class DistrictQuery(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    district: District


class UtilityForm(BaseModel):
    """`how`: instead where its own number was tried in vain, ticket where nobody is to be rung."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    utility: Annotated[str, Field(min_length=1, max_length=20)]
    district: District
    how: Wanted = Wanted.BEST


class Utilities(BaseModel):
    utilities: list[UtilityRow]


@routes.get("/api/utilities", scope=Scope.WATCH_FLOOR)
async def utilities(asked: Asked, query: DistrictQuery) -> Utilities:
    """Who serves that district, and whether they answer now."""
    return Utilities(utilities=list(asked.console.utilities.directory(query.district)))


@routes.post(
    "/api/calls/{call}/utility",
    scope=Scope.TALK,
    errors=(
        NotYourCall,
        NoAgentBehindLogin,
        NoSuchCall,
        UnknownUtility,
        WrongTicketStep,
        DraftChanged,
        WrongPhase,
        ActionRefused,
        PartyNotReached,
        Conflict,
        Unavailable,
        TimedOut,
    ),
)
async def to_utility(asked: Asked, call: str, body: UtilityForm) -> UtilityDone:
    """To whoever serves the district; out of hours an urgent ticket (UTL-02)."""
    demand_now(asked, CallId(call))
    return await asked.console.utilities.hand_over(
        asked.agent, CallId(call), body.utility, body.district, how=body.how
    )
