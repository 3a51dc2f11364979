"""What callers hear: the phrase book `config/phrases.yaml`, and the announcements made from it.

It is checked once, at start: a phrase our code plays and the file lacks stops the start. Where the
sounds lie is the business of `telephony/sound_files.py`.
"""

from pathlib import Path
from typing import Annotated, ClassVar, Final

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from kernel.errors import BadSettings, NotFound
from kernel.settings_file import read_yaml
from telephony import spoken
from telephony.spoken import Sound

# What our own code plays; a site may add phrases for its menus, but none of these may be missing.
NEEDED: Final = frozenset(
    (
        *("welcome", "recording_notice", "menu", "menu_invalid", "to_person", "emergency_hint"),
        *("waiting_music_intro", "all_busy", "you_are_next", "ahead", "place", "wait_estimate"),
        *("still_waiting", "offer_callback", "overflow_transfer", "line_full", "fallback_wait"),
        *("callback_number", "callback_confirm", "callback_confirmed", "callback_promised"),
        *("callback_withheld", "call_back_later", "agent_number", "at_your_service", "on_hold"),
        *("transferring", "transfer_failed", "emergency_transfer", "three_way", "goodbye"),
        *("rating_request", "rating_thanks", "whisper_call", "whisper_normal", "beep"),
        *("callback_other", "callback_enter", "callback_entered", "callback_bad_number"),
        *("callback_greeting", "whisper_missed", "whisper_promised", "whisper_callback"),
        *("whisper_last_figures", "whisper_not_reached", "missed_call_greeting"),
    )
)

SoundName = Annotated[Sound, StringConstraints(pattern=r"^[a-z0-9_]+(/[a-z0-9_]+)+$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class BadPhrases(BadSettings):
    code: ClassVar[str] = "bad-phrases"


class UnknownPhrase(NotFound):
    code: ClassVar[str] = "unknown-phrase"


class Phrase(BaseModel):
    """One recorded piece of speech. `zh` is what is spoken, `en` is for logs and documents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Annotated[Text, StringConstraints(pattern=r"^[^0-9]*$")]  # 一, not 1: figures are misread
    en: Text
    file: SoundName
    ko: Annotated[Text, StringConstraints(pattern=r"^[^0-9]*$")] | None = None  # 朝鲜语

    @property
    def korean(self) -> Sound:
        """Its sound in Korean; the Chinese one where it has no words in Korean."""
        return Sound("ko/" + self.file.removeprefix("zh/")) if self.ko else self.file


class Tone(Phrase):
    """A sine instead of speech: `hz` high, `ms` long."""

    hz: float = Field(ge=200, le=3400)
    ms: int = Field(ge=20, le=5000)


class Phrases(BaseModel):
    """The phrase book, by key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phrases: dict[str, Phrase]
    tones: dict[str, Tone]
    numbers: dict[str, Text]

    @model_validator(mode="after")
    def _complete(self) -> "Phrases":
        missing = sorted(NEEDED - self.phrases.keys() - self.tones.keys())
        if missing:
            raise ValueError(f"these phrases are missing: {', '.join(missing)}")
        unsaid = sorted(spoken.needed_sounds() - self.texts().keys())
        if unsaid:
            raise ValueError(f"these pieces of spoken numbers are missing: {', '.join(unsaid)}")
        return self

    def say(self, *keys: str) -> list[Sound]:
        """The sounds of these phrases, in order. UnknownPhrase names a key that is not there."""
        return [self._phrase(key).file for key in keys]

    def say_in_korean(self, *keys: str) -> list[Sound]:
        return [self._phrase(key).korean for key in keys]

    def texts(self, language: str = "zh") -> dict[Sound, str]:
        """Every sound and what it says, in "zh" or "en"; numerals are Chinese in both."""
        said = {spoken.digit_sound(name): text for name, text in self.numbers.items()}
        for phrase in (*self.phrases.values(), *self.tones.values()):
            said[phrase.file] = phrase.en if language == "en" else phrase.zh
            if phrase.ko:
                said[phrase.korean] = phrase.en if language == "en" else phrase.ko
        return said

    def place_in_line(self, place: int) -> list[Sound]:
        """您当前排在 第 三 位; the first is told that he is next."""
        if place == 1:
            return self.say("you_are_next")
        return [*self.say("place"), *spoken.position(place)]

    def callers_ahead(self, count: int) -> list[Sound]:
        """您前面还有 两 位; with nobody before him the caller is told that he is next."""
        if count == 0:
            return self.say("you_are_next")
        return [*self.say("ahead"), *spoken.people(count)]

    def wait(self, low_s: float, high_s: float) -> list[Sound]:
        """预计等待时间 大约 一 到 三 分钟, both ends in seconds, rounded outwards."""
        return [*self.say("wait_estimate"), *spoken.wait_range(low_s, high_s)]

    def agent(self, work_number: str) -> list[Sound]:
        """工号 幺 零 零 三 为您服务 (MRG-06). Letters of a work number are left out."""
        figures = "".join(c for c in work_number if c in "0123456789")
        if not figures:
            return self.say("at_your_service")
        return [*self.say("agent_number"), *spoken.digits(figures), *self.say("at_your_service")]

    def number_to_confirm(self, national_number: str) -> list[Sound]:
        """您的来电号码是 ..., then which key confirms it. Only the figures 0-9 are read."""
        number = spoken.digits(national_number)
        return [*self.say("callback_number"), *number, *self.say("callback_confirm")]

    def _phrase(self, key: str) -> Phrase:
        found = self.phrases.get(key) or self.tones.get(key)
        if found is None:
            raise UnknownPhrase(
                f"There is no phrase {key!r}.",
                remedy="Add it to config/phrases.yaml and run `./dev prompts`.",
            )
        return found


def load_phrases(path: Path) -> Phrases:
    """The phrase book of a file. BadPhrases names file, key, value and remedy."""
    return read_yaml(path, Phrases, error=BadPhrases)
