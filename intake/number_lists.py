"""Lists of numbers that reach seats of their own: enterprises, elderly people (SPC-01, SPC-03).

A list comes as a register from outside and replaces what was there before. Kept are keys (a keyed
hash) and masked forms, never a number in clear (SEC-01).
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Protocol

from kernel.errors import BadInput, BadPhoneNumber
from kernel.ids import NumberKey
from kernel.phone import PhoneNumber

HEADERS: Final = frozenset({"number", "phone", "tel", "号码", "电话", "联系电话", "手机号"})
SHOWN: Final = 5  # bad lines that a refusal names


class BadNumberList(BadInput):
    code: ClassVar[str] = "bad-number-list"


@dataclass(frozen=True, slots=True)
class Listed:
    """One number of a list."""

    key: NumberKey
    masked: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """`source`: the name of the file it came from."""

    numbers: int
    source: str
    imported_at: datetime
    by: str


class KeepsNumberLists(Protocol):
    """Raises Unavailable."""

    async def replace(
        self, name: str, numbers: Iterable[Listed], *, source: str, by: str, at: datetime
    ) -> int:
        """All of the list at once, or nothing; how many numbers it has now."""

    async def lists_of(self, key: NumberKey) -> frozenset[str]: ...

    async def states(self) -> Mapping[str, ListState]: ...


def read_numbers(
    lines: Iterable[str],
    *,
    home_area: str,
    key_of: Callable[[PhoneNumber], NumberKey | None],
) -> list[Listed]:
    """The first column of a CSV, each number once. Raises BadNumberList: then nothing is taken."""
    found: dict[NumberKey, Listed] = {}
    bad: list[str] = []
    for at, cell in _cells(lines):
        number = _parsed(cell, home_area)
        key = key_of(number) if number is not None else None
        if number is None or key is None:
            bad.append(f"line {at}: {_shown(cell)}")
            continue
        found[key] = Listed(key, number.masked())
    if bad:
        more = f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
        raise BadNumberList(
            f"{len(bad)} of the lines hold no telephone number: {'; '.join(bad[:SHOWN])}{more}.",
            remedy="Mend these lines and import the whole file again; nothing was changed.",
        )
    if not found:
        raise BadNumberList(
            "The file holds no number.",
            remedy="Give one number a line, in the first column; a header line is allowed.",
        )
    return list(found.values())


def _cells(lines: Iterable[str]) -> Iterable[tuple[int, str]]:
    for at, row in enumerate(csv.reader(lines), start=1):
        cell = row[0].strip().removeprefix("\ufeff") if row else ""
        is_header = at == 1 and cell.lower() in HEADERS
        if cell and not is_header:
            yield at, cell


def _parsed(cell: str, home_area: str) -> PhoneNumber | None:
    try:
        number = PhoneNumber.parse(cell, home_area=home_area)
    except BadPhoneNumber:
        return None
    return None if number.is_withheld else number


def _shown(cell: str) -> str:
    """Enough to find it, too little to be a number."""
    return repr(cell[:3] + "…" if len(cell) > 3 else cell)
