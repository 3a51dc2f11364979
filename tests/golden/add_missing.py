"""Appends a golden line for each kind that has none: `python -m tests.golden.add_missing`.

Lines that exist are left as they are, whatever has become of the fact since.
"""

import dataclasses
import enum
import types
import typing
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kernel.fact import Fact, encode
from tests.golden.known import FOLDER, facts_of, golden, line_of, packages

MOMENT = datetime(2026, 11, 20, 4, 0, 0, 123456, UTC)
WORDS = {
    "call": "cc1-1767603600.41",
    "leg": "7-12",
    "seat": "S001",
    "agent": "1001",
    "caller": "138****5678",
    "caller_key": "9f" * 32,
    "queue": "general",
}


def sample(kind: type[Fact]) -> Fact:
    hints = typing.get_type_hints(kind)
    names = [name for name in hints if name != "kind"]
    return kind(**{name: _value(name, hints[name]) for name in names})


def _value(name: str, hint: Any) -> Any:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _value(name, next(one for one in inner if one is not type(None)))
    if origin is typing.Literal:
        return inner[0]
    if origin is dict:
        return {_value("key", inner[0]): _value("value", inner[1])}
    if origin in (tuple, list, frozenset):
        return origin([_value("item", inner[0])])
    if isinstance(hint, typing.NewType):
        return _value(name, hint.__supertype__)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        inner = typing.get_type_hints(hint)
        return hint(**{one: _value(one, inner[one]) for one in inner})
    return _plain(name, hint)


def _plain(name: str, hint: Any) -> Any:
    plain = {
        datetime: MOMENT,
        date: MOMENT.date(),
        timedelta: timedelta(seconds=12.345678),
        str: WORDS.get(name, f"{name} 样"),
        bool: True,
        int: 3,
        float: 1.5,
    }
    return plain[hint]


def main() -> None:
    for package in packages():
        known = {kind for kind, _ in golden(package)}
        with (FOLDER / f"{package}.jsonl").open("ab") as file:
            for kind in facts_of(package):
                if kind.kind not in known:
                    file.write(line_of(kind.kind, encode(sample(kind))))


if __name__ == "__main__":
    main()
