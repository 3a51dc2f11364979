"""Recordings are sealed when whole; greetings are joined once."""

import asyncio
import hashlib
import io
import os
import wave
from datetime import timedelta
from pathlib import Path

from kernel.clock import SystemClock
from kernel.ids import CallId
from telephony.facts import RecordingKept, RecordingLost
from telephony.greetings import UNPLAYED, Greetings
from telephony.recordings import Recordings
from telephony.settings import RecordingSettings
from telephony.spoken import Sound
from telephony.torn_sound import mended

CALL = CallId("cc1-1767603600.4")


def keeper(folder: Path) -> Recordings:
    settings = RecordingSettings(directory=folder, settle_within=timedelta(seconds=0.3))
    return Recordings(settings, write=lambda facts: None, clock=SystemClock())


def write_wav(file: Path, frames: bytes) -> None:
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(frames)


async def test_a_closed_file_is_measured_and_sealed(tmp_path: Path) -> None:
    file = tmp_path / f"{CALL}.wav"
    write_wav(tmp_path / f"{CALL}~1.wav", bytes(2 * 12_000))

    kept = await keeper(tmp_path).sealed(CALL)

    assert isinstance(kept, RecordingKept)
    assert (kept.path, kept.seconds, kept.bytes) == (file.name, 1.5, 24_044)
    assert kept.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert os.listdir(tmp_path) == [file.name]


async def test_the_parts_of_one_call_become_one_file_in_their_order(tmp_path: Path) -> None:
    """One part for each far end (ADR 0014); the tenth is after the second."""
    for part in (10, 1, 2):
        write_wav(tmp_path / f"{CALL}~{part}.wav", bytes([part, 0]) * 80)
    write_wav(tmp_path / f"{CALL}~11.wav", b"")  # nobody was there any more

    kept = await keeper(tmp_path).sealed(CALL)

    assert isinstance(kept, RecordingKept)
    with wave.open(str(tmp_path / kept.path)) as whole:
        heard = whole.readframes(whole.getnframes())
    assert heard == b"".join(bytes([part, 0]) * 80 for part in (1, 2, 10))
    assert os.listdir(tmp_path) == [kept.path]


async def test_what_the_seats_leg_recorded_beside_the_citizens_is_not_heard_twice(
    tmp_path: Path,
) -> None:
    """The seat answered at the moment at which the citizen's own recorder began."""
    for part in (0, 1, 2):
        write_wav(tmp_path / f"{CALL}~{part}.wav", bytes(160))

    kept = await keeper(tmp_path).sealed(CALL)

    assert isinstance(kept, RecordingKept)
    assert kept.seconds == 0.02
    assert os.listdir(tmp_path) == [kept.path]


async def test_of_two_recorders_of_the_first_far_end_the_one_that_heard_more_is_kept(
    tmp_path: Path,
) -> None:
    """The citizen's own began as he was taken into the bridge, and fell silent there."""
    for part, seconds in ((0, 5), (1, 0.02), (2, 1)):
        write_wav(tmp_path / f"{CALL}~{part}.wav", bytes(round(seconds * 16_000)))

    kept = await keeper(tmp_path).sealed(CALL)

    assert isinstance(kept, RecordingKept)
    assert kept.seconds == 6.0
    assert os.listdir(tmp_path) == [kept.path]


async def test_parts_left_by_a_crash_after_the_joining_are_not_joined_again(tmp_path: Path) -> None:
    write_wav(tmp_path / f"{CALL}.wav", bytes(320))
    write_wav(tmp_path / f"{CALL}~1.wav", bytes(160))

    kept = await keeper(tmp_path).sealed(CALL)

    assert isinstance(kept, RecordingKept)
    assert kept.seconds == 0.02
    assert os.listdir(tmp_path) == [kept.path]


async def test_a_file_that_is_still_being_written_is_not_sealed(tmp_path: Path) -> None:
    write_wav(tmp_path / f"{CALL}~1.wav", bytes(160))
    write_wav(tmp_path / f"{CALL}~2.wav", bytes(160))
    with (tmp_path / f"{CALL}~2.wav").open("ab") as more:
        more.write(bytes(320))

    lost = await keeper(tmp_path).sealed(CALL)

    assert isinstance(lost, RecordingLost)
    assert lost.why == "a part was not closed, or is empty"
    assert len(os.listdir(tmp_path)) == 2, "what was heard stays for a person to look at"


