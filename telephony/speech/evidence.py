"""The sound an answer was taken from: kept as a WAV file that only we can read, with its hash."""

import hashlib
import os
import wave
from pathlib import Path

from telephony.speech.audio_socket import RATE


def write_evidence(file: Path, sound: bytes) -> tuple[str, float]:
    """16-bit mono at 8 kHz. Gives (sha256 of the file, seconds). Raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mine = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(mine, "wb") as raw, wave.open(raw, "wb") as kept:
        kept.setnchannels(1)
        kept.setsampwidth(2)
        kept.setframerate(RATE)
        kept.writeframes(sound)
    return hashlib.sha256(file.read_bytes()).hexdigest(), len(sound) / (2 * RATE)


def read_sound(file: Path) -> bytes:
    """A WAV file that Asterisk could play: 16-bit mono at 8 kHz. Raises OSError or wave.Error."""
    with wave.open(str(file), "rb") as found:
        if (found.getnchannels(), found.getsampwidth(), found.getframerate()) != (1, 2, RATE):
            raise wave.Error(f"{file} is not 16-bit mono at {RATE} Hz")
        return found.readframes(found.getnframes())
