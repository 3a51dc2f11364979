"""What each command in a terminal needs of the instance that it asks: where its servers are."""

import json
import os
import sys
from typing import Any, Protocol

from hotline.private.instance import instance
from storage.field_cipher import FIELD_KEY, FIELD_KEYS, INDEX_KEY


def environment_of(name: str, *, with_keys: bool = False) -> dict[str, str]:
    """Our environment with the instance's database, and the keys to its fields when asked for.

    What is set already goes before; a site that has its own servers has no such instance.
    """
    environment, here = dict(os.environ), instance(name)
    if not here.endpoints_file.exists():
        return environment
    if not environment.get("HOTLINE_DATABASE_DSN"):
        found = json.loads(here.endpoints_file.read_text(encoding="utf-8"))
        environment["HOTLINE_DATABASE_DSN"] = found["database"]
    if with_keys and FIELD_KEYS not in environment and FIELD_KEY not in environment:
        secrets = here.secrets()
        environment |= {FIELD_KEY: secrets.field_key, INDEX_KEY: secrets.index_key}
    return environment


class Shown(Protocol):
    def as_json(self) -> dict[str, Any]: ...

    def lines(self) -> list[str]: ...


def show(seen: Shown, *, as_json: bool) -> None:
    """For a program or for a person, on standard output."""
    text = json.dumps(seen.as_json(), ensure_ascii=False, indent=2) if as_json else ""
    sys.stdout.write((text or "\n".join(seen.lines())) + "\n")
