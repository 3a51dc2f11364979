"""The worker process with a made-up ear: what it hears is told by how long somebody spoke.

Everything but the recogniser is the real thing. An utterance below a second is "satisfied", a
longer one is nothing; a model named "deadly" ends the process as a broken one does.
"""

import os
import signal
from typing import Final

from telephony.speech import worker
from telephony.speech.recognizers import Guess, Options, Recognizer, Utterance
from telephony.speech.workshop import Workshop

SHORT: Final = 32000  # bytes: two seconds


class MadeUpUtterance:
    def __init__(self) -> None:
        self._length = 0

    def take(self, narrow: bytes) -> None:
        self._length += len(narrow)

    def end(self) -> Guess:
        short = self._length < SHORT
        return Guess("满意" if short else "？", "satisfied" if short else None, 0.9)


class MadeUpEar:
    name = "made up"

    def warm_up(self) -> None:
        """Nothing is cold."""

    def unknown(self, options: Options) -> tuple[str, ...]:
        return ()

    def choice(self, options: Options) -> Utterance | None:
        return MadeUpUtterance()

    def free(self) -> Utterance:
        return MadeUpUtterance()


class MadeUpWorkshop(Workshop):
    def _vosk(self, language: object) -> Recognizer:  # type: ignore[override]
        folder = next(iter(self._plans.values())).vosk
        if folder == "deadly":
            os.kill(os.getpid(), signal.SIGSEGV)
        if folder == "broken":
            raise ValueError("this is no model")
        return MadeUpEar()


if __name__ == "__main__":
    worker.Workshop = MadeUpWorkshop  # type: ignore[misc]
    worker.main()
