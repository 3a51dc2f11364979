"""Hold music of our own: thirty quiet seconds that close upon themselves, nobody's property.

A slow pentatonic (宫调) tune plucked over soft chords, all within what a telephone carries. Each
note rings on over the end into the beginning, so that the loop has no seam. No randomness: the
same bytes each time.
"""

import math
from typing import Final

from hotline.prompts.audio import TELEPHONE_RATE, levelled, to_alaw

SECONDS: Final = 30
LOUDNESS_DBFS: Final = -29.0  # below the voice that speaks over it
BEATS: Final = 32

SEMITONES: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

# Eight bars of four beats: beat, note, loudness.
TUNE: Final = (
    *((0, "E5", 0.9), (1.5, "G5", 0.6), (2, "A5", 0.8), (3, "G5", 0.6)),
    *((4, "E5", 0.8), (5.5, "D5", 0.6), (6, "C5", 0.8)),
    *((8, "D5", 0.9), (9.5, "E5", 0.6), (10, "G5", 0.8), (11, "E5", 0.6)),
    *((12, "D5", 0.8), (14, "G4", 0.6), (15, "A4", 0.6)),
    *((16, "C5", 0.9), (17.5, "D5", 0.6), (18, "E5", 0.8), (19, "G5", 0.7)),
    *((20, "A5", 0.9), (21.5, "G5", 0.6), (22, "E5", 0.8)),
    *((24, "G5", 0.8), (25, "E5", 0.6), (26, "D5", 0.7), (27, "E5", 0.6)),
    *((28, "C5", 0.8), (30, "G4", 0.5), (31, "C5", 0.5)),
)
CHORDS: Final = (
    *(("C4", "E4", "G4"), ("A3", "C4", "E4"), ("G3", "D4", "G4"), ("G3", "B3", "D4")),
    *(("A3", "C4", "E4"), ("F3", "A3", "C4"), ("G3", "C4", "D4"), ("C4", "E4", "G4")),
)


def hold_music() -> bytes:
    """A loop of 30 s as 8 kHz A-law."""
    loop = [0.0] * (SECONDS * TELEPHONE_RATE)
    for beat, note, loudness in TUNE:
        _add(loop, beat, _pluck(_hertz(note), loudness))
    for bar, chord in enumerate(CHORDS):
        for note in chord:
            _add(loop, 4 * bar, _pad(_hertz(note)))
    return to_alaw(levelled(loop, target_dbfs=LOUDNESS_DBFS))


def _hertz(note: str) -> float:
    steps = SEMITONES[note[0]] + 12 * int(note[1]) - 57
    return 440 * 2 ** (steps / 12)


def _pluck(hertz: float, loudness: float) -> list[float]:
    """A string: overtones that die sooner than the ground tone."""
    overtones = ((1, 1.0, 1.4), (2, 0.35, 2.6), (3, 0.12, 4.5))
    length = int(2.8 * TELEPHONE_RATE)
    attack = TELEPHONE_RATE // 125
    note = [0.0] * length
    for times, height, decay in overtones:
        turn = math.tau * hertz * times / TELEPHONE_RATE
        for n in range(length):
            rise = min(1.0, n / attack)
            fall = math.exp(-decay * n / TELEPHONE_RATE) * (1 - n / length)
            note[n] += loudness * height * rise * fall * math.sin(turn * n)
    return note


def _pad(hertz: float) -> list[float]:
    """A bar and a half of a soft tone that swells and fades into the next."""
    length = SECONDS * TELEPHONE_RATE * 6 // BEATS
    turn = math.tau * hertz / TELEPHONE_RATE
    return [0.16 * math.sin(math.pi * n / length) ** 2 * math.sin(turn * n) for n in range(length)]


def _add(loop: list[float], beat: float, note: list[float]) -> None:
    start = round(beat * SECONDS * TELEPHONE_RATE / BEATS)
    for n, sample in enumerate(note, start):
        loop[n % len(loop)] += sample
