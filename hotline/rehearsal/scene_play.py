"""Plays the scenes: a citizen, the seats that have him, and whoever is rung beyond the trunk.

Everybody has a tone of his own; a seat that does not hear its citizen, and a citizen who hears no
sound, are troubles. Scenes that ring the same number beyond the trunk do not play at once.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Final

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.console_client import ConsoleClient
from hotline.rehearsal.errors import ConsoleRefused, PhoneSilent
from hotline.rehearsal.paperwork import look_up
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.rtp import Heard
from hotline.rehearsal.scene import FarDoes, FarEnd, Performance, Step
from hotline.rehearsal.scene_compare import Played
from hotline.rehearsal.seats import SeatLogin
from hotline.rehearsal.sip_message import user_in
from hotline.rehearsal.sip_phone import Answer, Habit, LetItRing, Reject, SipPhone
from kernel.phone import PhoneNumber

CITIZEN_HZ: Final = 300
AGENT_HZ: Final = 440
FAR_HZ: Final = 700
_PITCHES: Final = (CITIZEN_HZ, AGENT_HZ, FAR_HZ)
_LONGEST_S: Final = 150.0
_FOREVER_S: Final = 24 * 3600.0
_KEY_GAP_S: Final = 2.0
_HEARS_WITHIN_S: Final = 6.0
_LOOK_S: Final = 0.1
_LOUD: Final = 60.0  # RMS: prompts, music and tones are far above, comfort noise below
_AGAIN_EVERY_S: Final = 1.0
_AT_ONCE: Final = 6


@dataclass
class Theatre:
    """All who play. `supervisor` is asked what the system says."""

    supervisor: ConsoleClient
    citizens: SipPhone
    world: SipPhone
    seats: list["SceneSeat"]
    talk_s: float
    by_number: dict[str, Played] = field(default_factory=dict)
    now_rung: dict[str, Played] = field(default_factory=dict)  # far number -> whose scene
    spoken: dict[str, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))
    locks: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    def of(self, shown: str) -> Played | None:
        """Whose call it is, by the number on a display."""
        return self.by_number.get(shown)

    def far_decides(self, call: PhoneCall) -> Habit:
        number = user_in(call.invite.uri) if call.invite is not None else ""
        played = self.of(call.other) or self.now_rung.get(number)
        if played is None:
            return Reject(404)
        played.rung.append((number, call.other))
        return habit_of(_far_of(played, number))


def _far_of(played: Played, number: str) -> FarEnd:
    return played.performance.scene.far.get(number, FarEnd(does=FarDoes.REFUSES))


def habit_of(far: FarEnd) -> Habit:
    match far.does:
        case FarDoes.ANSWERS:
            return Answer(after=far.after_s)
        case FarDoes.BUSY:
            return Reject(486, after=far.after_s)
        case FarDoes.REFUSES:
            return Reject(603, after=far.after_s)
        case FarDoes.RINGS:
            return LetItRing()


async def play_all(theatre: Theatre, performances: Sequence[Performance]) -> list[Played]:
    """A few at a time; returns when every citizen has gone and every seat is free."""
    played = [Played(one) for one in performances]
    theatre.by_number = {one.performance.number: one for one in played}
    theatre.world.decide = theatre.far_decides
    some = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        working = [group.create_task(seat.work(theatre)) for seat in theatre.seats]
        working.append(group.create_task(_beyond(theatre)))
        async with asyncio.TaskGroup() as scenes:
            for one in played:
                scenes.create_task(_in_turn(theatre, one, some))
        for task in working:
            task.cancel()
    return played


async def _in_turn(theatre: Theatre, played: Played, some: asyncio.Semaphore) -> None:
    async with AsyncExitStack() as alone:
        for number in sorted(played.performance.scene.far):
            await alone.enter_async_context(theatre.locks[number])
        async with some:
            theatre.now_rung |= dict.fromkeys(played.performance.scene.far, played)
            await _rings(theatre, played)


async def _rings(theatre: Theatre, played: Played) -> None:
    """The citizen's side of one scene."""
    citizen = played.performance.scene.citizen
    spoken = theatre.spoken[played.performance.number]
    call = theatre.citizens.dial(
        citizen.dials, caller=played.performance.number, extra=tuple(citizen.headers.items())
    )
    played.sip_call_id = call.call_id
    try:
        await call.log.until_seen(News.CONFIRMED, within=_LONGEST_S)
        call.sound.play(tone(CITIZEN_HZ))
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(_listens(call, played, spoken, citizen.leaves_after_s))
            await _presses(call, citizen.keys)
            await call.log.until(lambda log: log.phase is Phase.ENDED, within=_LONGEST_S)
            listening.cancel()
        played.is_over = True
    except PhoneSilent as silent:
        played.troubles.append(f"citizen: {silent}")
        if call.log.phase is Phase.TALKING:
            call.hang_up()


