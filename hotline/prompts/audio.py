"""From a voice at 24 kHz to what a telephone carries: 8 kHz A-law, trimmed, at one loudness.

Kept as 16-bit WAV of exactly those A-law values (ADR 0014): what is heard is still the file, octet
by octet. Pure and without packages, so that the ordinary tests can measure the shipped files.
Samples are floats between -1 and 1; dBFS is relative to a full-scale sine's peak (1.0).
"""

import io
import math
import wave
from collections.abc import Iterable, Sequence
from functools import cache
from operator import mul
from typing import Final

TELEPHONE_RATE: Final = 8000
SPEECH_DBFS: Final = -20.0  # rms of what is spoken, pauses left out
PEAK_DBFS: Final = -1.5
PAUSE_BELOW_LOUDEST_DB: Final = 40.0
LEAD_MS: Final = 20
SENTENCE_END: Final = ("。", "？", "！", ".", "?")  # the last two of Korean
SENTENCE_TAIL_MS: Final = 300
PIECE_TAIL_MS: Final = 40
FADE_MS: Final = 8
FRAME_MS: Final = 10
FILTER_TAPS: Final = 121
FILTER_CUT_HZ: Final = 3500
WAV_UNPLAYED: Final = 44  # bytes at its end: as many as its header has


def for_telephone(voice: Sequence[float], rate: int, text: str) -> bytes:
    """A rendered text as A-law. A sentence keeps a pause behind it, a piece of one does not."""
    narrow = to_8_khz(voice, rate)
    tail_ms = SENTENCE_TAIL_MS if is_sentence(text) else PIECE_TAIL_MS
    return to_alaw(levelled(trimmed(narrow, tail_ms=tail_ms)))


def is_sentence(text: str) -> bool:
    """Whether it stands for itself; otherwise it is a piece that others are joined to."""
    return text.endswith(SENTENCE_END)


def to_8_khz(samples: Sequence[float], rate: int) -> list[float]:
    """Low-pass and keep every n-th sample; `rate` is a multiple of 8000."""
    step, left = divmod(rate, TELEPHONE_RATE)
    assert not left, "the voice's rate is a multiple of the telephone's"
    taps = _low_pass(FILTER_CUT_HZ / rate)
    half = FILTER_TAPS // 2
    padded = [0.0] * half + list(samples) + [0.0] * FILTER_TAPS
    starts = range(0, len(samples), step)
    return [sum(map(mul, taps, padded[n : n + FILTER_TAPS])) for n in starts]


def trimmed(samples: list[float], *, tail_ms: int) -> list[float]:
    """Without the silence around it: a short lead and exactly `tail_ms` remain."""
    frame = TELEPHONE_RATE * FRAME_MS // 1000
    loud = _loud_frames(samples, frame)
    if not loud:
        return []
    begin = max(0, loud[0] * frame - TELEPHONE_RATE * LEAD_MS // 1000)
    end = min(len(samples), (loud[-1] + 1) * frame)
    tail = TELEPHONE_RATE * tail_ms // 1000
    voiced = samples[begin : end + tail]
    return _faded(voiced) + [0.0] * (tail - len(voiced) + end - begin)


def levelled(samples: list[float], *, target_dbfs: float = SPEECH_DBFS) -> list[float]:
    """At the target loudness, or as near as the peak allows; nothing is clipped."""
    peak = max(map(abs, samples), default=0.0)
    if not peak:
        return samples
    wanted = 10 ** ((target_dbfs - active_dbfs(samples)) / 20)
    gain = min(wanted, 10 ** (PEAK_DBFS / 20) / peak)
    return [s * gain for s in samples]


def active_dbfs(samples: Sequence[float]) -> float:
    """Loudness (rms in dBFS) of the frames in which something is heard."""
    frame = TELEPHONE_RATE * FRAME_MS // 1000
    loud = _loud_frames(samples, frame)
    energy = sum(_energy(samples[n * frame : (n + 1) * frame]) for n in loud)
    return _db(energy / max(1, len(loud)))


def tone(hz: float, ms: int, *, dbfs: float = -14.0) -> bytes:
    """A sine with soft edges, as A-law."""
    count = TELEPHONE_RATE * ms // 1000
    height = 10 ** (dbfs / 20)
    wave = [height * math.sin(math.tau * hz * n / TELEPHONE_RATE) for n in range(count)]
    return to_alaw(_faded(wave))


def milliseconds(alaw: bytes) -> int:
    return len(alaw) * 1000 // TELEPHONE_RATE


def to_alaw(samples: Iterable[float]) -> bytes:
    return bytes(_alaw_of(round(max(-1.0, min(1.0, s)) * 32767)) for s in samples)


def from_alaw(alaw: bytes) -> list[float]:
    return [_LINEAR[octet] / 32768 for octet in alaw]


def as_wav(alaw: bytes) -> bytes:
    """A WAV file (mono, 16 bits, 8 kHz) with the linear values of these octets, and a filling:
    Asterisk counts the header as sound and stops that much before the end.
    """
    linear = (_LINEAR[octet] for octet in alaw)
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, TELEPHONE_RATE, 0, "NONE", ""))
        sound.writeframes(b"".join(s.to_bytes(2, "little", signed=True) for s in linear))
        sound.writeframes(bytes(WAV_UNPLAYED))
    return file.getvalue()


