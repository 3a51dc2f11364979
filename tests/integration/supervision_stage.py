"""A conversation on the real Asterisk and a supervisor at a phone of his own.

Each plays a tone of his own: citizen 440 Hz, agent 700, supervisor 950. Who hears whom is told by
the strength of each tone in what a phone has heard lately.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

from hotline.rehearsal.audio import rms, strength, to_linear, tone
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import SipPhone
from kernel.ids import Extension, LegId
from telephony.live_call import LiveCall
from telephony.supervision_control import Beep, SupervisionControl
from telephony.supervision_facts import Mode
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    Stage,
    hear_each_other,
    new_stage,
    wait_with_music,
)

CITIZEN_HZ, AGENT_HZ, SUPERVISOR_HZ = 440, 700, 950
AUDIBLE = 1000  # amplitude; each phone plays 8000
STEADY = 25  # packets, half a second in which it stays so


@dataclass
class Conversation:
    """Citizen and agent 8001 hear each other; 8002 is the supervisor's phone."""

    stage: Stage
    call: LiveCall
    citizen: PhoneCall
    agent: PhoneCall
    agent_leg: LegId
    supervisor: SipPhone
    control: SupervisionControl
    legs: "count[int]"

    async def listen(self, mode: Mode = Mode.LISTEN, *, plays: bool = True) -> LegId:
        """Returns when the supervisor's phone has been joined."""
        leg = self.new_leg()
        await self.control.listen(self.call.id, leg, Extension("8002"), mode, auto_answer=False)
        if plays:
            self.supervisor.calls[-1].sound.play(tone(SUPERVISOR_HZ))
        return leg

    def new_leg(self) -> LegId:
        return LegId(f"{self.stage.epoch}-s{next(self.legs):06}")

    async def who_hears_whom(
        self, *, supervisor: set[int], agent: set[int], citizen: set[int]
    ) -> None:
        """Waits until it is so, and stays so for a while."""
        wanted = [
            (self.supervisor.calls[-1], supervisor),
            (self.agent, agent),
            (self.citizen, citizen),
        ]
        for phone, tones in wanted:
            await until_hears(phone, tones)
        for phone, tones in wanted:
            await still_hears(phone, tones)


def tones_of(phone: PhoneCall) -> set[int]:
    latest = to_linear(bytes(phone.sound.heard.sound[-1600:]))
    every = (CITIZEN_HZ, AGENT_HZ, SUPERVISOR_HZ)
    return {hz for hz in every if latest and strength(latest, hz) > AUDIBLE}


def max_loudness(phone: PhoneCall) -> float:
    """Of all that was heard since it was told to forget, by tenths of a second."""
    heard = to_linear(bytes(phone.sound.heard.sound))
    return max((rms(heard[at : at + 800]) for at in range(0, len(heard), 800)), default=0.0)


async def until_hears(phone: PhoneCall, tones: set[int]) -> None:
    await phone.sound.until(lambda _: tones_of(phone) == tones, within=PATIENCE)


async def still_hears(phone: PhoneCall, tones: set[int]) -> None:
    enough = phone.sound.heard.packets + STEADY
    await phone.sound.until(lambda heard: heard.packets >= enough, within=PATIENCE)
    assert tones_of(phone) == tones


@asynccontextmanager
async def conversation(
    asterisk: RunningAsterisk, *, beep: Beep = Beep.NONE
) -> AsyncIterator[Conversation]:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        control = SupervisionControl(
            stage.control, stage.link, stage.board, epoch=stage.epoch, beep=beep
        )
        stage.onlookers.append(control.see)
        seat, supervisor = await stage.seat("8001"), await stage.seat("8002")
        phone, call = await stage.caller()
        leg = await stage.talking("8001", call)
        await hear_each_other(phone, seat.calls[0])
        yield Conversation(stage, call, phone, seat.calls[0], leg, supervisor, control, count(1))
