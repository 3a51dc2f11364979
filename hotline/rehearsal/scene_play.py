"""Plays the scenes: a citizen, the seats that have him, and whoever is rung beyond the trunk.

Everybody has a tone of his own; a seat that does not hear its citizen, and a citizen who hears no
sound, are troubles. Scenes that ring the same number beyond the trunk do not play at once.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final

from hotline.rehearsal.audio import tone
from hotline.rehearsal.call_log import News, Phase
from hotline.rehearsal.errors import PhoneSilent
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.scene import Performance
from hotline.rehearsal.scene_compare import Played
from hotline.rehearsal.scene_seat import SceneSeat
from hotline.rehearsal.scene_theatre import (
    CITIZEN_HZ,
    FAR_HZ,
    FOREVER_S,
    LONGEST_S,
    LOOK_S,
    Theatre,
    far_of,
    until_ended,
)
from hotline.rehearsal.sip_message import user_in

_KEY_GAP_S: Final = 2.0
_LOUD: Final = 60.0  # RMS: prompts, music and tones are far above, comfort noise below
_AT_ONCE: Final = 12


async def play_all(
    theatre: Theatre, seats: Sequence[SceneSeat], performances: Sequence[Performance]
) -> list[Played]:
    """A few at a time; returns when every citizen has gone and every seat is free."""
    played = [Played(one) for one in performances]
    theatre.by_number = {one.performance.number: one for one in played}
    theatre.world.decide = theatre.far_decides
    some = asyncio.Semaphore(_AT_ONCE)
    async with asyncio.TaskGroup() as group:
        working = [group.create_task(seat.work(theatre)) for seat in seats]
        working.append(group.create_task(_beyond(theatre)))
        async with asyncio.TaskGroup() as scenes:
            for one in played:
                scenes.create_task(_in_turn(theatre, one, some))
        for task in working:
            task.cancel()
    for one in played:
        one.longest_silence_s = theatre.longest_silence(one.performance.number)
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
    call = theatre.citizens.dial(
        citizen.dials, caller=played.performance.number, extra=tuple(citizen.headers.items())
    )
    played.sip_call_id = call.call_id
    try:
        await call.log.until_seen(News.CONFIRMED, within=LONGEST_S)
        call.sound.play(tone(CITIZEN_HZ))
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(_listens(theatre, call, played, citizen.leaves_after_s))
            await _presses(call, citizen.keys)
            await call.log.until(lambda log: log.phase is Phase.ENDED, within=LONGEST_S)
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
    theatre: Theatre, call: PhoneCall, played: Played, leaves_after: float | None
) -> None:
    """Notes each silence since the first word with a person; hangs up when he wants to."""
    await theatre.spoken[played.performance.number].wait()
    first = loud_at = time.monotonic()
    silences = theatre.silences[played.performance.number]
    packets = call.sound.heard.packets
    while call.log.phase is Phase.TALKING:
        await asyncio.sleep(LOOK_S)
        heard, now = call.sound.heard, time.monotonic()
        if heard.packets > packets and heard.loudness(LOOK_S) > _LOUD:
            loud_at = now
        packets = heard.packets
        silences[loud_at] = now
        if leaves_after is not None and now - first >= leaves_after:
            call.hang_up()


async def _beyond(theatre: Theatre) -> None:
    """Whoever answers beyond the trunk talks, and hangs up after a while if he is to."""
    taken = 0
    async with asyncio.TaskGroup() as group:
        while True:
            call = await theatre.world.next_call(within=FOREVER_S, after=taken)
            taken += 1
            group.create_task(_far_talks(theatre, call), name="far end")


async def _far_talks(theatre: Theatre, call: PhoneCall) -> None:
    await call.log.until(lambda log: log.phase is not Phase.RINGING, within=FOREVER_S)
    if call.log.phase is not Phase.TALKING:
        return
    call.sound.play(tone(FAR_HZ))
    number = user_in(call.invite.uri) if call.invite is not None else ""
    played = theatre.of(call.other) or theatre.now_rung.get(number)
    if played is None:
        return
    if seconds := far_of(played, number).talks_s:
        await until_ended(call, seconds)
        if call.log.phase is Phase.TALKING:
            call.hang_up()
    await call.log.until(lambda log: log.phase is Phase.ENDED, within=LONGEST_S)
    theatre.left_at[played.performance.number] = time.monotonic()
