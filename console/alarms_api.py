"""What is wrong with the house just now: for every screen; who takes care of it."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from console.alarms_shown import AlarmList, AlarmRow
from console.asked import Asked
from console.control_api import without_numbers
from console.errors import NoSuchAlarm
from console.logins import Scope
from console.routes import Routes
from console.supervision_port import Supervisor

routes = Routes("alarms")


class AcknowledgeForm(BaseModel):
    """`note`: what is being done about it; it may be empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: Annotated[str, StringConstraints(max_length=200), AfterValidator(without_numbers)] = ""


@routes.get("/api/alarms", scope=Scope.WATCH_FLOOR)
async def alarms(asked: Asked) -> AlarmList:
    """The alarms that stand now, with since when, and what to do."""
    return AlarmList(alarms=list(asked.console.health.alarms()))


@routes.post("/api/alarms/{name}/acknowledge", scope=Scope.FORCE_SEATS, errors=(NoSuchAlarm,))
async def acknowledge(asked: Asked, name: str, body: AcknowledgeForm) -> AlarmRow:
    """Somebody has seen it and takes care of it (确认告警); it is told to nobody else then."""
    by = Supervisor(asked.login.name, asked.login.agent)
    return asked.console.supervision.acknowledge(by, name, body.note)
