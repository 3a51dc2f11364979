"""The agent's greeting key (开头语键): pressed once he has greeted the citizen (质检, AI-04)."""

from datetime import datetime

from pydantic import BaseModel

from acd.errors import WrongState
from acd.seat import Activity
from console.asked import Asked
from console.errors import NoAgentBehindLogin
from console.logins import Scope
from console.routes import Routes
from figures.facts import GreetingTold

routes = Routes("greeting")


class GreetingShown(BaseModel):
    call: str
    agent: str
    at: datetime


@routes.post("/api/seat/greeting", scope=Scope.SIT, errors=(NoAgentBehindLogin, WrongState))
async def greeting(asked: Asked) -> GreetingShown:
    """He has greeted the citizen whom he talks with. A second press changes nothing."""
    seat = asked.console.floor.floor.snapshot().seat_of(asked.agent)
    if seat is None or seat.call is None or seat.activity is not Activity.TALKING:
        raise WrongState(
            f"Agent {asked.agent} talks with nobody.", remedy="Press it during a conversation."
        )
    now = asked.console.clock.now()
    asked.console.write([GreetingTold(at=now, call=seat.call, agent=asked.agent)])
    return GreetingShown(call=seat.call, agent=asked.agent, at=now)
