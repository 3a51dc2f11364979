"""Recordings are sealed when whole; greetings are joined once."""

import hashlib
import wave
from datetime import timedelta
from pathlib import Path

from kernel.clock import SystemClock
from kernel.ids import CallId
from telephony.facts import RecordingKept, RecordingLost
from telephony.greetings import Greetings
from telephony.recordings import Recordings
from telephony.settings import RecordingSettings
from telephony.spoken import Sound

CALL = CallId("cc1-1767603600.4")


def keeper(folder: Path) -> Recordings:
    settings = RecordingSettings(directory=folder, settle_within=timedelta(seconds=0.3))
    return Recordings(settings, write=lambda facts: None, clock=SystemClock())


async def test_a_closed_file_is_measured_and_sealed(tmp_path: Path) -> None:
    file = tmp_path / f"{CALL}.wav"
    with wave.open(str(file), "wb") as recorded:
        recorded.setparams((1, 2, 8000, 0, "NONE", ""))
        recorded.writeframes(bytes(2 * 12_000))

    kept = await keeper(tmp_path).sealed(CALL)

    assert isinstance(kept, RecordingKept)
    assert (kept.path, kept.seconds, kept.bytes) == (file.name, 1.5, 24_044)
    assert kept.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


async def test_a_file_that_is_still_being_written_is_not_sealed(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / f"{CALL}.wav"), "wb") as recorded:
        recorded.setparams((1, 2, 8000, 0, "NONE", ""))
        recorded.writeframes(bytes(160))
    with (tmp_path / f"{CALL}.wav").open("ab") as more:
        more.write(bytes(320))

    assert isinstance(await keeper(tmp_path).sealed(CALL), RecordingLost)


async def test_a_recording_that_is_not_there_is_a_fact(tmp_path: Path) -> None:
    lost = await keeper(tmp_path).sealed(CALL)

    assert isinstance(lost, RecordingLost)
    assert lost.why == "there is no file"


def test_a_greeting_is_joined_once_and_named_by_what_it_says(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.alaw").write_bytes(name.encode() * 160)
    greetings = Greetings(tmp_path / "joined", lambda sound: tmp_path / f"{sound}.alaw")

    first = greetings.join([Sound("a"), Sound("b")])

    assert Path(f"{first}.alaw").read_bytes() == b"a" * 160 + b"b" * 160
    assert greetings.join([Sound("a"), Sound("b")]) == first
    assert greetings.join([Sound("b"), Sound("a")]) != first
