"""What speech is told (`config/speech.yaml`): where it listens, its models, how sure it must be."""

from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from kernel.errors import BadSettings
from kernel.settings_file import read_yaml
from telephony.speech.listens import Language

Share = Annotated[float, Field(ge=0, le=1)]


class BadSpeechSettings(BadSettings):
    code: ClassVar[str] = "bad-speech-settings"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LanguageSettings(_Frozen):
    """`vosk`: the folder of a Vosk model; empty: the package of that language, if installed.

    `confidence`: below it a word of the grammar is no answer (measured: false ones stay <= 0.49
    in read speech, up to 0.83 with Korean synthetic voices).
    """

    vosk: str = ""
    confidence: Share = 0.7


class WhisperSettings(_Frozen):
    """The second recogniser. `model`: a folder in CTranslate2 form; empty: the packages.

    `margin`: by how much the best answer must be likelier than the next one, in nats. `closeness`:
    how near the free transcript must sound to it (toneless pinyin).
    """

    enabled: bool = True
    model: str = ""
    margin: Annotated[float, Field(ge=0)] = 4.5
    closeness: Share = 0.4


class EarSettings(_Frozen):
    """When somebody speaks: linear loudness of 20 ms (rms of 16-bit samples) and times in ms."""

    quiet_below: Annotated[int, Field(ge=1)] = 160
    over_noise: Annotated[float, Field(gt=1)] = 3.0
    onset_ms: Annotated[int, Field(ge=40)] = 100
    pause_ms: Annotated[int, Field(ge=200)] = 700
    comment_pause_ms: Annotated[int, Field(ge=200)] = 2500
    shortest_ms: Annotated[int, Field(ge=40)] = 120
    longest_answer_ms: Annotated[int, Field(ge=1000, le=28000)] = 5500


class SpeechSettings(_Frozen):
    """`host`: where the worker listens; `reached_at`: how Asterisk reaches it, if otherwise."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    reached_at: str = ""
    threads: Annotated[int, Field(ge=1, le=64)] = 2
    keep_days: Annotated[int, Field(ge=1)] = 1095
    languages: dict[Language, LanguageSettings] = {Language.ZH: LanguageSettings()}
    whisper: WhisperSettings = WhisperSettings()
    ear: EarSettings = EarSettings()


def load_speech_settings(path: Path) -> SpeechSettings:
    """Raises BadSpeechSettings with file, key, value and remedy."""
    return read_yaml(path, SpeechSettings, error=BadSpeechSettings)
