"""A supervisor's voice, put into the recording of a call in which he spoke to both. Blocks.

Asterisk mixes what he says behind the citizen's recorder, so his own leg records it
(`<call id>~b<leg>-<n>.wav`). Both files run without gaps until they are closed, so when each began
follows from when it was closed and how long it is.
"""

import os
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from telephony.sound_files import RATE

log = structlog.get_logger(__name__)

LOUDEST: Final = 32_767


def voices_of(file: Path) -> list[Path]:
    return sorted(file.parent.glob(f"{file.stem}~b*.wav"))


def mix_in(parts: Sequence[Path], voices: Sequence[Path]) -> None:
    """Each voice into the parts during which it spoke; parts are written anew, the rest is kept."""
    for voice in voices:
        sound = _samples(voice)
        if not sound:
            continue
        began = _began(voice, len(sound))
        for part in parts:
            _mix(part, sound, began)
        log.info("a supervisor's voice is in the recording", seconds=len(sound) / RATE)


def _mix(part: Path, sound: "array[int]", began: float) -> None:
    whole, closed = _samples(part), part.stat()
    at = round((began - _began(part, len(whole))) * RATE)
    first, last = max(at, 0), min(at + len(sound), len(whole))
    if first >= last:
        return
    for n in range(first, last):
        whole[n] = max(-LOUDEST, min(LOUDEST, whole[n] + sound[n - at]))
    mixed = part.with_suffix(".mixing")
    with wave.open(str(mixed), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", ""))
        out.writeframes(whole.tobytes())
    os.utime(mixed, ns=(closed.st_mtime_ns, closed.st_mtime_ns))
    mixed.rename(part)


def _began(file: Path, samples: int) -> float:
    return file.stat().st_mtime - samples / RATE


def _samples(file: Path) -> "array[int]":
    with wave.open(str(file)) as sound:
        return array("h", sound.readframes(sound.getnframes()))
