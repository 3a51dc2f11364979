"""What the story of a relay call needs of the house, built in `hotline/relay_wiring.py`."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from acd.ports import WritesFacts
from acd.waits import SeatWait
from cases.facts import RelayStep
from cases.relay import Relay, RelayCue, advance
from hotline.center import Center
from kernel.clock import Clock
from kernel.ids import AgentNo, CallId, CaseId, LegId
from kernel.phone import PhoneNumber
from telephony.ahead import SeatAhead
from telephony.asked_phone import AskedPhone
from telephony.dial_out import DialOut
from telephony.live_call import LiveCall
from telephony.spoken import Sound, digits
from telephony.story_teller import Story
from telephony.switchboard import Switchboard

IN_STEP_LOOK: Final = timedelta(seconds=0.1)


@dataclass(slots=True, kw_only=True)
class Relaying:
    """One such call while it lasts.

    An agent has `wait` (the floor rings his seat), a unit's handler `phone` and `leg`.
    """

    relay: Relay
    write: WritesFacts
    clock: Clock
    login: str
    work_no: str
    case: CaseId | None
    number: PhoneNumber = field(repr=False)
    asked_at: datetime
    agent: AgentNo | None = None
    wait: SeatWait | None = None
    phone: PhoneNumber | None = field(default=None, repr=False)
    leg: LegId | None = None
    refused: RelayCue | None = None  # why his seat did not take it
    live: LiveCall | None = None  # once the citizen has answered
    began: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def call(self) -> CallId:
        return self.relay.call

    @property
    def is_over(self) -> bool:
        return self.relay.is_over

    @property
    def has_talked(self) -> bool:
        return self.relay.joined_at is not None

    @property
    def step(self) -> RelayStep:
        return self.relay.step

    def take(self, cue: RelayCue) -> None:
        """Written down before anything follows from it."""
        self.relay, facts = advance(self.relay, cue, self.clock.now())
        if facts:
            self.write(facts)
        if self.relay.is_over:
            self.over.set()


@dataclass(kw_only=True)
class RelayHouse:
    """`board` tells what Asterisk says of both phones; `ring_for` is renewed with each release."""

    center: Center
    board: Switchboard
    dial: DialOut
    ahead: SeatAhead
    phones: AskedPhone
    inbound: Story
    ring_for: timedelta

    def are_together(self, call: CallId, leg: LegId) -> bool:
        citizen, seat = self.board.mirror.calls.get(call), self.board.mirror.legs.get(leg)
        bridged = citizen is not None and seat is not None and seat.bridge == citizen.bridge
        return bridged and seat is not None and bool(seat.bridge)

    async def in_step(self) -> None:
        """After a log-in: what is asked of a call before is void."""
        while not await self.board.until(lambda: self.board.is_ready, IN_STEP_LOOK):
            continue

    def greeting(self, relay: Relaying) -> list[Sound]:
        """We say who calls, and that it is recorded; nothing of the case (G).

        A handler's 工号 is said here (MRG-06), an agent's by the dialplan at the join.
        """
        say = self.center.phrases.say
        who = say("relay_greeting") if relay.case else say("welcome", "recording_notice")
        figures = relay.work_no if relay.work_no.isascii() and relay.work_no.isdigit() else ""
        if relay.agent is not None or not figures:
            return who
        return [*who, *say("agent_number"), *digits(figures), *say("at_your_service")]
