"""Which servers a site brings itself: those are not started by the keeper."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernel.errors import BadSettings


@dataclass(frozen=True, slots=True)
class SitesOwn:
    """Addresses of a site's own servers; empty where the private one is to be used."""

    database: str = ""
    valkey: str = ""
    ami: str = ""


def sites_own(config: Path) -> SitesOwn:
    """By environment, else by site.toml: database.dsn, valkey.url, ami.host. BadSettings."""
    file = config / "site.toml"
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as broken:
        raise BadSettings(
            f"{file} cannot be read: {broken}.", remedy="Mend that line; the rest is as it was."
        ) from broken
    return SitesOwn(
        database=_one(content, file, "database", "dsn"),
        valkey=_one(content, file, "valkey", "url"),
        ami=_one(content, file, "ami", "host"),
    )


def _one(content: dict[str, Any], file: Path, table: str, key: str) -> str:
    if named := os.environ.get(f"HOTLINE_{table}_{key}".upper()):
        return named
    entries = content.get(table, {})
    value = entries.get(key, "") if isinstance(entries, dict) else entries
    if not isinstance(value, str):
        raise BadSettings(
            f"{file}: {table}.{key} is {value!r}, not a text.",
            remedy=f'Write {key} = "..." below [{table}], or leave it out.',
        )
    return value
