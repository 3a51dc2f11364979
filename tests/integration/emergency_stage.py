"""An exchange with emergency lines on two trunks, and an ear for what the citizen hears.

Every far end plays a tone of its own, so that whoever is heard is known by his pitch, and a silence
is ours alone.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from hotline.rehearsal.audio import rms, strength, to_linear, tone
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Account, Habit, PhoneSet, SipPhone, open_phone
from kernel.errors import HotlineError
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Epoch
from telephony import emergency_facts as facts
from telephony.emergency import HandOff
from telephony.emergency_control import EmergencyControl
from telephony.live_call import LiveCall
from telephony.story_teller import Story
from tests.fakes.emergency_lines import emergency_line
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import EPOCHS, PATIENCE, Stage

SECOND_HOST = "127.0.0.5"
CITIZEN_HZ, AGENT_HZ, POLICE_HZ = 440, 700, 1000
PITCHES = (CITIZEN_HZ, AGENT_HZ, POLICE_HZ)
AGENT = AgentNo("1001")
LONGEST_SILENCE = 2.0  # seconds that nobody in need may hear nothing
RING_FOR_S = 2  # on each trunk
LOOK_EVERY = 0.1
QUIET = 40.0  # RMS in 16-bit units: below it nothing is heard
FRAME = 160


@dataclass
class Ear:
    """The level of what a phone receives, every 100 ms; the longest silence so far."""

    call: PhoneCall
    longest: float = 0.0
    levels: list[tuple[float, float]] = field(default_factory=list)
    _since: float | None = None

    async def listen(self) -> None:
        packets, looked = self.call.sound.heard.packets, time.monotonic()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            heard, now = self.call.sound.heard, time.monotonic()
            new = (heard.packets - packets) * FRAME
            level = rms(to_linear(bytes(heard.sound[-new:]))) if new else 0.0
            self._note(level, looked, now)
            packets, looked = heard.packets, now

    def _note(self, level: float, since: float, now: float) -> None:
        self.levels.append((now, level))
        if level >= QUIET:
            self._since = None
            return
        self._since = since if self._since is None else self._since
        self.longest = max(self.longest, now - self._since)


@asynccontextmanager
async def never_silent(call: PhoneCall) -> AsyncIterator[Ear]:
    """From here to the end of the block he is without a sound for two seconds at most."""
    ear = Ear(call)
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(ear.listen())
        try:
            yield ear
        finally:
            listening.cancel()
    assert ear.longest <= LONGEST_SILENCE, f"{ear.longest:.1f} s of silence"


class Dead(HotlineError):
    """What is not in the journal was not done, and nobody is told anything any more."""

    code = "dead"


class EmergencyStage(Stage):
    def __init__(self, asterisk: RunningAsterisk, epoch: Epoch) -> None:
        self.emergency: EmergencyControl | None = None
        self.lives = True
        self.ring_for_s = RING_FOR_S
        super().__init__(asterisk, epoch)
        self.emergency = EmergencyControl(self.link, self.board, self.clock, epoch)

    def _write(self, facts: Sequence[Fact]) -> None:
        if not self.lives:
            raise Dead("This process was killed.", remedy="Ask the next one.")
        super()._write(facts)
        if self.emergency is not None:
            self.emergency.see(facts)

    @asynccontextmanager
    async def open(self, story: Story) -> AsyncIterator["EmergencyStage"]:
        async with super().open(story):
            yield self

    async def police(self, habit: Habit, *, second: bool = False) -> SipPhone:
        """Whoever is rung over the first trunk out, or over the second; plays its tone."""
        host = SECOND_HOST if second else self.asterisk.trunk_out_host
        account = Account("outside", "", ("127.0.0.1", self.asterisk.sip_port))
        bind = (host, self.asterisk.trunk_out_port)
        made_of = PhoneSet(self.clock, self._pacer, bind, lines=40)
        phone = open_phone(account, made_of, lambda call: _with_tone(call, habit, POLICE_HZ))
        return await self._phones.enter_async_context(phone)

    async def with_agent(self, extension: str = "8001") -> tuple[PhoneCall, PhoneCall, LiveCall]:
        """A citizen and an agent who talk, each with his tone: citizen's phone, agent's, call."""
        seat = await self.seat(extension)
        citizen, live = await self.caller()
        await self.talking(extension, live)
        agent = await seat.next_call(within=PATIENCE)
        citizen.sound.play(tone(CITIZEN_HZ))
        agent.sound.play(tone(AGENT_HZ))
        await hears(citizen, AGENT_HZ)
        await hears(agent, CITIZEN_HZ)
        return citizen, agent, live

    async def ask(self, call: LiveCall, code: str = "110", *, agent: bool = True) -> HandOff:
        assert self.emergency is not None, "it was made"
        asker = AGENT if agent else None
        line = emergency_line(code, self.ring_for_s)
        return await self.emergency.ask(call.id, line, agent=asker, by="test", in_line=not agent)

    def hand_off_kinds(self, call: CallId) -> list[str]:
        """Kinds of its facts, in order."""
        mine = [fact for fact in self.facts if isinstance(fact, facts.FACTS)]
        return [fact.kind for fact in mine if getattr(fact, "call", None) == call]


def emergency_stage(asterisk: RunningAsterisk) -> EmergencyStage:
    """What an earlier test that failed left on the line is ended first."""
    asterisk.rx("channel request hangup all")
    for _ in range(50):
        if "0 active channels" in asterisk.rx("core show channels count"):
            break
        time.sleep(0.1)
    return EmergencyStage(asterisk, Epoch(next(EPOCHS)))


def _with_tone(call: PhoneCall, habit: Habit, hertz: int) -> Habit:
    call.sound.play(tone(hertz))
    return habit


async def hears(call: PhoneCall, hertz: int) -> None:
    """Until this tone is part of what he hears."""
    await call.sound.until(lambda heard: is_heard(heard.sound, hertz), within=PATIENCE)


def is_heard(sound: bytes | bytearray, hertz: int, seconds: float = 0.2) -> bool:
    """Among others, in the last moment: its own part of the sound is loud."""
    samples = to_linear(bytes(sound[-int(seconds * 8000) :]))
    return bool(samples) and strength(samples, hertz) > 300


def heard_by(call: PhoneCall) -> set[int]:
    """The tones in the last 0.2 s."""
    return {hertz for hertz in PITCHES if is_heard(call.sound.heard.sound, hertz)}
