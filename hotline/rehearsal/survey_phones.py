"""The citizens' phones beyond the trunk out: rung by the robot, they do what the plan says.

What they saw is kept by number: how often each rang, and what became of each ring.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from hotline.private.places import PROJECT
from hotline.rehearsal.audio import frames_of, tone
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_message import user_in
from hotline.rehearsal.sip_phone import Answer, Habit, SipPhone
from hotline.rehearsal.survey_citizens import SurveyCitizen

_LONGEST_S: Final = 240.0
_FOREVER_S: Final = 24 * 3600.0
_SPEAKS_S: Final = 3.0
_VOICE_HZ: Final = 300
_LOOKS_AFTER_S: Final = 1.0
_LETS_ASK_S: Final = 2.0
_UNDERSTOOD_WITHIN_S: Final = 7.0  # and the farewell
SPOKEN: Final = PROJECT / "tests" / "speech" / "zh"  # rendered voices; without them he presses keys
_MEANS: Final = {"1": "very-satisfied", "2": "satisfied", "3": "neutral"}


@dataclass
class SurveyPhones:
    """Plug `decide` into the phone beyond the trunk, and run `watch` beside it."""

    world: SipPhone
    citizens: dict[str, SurveyCitizen]
    rings: dict[str, list[PhoneCall]] = field(default_factory=lambda: defaultdict(list))
    strangers: list[str] = field(default_factory=list)
    talking: int = 0

    @classmethod
    def of(cls, world: SipPhone, citizens: Iterable[SurveyCitizen]) -> "SurveyPhones":
        phones = cls(world, {one.number: one for one in citizens})
        world.decide = phones.decide
        return phones

    def decide(self, call: PhoneCall) -> Habit:
        number = dialled(call)
        self.rings[number].append(call)
        citizen = self.citizens.get(number)
        if citizen is None:
            self.strangers.append(number)
            return Answer(after=1.0)
        return citizen.habit

    async def watch(self) -> None:
        """Every citizen who answers does what he does."""
        taken = len(self.world.calls)
        async with asyncio.TaskGroup() as group:
            while True:
                call = await self.world.next_call(within=_FOREVER_S, after=taken)
                taken += 1
                citizen = self.citizens.get(dialled(call))
                if citizen is not None:
                    group.create_task(self._plays(call, citizen), name="surveyed citizen")

    async def _plays(self, call: PhoneCall, citizen: SurveyCitizen) -> None:
        await call.log.until(lambda log: log.phase is not Phase.RINGING, within=_LONGEST_S)
        self.talking += 1
        try:
            for n, key in enumerate(citizen.keys):
                if key == "v":
                    await self._says(call, citizen.keys[n + 1])
                else:
                    await self._does(call, citizen, key)
            if citizen.hangs_up and call.log.phase is Phase.TALKING:
                await asyncio.sleep(_LOOKS_AFTER_S)
                call.hang_up()
            await call.log.until(lambda log: log.phase is Phase.ENDED, within=_LONGEST_S)
        finally:
            self.talking -= 1

    async def _does(self, call: PhoneCall, citizen: SurveyCitizen, key: str) -> None:
        await asyncio.sleep(_SPEAKS_S if key == "~" else citizen.waits)
        if call.log.phase is not Phase.TALKING:
            return
        if key == "~":
            call.sound.play(tone(_VOICE_HZ))
            await asyncio.sleep(_SPEAKS_S)
            call.sound.be_silent()
        else:
            call.press(key)

    async def _says(self, call: PhoneCall, key: str) -> None:
        """What the key means, in a voice; then he waits whether he was understood."""
        voices = sorted(SPOKEN.glob(f"{_MEANS[key]}.*.alaw"))
        if not voices or call.log.phase is not Phase.TALKING:
            return
        await asyncio.sleep(_LETS_ASK_S)
        octets = await asyncio.to_thread(voices[len(call.call_id) % len(voices)].read_bytes)
        call.sound.play(frames_of(octets), loop=False)
        await asyncio.sleep(_UNDERSTOOD_WITHIN_S)

    @property
    def are_quiet(self) -> bool:
        return not any(
            call.log.phase is not Phase.ENDED for calls in self.rings.values() for call in calls
        )


def dialled(call: PhoneCall) -> str:
    """The number that was rung, as the citizen would write it."""
    return user_in(call.invite.uri) if call.invite is not None else ""
