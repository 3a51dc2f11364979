"""Rule files changed in the page: checked whole, released with a reason, obeyed without a restart.

A release names the version it changes, in If-Match; restoring an old one is releasing its document
again.
"""

import base64
import binascii
from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from console.asked import Asked
from console.control_api import without_numbers
from console.errors import BadForm, VersionMissing
from console.logins import Scope
from console.routes import Routes
from console.settings_rules_port import (
    Applies,
    BadRules,
    BadSoundUpload,
    Change,
    Document,
    FileHead,
    FileShown,
    NewSound,
    RuleProblem,
    RulesChangedMeanwhile,
    UnknownRelease,
    UnknownRuleFile,
)
from kernel.errors import Unavailable
from telephony.phrases import UnknownPhrase

routes = Routes("settings")

Reason = Annotated[
    str,
    StringConstraints(min_length=2, max_length=200, strip_whitespace=True),
    AfterValidator(without_numbers),
]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleDocumentForm(_Form):
    document: Document


class ReleaseForm(RuleDocumentForm):
    """`reason`: a sentence for the record."""

    reason: Reason


class SoundForm(_Form):
    """`content`: a WAV (8000 Hz, 16 bits, one channel), base64. `words`: what it says, where that
    is not yet what the phrase book says."""

    content: Annotated[str, Field(min_length=4)]
    words: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class RuleFileRow(BaseModel):
    """`version` goes into If-Match; another `in_force` waits for the next start."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    title_zh: str
    title_en: str
    version: int
    in_force: int
    changed_at: datetime | None
    changed_by: str | None
    reason: str | None
    applies: Applies


class RuleFileList(BaseModel):
    files: list[RuleFileRow]


class RuleFileShown(RuleFileRow):
    """`shape`: the document's JSON schema; `text`: the same as YAML."""

    document: Document
    shape: Document
    text: str


class RuleProblems(BaseModel):
    problems: list[RuleProblem]


class ReleaseRow(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    version: int
    at: datetime
    by: str
    reason: str
    digest: str


class ReleaseList(BaseModel):
    releases: list[ReleaseRow]


class ReleasedDocument(BaseModel):
    name: str
    version: int
    document: Document


class SoundRow(BaseModel):
    """`at`, `by`: of one that was uploaded."""

    model_config = ConfigDict(from_attributes=True)

    phrase: str
    language: str
    file: str
    words: str
    seconds: float
    at: datetime | None
    by: str | None


class SoundList(BaseModel):
    sounds: list[SoundRow]


@routes.get("/api/settings", scope=Scope.EDIT_SETTINGS, errors=(Unavailable,))
async def rule_files(asked: Asked) -> RuleFileList:
    """All rule files with their newest release (规则文件)."""
    return RuleFileList(files=[_row(head) for head in await asked.console.rules.rules.files()])


@routes.get("/api/settings/phrases/sounds", scope=Scope.EDIT_SETTINGS, errors=(Unavailable,))
async def phrase_sounds(asked: Asked) -> SoundList:
    """How each phrase is heard (提示音)."""
    found = await asked.console.rules.sounds.sounds()
    return SoundList(sounds=[SoundRow.model_validate(one) for one in found])


@routes.get(
    "/api/settings/phrases/sounds/{phrase}/{language}",
    scope=Scope.EDIT_SETTINGS,
    media="audio/wav",
    errors=(UnknownPhrase, Unavailable),
)
async def phrase_sound(asked: Asked, phrase: str, language: str) -> web.Response:
    """One phrase as citizens hear it (试听)."""
    wav = await asked.console.rules.sounds.sound(phrase, language)
    return web.Response(body=wav, content_type="audio/wav")


@routes.put(
    "/api/settings/phrases/sounds/{phrase}/{language}",
    scope=Scope.EDIT_SETTINGS,
    errors=(UnknownPhrase, BadSoundUpload, BadForm, Unavailable),
)
async def upload_sound(asked: Asked, phrase: str, language: str, body: SoundForm) -> SoundRow:
    """A recorded phrase, heard from now on (上传提示音)."""
    try:
        wav = base64.b64decode(body.content, validate=True)
    except (binascii.Error, ValueError) as err:
        raise BadForm("The content is no base64.", remedy="Encode the file.") from err
    sound = NewSound(
        phrase=phrase, language=language, wav=wav, words=body.words, by=asked.login.name
    )
    return SoundRow.model_validate(await asked.console.rules.sounds.keep(sound))


@routes.get(
    "/api/settings/{name}", scope=Scope.EDIT_SETTINGS, errors=(UnknownRuleFile, Unavailable)
)
async def rule_file(asked: Asked, name: str) -> RuleFileShown:
    """One rule file as it stands (规则内容)."""
    return _shown(await asked.console.rules.rules.file(name))


@routes.post(
    "/api/settings/{name}/check",
    scope=Scope.EDIT_SETTINGS,
    errors=(UnknownRuleFile, Unavailable),
)
async def check_rule_file(asked: Asked, name: str, body: RuleDocumentForm) -> RuleProblems:
    """What is wrong with a document; nothing is changed (校验)."""
    return RuleProblems(problems=list(await asked.console.rules.rules.check(name, body.document)))


@routes.put(
    "/api/settings/{name}",
    scope=Scope.EDIT_SETTINGS,
    errors=(UnknownRuleFile, BadRules, RulesChangedMeanwhile, VersionMissing, Unavailable),
)
async def release_rule_file(asked: Asked, name: str, body: ReleaseForm) -> RuleFileShown:
    """A new release, obeyed at once or at the next start; If-Match names the version (发布)."""
    change = Change(
        document=body.document,
        based_on=asked.version,
        by=asked.login.name,
        reason=body.reason,
    )
    return _shown(await asked.console.rules.rules.release(name, change))


@routes.get(
    "/api/settings/{name}/releases",
    scope=Scope.EDIT_SETTINGS,
    errors=(UnknownRuleFile, Unavailable),
)
async def rule_file_releases(asked: Asked, name: str) -> ReleaseList:
    """All releases of a file, the newest first (发布记录)."""
    found = await asked.console.rules.rules.releases(name)
    return ReleaseList(releases=[ReleaseRow.model_validate(one) for one in found])


@routes.get(
    "/api/settings/{name}/releases/{version}",
    scope=Scope.EDIT_SETTINGS,
    errors=(UnknownRuleFile, UnknownRelease, Unavailable),
)
async def rule_file_release(asked: Asked, name: str, version: str) -> ReleasedDocument:
    """An old release; 0 is the file of the config folder (历史版本)."""
    if not version.isascii() or not version.isdecimal() or len(version) > 9:
        raise UnknownRelease(f"{version!r} is no version.", remedy="Choose one of the list.")
    document = await asked.console.rules.rules.document_of(name, int(version))
    return ReleasedDocument(name=name, version=int(version), document=document)


def _row(head: FileHead) -> RuleFileRow:
    return RuleFileRow.model_validate(head)


def _shown(file: FileShown) -> RuleFileShown:
    row = _row(file.head).model_dump()
    return RuleFileShown(**row, document=file.document, shape=file.shape, text=file.text)
