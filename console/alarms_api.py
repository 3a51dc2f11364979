"""What is wrong with the house just now: for every screen."""

from console.alarms_shown import AlarmList
from console.asked import Asked
from console.logins import Scope
from console.routes import Routes

routes = Routes("alarms")


@routes.get("/api/alarms", scope=Scope.WATCH_FLOOR)
async def alarms(asked: Asked) -> AlarmList:
    """The alarms that stand now, with since when, and what to do."""
    return AlarmList(alarms=list(asked.console.health.alarms()))
