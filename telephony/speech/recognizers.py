"""The port of recognisers: an utterance goes in piece by piece, a guess comes out.

Everything here blocks (CPU): the worker calls it in a thread, one call at a time for an utterance.
`vosk_recognizer.py` and `whisper_recognizer.py` fit by shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

# option -> the phrases that mean it
Options = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Guess:
    """`option` None: none of them for sure. `text`: what was understood, "" if nothing."""

    text: str
    option: str | None = None
    confidence: float = 0.0


class Utterance(Protocol):
    def take(self, narrow: bytes) -> None:
        """More of it: 16-bit mono at 8 kHz."""

    def end(self) -> Guess: ...


class Recognizer(Protocol):
    @property
    def name(self) -> str: ...

    def warm_up(self) -> None:
        """A cold model lags by seconds at its first words."""

    def unknown(self, options: Options) -> tuple[str, ...]:
        """The phrases that this model cannot hear, because a word of theirs is not in it."""

    def choice(self, options: Options) -> Utterance | None:
        """None: it can hear none of them."""

    def free(self) -> Utterance: ...
