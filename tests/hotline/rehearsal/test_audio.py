import wave
from pathlib import Path

from hotline.rehearsal.audio import (
    FRAME_SAMPLES,
    LINEAR,
    dominant,
    frames_of,
    rms,
    sound_file,
    strength,
    to_alaw,
    to_linear,
    tone,
    wav_samples,
)


def test_every_alaw_code_survives_the_way_to_linear_and_back() -> None:
    assert [LINEAR[to_alaw(LINEAR[code])] for code in range(256)] == list(LINEAR)


def test_alaw_has_the_values_of_the_standard() -> None:
    """G.711: 0xD5 is the smallest positive step, 0xAA the largest, 0x2A its negative."""
    assert [LINEAR[0xD5], LINEAR[0xAA], LINEAR[0x2A]] == [8, 32256, -32256]


def test_a_tone_is_found_by_its_pitch_and_is_loud() -> None:
    samples = to_linear(b"".join(tone(425)))

    assert dominant(samples, (300, 425, 1000)) == 425
    assert 5000 < rms(samples) < 6000
    assert strength(samples, 1000) < 100


def test_silence_has_no_pitch() -> None:
    assert dominant(to_linear(bytes([0xD5]) * 800), (300, 425)) is None
    assert dominant([], (300,)) is None
    assert rms([]) == 0


def test_the_last_frame_is_filled_up_with_silence() -> None:
    frames = frames_of(b"\xaa" * (FRAME_SAMPLES + 1))

    assert [len(frame) for frame in frames] == [FRAME_SAMPLES, FRAME_SAMPLES]
    assert frames[1] == b"\xaa" + b"\xd5" * (FRAME_SAMPLES - 1)


def test_a_wav_file_becomes_frames_and_its_sides_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "two.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes((1000).to_bytes(2, "little") + (-8).to_bytes(2, "little", signed=True))

    assert wav_samples(path, 0) == [1000]
    assert wav_samples(path, 1) == [-8]
    assert len(sound_file(path)) == 1
