"""Our own end of many hand-offs, which dies and comes back, and its phones' small habits."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer, Habit, SipPhone
from kernel.fact import Fact
from kernel.ids import CallId, Epoch
from telephony.emergency import HandOff
from telephony.emergency_facts import HandOffAsked, HandOffEnded, HandOffFailed
from telephony.facts import (
    CallArrived,
    CallHungUp,
    HungUpBy,
    RecordingKept,
    RecordingLost,
    RecordingStarted,
)
from telephony.live_call import LiveCall
from tests.integration.emergency_cases import Case
from tests.integration.emergency_stage import EmergencyStage
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import EPOCHS

PATIENCE: Final = 30.0
NEVER_RUNG: Final = ("lost", "not dialled")


async def line_or_rating(call: LiveCall) -> None:
    """In line and after the call something is heard, whenever he comes into our hands."""
    where = ""
    while not call.hung_up.is_set():
        if call.where not in ("", where):
            await call.music()
        where = call.where
        await asyncio.sleep(0.05)


@dataclass
class Exchange:
    """Our own end: the living process's board, and all that any of them has told."""

    asterisk: RunningAsterisk
    facts: list[Fact] = field(default_factory=list)
    deaths: int = 0
    stage: EmergencyStage | None = None
    _running: asyncio.Task[None] | None = None

    def start(self) -> None:
        self.stage = stage = EmergencyStage(self.asterisk, Epoch(next(EPOCHS)))
        stage.facts = self.facts  # one journal
        loop = asyncio.get_running_loop()
        self._running = loop.create_task(stage.board.run(line_or_rating))

    def settle(self) -> None:
        """As `hotline/recovery` after a log-in: what ended without us, what is to be sealed."""
        assert self.stage is not None, "it lives"
        board, now = self.stage.board, self.stage.clock.now()
        over = {one.call for one in self.facts if isinstance(one, CallHungUp)}
        arrived = {one.call for one in self.facts if isinstance(one, CallArrived)}
        for call in sorted(arrived - over - board.mirror.calls.keys()):
            self.facts.append(CallHungUp(at=now, call=call, by=HungUpBy.NETWORK, cause=0))
        sealed = {one.call for one in self.facts if isinstance(one, RecordingKept)}
        started = {one.call for one in self.facts if isinstance(one, RecordingStarted)}
        board.seal_left(sorted(started - sealed))

    async def revive(self) -> None:
        self.start()
        await self.alive()
        self.settle()

    async def die(self) -> None:
        """As a kill: not a word more to Asterisk."""
        stage, self.stage = self.stage, None
        running, self._running = self._running, None
        if stage is not None:
            stage.lives = False
        if running is not None:
            self.deaths += 1
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def alive(self) -> EmergencyStage:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            if self.stage is not None and self.stage.board.is_ready:
                return self.stage
            await asyncio.sleep(0.02)
        raise TimeoutError("our own end did not come back")

    async def has_seat(self, call: CallId) -> bool:
        """Only then has an agent the key before him (music begins with a click of all pitches)."""
        return (await self.alive()).board.mirror.legs.seat(call) is not None


def is_journaled(case: Case, mine: Sequence[Fact]) -> bool:
    """Asked, over once, and one recording kept of what was recorded."""
    if not any(isinstance(one, HandOffAsked) for one in mine):
        return case.citizen_leaves is not None  # he left before the key was pressed
    over = [one for one in mine if isinstance(one, HandOffFailed | HandOffEnded)]
    started = any(isinstance(one, RecordingStarted) for one in mine)
    kept = any(isinstance(one, RecordingKept) for one in mine)
    lost = any(isinstance(one, RecordingLost) for one in mine)
    # One that ended with its call while nobody listened is closed by the call's own end.
    is_over = len(over) == 1 or (not over and any(isinstance(one, CallHungUp) for one in mine))
    return is_over and not lost and (kept or not started)


async def until(so: Callable[[], bool], within: float) -> bool:
    """Look until it is so; False when it is not so in time."""
    ends = time.monotonic() + within
    while not so():
        if time.monotonic() > ends:
            return False
        await asyncio.sleep(0.1)
    return True


def with_tone(hertz: int) -> Callable[[PhoneCall], Habit]:
    def decide(call: PhoneCall) -> Habit:
        call.sound.play(tone(hertz))
        return Answer()

    return decide


def goes_its_way(hand_off: HandOff | None) -> bool:
    """The emergency line was rung, or is: not so if we died between the key and the ringing."""
    return hand_off is not None and hand_off.why not in NEVER_RUNG


def is_gone(citizen: PhoneCall) -> bool:
    return citizen.log.phase is Phase.ENDED


def is_busy(seat: SipPhone) -> bool:
    return any(call.log.phase is not Phase.ENDED for call in seat.calls)


def hang_up(call: PhoneCall) -> None:
    if call.log.phase is Phase.TALKING:
        call.hang_up()


def hang_up_all(seat: SipPhone) -> None:
    for call in seat.calls:
        hang_up(call)
