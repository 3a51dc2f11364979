"""Recordings as we make them, WAV of one track with 16 bits, and their samples. Blocks.

What is anything else, torn or not there raises UnheardRecording: nobody guesses at it.
"""

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kernel.errors import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK_S: Final = 0.1


class UnheardRecording(BadInput):
    """No WAV file of one track with 16 bits."""

    code = "unheard-recording"


@contextmanager
def mono_sound(path: Path) -> Iterator[wave.Wave_read]:
    """Raises UnheardRecording, also for what goes wrong while it is read."""
    try:
        with wave.open(str(path), "rb") as sound:
            if (sound.getnchannels(), sound.getsampwidth()) != (1, 2):
                shape = f"{sound.getnchannels()} tracks of {sound.getsampwidth()} bytes"
                raise _unheard(path, shape)
            if block_of(sound) < 1:
                raise _unheard(path, f"{sound.getframerate()} samples a second")
            yield sound
    except (OSError, EOFError, wave.Error) as err:
        raise _unheard(path, str(err) or "it ends early") from err


def block_of(sound: wave.Wave_read) -> int:
    """Samples in 0.1 s."""
    return round(sound.getframerate() * BLOCK_S)


def loudest_of_blocks(frames: bytes, block: int) -> "NDArray[np.int32]":
    """Of each whole block, its loudest sample; half a sample at the end is cut off.

    The library is loaded with the first recording: a restart is quicker.
    """
    import numpy as np

    samples = np.frombuffer(frames[: len(frames) // (2 * block) * 2 * block], dtype="<i2")
    loudest: NDArray[np.int32] = np.abs(samples.astype(np.int32)).reshape(-1, block).max(axis=1)
    return loudest


def _unheard(path: Path, why: str) -> UnheardRecording:
    return UnheardRecording(
        f"{path.name} cannot be listened to: {why}.",
        remedy="Hear it yourself; a torn file is told by the alarm of recordings.",
    )
