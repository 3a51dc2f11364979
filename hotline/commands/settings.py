"""Rule files: what is released; written into a folder; one released from a file.

export DIR   all of them as they stand, the releases over the config folder: for version control
import FILE  checked as a start checks it, then released; obeyed from the next start on
"""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from acd.store import PgDirectoryStore
from config.settings import Settings, load_settings
from console.settings_rules_port import Release, UnknownRelease
from hotline.commands.of_instance import environment_of
from hotline.places import Places
from hotline.private.instance import instance
from hotline.private.places import PROJECT
from hotline.releases.in_force import overridden
from hotline.releases.rule_book import names_among, path_of, unknown_file
from hotline.releases.store import PgReleases
from hotline.releases.texts import Texts, digest_of, read_texts, texts_of
from hotline.releases.uploads import put_sounds
from hotline.rule_files import check_ways_in
from kernel.clock import SystemClock
from kernel.errors import BadSettings
from storage.pool import Pool, open_pool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", default="main", help="a running instance, var/NAME/")
    parser.add_argument("--config", type=Path, default=PROJECT / "config")
    verbs = parser.add_subparsers(dest="verb", metavar="export|import")
    export = verbs.add_parser("export", help="write the files into a folder")
    export.add_argument("folder", type=Path)
    export.add_argument("--file", help="only this one: queues, catalogue.units")
    export.add_argument("--version", type=int, help="of --file: an older release; 0: the folder's")
    take = verbs.add_parser("import", help="release a file from the next start on")
    take.add_argument("path", type=Path, metavar="FILE")
    take.add_argument("--file", help="which one it is; else by its name")
    take.add_argument("--reason", required=True, help="a sentence for the record")
    take.add_argument("--by", default=getpass.getuser(), help="who releases, for the record")


def main(arguments: argparse.Namespace) -> int:
    """Raises BadSettings, UnknownRuleFile, UnknownRelease, RulesChangedMeanwhile, Unavailable."""
    environment = environment_of(arguments.instance)
    asyncio.run(_run(arguments, environment))
    return 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the database and the config folder hold. `seed`: the folder's."""

    pool: Pool
    store: PgReleases
    seed: Texts
    heads: Mapping[str, Release]
    settings: Settings
    places: Places


async def _run(arguments: argparse.Namespace, environment: Mapping[str, str]) -> None:
    settings = load_settings(arguments.config, environment)
    here = {"HOTLINE_INSTANCE_DIR": str(instance(arguments.instance).root), **environment}
    places = Places.from_environment(here)
    async with open_pool(settings.database) as pool:
        store = PgReleases(pool)
        seed, heads = texts_of(arguments.config), await store.heads()
        shelf = Shelf(pool, store, seed, heads, settings, places)
        match arguments.verb:
            case "export":
                await _export(shelf, arguments)
            case "import":
                await _import(shelf, arguments)
            case _:
                _list(shelf)


def _list(shelf: Shelf) -> None:
    for name in names_among(shelf.seed):
        head = shelf.heads.get(name)
        told = f"{head.version}  {head.at:%Y-%m-%d %H:%M}Z  {head.by}  {head.reason}" if head else 0
        sys.stdout.write(f"{name}  {told}\n")


async def _export(shelf: Shelf, arguments: argparse.Namespace) -> None:
    texts = overridden(shelf.seed, shelf.heads)
    if arguments.file is not None:
        _demand(shelf, arguments.file)
        path = path_of(arguments.file)
        texts = {path: await _text_of(shelf, arguments.file, arguments.version, texts[path])}
    for path, text in texts.items():
        (arguments.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (arguments.folder / path).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(texts)} 个文件已写出 files written: {arguments.folder}\n")


async def _text_of(shelf: Shelf, name: str, version: int | None, newest: str) -> str:
    if version is None:
        return newest
    if version == 0:
        return shelf.seed[path_of(name)]
    found = await shelf.store.release(name, version)
    if found is None:
        raise UnknownRelease(
            f"{name} has no release {version}.", remedy="`hotline settings` shows the newest."
        )
    return found.text


async def _import(shelf: Shelf, arguments: argparse.Namespace) -> None:
    name = arguments.file or _name_of(arguments.path)
    _demand(shelf, name)
    try:
        text = arguments.path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as why:
        raise BadSettings(
            f"{arguments.path} cannot be read: {why}.", remedy="Name a file saved as UTF-8."
        ) from why
    await _check(shelf, {**overridden(shelf.seed, shelf.heads), path_of(name): text})
    head = shelf.heads.get(name)
    release = Release(
        file=name,
        version=1 + (head.version if head else 0),
        text=text,
        digest=digest_of(text),
        at=SystemClock().now(),
        by=arguments.by,
        reason=arguments.reason,
    )
    await shelf.store.add(release)
    sys.stdout.write(
        f"{name} {release.version}: 已发布，下次启动生效 released, obeyed from the next start on\n"
    )


async def _check(shelf: Shelf, texts: Texts) -> None:
    """By the loaders of a start, and against the directory that the database holds by now."""
    with TemporaryDirectory(prefix="sounds-") as folder:
        places = replace(shelf.places, asterisk=Path(folder))
        put_sounds(places.uploaded_sounds, await shelf.store.wavs())
        rules = read_texts(texts, shelf.settings, places)
    known = (await PgDirectoryStore(shelf.pool).load()).skills or rules.directory.skills
    check_ways_in(rules, shelf.settings, skills=known)


def _demand(shelf: Shelf, name: str) -> None:
    if name not in names_among(shelf.seed):
        raise unknown_file(name)


def _name_of(path: Path) -> str:
    folder = path.absolute().parent.name
    return f"{folder}.{path.stem}" if folder in ("catalogue", "surveys") else path.stem
