"""What the story of a callback needs of the house, by name; built in `hotline/callback_wiring.py`.

`making` holds the callbacks whose attempt is written: by them the console and the line know.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from acd.desk import AcdDesk
from acd.facts import SeatAnswered, WrapUpEnded
from acd.happenings import CallbackWanted
from callbacks.attempts import Claim
from callbacks.duty import Duty, Outcome
from callbacks.engine import AttemptEngine
from callbacks.ports import RevealsNumbers
from callbacks.schedule_settings import PeopleRules
from hotline.center import Center
from kernel.clock import Clock
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, LegId, NumberKey
from kernel.phone import PhoneNumber
from telephony.ahead import SeatAhead
from telephony.dial_out import DialOut
from telephony.live_call import LiveCall
from telephony.story_teller import Story


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty in line. Its call's id is that of the attempt, should it come to one."""

    duty: Duty
    wanted: CallbackWanted

    @property
    def call(self) -> CallId:
        return self.wanted.call


@dataclass(slots=True, kw_only=True)
class Making:
    """A callback whose attempt is written. `leg`: the agent's who was there first.

    `talked`: citizen and agent have; `broken_off`: we stopped the ring ourselves.
    """

    owed: Owed
    claim: Claim
    number: PhoneNumber | None
    agent: AgentNo | None
    leg: LegId | None
    talked: bool = False
    in_line: bool = False
    broken_off: bool = False
    live: LiveCall | None = None  # once he has answered
    began: asyncio.Event = field(default_factory=asyncio.Event)
    verdict: Outcome | None = None
    said: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(kw_only=True)
class CallbackHouse:
    """`rules` and `lease_for` are renewed with each release."""

    desk: AcdDesk
    engine: AttemptEngine
    dial: DialOut
    ahead: SeatAhead
    numbers: RevealsNumbers
    center: Center
    inbound: Story
    rules: PeopleRules
    lease_for: timedelta
    is_on_the_phone: Callable[[NumberKey | None], bool]
    making: dict[CallId, Making] = field(default_factory=dict)

    @property
    def clock(self) -> Clock:
        return self.center.clock

    def see(self, facts: Sequence[Fact]) -> None:
        """Fits the fact feed: who took the citizen out of the line, and when he has wrapped up."""
        for fact in facts:
            match fact:
                case SeatAnswered():
                    self._taken(fact)
                case WrapUpEnded():
                    self._wrapped_up(fact.agent)
                case _:
                    continue

    def _taken(self, answered: SeatAnswered) -> None:
        making = self.making.get(answered.call)
        if making is not None and making.in_line:
            making.talked, making.agent = True, answered.agent

    def _wrapped_up(self, agent: AgentNo) -> None:
        for making in self.making.values():
            if making.agent == agent and making.talked:
                making.said.set()
