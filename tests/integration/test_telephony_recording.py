"""One recording spans a call, whatever is done with it; switched off, nothing is recorded.

The citizen's tone is 440 Hz, the first seat's 700, whoever comes later 950: so the file itself says
who was heard in it, and when.
"""

import asyncio
from pathlib import Path

from hotline.private.asterisk import TelephonyWishes
from hotline.rehearsal.audio import wav_samples
from hotline.rehearsal.phone_call import PhoneCall
from hotline.rehearsal.sip_phone import Answer
from kernel.phone import PhoneNumber
from telephony import facts
from telephony.live_call import LiveCall
from telephony.spoken import Sound
from telephony.voices_apart import voices_of_call
from tests.fakes.emergency_lines import emergency_line
from tests.integration.recorded_tones import PART, heard_with_the_citizen, tones_in
from tests.integration.servers import RunningAsterisk, running_asterisk
from tests.integration.telephony_stage import (
    PATIENCE,
    Stage,
    hear_each_other,
    new_stage,
    wait_with_music,
)

CITIZEN, SEAT, LATER = 440, 700, 950  # Hz
PACKETS = 40  # of talk on each side of what happens: a recorder may begin late
SHORT = PACKETS / 50  # seconds
DEPARTMENT = PhoneNumber.parse("13812345678")


async def test_one_recording_spans_a_hold_at_the_console(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        phone, call = await stage.caller()
        await stage.talking("8001", call)
        await talk(phone, seat.calls[0], SEAT)

        await stage.control.hold(call.id)
        await asyncio.sleep(SHORT)
        await stage.control.resume(call.id)
        await talk(phone, seat.calls[0], SEAT)
        kept = await recorded(stage, phone)

        assert heard_in(asterisk.recordings / kept.path) == ({CITIZEN, SEAT}, {CITIZEN, SEAT})


async def test_one_recording_spans_a_talk_of_three(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        police = await stage.outside(Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)
        await talk(phone, seat.calls[0], SEAT)

        await stage.control.three_way(call.id, stage.new_leg(), PhoneNumber.parse("110"))
        await talk(phone, police.calls[0], LATER)
        kept = await recorded(stage, phone)

        first, last = heard_in(asterisk.recordings / kept.path)
        assert first == {CITIZEN, SEAT}
        assert last == {CITIZEN, SEAT, LATER}


async def test_one_recording_spans_a_blind_transfer(asterisk: RunningAsterisk) -> None:
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        department = await stage.outside(Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)
        await talk(phone, seat.calls[0], SEAT)

        await stage.control.blind_transfer(call.id, DEPARTMENT)
        await talk(phone, await department.next_call(within=PATIENCE), LATER)
        kept = await recorded(stage, phone)

        assert heard_in(asterisk.recordings / kept.path) == ({CITIZEN, SEAT}, {CITIZEN, LATER})


async def test_one_recording_spans_an_emergency_transfer(asterisk: RunningAsterisk) -> None:
    """EMG-01: what was said to the seat and what was said to 110 are one file."""
    async with new_stage(asterisk).open(wait_with_music) as stage:
        seat = await stage.seat("8001")
        police = await stage.outside(Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)
        await talk(phone, seat.calls[0], SEAT)

        await stage.control.send_emergency(call.id, emergency_line())
        await talk(phone, await police.next_call(within=PATIENCE), LATER)
        kept = await recorded(stage, phone)

        assert heard_in(asterisk.recordings / kept.path) == ({CITIZEN, SEAT}, {CITIZEN, LATER})


async def test_recording_switched_off_leaves_no_file_and_no_fact() -> None:
    with running_asterisk("unrecorded", TelephonyWishes(record_calls=False)) as asterisk:
        async with new_stage(asterisk).open(wait_with_music) as stage:
            seat = await stage.seat("8001")
            phone, call = await stage.caller()
            await stage.talking("8001", call)
            await talk(phone, seat.calls[0], SEAT)
            phone.hang_up()
            await stage.until(lambda: stage.said(facts.CallHungUp))

        assert list(asterisk.recordings.iterdir()) == []

    told = facts.RecordingStarted | facts.RecordingKept | facts.RecordingLost
    assert [fact for fact in stage.facts if isinstance(fact, told)] == []


async def test_where_a_site_wants_it_each_voice_is_in_a_file_of_its_own_too() -> None:
    """As long as each other, part by part; the recording is as ever (docs/inspection.md)."""
    with running_asterisk("apart", TelephonyWishes(voices_apart=True)) as asterisk:
        async with new_stage(asterisk).open(wait_with_music) as stage:
            seat = await stage.seat("8001")
            phone, call = await stage.caller()
            await stage.talking("8001", call)
            await talk(phone, seat.calls[0], SEAT)
            await stage.control.hold(call.id)
            await asyncio.sleep(SHORT)
            await stage.control.resume(call.id)
            await talk(phone, seat.calls[0], SEAT)
            kept = await recorded(stage, phone)

        assert heard_in(asterisk.recordings / kept.path) == ({CITIZEN, SEAT}, {CITIZEN, SEAT})
        for voices in voices_of_call(asterisk.recordings, kept.call):
            his, ours = wav_samples(voices.citizen), wav_samples(voices.agent)
            assert len(his) == len(ours)
            middle = slice(len(his) // 2, len(his) // 2 + PART)
            assert (tones_in(his[middle]), tones_in(ours[middle])) == ({CITIZEN}, {SEAT})
        assert voices_of_call(asterisk.recordings, kept.call) != []


async def test_who_is_answered_in_the_middle_of_an_announcement_is_recorded_all_the_same(
    asterisk: RunningAsterisk,
) -> None:
    """His own leg is busy with the sound: [deliver] records on the seat's leg instead."""

    async def announcing(call: LiveCall) -> None:
        await call.in_hand()
        await call.music()
        await call.play([Sound("zh/phrases/rating_request")])
        await call.hung_up.wait()

    async with new_stage(asterisk).open(announcing) as stage:
        seat = await stage.seat("8001", Answer())
        phone, call = await stage.caller()
        await stage.talking("8001", call)
        await talk(phone, seat.calls[0], SEAT)
        await asyncio.sleep(SHORT)

        kept = await recorded(stage, phone)

        assert kept.path == f"{call.id}.wav"


async def talk(phone: PhoneCall, other: PhoneCall, other_hz: int) -> None:
    await hear_each_other(phone, other, other_hz=other_hz, packets=PACKETS)


async def recorded(stage: Stage, phone: PhoneCall) -> facts.RecordingKept:
    """The citizen hangs up: the one fact of his one recording, longer than both talks."""
    phone.hang_up()
    (kept,) = await stage.until_said(facts.RecordingKept)
    (_,) = stage.said(facts.RecordingStarted)
    assert kept.seconds > 1.5 * SHORT
    return kept


def heard_in(file: Path) -> tuple[set[int], set[int]]:
    """Whose tones are in the recording when the citizen begins to speak, and when he ends."""
    heard = heard_with_the_citizen(file)
    return heard[0], heard[-1]
