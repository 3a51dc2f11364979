"""A citizen on mute sends no sound at all: whoever talks to him next is in the recording too.

A recorder bears the packet numbers of one far end (ADR 0014), and is gone once a frame has passed
without it: on the leg of one who is silent none comes by itself.
"""

import asyncio
from pathlib import Path

import pytest

from hotline.rehearsal.audio import RATE, strength, tone, wav_samples
from hotline.rehearsal.call_log import News
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer
from kernel.phone import PhoneNumber
from telephony import facts
from tests.integration.servers import RunningAsterisk
from tests.integration.telephony_stage import PATIENCE, Stage, new_stage, wait_with_music

FIRST, NEXT = 700, 950  # Hz
DEPARTMENT = PhoneNumber.parse("13812345678")
LONG_ENOUGH = 0.8  # seconds of each one's tone
AUDIBLE = 3_000  # amplitude; each phone plays 8000


async def heard_by_him(citizen: PhoneCall, other: PhoneCall, hz: int) -> None:
    other.sound.play(tone(hz))
    await citizen.sound.until(lambda heard: heard.pitch((FIRST, NEXT), 0.2) == hz, within=PATIENCE)
    await asyncio.sleep(LONG_ENOUGH)


def seconds_of(file: Path, hz: int) -> float:
    samples, part = wav_samples(file), RATE // 10
    parts = [samples[at : at + part] for at in range(0, len(samples) - part + 1, part)]
    return sum(strength(one, hz) > AUDIBLE for one in parts) / 10


async def put_numbers_far_apart(stage: Stage, streams: int) -> None:
    """Each stream of our phones begins 25,000 packets after the one before."""
    for _ in range(streams):
        passing = (await stage.citizen()).dial("12345")
        await passing.log.until_seen(News.ANSWERED, within=PATIENCE)
        passing.hang_up()
        await stage.until(lambda: len(stage.board.mirror.calls) == 1)


async def recorded(stage: Stage, citizen: PhoneCall, recordings: Path) -> tuple[float, float]:
    """He hangs up: so many seconds of each tone are in his recording."""
    citizen.hang_up()
    (kept,) = await stage.until_said(facts.RecordingKept)
    file = recordings / kept.path
    return seconds_of(file, FIRST), seconds_of(file, NEXT)


@pytest.mark.parametrize("streams", [0, 1, 2])
async def test_whoever_is_next_is_in_the_recording_of_one_who_makes_no_sound(
    asterisk: RunningAsterisk, streams: int
) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat, department = await stage.seat("8001"), await stage.outside(Answer())
        citizen, call = await stage.caller()
        await stage.talking("8001", call)
        await heard_by_him(citizen, seat.calls[0], FIRST)
        await put_numbers_far_apart(stage, streams)

        await stage.control.blind_transfer(call.id, DEPARTMENT)
        await heard_by_him(citizen, await department.next_call(within=PATIENCE), NEXT)

        spoke = await recorded(stage, citizen, asterisk.recordings)
        assert min(spoke) > LONG_ENOUGH / 2, f"seconds of the two: {spoke}"
