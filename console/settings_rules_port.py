"""Rule files (queues, menus, phrases ...) as an administrator changes them; `hotline/releases/`
fits by shape.

A change is a release: the file whole, with its version, who made it and why. The file in the config
folder is version 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, JsonValue

from kernel.errors import BadInput, Conflict, NotFound

Document = dict[str, JsonValue]


class Applies(StrEnum):
    AT_ONCE = "at_once"
    NEXT_START = "next_start"


class RuleProblem(BaseModel):
    """One thing that is wrong: where, what stands there, what to do. `key` "": the whole file."""

    model_config = ConfigDict(frozen=True)

    key: str
    value: str
    problem_en: str
    remedy_zh: str
    remedy_en: str


class UnknownRuleFile(NotFound):
    code: ClassVar[str] = "unknown-rule-file"


class UnknownRelease(NotFound):
    code: ClassVar[str] = "unknown-release"


class RulesChangedMeanwhile(Conflict):
    """Another release was made since the page was loaded."""

    code: ClassVar[str] = "rules-changed-meanwhile"


class BadRules(BadInput):
    """`problems`: all that is known to be wrong; nothing was changed."""

    code: ClassVar[str] = "bad-rules"

    def __init__(self, problem: str, *, remedy: str, problems: Sequence[RuleProblem]) -> None:
        super().__init__(problem, remedy=remedy)
        self.problems = tuple(problems)


class BadSoundUpload(BadRules):
    """No WAV of one channel, 16 bits, 8000 Hz."""

    code: ClassVar[str] = "bad-sound-upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """`text` is YAML, `digest` the SHA-256 of the document, in hex."""

    file: str
    version: int
    text: str
    digest: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHead:
    """The newest release of a file; version 0 is that of the config folder, made by nobody.

    `in_force`: the version that is obeyed now; another one waits for the next start.
    """

    name: str
    title_zh: str
    title_en: str
    applies: Applies
    version: int
    in_force: int
    changed_at: datetime | None
    changed_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShown:
    """`shape`: JSON schema of the document."""

    head: FileHead
    document: Document
    shape: Document
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an administrator wants; `based_on`: the version that he saw."""

    document: Document
    based_on: int
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundShown:
    """How a phrase is heard in a language; `at` and `by` of one that was uploaded."""

    phrase: str
    language: str
    file: str
    words: str
    seconds: float
    at: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSound:
    """`words`: what it says; None: the phrase's own words as they stand."""

    phrase: str
    language: str
    wav: bytes
    words: str | None
    by: str


class ReleasesRules(Protocol):
    """All but `sounds` raise Unavailable; what names a file UnknownRuleFile."""

    async def files(self) -> Sequence[FileHead]: ...

    async def file(self, name: str) -> FileShown: ...

    async def check(self, name: str, document: Document) -> Sequence[RuleProblem]:
        """Empty: it may be released as it is."""
        ...

    async def release(self, name: str, change: Change) -> FileShown:
        """Checked, stored, written to the journal, applied.

        Raises BadRules, RulesChangedMeanwhile.
        """
        ...

    async def releases(self, name: str) -> Sequence[Release]:
        """The newest first."""
        ...

    async def document_of(self, name: str, version: int) -> Document:
        """Raises UnknownRelease."""
        ...


class KeepsSounds(Protocol):
    async def sounds(self) -> Sequence[SoundShown]: ...

    async def keep(self, sound: NewSound) -> SoundShown:
        """Heard from now on. Raises BadSoundUpload, UnknownPhrase, Unavailable."""
        ...

    async def sound(self, phrase: str, language: str) -> bytes:
        """The WAV as it is played. Raises UnknownPhrase."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsSide:
    rules: ReleasesRules
    sounds: KeepsSounds
