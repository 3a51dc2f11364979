"""A fact: something that was decided or has happened, never changed afterwards.

Each package defines its facts as frozen dataclasses with a `kind` that is never renamed, because
old journals must stay readable. No personal data: ids, keyed hashes and masked forms only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import orjson
from pydantic import TypeAdapter, ValidationError

from kernel.errors import HotlineError


class UnreadableFact(HotlineError):
    code = "unreadable-fact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Base of all facts. `at` is aware and UTC, always passed, never defaulted."""

    at: datetime
    kind: ClassVar[str] = ""

    # `slots=True` makes each class twice, the second time without the keyword: hence the default.
    def __init_subclass__(cls, kind: str = "") -> None:
        if kind:
            cls.kind = kind


def plain(value: object) -> float | list[Any]:
    """For orjson: durations in seconds, sets in order. TypeError for anything else."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot stand in a fact")


def encode(fact: Fact) -> bytes:
    """The fact's body as JSON, one line: ISO-8601 times, durations in seconds."""
    return orjson.dumps(fact, default=plain, option=orjson.OPT_UTC_Z)


class FactKinds:
    """The map kind -> type, built once in `hotline/wiring.py` from every package's facts."""

    def __init__(self, kinds: Iterable[type[Fact]]) -> None:
        self._by_kind: dict[str, type[Fact]] = {}
        self._adapters: dict[str, TypeAdapter[Fact]] = {}
        for fact in kinds:
            assert fact.kind, f"{fact.__name__} has no kind"
            assert fact.kind not in self._by_kind, f"two facts are called {fact.kind}"
            self._by_kind[fact.kind] = fact

    def __iter__(self) -> Iterator[type[Fact]]:
        return iter(self._by_kind.values())

    def decode(self, kind: str, body: bytes) -> Fact:
        """The fact again. Raises UnreadableFact for a kind or body unknown to this program."""
        known = self._by_kind.get(kind)
        if known is None:
            raise UnreadableFact(
                f"The journal holds a fact of the unknown kind {kind!r}.",
                remedy="Run the version of the program that wrote it, or a newer one.",
            )
        try:
            return self._adapter(kind, known).validate_json(body)
        except ValidationError as err:
            raise UnreadableFact(
                f"A fact of kind {kind!r} does not have its shape: {err}.",
                remedy="Compare it with tests/golden; restore a damaged file from PostgreSQL.",
            ) from err

    def _adapter(self, kind: str, known: type[Fact]) -> TypeAdapter[Fact]:
        if kind not in self._adapters:
            self._adapters[kind] = TypeAdapter(known)
        return self._adapters[kind]
