"""A sealed archive of evidence (MAL-02): written once, never changed, recomputed by anybody.

manifest.json names every other file with its sha256 and size; its own sha256 is the seal, which
stands in the journal. The manifest is written in one way only: keys sorted, no spaces, UTF-8.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, TypeGuard

import orjson

MANIFEST: Final = "manifest.json"
CALLS: Final = "calls.json"
_BLOCK: Final = 1 << 20
_FIXED: Final = (1980, 1, 1, 0, 0, 0)  # the manifest says when


@dataclass(frozen=True, slots=True)
class Item:
    """`name` within the archive; `source` its bytes, or the file that is copied."""

    name: str
    source: bytes | Path


@dataclass(frozen=True, slots=True)
class Sealed:
    seal: str
    bytes: int


def canonical(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z)


def recording_name(call: str) -> str:
    return f"recordings/{call}.wav"


def write_archive(path: Path, head: Mapping[str, Any], items: Iterable[Item]) -> Sealed:
    """At `path`, whole or not at all, for reading only. Raises OSError; FileExistsError if there
    is one."""
    part = path.with_suffix(".part")
    try:
        with part.open("xb") as file:
            os.fchmod(file.fileno(), 0o400)
            seal = _write(file, head, items)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    return Sealed(seal, path.stat().st_size)


def _write(file: IO[bytes], head: Mapping[str, Any], items: Iterable[Item]) -> str:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        files = {item.name: _add(archive, item) for item in items}
        manifest = canonical({**head, "files": files})
        archive.writestr(zipfile.ZipInfo(MANIFEST, _FIXED), manifest)
    return hashlib.sha256(manifest).hexdigest()


def _add(archive: zipfile.ZipFile, item: Item) -> dict[str, object]:
    with archive.open(zipfile.ZipInfo(item.name, _FIXED), "w", force_zip64=True) as into:
        if isinstance(item.source, bytes):
            into.write(item.source)
            return _line(hashlib.sha256(item.source).hexdigest(), len(item.source))
        seen, size = hashlib.sha256(), 0
        with item.source.open("rb") as source:
            while block := source.read(_BLOCK):
                into.write(block)
                seen.update(block)
                size += len(block)
        return _line(seen.hexdigest(), size)


def _line(sha256: str, size: int) -> dict[str, object]:
    return {"bytes": size, "sha256": sha256}


def sha256_of(path: Path) -> str:
    """Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Verified:
    """`differs` empty: everything is as it was sealed. `seal`: that of the manifest found."""

    seal: str
    differs: tuple[str, ...]


def verify(path: Path, seal: str = "") -> Verified:
    """Recompute everything. `seal` as the journal says it; without it a manifest that was made
    anew is not found out. Raises OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _verified(archive, seal)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as why:
        return Verified("", (f"the archive cannot be read: {type(why).__name__}: {why}",))


def _verified(archive: zipfile.ZipFile, seal: str) -> Verified:
    names = archive.namelist()
    if MANIFEST not in names:
        return Verified("", (f"{MANIFEST} is missing",))
    written = archive.read(MANIFEST)
    found = hashlib.sha256(written).hexdigest()
    differs = [f"the seal is {found}, not {seal}"] if seal and seal != found else []
    try:
        manifest: object = orjson.loads(written)
    except orjson.JSONDecodeError:
        return Verified(found, (*differs, f"{MANIFEST} is no JSON"))
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not _are_files(files):
        return Verified(found, (*differs, f"{MANIFEST} names no files"))
    if canonical(manifest) != written:
        differs.append(f"{MANIFEST} is not written as it is sealed")
    differs += [f"{name} stands twice" for name in sorted(set(names)) if names.count(name) > 1]
    differs += [f"{name} is in no manifest" for name in sorted(set(names) - {*files, MANIFEST})]
    for name, line in sorted(files.items()):
        differs += _differs(archive, name, line) if name in names else [f"{name} is missing"]
    return Verified(found, (*differs, *_recordings_differ(archive, files)))


def _are_files(files: object) -> TypeGuard[dict[str, dict[str, Any]]]:
    return isinstance(files, dict) and all(isinstance(line, dict) for line in files.values())


def _differs(archive: zipfile.ZipFile, name: str, line: Mapping[str, Any]) -> list[str]:
    seen, size = hashlib.sha256(), 0
    try:
        with archive.open(name) as file:
            while block := file.read(_BLOCK):
                seen.update(block)
                size += len(block)
    except zipfile.BadZipFile as why:
        return [f"{name} is damaged: {why}"]
    found = []
    if size != line.get("bytes"):
        found.append(f"{name} has {size} bytes, not {line.get('bytes')}")
    if seen.hexdigest() != line.get("sha256"):
        found.append(f"{name} has another sha256")
    return found


def _recordings_differ(
    archive: zipfile.ZipFile, files: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Against what the journal said of each recording when it was made."""
    try:
        calls = orjson.loads(archive.read(CALLS))
        kept = {
            recording_name(call): fact["sha256"]
            for call, facts in calls.items()
            for fact in facts
            if fact["kind"] == "recording-kept"
        }
    except (KeyError, AttributeError, TypeError, orjson.JSONDecodeError, zipfile.BadZipFile):
        return [f"{CALLS} cannot be read"]
    return [
        f"{name} is not what was recorded"
        for name, sha256 in sorted(kept.items())
        if name in files and files[name].get("sha256") != sha256
    ]
