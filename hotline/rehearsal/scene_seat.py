"""A seat in a scenario: one person who does what the scene of his caller says."""

import asyncio
import time
from typing import Final

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import Phase
from hotline.rehearsal.console_client import ConsoleClient
from hotline.rehearsal.errors import ConsoleRefused, PhoneSilent
from hotline.rehearsal.paperwork import look_up
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Heard
from hotline.rehearsal.scene import Step
from hotline.rehearsal.scene_compare import Played
from hotline.rehearsal.scene_theatre import (
    AGENT_HZ,
    CITIZEN_HZ,
    FAR_HZ,
    FOREVER_S,
    LONGEST_S,
    LOOK_S,
    Theatre,
    until_ended,
)
from hotline.rehearsal.seats import SeatLogin
from hotline.rehearsal.sip_message import user_in
from hotline.rehearsal.sip_phone import SipPhone
from kernel.phone import PhoneNumber

_PITCHES: Final = (CITIZEN_HZ, AGENT_HZ, FAR_HZ)
_HEARS_WITHIN_S: Final = 6.0
_AGAIN_EVERY_S: Final = 1.0


class SceneSeat:
    """One person at one seat, who does what the scene of his caller says."""

    def __init__(
        self, login: SeatLogin, phone: SipPhone, console: ConsoleClient, seat: str
    ) -> None:
        self.login = login
        self._phone = phone
        self._console = console
        self._seat = seat

    async def sit_down(self) -> None:
        await self._console.ask("POST", "/api/seat/sign-in", {"seat": self._seat})

    async def leave(self) -> None:
        await self._console.ask("POST", "/api/seat/sign-out")

    async def work(self, theatre: Theatre) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stays_available())
            taken = len(self._phone.calls)
            while True:
                call = await self._phone.next_call(within=FOREVER_S, after=taken)
                taken += 1
                await self._takes(theatre, call)

    async def _stays_available(self) -> None:
        while True:
            try:
                await self._console.ask("POST", "/api/seat/available")
            except ConsoleRefused as refused:
                if refused.reason != "wrong-state":
                    raise
            await asyncio.sleep(_AGAIN_EVERY_S)

    async def _takes(self, theatre: Theatre, call: PhoneCall) -> None:
        await call.log.until(lambda log: log.phase is not Phase.RINGING, within=FOREVER_S)
        played = theatre.of(call.other) or theatre.asked.pop(self.login.agent, None)
        if call.log.phase is not Phase.TALKING or played is None:
            return
        call.sound.play(tone(AGENT_HZ))
        scene, nth = played.performance.scene, len(played.agents)
        played.agents.append(self.login.agent)
        theatre.spoken[played.performance.number].set()
        steps = scene.agents[nth] if nth < len(scene.agents) else (Step(talks_s=theatre.talk_s),)
        try:
            await call.sound.until(_hears_citizen, within=_HEARS_WITHIN_S)
            for step in steps:
                await self._does(theatre, played, call, step)
        except (ConsoleRefused, PhoneSilent) as trouble:
            played.troubles.append(f"{self.login.agent}: {trouble}")
        if not (steps and steps[-1].until_far_talks) and call.log.phase is Phase.TALKING:
            call.hang_up()
        await call.log.until(lambda log: log.phase is Phase.ENDED, within=LONGEST_S)
        theatre.left_at[played.performance.number] = time.monotonic()

    async def _does(self, theatre: Theatre, played: Played, call: PhoneCall, step: Step) -> None:
        if call.log.phase is not Phase.TALKING:
            return
        if step.talks_s is not None:
            await until_ended(call, step.talks_s)
        elif step.until_far_talks:
            await _until_far_talks(theatre, played)
        elif step.leaves:
            call.hang_up()
        else:
            await self._asks(theatre, played, step)

    async def _asks(self, theatre: Theatre, played: Played, step: Step) -> None:
        assert step.asks is not None, "a step does one thing"
        if step.body is not None and "agent" in step.body:  # his display shows who asks
            theatre.asked[step.body["agent"]] = played
        shown = PhoneNumber.parse(played.performance.number).masked()
        call = await look_up(self._console, shown, self._seat)
        method, path = step.asks.split(" ", 1)
        try:
            await self._asks_patiently(step, method, path.format(call=call))
        except ConsoleRefused as refused:
            if refused.reason != step.refused:
                raise
            return
        if step.refused:
            played.troubles.append(f"{step.asks} was not refused with {step.refused}")

    async def _asks_patiently(self, step: Step, method: str, path: str) -> None:
        """Colleagues have calls of their own in other scenes."""
        until = time.monotonic() + step.patient_s
        while True:
            try:
                await self._console.ask(method, path, step.body)
                return
            except ConsoleRefused as refused:
                if refused.reason != "colleague-not-free" or time.monotonic() >= until:
                    raise
            await asyncio.sleep(_AGAIN_EVERY_S)


def _hears_citizen(heard: Heard) -> bool:
    return heard.pitch(_PITCHES, 0.2) == CITIZEN_HZ


async def _until_far_talks(theatre: Theatre, played: Played) -> None:
    """Raises PhoneSilent when nobody beyond the trunk answers."""
    numbers = set(played.performance.scene.far)
    ends_at = time.monotonic() + LONGEST_S
    while time.monotonic() < ends_at:
        for call in theatre.world.calls:
            uri = call.invite.uri if call.invite is not None else ""
            if user_in(uri) in numbers and call.log.phase is Phase.TALKING:
                return
        await asyncio.sleep(LOOK_S)
    raise PhoneSilent("Nobody answered beyond the trunk.", remedy="See what was rung there.")
