"""Rule files as texts: read from a folder, put into one, and as the JSON documents that pages edit.

A candidate is read by the very loaders of a start: they read folders, so it is written into one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import orjson
import yaml
from pydantic import JsonValue

from config.settings import Settings
from console.settings_rules_port import Document
from hotline.places import Places
from hotline.releases.rule_book import names_among, path_of
from hotline.rule_files import RuleFiles, read_rule_files
from kernel.errors import BadSettings

Texts = Mapping[str, str]  # by path below the folder

_SEED: Final = "directory.yaml"
_WIDTH: Final = 120
# In C where there is one: ten times faster, and the loop waits for it.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER: Final = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def texts_of(folder: Path) -> dict[str, str]:
    """All that `read_rule_files` reads of it. Raises BadSettings."""
    paths = [str(path.relative_to(folder)) for path in folder.rglob("*.yaml")]
    wanted = [path_of(name) for name in names_among(paths)] + [_SEED]
    try:
        return {path: (folder / path).read_text(encoding="utf-8") for path in wanted}
    except (OSError, ValueError) as err:
        raise BadSettings(
            f"A rule file of {folder} cannot be read: {err}.",
            remedy="Restore it from the distribution's config/ folder, as UTF-8.",
        ) from err


def put_into(folder: Path, texts: Texts) -> None:
    """Each file is replaced at once; what the texts do not name is taken away."""
    for path, text in texts.items():
        file = folder / path
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(text, encoding="utf-8")
        part.rename(file)
    for file in folder.rglob("*.yaml"):
        if str(file.relative_to(folder)) not in texts:
            file.unlink()


def read_texts(texts: Texts, settings: Settings, places: Places) -> RuleFiles:
    """As a start reads its config folder. Raises BadSettings; the file is named without folder."""
    with TemporaryDirectory(prefix="rules-") as folder:
        put_into(Path(folder), texts)
        try:
            return read_rule_files(settings, replace(places, config=Path(folder)))
        except BadSettings as bad:
            named = bad.problem.replace(f"{folder}/", "")
            raise type(bad)(named, remedy=bad.remedy.replace(f"{folder}/", "")) from bad.__cause__


def document_in(text: str) -> Document:
    """The text as JSON: dates as 2026-01-01, all keys as texts."""
    found = _plain(yaml.load(text, Loader=_LOADER))  # noqa: S506 - a SafeLoader
    assert isinstance(found, dict), "a rule file that was read is a table"
    return found


def text_of(document: Document) -> str:
    text: str = yaml.dump(
        document,
        Dumper=_DUMPER,
        allow_unicode=True,
        sort_keys=False,
        width=_WIDTH,
        default_flow_style=None,
    )
    return text


def digest_of(text: str) -> str:
    """Of the document, whatever the lay-out of its text."""
    return hashlib.sha256(orjson.dumps(document_in(text), option=orjson.OPT_SORT_KEYS)).hexdigest()


def _plain(value: object) -> JsonValue:
    match value:
        case Mapping():
            return {_key(key): _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case date():
            return value.isoformat()
        case str() | bool() | int() | float() | None:
            return value
        case _:
            raise AssertionError(f"YAML makes no {type(value).__name__}")


def _key(key: object) -> str:
    return key.isoformat() if isinstance(key, date) else str(key)
