"""`./dev prompts`: renders what `config/phrases.yaml` says into the sounds that Asterisk plays.

    python -m hotline.prompts.command [--only KEY]... [--voice zf_xiaoxiao] [--out DIR] [--check]

WAV at 8 kHz, 16 bits, holding exactly what the trunk's A-law can carry (ADR 0014). `zh/index.json`
remembers for each sound the text and voice it was made from: only what changed is rendered again.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from hotline.prompts.audio import as_wav, for_telephone, is_sentence, milliseconds, tone
from hotline.prompts.hold_music import hold_music
from hotline.prompts.placeholder import PLACEHOLDER, is_korean, placeholder
from hotline.prompts.ringing import ringing
from hotline.prompts.voice import RATE, Voice
from kernel.errors import BadSettings, HotlineError
from telephony.phrases import Phrases, load_phrases
from telephony.spoken import Sound, digit_sound

ROOT: Final = Path(__file__).parents[2]
DEFAULT_VOICE: Final = "zf_xiaoxiao"
INDEX: Final = "zh/index.json"
HOLD_MUSIC: Final = Sound("moh/hold")
RINGING: Final = Sound("zh/emergency/2_ringing")  # after zh/emergency/1_calling, of the phrases
COMPOSED: Final = {HOLD_MUSIC: ("hold music", hold_music), RINGING: ("ringing", ringing)}
RECIPE: Final = "2"  # raise it when the way of rendering changes: everything is rendered again


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sound that should exist, and what it is made of."""

    sound: Sound
    text: str
    source: str  # sha256 of recipe, voice and text
    hz: float = 0.0
    ms: int = 0

    @property
    def spoken(self) -> bool:
        return not self.ms and self.sound not in COMPOSED


@dataclass(frozen=True, slots=True)
class Made:
    """One line of the index: what a sound was made of, how long it is (ms), and its sha256."""

    text: str
    voice: str
    ms: int
    source: str
    audio: str


def wanted(phrases: Phrases, voice: str) -> dict[Sound, Wanted]:
    """Every sound of the phrase book, the hold music, the ringing."""
    tones = {t.file: t for t in phrases.tones.values()}
    sounds = {}
    for sound, text in phrases.texts().items():
        if sound in tones:
            hz, ms = tones[sound].hz, tones[sound].ms
            sounds[sound] = Wanted(sound, text, source_of(f"{hz} Hz {ms} ms", ""), hz, ms)
        else:
            by = PLACEHOLDER if is_korean(sound) else voice
            sounds[sound] = Wanted(sound, text, source_of(text, by))
    for sound, (name, _) in COMPOSED.items():
        sounds[sound] = Wanted(sound, name, source_of(name, ""))
    return sounds


def source_of(text: str, voice: str) -> str:
    return hashlib.sha256("\n".join((RECIPE, voice, text)).encode()).hexdigest()


def stale(
    sounds: Mapping[Sound, Wanted], index: Mapping[Sound, Made], folder: Path
) -> list[Wanted]:
    """Never made, made of something else, or with a file that is not the one made."""
    return [w for w in sounds.values() if not _fresh(w, index.get(w.sound), folder)]


def _fresh(want: Wanted, made: Made | None, folder: Path) -> bool:
    if made is None or made.source != want.source:
        return False
    file = sound_path(folder, want.sound)
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == made.audio


def sound_path(folder: Path, sound: Sound) -> Path:
    return folder / f"{sound}.wav"


def read_index(folder: Path) -> dict[Sound, Made]:
    """What was made so far; empty when nothing was."""
    path = folder / INDEX
    if not path.exists():
        return {}
    try:
        lines = json.loads(path.read_text(encoding="utf-8"))["sounds"]
        return {Sound(name): Made(**line) for name, line in lines.items()}
    except (ValueError, KeyError, TypeError) as why:
        raise BadSettings(
            f"{path} is damaged: {why}.", remedy="Delete it and run `./dev prompts` again."
        ) from why


def write_index(folder: Path, index: Mapping[Sound, Made]) -> None:
    lines = {name: asdict(index[name]) for name in sorted(index)}
    text = json.dumps({"recipe": RECIPE, "sounds": lines}, ensure_ascii=False, indent=1)
    (folder / INDEX).write_text(text + "\n", encoding="utf-8")


def render(wants: Iterable[Wanted], voice: str, folder: Path) -> None:
    """Makes each sound and writes it down at once, so that an interrupted run is not lost."""
    index = read_index(folder)
    speaker: Voice | None = None
    todo = list(wants)
    for done, want in enumerate(todo, 1):
        if want.spoken and not is_korean(want.sound) and speaker is None:
            speaker = Voice(voice, Path(sys.prefix) / "kokoro")
        carried = _made(want, speaker)
        audio = as_wav(carried)
        path = sound_path(folder, want.sound)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(audio)
        sha256 = hashlib.sha256(audio).hexdigest()
        by = voice if want.spoken else ""
        by = PLACEHOLDER if is_korean(want.sound) else by
        index[want.sound] = Made(want.text, by, milliseconds(carried), want.source, sha256)
        write_index(folder, index)
        _tell(f"{done}/{len(todo)} {want.sound} {milliseconds(carried)} ms {want.text}")


def _made(want: Wanted, speaker: Voice | None) -> bytes:
    if want.sound in COMPOSED:
        return COMPOSED[want.sound][1]()
    if is_korean(want.sound):
        return for_telephone(placeholder(want.text), RATE, want.text)
    if speaker is None or not want.spoken:
        return tone(want.hz, want.ms)
    speak = speaker.speak if is_sentence(want.text) else speaker.speak_piece
    audio = for_telephone(speak(want.text), RATE, want.text)
    if not audio:
        raise BadSettings(
            f"The voice says nothing for {want.text!r} ({want.sound}).",
            remedy="Write the phrase in Chinese characters.",
        )
    return audio


def _sound_of_key(phrases: Phrases, key: str) -> Sound:
    """A key of the file: a phrase, a tone, a numeral, "hold" for the music, or "ringing"."""
    if key in ("hold", "ringing"):
        return HOLD_MUSIC if key == "hold" else RINGING
    return digit_sound(key) if key in phrases.numbers else phrases.say(key)[0]


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev prompts", description="Render the announcements.")
    parser.add_argument("--only", action="append", metavar="KEY", help="these, even if unchanged")
    parser.add_argument("--voice", default=DEFAULT_VOICE, help="zf_xiaoxiao, zm_yunxi, ...")
    parser.add_argument("--phrases", type=Path, default=ROOT / "config" / "phrases.yaml")
    parser.add_argument("--out", type=Path, default=ROOT / "asterisk" / "sounds")
    parser.add_argument("--check", action="store_true", help="only tell what is out of date")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """0 when everything is up to date at the end, 1 otherwise."""
    asked = _arguments(argv)
    try:
        phrases = load_phrases(asked.phrases)
        sounds = wanted(phrases, asked.voice)
        todo = stale(sounds, read_index(asked.out), asked.out)
        if asked.only:
            todo = [sounds[_sound_of_key(phrases, key)] for key in asked.only]
        if asked.check:
            for want in todo:
                _tell(f"out of date: {want.sound} {want.text}")
            return 1 if todo else 0
        render(todo, asked.voice, asked.out)
    except HotlineError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    _tell(f"{len(sounds)} sounds up to date in {asked.out}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
