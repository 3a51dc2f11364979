"""Vosk, and the only file that knows it (vosk 0.3.45). Runs in the worker process alone.

Its traps, each probed: a malformed or empty grammar and one recogniser in two threads end the
process by a signal; an escaped grammar hears nothing; Model(lang=...) goes to the network; a
model at 16 kHz must not be fed 8000 Hz; in the middle of a grammar it answers parts of phrases;
its features carry noise (dither), so that a wrong answer of confidence 1.00 comes and goes: what is
taken for sure is heard once more (of 64 Korean answers 0 to 1 wrong became none in nine runs).
"""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final

from vosk import KaldiRecognizer, Model, SetLogLevel

from telephony.speech.grammar import in_words
from telephony.speech.recognizers import Guess, Options, Utterance
from telephony.speech.sound_match import closeness, is_chinese
from telephony.speech.widen import SMOOTHING, Widener

RATE: Final = 16000
UNKNOWN_WORDS: Final = ("[unk]", "<UNK>")  # which of them a model has, differs
BRACKETED: Final = re.compile(r"\([^)]*\)|\[[^]]*\]|<[^>]*>")
LONGEST_PHRASE: Final = 20
SMOOTHING_AGAIN: Final = 0.1
SURE_AGAIN: Final = 0.5


class VoskRecognizer:
    """One model. `confidence`: what every word of an answer must reach."""

    name = "vosk"

    def __init__(self, folder: Path, *, confidence: float) -> None:
        SetLogLevel(-1)
        self._model = Model(str(folder))
        self._confidence = confidence
        self._phrase = lru_cache(maxsize=512)(self._in_words)

    def warm_up(self) -> None:
        cold = KaldiRecognizer(self._model, RATE)
        cold.AcceptWaveform(bytes(2 * RATE * 2))
        cold.FinalResult()

    def knows(self, word: str) -> bool:
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def unknown(self, options: Options) -> tuple[str, ...]:
        said = (phrase for phrases in options.values() for phrase in phrases)
        return tuple(phrase for phrase in said if not self._phrase(phrase))

    def choice(self, options: Options) -> Utterance | None:
        meant = {
            words: option
            for option, phrases in options.items()
            for words in map(self._phrase, phrases)
            if words
        }
        if not meant:
            return None
        beside = [word for word in UNKNOWN_WORDS if self.knows(word)][:1]
        grammar = json.dumps([*meant, *beside], ensure_ascii=False)

        def listen() -> KaldiRecognizer:
            recognizer = KaldiRecognizer(self._model, RATE, grammar)
            recognizer.SetWords(True)
            return recognizer

        return _Choice(listen, meant, self._confidence)

    def free(self) -> Utterance:
        return _Free(KaldiRecognizer(self._model, RATE))

    def _in_words(self, phrase: str) -> str:
        return in_words(phrase.strip()[:LONGEST_PHRASE], self.knows)


class _Heard:
    """The pieces that the recogniser closed by itself, and the last one."""

    def __init__(self, recognizer: KaldiRecognizer, smoothing: float = SMOOTHING) -> None:
        self._recognizer = recognizer
        self._results: list[dict[str, object]] = []
        self._widened = Widener(smoothing)

    def take(self, narrow: bytes) -> None:
        if self._recognizer.AcceptWaveform(self._widened(narrow)):
            self._results.append(json.loads(self._recognizer.Result()))

    def all(self) -> list[dict[str, object]]:
        self._results.append(json.loads(self._recognizer.FinalResult()))
        return self._results


class _Choice:
    """Heard twice: the second time with the sound made wide a little otherwise."""

    def __init__(
        self, listen: Callable[[], KaldiRecognizer], meant: dict[str, str], confidence: float
    ) -> None:
        self._listen = listen
        self._heard = _Heard(listen())
        self._meant = meant
        self._confidence = confidence
        self._narrow: list[bytes] = []

    def take(self, narrow: bytes) -> None:
        self._narrow.append(narrow)
        self._heard.take(narrow)

    def end(self) -> Guess:
        text, option, sure = self._understood(self._heard)
        if option is None or sure < self._confidence:
            return Guess(text, None, sure)
        again = _Heard(self._listen(), SMOOTHING_AGAIN)
        again.take(b"".join(self._narrow))
        _, same, sure_again = self._understood(again)
        is_it = same == option and sure_again >= SURE_AGAIN
        return Guess(text, option if is_it else None, sure)

    def _understood(self, heard: _Heard) -> tuple[str, str | None, float]:
        """(text, option, the least confidence of a word)"""
        words: list[dict[str, object]] = []
        for result in heard.all():
            found = result.get("result")
            words += found if isinstance(found, list) else []
        words = [word for word in words if word["word"] not in UNKNOWN_WORDS]
        text = " ".join(str(word["word"]) for word in words)
        sure = min((float(str(word["conf"])) for word in words), default=0.0)
        return text, self._option(text), sure

    def _option(self, text: str) -> str | None:
        """The whole phrase and nothing besides; Chinese words may be other ones of that sound."""
        if text in self._meant or not text:
            return self._meant.get(text)
        alike = {o for words, o in self._meant.items() if closeness(text, words) == 1}
        return alike.pop() if len(alike) == 1 and is_chinese(text) else None


class _Free(_Heard):
    def end(self) -> Guess:
        texts = [str(result.get("text", "")) for result in self.all()]
        text = " ".join(" ".join(BRACKETED.sub(" ", text).split()) for text in texts if text)
        return Guess(re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", text).strip())
