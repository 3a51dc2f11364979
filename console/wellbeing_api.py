"""The break after an abusive or a crisis call: the agent's own button (HR-02)."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from acd import errors as acd
from console.asked import Asked
from console.errors import NoAgentBehindLogin
from console.logins import Scope
from console.routes import Routes
from console.staffing_port import NoCallToRestFrom, RestFrom
from kernel.errors import Unavailable

routes = Routes("wellbeing")


class RestForm(BaseModel):
    """`why`: abuse, crisis, distress. No words: what was said stays between people."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    why: RestFrom


class RestShown(BaseModel):
    """`until` null: the break begins when the call, and its wrap-up, are over."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    call: str
    until: datetime | None


@routes.post(
    "/api/seat/wellbeing",
    scope=Scope.SIT,
    errors=(
        NoAgentBehindLogin,
        NoCallToRestFrom,
        acd.WrongState,
        acd.UnknownWorkNumber,
        Unavailable,
    ),
)
async def rest(asked: Asked, body: RestForm) -> RestShown:
    """A break for one's wellbeing after a hard call (心理调适); nobody refuses it."""
    taken = await asked.console.staffing.wellbeing.rest(asked.agent, body.why)
    return RestShown.model_validate(taken)
