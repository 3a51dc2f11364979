"""The wall (大屏): all that hangs in the hall beside the live floor, in one answer."""

from console.asked import Asked
from console.logins import Scope
from console.routes import Routes
from console.wall_shown import WallNow

routes = Routes("wall")


@routes.get("/api/wall", scope=Scope.WATCH_WALL)
async def wall(asked: Asked) -> WallNow:
    """Today's figures, hours, tickets, callbacks, hand-offs and satisfaction: counts only."""
    return await asked.console.wall.now()