def from_wav(file: bytes) -> list[float]:
    """The samples that are heard of a file that `as_wav` made."""
    with wave.open(io.BytesIO(file)) as sound:
        heard = sound.readframes(sound.getnframes() - WAV_UNPLAYED // 2)
    return [s / 32768 for s in memoryview(heard).cast("h")]


@cache
def _alaw_of(sample: int) -> int:
    """G.711: one 16-bit sample as sign, segment and four bits of it, even bits inverted."""
    mask = 0xD5 if sample >= 0 else 0x55
    size = (sample if sample >= 0 else -sample - 1) >> 3
    segment = max(0, size.bit_length() - 5)
    return (segment << 4 | (size >> max(1, segment)) & 0xF) ^ mask


def _linear_of(octet: int) -> int:
    octet ^= 0x55
    segment, size = (octet & 0x70) >> 4, (octet & 0xF) << 4
    size = size + 8 if segment == 0 else (size + 0x108) << (segment - 1)
    return size if octet & 0x80 else -size


_LINEAR: Final = [_linear_of(octet) for octet in range(256)]


def _low_pass(cut: float) -> list[float]:
    """A Hamming-windowed sinc; `cut` in cycles per sample, gain 1 at 0 Hz."""
    half = FILTER_TAPS // 2
    ideal = [
        2 * cut if n == 0 else math.sin(math.tau * cut * n) / (math.pi * n)
        for n in range(-half, half + 1)
    ]
    window = [0.54 - 0.46 * math.cos(math.tau * n / (FILTER_TAPS - 1)) for n in range(FILTER_TAPS)]
    taps = list(map(mul, ideal, window))
    whole = sum(taps)
    return [t / whole for t in taps]


def _loud_frames(samples: Sequence[float], frame: int) -> list[int]:
    levels = [
        _db(_energy(samples[n : n + frame])) for n in range(0, len(samples) - frame + 1, frame)
    ]
    floor = max(levels, default=0.0) - PAUSE_BELOW_LOUDEST_DB
    return [n for n, level in enumerate(levels) if level > floor and level > -90]


def _energy(frame: Sequence[float]) -> float:
    return math.fsum(map(mul, frame, frame)) / max(1, len(frame))


def _db(energy: float) -> float:
    return 10 * math.log10(energy) if energy > 1e-12 else -120.0


def _faded(samples: list[float]) -> list[float]:
    """Both ends eased, so that a joint does not click."""
    edge = min(TELEPHONE_RATE * FADE_MS // 1000, len(samples) // 2)
    ramp = [n / edge for n in range(edge)]
    middle = samples[edge : len(samples) - edge]
    head = list(map(mul, ramp, samples[:edge]))
    tail = list(map(mul, reversed(ramp), samples[len(samples) - edge :]))
    return head + middle + tail
