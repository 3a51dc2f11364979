"""What a citizen hears while an emergency line is rung for him: ringing, a second on, a second off.

A Chinese ringing tone is silent for four seconds; nobody in need is left so long without a sound.
"""

import math
from typing import Final

from hotline.prompts.audio import TELEPHONE_RATE, levelled, to_alaw

HERTZ: Final = 450  # as the telephone network's own
RINGS: Final = 15
LOUDNESS_DBFS: Final = -29.0  # agent and citizen talk over it
_FADE: Final = TELEPHONE_RATE // 100


def ringing() -> bytes:
    """A loop of 30 s as 8 kHz A-law."""
    turn = math.tau * HERTZ / TELEPHONE_RATE
    tone = [_fade(n) * math.sin(turn * n) for n in range(TELEPHONE_RATE)]
    return to_alaw(levelled([*tone, *([0.0] * TELEPHONE_RATE)] * RINGS, target_dbfs=LOUDNESS_DBFS))


def _fade(n: int) -> float:
    """No click at either end of a ring."""
    return min(1.0, n / _FADE, (TELEPHONE_RATE - n) / _FADE)