def tear(file: Path, size: int) -> None:
    """As Asterisk leaves it when it dies: no length in the header, the last buffer unwritten."""
    content = file.read_bytes()
    torn = content[:4] + bytes(4) + content[8:40] + bytes(4) + content[44:]
    file.write_bytes(torn[:size])


async def test_what_asterisk_had_on_the_disk_when_it_died_is_kept(tmp_path: Path) -> None:
    """The first far end's part was closed, of the second one there are four seconds."""
    write_wav(tmp_path / f"{CALL}~1.wav", bytes([1, 0]) * 8_000)
    write_wav(tmp_path / f"{CALL}~2.wav", bytes([2, 0]) * 40_000)
    tear(tmp_path / f"{CALL}~2.wav", 2 * 32_768)
    write_wav(tmp_path / f"{CALL}~3.wav", bytes([3, 0]) * 4_000)
    tear(tmp_path / f"{CALL}~3.wav", 0)

    kept = await keeper(tmp_path).sealed(CALL)

    assert isinstance(kept, RecordingKept)
    with wave.open(str(tmp_path / kept.path)) as whole:
        heard = whole.readframes(whole.getnframes())
    assert heard == bytes([1, 0]) * 8_000 + bytes([2, 0]) * (32_768 - 22)
    assert kept.seconds == 5.09
    assert os.listdir(tmp_path) == [kept.path]


async def test_a_single_torn_part_becomes_the_recording_itself(tmp_path: Path) -> None:
    write_wav(tmp_path / f"{CALL}~1.wav", bytes(100_000))
    tear(tmp_path / f"{CALL}~1.wav", 32_769)
    before = (tmp_path / f"{CALL}~1.wav").stat().st_ino

    kept = await keeper(tmp_path).sealed(CALL)

    assert isinstance(kept, RecordingKept)
    file = tmp_path / kept.path
    assert (kept.seconds, kept.bytes) == (2.05, 32_768)
    assert file.stat().st_ino != before, "a writer that lives after all cannot touch what is sealed"


async def test_a_torn_part_that_still_grows_is_left_alone(tmp_path: Path) -> None:
    part = tmp_path / f"{CALL}~1.wav"
    write_wav(part, bytes(100_000))
    tear(part, 32_768)
    async with asyncio.TaskGroup() as group:
        sealing = group.create_task(keeper(tmp_path).sealed(CALL))
        await asyncio.sleep(0)
        with part.open("ab") as more:
            more.write(bytes(32_768))

    assert isinstance(sealing.result(), RecordingLost)
    assert part.stat().st_size == 65_536


def test_only_what_asterisk_begins_so_is_mended() -> None:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as writer:
        writer.setparams((1, 2, 8000, 0, "NONE", ""))
        writer.writeframes(bytes(320))
    whole = sound.getvalue()
    torn = whole[:4] + bytes(4) + whole[8:40] + bytes(4) + whole[44:]

    assert mended(torn) == whole
    assert mended(torn + b"\0") == whole
    refused = [whole, torn[:44], torn[:45], torn[:20], b"", b"OGG" + torn[3:]]
    refused += [whole[:40] + torn[40:], torn[:40] + whole[40:]]  # one length of two
    refused += [torn[:36] + b"LIST" + torn[40:], torn[:8] + b"AVI fmt " + torn[16:]]
    assert [mended(one) for one in refused] == [None] * len(refused)


async def test_a_recording_that_is_not_there_is_a_fact(tmp_path: Path) -> None:
    lost = await keeper(tmp_path).sealed(CALL)

    assert isinstance(lost, RecordingLost)
    assert lost.why == "there is no file"


def test_a_greeting_is_joined_once_and_named_by_what_it_says(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_wav(tmp_path / f"{name}.wav", name.encode() * 320 + bytes(UNPLAYED))
    greetings = Greetings(tmp_path / "joined", lambda sound: tmp_path / f"{sound}.wav")

    first = greetings.join([Sound("a"), Sound("b")])

    with wave.open(f"{first}.wav") as joined:
        heard = joined.readframes(joined.getnframes() - UNPLAYED // 2)
    assert heard == b"a" * 320 + b"b" * 320
    assert greetings.join([Sound("a"), Sound("b")]) == first
    assert greetings.join([Sound("b"), Sound("a")]) != first
