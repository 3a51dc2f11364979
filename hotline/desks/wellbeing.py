"""The break after an abusive or a crisis call (HR-02): the agent's own button, refused by nobody.

It is written down with the call, so that a supervisor sees after which calls people need it. The
break itself is one of the floor's, with the reason `wellbeing`.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from acd.call_facts import SeatAnswered, TalkEnded
from acd.happenings import Command, Pause
from acd.seat import WELLBEING, Activity
from acd.view import FloorView
from console.staffing_port import NoCallToRestFrom, Rest, RestFrom
from hotline.staffing_facts import WellbeingBreakTaken
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId


@dataclass(kw_only=True)
class Wellbeing:
    """`see` is an onlooker of every fact: it remembers each agent's last call."""

    order: Callable[[Command], Awaitable[object]]
    view: Callable[[], FloorView]
    write: Callable[[Sequence[Fact]], None]
    clock: Clock
    within: timedelta
    _last: dict[AgentNo, tuple[CallId, datetime]] = field(default_factory=dict, init=False)

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, SeatAnswered | TalkEnded):
                self._last[fact.agent] = fact.call, fact.at

    async def rest(self, agent: AgentNo, why: RestFrom) -> Rest:
        """Raises NoCallToRestFrom, WrongState, UnknownWorkNumber."""
        call = self._call_of(agent)
        if call is None:
            minutes = self.within // timedelta(minutes=1)
            raise NoCallToRestFrom(
                f"Agent {agent} had no call in the last {minutes} minutes.",
                remedy="Take an ordinary break, or speak with the supervisor.",
            )
        await self.order(Pause(agent, WELLBEING))
        taken = WellbeingBreakTaken(at=self.clock.now(), call=call, agent=agent, why=why.value)
        self.write([taken])
        seat = self.view().seat_of(agent)
        return Rest(call=call, until=seat.pause_until if seat is not None else None)

    def _call_of(self, agent: AgentNo) -> CallId | None:
        """That which he has, or the last one if it is not long ago."""
        seat = self.view().seat_of(agent)
        if seat is not None and seat.call is not None and seat.activity is not Activity.RINGING:
            return seat.call
        call, at = self._last.get(agent, (None, self.clock.now()))
        return call if self.clock.now() - at <= self.within else None
