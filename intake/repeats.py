"""Which open cases a request may be the same matter as: same number, or same kind and place.

Only a hint (DUP-01, DUP-02): the agent decides, and his ticket then joins the case.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cases.case import CaseSummary
from cases.open_places import KnowsPlaces
from kernel.clock import Clock

WITHIN: Final = timedelta(days=60)
ALIKE_FROM: Final = 50  # of 100
SHOWN_AT_MOST: Final = 8
_LEVEL: Final = 2  # digits of a category code
_NOT_SAID: Final = re.compile(r"[\W_]+")
_NUMBERS: Final = re.compile(r"\d+")
_OTHER_DOOR: Final = 40  # two house numbers that differ: another place, however alike the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class MayRepeat:
    """`likeness` of the places, 0 to 100; `same_number`: the same citizen's."""

    case: CaseSummary
    likeness: int
    same_number: bool = False


def likeness(one: str, other: str) -> int:
    """Of two addresses: 100 the same, 80 and more one within the other, 0 nothing in common."""
    a, b = _plain(one), _plain(other)
    if not a or not b:
        return 0
    if a == b:
        return 100
    doors = _NUMBERS.findall(a), _NUMBERS.findall(b)
    shared = 80 if a in b or b in a else _pairs_in_common(a, b)
    if doors[0] and doors[1] and doors[0][0] != doors[1][0]:
        return min(shared, _OTHER_DOOR)
    return shared


def _plain(address: str) -> str:
    return _NOT_SAID.sub("", unicodedata.normalize("NFKC", address)).lower()


def _pairs_in_common(a: str, b: str) -> int:
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in (a, b)]
    smaller = min(len(pairs[0]), len(pairs[1]))
    return 100 * len(pairs[0] & pairs[1]) // smaller if smaller else 0


class RepeatLookup:
    def __init__(self, places: KnowsPlaces, clock: Clock) -> None:
        self._places = places
        self._clock = clock

    async def look_up(self, category: str, address: str) -> tuple[MayRepeat, ...]:
        """Open cases of the same branch of the catalogue at a like place, the likest first.
        Raises Unavailable."""
        if len(category) <= _LEVEL or not _plain(address):
            return ()
        since = self._clock.now() - WITHIN
        found = await self._places.open_places(category[:-_LEVEL], since)
        alike = [
            MayRepeat(case=one.case, likeness=score)
            for one in found
            if (score := likeness(one.address, address)) >= ALIKE_FROM
        ]
        return tuple(sorted(alike, key=lambda one: -one.likeness)[:SHOWN_AT_MOST])
