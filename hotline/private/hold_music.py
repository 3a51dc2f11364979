"""A soft chord for callers on hold where no music is there: in silence they would hang up.

Raw A-law, the trunk's own format, so that Asterisk transcodes nothing.
"""

import math
from pathlib import Path
from typing import Final

RATE: Final = 8000  # samples a second
SECONDS: Final = 20
TONES_HZ: Final = (440.0, 554.0)
LOUDNESS: Final = 2500  # of 32767, for each tone


def alaw(sample: int) -> int:
    """G.711 A-law of one 16-bit sample."""
    sign = 0x80 if sample >= 0 else 0
    size = min(abs(sample), 32767) >> 4
    if size >= 16:
        segment = size.bit_length() - 4
        size = (segment << 4) | ((size >> (segment - 1)) & 15)
    return (size | sign) ^ 0x55


def write_hold_music(file: Path) -> None:
    """20 s that begin and end at zero, so that they repeat without a click."""
    waves = [2 * math.pi * hz / RATE for hz in TONES_HZ]
    file.write_bytes(
        bytes(
            alaw(int(sum(LOUDNESS * math.sin(wave * at) for wave in waves)))
            for at in range(RATE * SECONDS)
        )
    )
