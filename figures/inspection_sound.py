"""The longest silence in a recording: read off the loop, a minute at a time.

Both voices are mixed into one track: that nobody speaks can be heard, that two speak at once
cannot.
"""

import wave
from pathlib import Path
from typing import Final

import numpy as np

from kernel.errors import BadInput

BLOCK_S: Final = 0.1
_AT_ONCE_S: Final = 60.0


class UnheardRecording(BadInput):
    """No WAV file of one track with 16 bits."""

    code = "unheard-recording"


def longest_silence(path: Path, *, silent_below: int) -> float:
    """Seconds, of whole blocks of 0.1 s whose loudest sample lies below. Raises UnheardRecording.

    Blocking: for a thread.
    """
    try:
        with wave.open(str(path), "rb") as sound:
            return _longest(sound, path, silent_below)
    except (OSError, EOFError, wave.Error) as err:
        raise _unheard(path, str(err) or "it ends early") from err


def _longest(sound: wave.Wave_read, path: Path, silent_below: int) -> float:
    if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
        raise _unheard(path, f"{sound.getnchannels()} tracks of {sound.getsampwidth()} bytes")
    block = round(sound.getframerate() * BLOCK_S)
    longest = running = 0
    while frames := sound.readframes(block * round(_AT_ONCE_S / BLOCK_S)):
        samples = np.frombuffer(frames, dtype="<i2").astype(np.int32)
        whole = np.abs(samples[: len(samples) // block * block]).reshape(-1, block)
        for silent in (whole.max(axis=1) < silent_below).tolist() if len(whole) else ():
            running = running + 1 if silent else 0
            longest = max(longest, running)
    return round(longest * BLOCK_S, 1)


def _unheard(path: Path, why: str) -> UnheardRecording:
    return UnheardRecording(
        f"{path.name} cannot be listened to: {why}.",
        remedy="Hear it yourself; a torn file is told by the alarm of recordings.",
    )
