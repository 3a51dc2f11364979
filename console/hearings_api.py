"""Who listened to recordings, when and for what, as one list (SEC-04)."""

from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from console.asked import Asked
from console.errors import BadForm
from console.facts import HearingFor
from console.logins import Scope
from console.routes import Routes
from kernel.errors import Unavailable

routes = Routes("recordings")
LONGEST: Final = timedelta(days=366)


class HearingsQuery(BaseModel):
    """`since` inclusive, `until` not: the `next` of the page before goes there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: AwareDatetime
    until: AwareDatetime
    limit: Annotated[int, Field(ge=1, le=200)] = 100


class Hearing(BaseModel):
    """`agent`: the number of who listened, if the login has one."""

    at: datetime
    call: str
    login: str
    agent: str | None
    why: HearingFor


class Hearings(BaseModel):
    """The newest first."""

    hearings: list[Hearing]
    next: datetime | None


@routes.get("/api/hearings", scope=Scope.HOLD_RECORDINGS, errors=(BadForm, Unavailable))
async def hearings(asked: Asked, query: HearingsQuery) -> Hearings:
    """Each request for the sound of a recording, whoever made it (听取记录)."""
    if not timedelta(0) < query.until - query.since <= LONGEST:
        raise BadForm(
            f"`until` does not lie 1 second to {LONGEST.days} days after `since`.",
            remedy="Ask for less.",
        )
    found = await asked.console.recordings.heard(query.since, query.until, query.limit)
    return Hearings(
        hearings=[
            Hearing(at=one.at, call=one.call, login=one.login, agent=one.agent, why=one.why)
            for one in found
        ],
        next=found[-1].at if len(found) == query.limit else None,
    )
