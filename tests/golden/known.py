"""The facts of every package and their golden lines.

A golden line is what a journal may hold already. It is never changed: a field that is added later
gets a default, and the old line must still decode.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from kernel.fact import Fact

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
_START, _MIDDLE, _END = b'{"kind":"', b'","body":', b"}"


def packages() -> list[str]:
    """Those that have facts."""
    return sorted(path.parent.name for path in ROOT.glob("*/facts.py"))


def facts_of(package: str) -> tuple[type[Fact], ...]:
    facts: tuple[type[Fact], ...] = import_module(f"{package}.facts").FACTS
    return facts


def golden(package: str) -> Iterator[tuple[str, bytes]]:
    """(kind, body byte for byte) of `<package>.jsonl`."""
    file = FOLDER / f"{package}.jsonl"
    for line in file.read_bytes().splitlines() if file.exists() else ():
        kind, _, body = line.removeprefix(_START).partition(_MIDDLE)
        yield kind.decode(), body.removesuffix(_END)


def line_of(kind: str, body: bytes) -> bytes:
    return _START + kind.encode() + _MIDDLE + body + _END + b"\n"
