"""A-law sound as bytes: tones, files, loudness and pitch. Pure; 8 kHz, frames of 20 ms.

RMS is in units of 16-bit linear samples; silence is below 50 or so, our tone about 5,700.
"""

import math
import wave
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from hotline.prompts.audio import WAV_UNPLAYED

RATE: Final = 8000
FRAME_SAMPLES: Final = 160
FRAMES_A_SECOND: Final = RATE // FRAME_SAMPLES
_AMPLITUDE: Final = 8000


def _linear(code: int) -> int:
    """One A-law byte as a 16-bit sample (G.711)."""
    code ^= 0x55
    exponent, mantissa = (code >> 4) & 7, code & 0xF
    size = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return size if code & 0x80 else -size


LINEAR: Final[tuple[int, ...]] = tuple(_linear(code) for code in range(256))


@cache
def _codes_by_size() -> tuple[tuple[int, ...], tuple[int, ...]]:
    order = sorted(range(256), key=LINEAR.__getitem__)
    return tuple(LINEAR[code] for code in order), tuple(order)


def to_alaw(sample: int) -> int:
    """The A-law byte nearest to a 16-bit sample."""
    sizes, codes = _codes_by_size()
    at = bisect_left(sizes, sample)
    if at == 0:
        return codes[0]
    if at == len(sizes) or sample - sizes[at - 1] <= sizes[at] - sample:
        return codes[at - 1]
    return codes[at]


def frames_of(sound: bytes) -> tuple[bytes, ...]:
    """A-law bytes cut into 20 ms; the last one is filled up with silence."""
    silence = bytes([0xD5])
    cuts = range(0, len(sound), FRAME_SAMPLES)
    return tuple(sound[at : at + FRAME_SAMPLES].ljust(FRAME_SAMPLES, silence) for at in cuts)


@cache
def tone(hertz: int) -> tuple[bytes, ...]:
    """One second of a tone; whole Hertz, so that it can be looped without a click."""
    step = 2 * math.pi * hertz / RATE
    return frames_of(bytes(to_alaw(round(_AMPLITUDE * math.sin(step * n))) for n in range(RATE)))


def sound_file(path: Path) -> tuple[bytes, ...]:
    """Frames of a 16-bit mono 8 kHz WAV file."""
    return frames_of(bytes(to_alaw(sample) for sample in wav_samples(path)))


def octets_of(path: Path) -> bytes:
    """What a phone hears in A-law when Asterisk plays this 16-bit mono 8 kHz WAV file: it counts
    the header as sound and stops that much before the end."""
    heard = wav_samples(path)[: -WAV_UNPLAYED // 2]
    return bytes(to_alaw(sample) for sample in heard)


def wav_samples(path: Path, channel: int = 0) -> list[int]:
    """The 16-bit samples of one channel of a WAV file."""
    with wave.open(str(path), "rb") as sound:
        assert sound.getsampwidth() == 2, "only 16-bit WAV files are read"
        raw = memoryview(sound.readframes(sound.getnframes())).cast("h")
        return list(raw[channel :: sound.getnchannels()])


def to_linear(alaw: bytes) -> list[int]:
    return [LINEAR[code] for code in alaw]


def rms(samples: Sequence[int]) -> float:
    """Root mean square; 0 for no samples at all."""
    if not samples:
        return 0.0
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples))


def strength(samples: Sequence[int], hertz: int) -> float:
    """Amplitude of one frequency in the samples (Goertzel)."""
    if not samples:
        return 0.0
    turn = 2 * math.cos(2 * math.pi * hertz / RATE)
    before, last = 0.0, 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    power = before * before + last * last - turn * before * last
    return 2 * math.sqrt(max(power, 0.0)) / len(samples)


def dominant(samples: Sequence[int], among: Sequence[int]) -> int | None:
    """Which of the frequencies is loudest; None when none carries a tenth of the whole."""
    loudest = max(among, key=lambda hertz: strength(samples, hertz), default=None)
    if loudest is None or strength(samples, loudest) < 0.1 * rms(samples) + 1:
        return None
    return loudest
