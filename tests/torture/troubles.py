"""How much shall go wrong in a day, and what did."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

from tests.torture.moves import Move


@dataclass(frozen=True, slots=True)
class Troubles:
    """How often, of a piece of news or per call."""

    lost: float = 0.01
    doubled: float = 0.02
    late: float = 0.02
    reordered: float = 0.05
    died: float = 0.006
    cut: float = 0.004


HARSH: Final = Troubles(lost=0.05, doubled=0.05, late=0.05, reordered=0.1, died=0.1, cut=0.03)


@dataclass(slots=True)
class Day:
    """What was done and what went wrong."""

    moves: list[Move]
    faults: Counter[str]
    calls: int = 0
    turns: int = 0
    fates: Counter[str] | None = None
