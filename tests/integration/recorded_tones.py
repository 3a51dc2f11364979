"""Who is heard in a recording: the citizen's tone is 440 Hz, the others' 700 and 950."""

from itertools import groupby
from pathlib import Path

from hotline.rehearsal.audio import RATE, strength, wav_samples

CITIZEN_HZ, OTHERS_HZ = 440, (700, 950)
PART = RATE // 5  # 0.2 s
STEP = RATE // 10
AUDIBLE = 500  # amplitude; each phone plays 8000
FULLY = 6000  # of a part that a tone fills


def heard_with_the_citizen(file: Path) -> list[set[int]]:
    """The tones of each part of 0.2 s that the citizen fills, but for a breath at either end.

    Equal neighbours are one. Before he begins and after he has hung up Asterisk may record the
    other alone, as long as it takes a busy machine to see that.
    """
    samples = wav_samples(file)
    parts = [samples[at : at + PART] for at in range(0, len(samples) - PART + 1, STEP)]
    heard = [tones_in(part) for part in parts if strength(part, CITIZEN_HZ) > FULLY]
    return [tones for tones, _ in groupby(heard[1:-1])]


def tones_in(part: list[int]) -> set[int]:
    return {hz for hz in (CITIZEN_HZ, *OTHERS_HZ) if strength(part, hz) > AUDIBLE}
