"""The longest silence in a recording: read off the loop, a minute at a time.

Both voices are mixed into one track: that nobody speaks can be heard, that two speak at once
cannot.
"""

from pathlib import Path
from typing import Final

from figures.mono_sound import BLOCK_S, block_of, loudest_of_blocks, mono_sound

_AT_ONCE_S: Final = 60.0


def longest_silence(path: Path, *, silent_below: int) -> float:
    """Seconds, of whole blocks of 0.1 s whose loudest sample lies below. Raises UnheardRecording.

    Blocking: for a thread.
    """
    longest = running = 0
    with mono_sound(path) as sound:
        block = block_of(sound)
        while frames := sound.readframes(block * round(_AT_ONCE_S / BLOCK_S)):
            for silent in (loudest_of_blocks(frames, block) < silent_below).tolist():
                running = running + 1 if silent else 0
                longest = max(longest, running)
    return round(longest * BLOCK_S, 1)
