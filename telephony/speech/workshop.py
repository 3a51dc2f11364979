"""The recognisers of the worker: which are wanted for a language, loaded, and asked for what."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from telephony.speech.listens import Language
from telephony.speech.models import SCORED, Plan, assembled
from telephony.speech.recognizers import Options, Recognizer
from telephony.speech.settings import SpeechSettings

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

VOSK: Final = "vosk"
WHISPER: Final = "whisper"


class Workshop:
    """Models by name: "vosk/ko", "whisper/zh". `skip`: those that ended a process before."""

    def __init__(
        self, settings: SpeechSettings, plans: Mapping[Language, Plan], skip: frozenset[str]
    ) -> None:
        self._settings = settings
        self._plans = plans
        self._skip = skip
        self._loaded: dict[str, Recognizer] = {}
        self._whisper: WhisperModel | None = None

    def names(self, language: Language) -> list[str]:
        """What is to be loaded for it, without what is there or was skipped."""
        plan = self._plans.get(language, Plan())
        names = [f"{kind}/{language.value}" for kind in plan.recognizers]
        return [name for name in names if name not in self._skip and name not in self._loaded]

    def load(self, name: str) -> str:
        """Blocks for seconds. "" or what is wrong with it; never raises."""
        kind, _, language = name.partition("/")
        try:
            made = (
                self._vosk(Language(language)) if kind == VOSK else self._second(Language(language))
            )
            made.warm_up()
        except Exception as trouble:  # a folder of whatever kind: told, and done without
            return f"{type(trouble).__name__}: {trouble}"
        self._loaded[name] = made
        return ""

    def heard_by(self, language: Language) -> list[str]:
        """Who hears a choice in it; without one the language goes by keys."""
        kinds = (VOSK, WHISPER) if language in SCORED else (VOSK,)
        return [kind for kind in kinds if self._get(kind, language) is not None]

    def unknown(self, name: str, phrases: tuple[str, ...]) -> tuple[str, ...]:
        """The phrases that this loaded model cannot hear."""
        return self._loaded[name].unknown({"": phrases})

    def for_choice(self, language: Language, options: Options) -> Recognizer | None:
        """Vosk where it knows a phrase of every option, else the second one, else nobody.

        Who cannot say yes would be heard to say no.
        """
        vosk = self._get(VOSK, language)
        second = self._get(WHISPER, language) if language in SCORED else None
        if vosk is not None and any(options.values()) and _hears_all(vosk, options):
            return vosk
        return second if second is not None and any(options.values()) else None

    def for_comments(self, language: Language) -> Recognizer | None:
        return self._get(WHISPER, language) or self._get(VOSK, language)

    def _get(self, kind: str, language: Language) -> Recognizer | None:
        return self._loaded.get(f"{kind}/{language.value}")

    def _vosk(self, language: Language) -> Recognizer:
        from telephony.speech.vosk_recognizer import VoskRecognizer

        folder = Path(self._plans[language].vosk)
        return VoskRecognizer(folder, confidence=self._settings.languages[language].confidence)

    def _second(self, language: Language) -> Recognizer:
        from telephony.speech.whisper_recognizer import WhisperRecognizer, load_whisper

        if self._whisper is None:
            folder = assembled(Path(self._plans[language].whisper))
            self._whisper = load_whisper(folder, threads=1)
        return WhisperRecognizer(self._whisper, language, self._settings.whisper)


def _hears_all(vosk: Recognizer, options: Options) -> bool:
    unknown = set(vosk.unknown(options))
    return all(any(phrase not in unknown for phrase in said) for said in options.values())
