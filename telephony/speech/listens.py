"""The port of stories: ask a citizen something and take the answer by key or by voice.

The question is heard while we listen already (barge-in); a key always wins. Who gets `KeysOnly`
asks the same again with `LiveCall.collect`: nothing was lost but the voice.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from telephony.live_call import LiveCall
from telephony.spoken import Sound


class Language(StrEnum):
    ZH = "zh"  # 普通话
    KO = "ko"  # 朝鲜语


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer a question knows: what is stored, and the phrases that mean it."""

    option: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`within` counts from the end of `sounds`. `name` goes into the journal and file names."""

    name: str
    sounds: tuple[Sound, ...]
    choices: tuple[Choice, ...]
    language: Language = Language.ZH
    within: timedelta = timedelta(seconds=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """Free speech, recorded and written down; at most `longest`, ended by a key or a pause."""

    name: str
    sounds: tuple[Sound, ...]
    language: Language = Language.ZH
    within: timedelta = timedelta(seconds=6)
    longest: timedelta = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The audio an answer was taken from: a WAV below the evidence folder, with its hash."""

    file: str
    sha256: str
    seconds: float
    recognizer: str  # "vosk", "whisper"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key, whatever was said besides."""

    key: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One of the question's options, understood with at least the floor's confidence (0 to 1)."""

    option: str
    confidence: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Unclear:
    """Something was said that is none of the options for sure: ask again, then keys only."""

    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Silent:
    """Neither key nor voice in time. Never to be counted as an answer (SAT-01)."""


@dataclass(frozen=True, slots=True)
class KeysOnly:
    """Nobody listens: no worker, no model of this language, or the worker fell meanwhile."""

    why: str


@dataclass(frozen=True, slots=True)
class Said:
    """Free speech. `text` is "" where it was recorded but not understood; never journaled."""

    text: str
    evidence: Evidence


Answer = Pressed | Heard | Unclear | Silent | KeysOnly
Comment = Pressed | Said | Silent | KeysOnly


class Listens(Protocol):
    """`telephony.speech.listener.SpeechListener` fits by shape; tests have `FakeListener`.

    Neither raises but by cancellation (the caller hung up). The call is in hand before and after.
    """

    def hears(self, language: Language) -> bool:
        """Whether a spoken answer would be understood just now; without it, speak of keys only."""

    async def choice(self, call: LiveCall, question: Question) -> Answer: ...

    async def comment(self, call: LiveCall, question: OpenQuestion) -> Comment: ...
