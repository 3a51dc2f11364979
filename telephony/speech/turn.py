"""Whose turn it is: when the citizen begins to speak, and when they have finished. Pure.

Frames of 20 ms in, news out. Silence is fed in where no packets come, so a turn always ends.
Loudness decides, against the noise on this line; a recogniser's own end-pointer never does.
"""

from array import array
from collections import deque
from enum import StrEnum
from math import sqrt
from operator import mul
from typing import Final

from telephony.speech.settings import EarSettings

FRAME_MS: Final = 20
BEFORE_MS: Final = 300  # kept from before the onset: a soft first consonant
AFTER_MS: Final = 200  # after the last loud frame: a soft last one; more silence tells nobody more
NOISE_FALLS: Final = 0.5
NOISE_RISES: Final = 1.02


class News(StrEnum):
    NOTHING = "nothing"
    BEGAN = "began"  # somebody speaks: stop the announcement
    GOES_ON = "goes on"  # this frame belongs to what is said
    OVER = "over"
    NOISE = "noise"  # it was too short to be a word


def loudness(pcm: bytes) -> float:
    """Root mean square of 16-bit samples, the constant part left out."""
    samples = array("h", pcm[: len(pcm) & ~1])
    if not samples:
        return 0.0
    mean = sum(samples) / len(samples)
    return sqrt(max(0.0, sum(map(mul, samples, samples)) / len(samples) - mean * mean))


class Turn:
    """One answer. `said` holds it, with a little from before its onset."""

    def __init__(self, ear: EarSettings, *, pause_ms: int, longest_ms: int) -> None:
        self.said: list[bytes] = []
        self._ear = ear
        self._pause = pause_ms // FRAME_MS
        self._longest = longest_ms // FRAME_MS
        self._onset = ear.onset_ms // FRAME_MS
        self._before: deque[bytes] = deque(maxlen=BEFORE_MS // FRAME_MS)
        self._lately: deque[bool] = deque(maxlen=self._onset + 3)
        self._noise = ear.quiet_below / ear.over_noise
        self._loud = 0
        self._quiet_for = 0
        self.speaking = False

    @property
    def worth_hearing(self) -> int:
        """So many frames of `said` are for the recogniser by now: silence waits for what follows.

        The pause that ends an answer is a third of it, and deciding that it is over is ours.
        """
        return max(0, len(self.said) - max(0, self._quiet_for - AFTER_MS // FRAME_MS))

    def take(self, frame: bytes) -> News:
        level = loudness(frame)
        loud = level > max(self._ear.quiet_below, self._noise * self._ear.over_noise)
        if not self.speaking:
            self._learn(level)
            return self._wait(frame, loud)
        return self._hear(frame, loud)

    def _learn(self, level: float) -> None:
        """The line's noise falls fast and rises slowly (a factor 2.7 in a second)."""
        if level < self._noise:
            self._noise += (level - self._noise) * NOISE_FALLS
        else:
            self._noise = min(level, max(1.0, self._noise) * NOISE_RISES)

    def _wait(self, frame: bytes, loud: bool) -> News:
        self._before.append(frame)
        self._lately.append(loud)
        if sum(self._lately) < self._onset:
            return News.NOTHING
        self.speaking = True
        self.said = list(self._before)
        self._loud, self._quiet_for = sum(self._lately), 0
        self._lately.clear()
        return News.BEGAN

    def _hear(self, frame: bytes, loud: bool) -> News:
        self.said.append(frame)
        self._loud += loud
        self._quiet_for = 0 if loud else self._quiet_for + 1
        if self._quiet_for < self._pause and len(self.said) < self._longest:
            return News.GOES_ON
        if self._loud * FRAME_MS >= self._ear.shortest_ms:
            return News.OVER
        self.speaking = False
        self.said = []
        self._before.clear()
        return News.NOISE
