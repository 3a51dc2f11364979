"""Other levels of the province: who they are, handing a call over, what was handed over."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from cases.webhook import SIGNATURE_HEADER, TIME_HEADER
from console.asked import Asked
from console.errors import BadForm, NoAgentBehindLogin, NoSuchCall, NotYourCall
from console.levels_shown import LevelReport, LevelsShown
from console.logins import Scope
from console.own_calls import demand_now
from console.routes import Routes
from figures.level_quarters import NoQuarter, ToldQuarters
from intake.branch_door import BadSignature, Signed
from kernel.errors import Conflict, TimedOut, Unavailable
from kernel.ids import CallId
from telephony.errors import ActionRefused, PartyNotReached, WrongPhase
from telephony.levels import TICKET_NO, TicketNeeded, UnknownLevel, WrongReason
from telephony.passed_on import LevelReason

routes = Routes("levels")
LONGEST: Final = timedelta(days=31)


class ToLevelForm(BaseModel):
    """`how`: blind hands him over at once, consult asks there first. `ticket_no`: the city's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: Annotated[str, Field(min_length=1, max_length=20)]
    reason: LevelReason
    ticket_no: Annotated[str, Field(pattern=TICKET_NO)] | None = None
    how: Literal["blind", "consult"] = "blind"


class SpanQuery(BaseModel):
    """From (inclusive) to (exclusive), with time zones; at most 31 days."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True)

    start: AwareDatetime = Field(alias="from")
    end: AwareDatetime = Field(alias="to")


@routes.get("/api/levels", scope=Scope.WATCH_FLOOR)
async def levels(asked: Asked) -> LevelsShown:
    """The levels of the province, and why a call may go to which (NAV-02)."""
    return asked.console.levels.directory()


@routes.post(
    "/api/calls/{call}/to-level",
    scope=Scope.TALK,
    errors=(
        NotYourCall,
        NoAgentBehindLogin,
        NoSuchCall,
        UnknownLevel,
        WrongReason,
        TicketNeeded,
        WrongPhase,
        ActionRefused,
        PartyNotReached,
        Conflict,
        Unavailable,
        TimedOut,
    ),
)
async def to_level(asked: Asked, call: str, body: ToLevelForm) -> None:
    """To the province or back to the city, with reason and context (省市互转)."""
    demand_now(asked, CallId(call))
    to = body.level, body.reason, body.ticket_no or ""
    await asked.console.levels.hand_over(
        asked.agent, CallId(call), to, asks_first=body.how == "consult"
    )


@routes.get("/api/levels/report", scope=Scope.READ_FIGURES, errors=(Unavailable, BadForm))
async def level_report(asked: Asked, query: SpanQuery) -> LevelReport:
    """Calls handed out and in by level and reason, to utilities too; figures rolled up (NAV-06)."""
    if not timedelta(0) < query.end - query.start <= LONGEST:
        raise BadForm("`to` does not lie 1 second to 31 days after `from`.", remedy="Ask for less.")
    return await asked.console.levels.report(query.start, query.end)


class QuartersKept(BaseModel):
    kept: int


@routes.post(
    "/api/levels/{level}/quarters",
    public=True,
    reads=ToldQuarters,
    errors=(BadSignature, NoQuarter, Unavailable),
)
async def level_quarters(asked: Asked, level: str) -> QuartersKept:
    """Figures of a level below, signed with its key; told again, they replace (NAV-06)."""
    signed = Signed(
        purpose=f"{level}/quarters",
        timestamp=asked.request.headers.get(TIME_HEADER, ""),
        signature=asked.request.headers.get(SIGNATURE_HEADER, ""),
        body=await asked.request.read(),
    )
    return QuartersKept(kept=await asked.console.levels.door.take(level, signed))