async def _presses(call: PhoneCall, keys: Sequence[str]) -> None:
    for key in keys:
        await asyncio.sleep(_KEY_GAP_S)
        if call.log.phase is Phase.TALKING:
            call.press(key)


async def _listens(
    call: PhoneCall, played: Played, spoken: asyncio.Event, leaves_after: float | None
) -> None:
    """Notes the longest silence since the first word with a person; hangs up when he wants to."""
    await spoken.wait()
    first = loud_at = time.monotonic()
    packets = call.sound.heard.packets
    while call.log.phase is Phase.TALKING:
        await asyncio.sleep(_LOOK_S)
        heard, now = call.sound.heard, time.monotonic()
        if heard.packets > packets and heard.loudness(_LOOK_S) > _LOUD:
            loud_at = now
        packets = heard.packets
        played.longest_silence_s = max(played.longest_silence_s, now - loud_at)
        if leaves_after is not None and now - first >= leaves_after:
            call.hang_up()


async def _beyond(theatre: Theatre) -> None:
    """Whoever answers beyond the trunk talks, and hangs up after a while if he is to."""
    taken = 0
    async with asyncio.TaskGroup() as group:
        while True:
            call = await theatre.world.next_call(within=_FOREVER_S, after=taken)
            taken += 1
            group.create_task(_far_talks(theatre, call), name="far end")


async def _far_talks(theatre: Theatre, call: PhoneCall) -> None:
    await call.log.until(lambda log: log.phase is not Phase.RINGING, within=_FOREVER_S)
    if call.log.phase is not Phase.TALKING:
        return
    call.sound.play(tone(FAR_HZ))
    number = user_in(call.invite.uri) if call.invite is not None else ""
    played = theatre.of(call.other) or theatre.now_rung.get(number)
    if played is not None and (seconds := _far_of(played, number).talks_s):
        await asyncio.sleep(seconds)
        if call.log.phase is Phase.TALKING:
            call.hang_up()


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
                call = await self._phone.next_call(within=_FOREVER_S, after=taken)
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
        await call.log.until(lambda log: log.phase is not Phase.RINGING, within=_FOREVER_S)
        played = theatre.of(call.other)
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
        await call.log.until(lambda log: log.phase is Phase.ENDED, within=_LONGEST_S)

    async def _does(self, theatre: Theatre, played: Played, call: PhoneCall, step: Step) -> None:
        if call.log.phase is not Phase.TALKING:
            return
        if step.talks_s is not None:
            await _until_ended(call, step.talks_s)
        elif step.until_far_talks:
            await _until_far_talks(theatre, played)
        elif step.leaves:
            call.hang_up()
        else:
            await self._asks(played, step)

    async def _asks(self, played: Played, step: Step) -> None:
        assert step.asks is not None, "a step does one thing"
        shown = PhoneNumber.parse(played.performance.number).masked()
        call = await look_up(self._console, shown, self._seat)
        method, path = step.asks.split(" ", 1)
        try:
            await self._console.ask(method, path.format(call=call), step.body)
        except ConsoleRefused as refused:
            if refused.reason != step.refused:
                raise
            return
        if step.refused:
            played.troubles.append(f"{step.asks} was not refused with {step.refused}")


def _hears_citizen(heard: Heard) -> bool:
    return heard.pitch(_PITCHES, 0.2) == CITIZEN_HZ


async def _until_ended(call: PhoneCall, seconds: float) -> None:
    try:
        await call.log.until(lambda log: log.phase is Phase.ENDED, within=seconds)
    except PhoneSilent:
        return  # he still talks: the next step


async def _until_far_talks(theatre: Theatre, played: Played) -> None:
    """Raises PhoneSilent when nobody beyond the trunk answers."""
    numbers = set(played.performance.scene.far)
    ends_at = time.monotonic() + _LONGEST_S
    while time.monotonic() < ends_at:
        for call in theatre.world.calls:
            uri = call.invite.uri if call.invite is not None else ""
            if user_in(uri) in numbers and call.log.phase is Phase.TALKING:
                return
        await asyncio.sleep(_LOOK_S)
    raise PhoneSilent("Nobody answered beyond the trunk.", remedy="See what was rung there.")
