"""The second recogniser: Whisper by CTranslate2, and the only file that knows faster-whisper.

An answer is not transcribed and guessed at: each phrase is *scored* against the sound (teacher
forcing), and the best must be likelier than the next by a margin; a free transcript must besides
sound like it (toneless pinyin), because it echoes its prompt on noise. Short windows cost less:
6 s instead of Whisper's 30 take a fifth of the time and read short answers as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from pathlib import Path
from typing import Any, Final

import numpy as np
from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from telephony.speech.listens import Language
from telephony.speech.recognizers import Guess, Options, Utterance
from telephony.speech.settings import WhisperSettings
from telephony.speech.sound_match import closeness, pieces
from telephony.speech.widen import stuffed

RATE: Final = 16000
WINDOWS_S: Final = (6, 12, 30)
MOST_S: Final = 28  # of speech in one window
FRAMES_A_SECOND: Final = 100
TOKENS: Final = 16  # of an answer
TOKENS_A_SECOND: Final = 8
LEAST: Final = 1e-9
# What stands before a transcript: which language, and simplified characters.
BEFORE: Final = {Language.ZH: "以下是普通话的句子", Language.KO: "다음은 한국어 문장입니다"}
Sound = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class Encoded:
    """What the model made of a window of sound, once for all that is asked of it."""

    sound: StorageView
    frames: int


class WhisperRecognizer:
    """One language of one model; `load` once, `for_language` as often as wanted."""

    name = "whisper"

    def __init__(self, model: WhisperModel, language: Language, settings: WhisperSettings) -> None:
        self._model = model
        self._language = language
        self._settings = settings
        self._tokens = Tokenizer(
            model.hf_tokenizer, multilingual=True, task="transcribe", language=language.value
        )
        self._start = [*self._tokens.sot_sequence, self._tokens.no_timestamps]

    def warm_up(self) -> None:
        self.transcribed(self.encoded(np.zeros(RATE, np.float32)), "", TOKENS)

    def unknown(self, options: Options) -> tuple[str, ...]:
        return ()

    def choice(self, options: Options) -> Utterance | None:
        return _Choice(self, options, self._settings) if any(options.values()) else None

    def free(self) -> Utterance:
        return _Free(self, f"{BEFORE[self._language]}。")

    def hint(self, phrases: Sequence[str]) -> str:
        return f"{BEFORE[self._language]}：{'，'.join(phrases)}。"

    def transcribed(self, encoded: Encoded, hint: str, tokens: int) -> str:
        """Greedy; `hint` is what might be said, in the words of a sentence before it."""
        before = [self._tokens.sot_prev, *self._tokens.encode(f" {hint}")] if hint else []
        prompt = before + self._start
        (found,) = self._model.model.generate(
            encoded.sound, [prompt], beam_size=1, max_length=len(prompt) + tokens
        )
        return str(self._tokens.decode(found.sequences_ids[0]))

    def likelihoods(self, encoded: Encoded, phrases: Sequence[str]) -> list[float]:
        """How likely each phrase is for this sound: natural logarithm, at most 0."""
        spoken = np.repeat(np.array(encoded.sound), len(phrases), 0)
        texts = [self._tokens.encode(f"{phrase}。") for phrase in phrases]
        found = self._model.model.align(
            StorageView.from_array(spoken),
            self._start,
            texts,
            [encoded.frames] * len(texts),
            median_filter_width=1,
        )
        return [sum(log(max(p, LEAST)) for p in one.text_token_probs) for one in found]

    def encoded(self, sound: Sound) -> Encoded:
        seconds = next((s for s in WINDOWS_S if s * RATE >= len(sound) + RATE // 2), WINDOWS_S[-1])
        window = np.zeros(seconds * RATE, np.float32)
        window[: len(sound)] = sound[: len(window)]
        frames = seconds * FRAMES_A_SECOND
        features = self._model.feature_extractor(window, padding=0)[:, :frames]
        return Encoded(self._model.encode(np.ascontiguousarray(features)), frames)


class _Buffered:
    def __init__(self, by: WhisperRecognizer) -> None:
        self._by = by
        self._narrow: list[bytes] = []

    def take(self, narrow: bytes) -> None:
        self._narrow.append(narrow)

    def _sound(self) -> Sound:
        wide = np.frombuffer(stuffed(b"".join(self._narrow)), "<i2")
        return wide.astype(np.float32) * np.float32(2 / 32768)


class _Choice(_Buffered):
    def __init__(self, by: WhisperRecognizer, options: Options, settings: WhisperSettings) -> None:
        super().__init__(by)
        self._meant = [(phrase, o) for o, phrases in options.items() for phrase in phrases]
        self._options = options
        self._settings = settings

    def end(self) -> Guess:
        sound = self._by.encoded(self._sound())
        phrases = [phrase for phrase, _ in self._meant]
        likely: dict[str, float] = {}
        for (_, option), value in zip(
            self._meant, self._by.likelihoods(sound, phrases), strict=True
        ):
            likely[option] = max(value, likely.get(option, value))
        best = max(likely, key=lambda option: likely[option])
        others = [likely[option] - likely[best] for option in likely if option != best]
        text = self._by.transcribed(sound, self._by.hint(phrases), TOKENS)
        confidence = 1 / (1 + sum(map(exp, others)))
        is_sure = -max(others, default=-100.0) >= self._settings.margin
        near = max(
            closeness(piece, phrase) for piece in pieces(text) for phrase in self._options[best]
        )
        is_it = is_sure and near >= self._settings.closeness
        return Guess(text, best if is_it else None, round(confidence, 4))


class _Free(_Buffered):
    def __init__(self, by: WhisperRecognizer, hint: str) -> None:
        super().__init__(by)
        self._hint = hint

    def end(self) -> Guess:
        sound, said = self._sound(), []
        for at in range(0, len(sound), MOST_S * RATE):
            part = sound[at : at + MOST_S * RATE]
            text = self._by.transcribed(
                self._by.encoded(part), self._hint, TOKENS + len(part) * TOKENS_A_SECOND // RATE
            )
            if not is_echo(text, self._hint):
                said.append(text.strip())
        return Guess("".join(said))


def is_echo(text: str, hint: str) -> bool:
    """On silence and noise it says its prompt, or a part of it."""
    bare = "".join(c for c in text if c.isalnum())
    return bare in "".join(c for c in hint if c.isalnum())


def load_whisper(folder: Path, threads: int) -> WhisperModel:
    """Always from a folder: a name would be fetched from the network."""
    return WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
    )
