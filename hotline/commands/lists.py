"""Number lists (企业、老年人等号码名单): shown, or one imported from the first column of a CSV.

An import replaces the whole list, or changes nothing. Kept are keys and masked forms only.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from config.settings import load_settings
from hotline.commands.of_instance import environment_of
from hotline.private.places import PROJECT
from intake.caller_store import PgNumberLists
from intake.number_lists import BadNumberList, Listed, ListState, read_numbers
from kernel.clock import SystemClock
from kernel.ids import NumberKey
from kernel.phone import PhoneNumber
from storage.field_cipher import FieldCipher, FieldKeys
from storage.pool import open_pool
from storage.vault import number_key
from telephony.menu_file import load_lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--instance", default="main", help="a running instance, var/NAME/")
    parser.add_argument("--config", type=Path, default=PROJECT / "config")
    parser.add_argument("--by", default="command line", help="who imports, for the record")
    parser.add_argument("--import", dest="import_", nargs=2, metavar=("NAME", "FILE"))


def main(arguments: argparse.Namespace) -> int:
    """Raises BadSettings, BadNumberList, Unavailable."""
    environment = environment_of(arguments.instance, with_keys=True)
    known = load_lines(arguments.config / "lines.yaml").lists
    if arguments.import_:
        name, file = arguments.import_
        if name not in known:
            raise BadNumberList(
                f"lines.yaml has no list {name!r}.",
                remedy=f"Use one of: {', '.join(known)}; or add it to lines.yaml first.",
            )
        count = asyncio.run(_import(arguments, name, Path(file), environment))
        sys.stdout.write(f"{name}: 已导入 imported {count}\n")
        return 0
    states = asyncio.run(_states(arguments.config, environment))
    sys.stdout.write("\n".join(_line(name, states.get(name)) for name in known) + "\n")
    return 0


async def _import(
    arguments: argparse.Namespace, name: str, file: Path, environment: Mapping[str, str]
) -> int:
    settings = load_settings(arguments.config, environment)
    cipher = FieldCipher(FieldKeys.from_environment(environment))
    numbers = _read(file, settings.site.home_area, cipher)
    async with open_pool(settings.database) as pool:
        return await PgNumberLists(pool).replace(
            name, numbers, source=file.name, by=arguments.by, at=SystemClock().now()
        )


def _read(file: Path, home_area: str, cipher: FieldCipher) -> list[Listed]:
    def key_of(number: PhoneNumber) -> NumberKey | None:
        return number_key(cipher, number)

    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as why:
        raise BadNumberList(
            f"{file} cannot be read: {why}.", remedy="Name a CSV file that is saved as UTF-8."
        ) from why
    return read_numbers(lines, home_area=home_area, key_of=key_of)


async def _states(config: Path, environment: Mapping[str, str]) -> Mapping[str, ListState]:
    async with open_pool(load_settings(config, environment).database) as pool:
        return await PgNumberLists(pool).states()


def _line(name: str, state: ListState | None) -> str:
    if state is None:
        return f"{name}: 0 (未导入 never imported)"
    when = state.imported_at.astimezone().isoformat(timespec="minutes")
    return f"{name}: {state.numbers} ({state.source}, {when}, {state.by})"
