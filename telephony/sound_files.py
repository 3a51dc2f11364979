"""Which file serves which sound: the site's own folder first, then what is shipped.

Asterisk is handed absolute paths without extension, so that its own search order never matters.
Each file is opened once, at start, because Asterisk plays a wrong one as silence and says nothing.
Only linear sound is taken (ADR 0014): one in a telephone's codec would pass through the recorder's
translator and could leave the next voice out of the recording.
"""

import re
import wave
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from kernel.errors import BadSettings
from telephony.spoken import Sound

RATE: Final = 8000
WAV: Final = ".wav"
# What a site may have lying about; each is refused with the command that makes a WAV file of it.
CODED: Final = {
    ".alaw": "-t raw -r 8000 -e a-law -c 1",
    ".ulaw": "-t raw -r 8000 -e mu-law -c 1",
    ".sln": "-t raw -r 8000 -e signed -b 16 -c 1",
    ".gsm": "-t gsm",
    ".mp3": "-t mp3",
}
# AGI and the dialplan cut an argument at these.
UNPLAYABLE: Final = re.compile(r"[\s,&|;\"'\\(){}$]")


class SoundMissing(BadSettings):
    code: ClassVar[str] = "sound-missing"


class BadSound(BadSettings):
    code: ClassVar[str] = "bad-sound"


@dataclass(frozen=True, slots=True)
class SoundFile:
    path: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class SoundFiles:
    """Every sound with its file, found and measured at start."""

    files: Mapping[Sound, SoundFile]

    def path_of(self, sound: Sound) -> str:
        """Absolute and without extension, as `STREAM FILE`, `Playback` and `Queue` take it."""
        return str(self.files[sound].path.with_suffix(""))

    def seconds_of(self, sounds: Iterable[Sound]) -> float:
        """How long they last, played one after another."""
        return sum(self.files[sound].seconds for sound in sounds)


def check_sounds(
    sounds: Iterable[Sound],
    *,
    shipped: Path,
    site: Path | None = None,
    uploaded: Path | None = None,
) -> SoundFiles:
    """Finds and measures every sound. SoundMissing or BadSound name the file and the remedy.

    `uploaded` goes first; that folder is made with the first upload.
    """
    ours = (
        [site, shipped] if uploaded is None or not uploaded.is_dir() else [uploaded, site, shipped]
    )
    folders = [folder.absolute() for folder in ours if folder is not None]
    for folder in folders:
        _refuse_unplayable(folder)
    return SoundFiles({sound: _find(sound, folders) for sound in sounds})


def _refuse_unplayable(folder: Path) -> None:
    if UNPLAYABLE.search(str(folder)):
        raise BadSound(
            f"Asterisk cannot play from {str(folder)!r}: spaces and , & | ; quotes cut its name.",
            remedy="Give the sounds folder a path without them.",
        )
    if not folder.is_dir():
        raise SoundMissing(
            f"The sounds folder {folder} does not exist.",
            remedy="Create it, or mend the setting that names it.",
        )


def _find(sound: Sound, folders: list[Path]) -> SoundFile:
    for folder in folders:
        path = folder / f"{sound}{WAV}"
        if path.is_file():
            return SoundFile(path, _seconds(path))
        _refuse_coded(folder, sound)
    raise SoundMissing(
        f"The sound {sound} is in none of {', '.join(map(str, folders))}.",
        remedy=f"Run `./dev prompts`, or put {sound}.wav (8 kHz, 16 bits) into the site's folder.",
    )


def _refuse_coded(folder: Path, sound: Sound) -> None:
    for extension, shape in CODED.items():
        path = folder / f"{sound}{extension}"
        if path.is_file():
            raise BadSound(
                f"{path} is no WAV file; a sound in a codec can cost the recording a voice.",
                remedy=f"Convert it: sox {shape} {path.name} -r 8000 -c 1 -b 16 {path.stem}.wav",
            )


def _seconds(path: Path) -> float:
    seconds = _wav_seconds(path)
    if not seconds:
        raise BadSound(f"The sound {path} is empty.", remedy="Record or render it again.")
    return seconds


def _wav_seconds(path: Path) -> float:
    try:
        with wave.open(str(path), "rb") as recording:
            shape = (recording.getnchannels(), recording.getsampwidth(), recording.getframerate())
            frames = recording.getnframes()
    except (wave.Error, EOFError) as why:
        raise BadSound(f"{path} is no plain WAV file: {why}.", remedy=_convert(path)) from why
    if shape != (1, 2, RATE):
        raise BadSound(
            f"{path} has {shape[0]} channels of {8 * shape[1]} bits at {shape[2]} Hz; "
            f"Asterisk plays only one of 16 bits at {RATE} Hz.",
            remedy=_convert(path),
        )
    return frames / RATE


def _convert(path: Path) -> str:
    return f"Convert it: sox {path.name} -r 8000 -c 1 -b 16 new.wav"
