"""What is counted of one line in a quarter of an hour. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from figures.counts import Counts


@dataclass(frozen=True, slots=True)
class Moves:
    """Transfers by masked target ("" where Asterisk does not say): how many done, how many not."""

    done: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def one(cls, target: str, *, done: bool) -> "Moves":
        return cls(done={target: 1}) if done else cls(failed={target: 1})

    def __add__(self, other: "Moves") -> "Moves":
        return Moves(_sum(self.done, other.done), _sum(self.failed, other.failed))

    def __sub__(self, other: "Moves") -> "Moves":
        return Moves(_sum(self.done, other.done, -1), _sum(self.failed, other.failed, -1))

    def to(self, targets: Iterable[str]) -> tuple[int, int]:
        """Done and failed to any of these."""
        wanted = set(targets)
        return (
            sum(n for target, n in self.done.items() if target in wanted),
            sum(n for target, n in self.failed.items() if target in wanted),
        )

    @property
    def all(self) -> tuple[int, int]:
        """Done and failed to anybody."""
        return sum(self.done.values()), sum(self.failed.values())


def _sum(one: Mapping[str, int], other: Mapping[str, int], sign: int = 1) -> dict[str, int]:
    sums = defaultdict(int, one)
    for target, n in other.items():
        sums[target] += sign * n
    return {target: n for target, n in sorted(sums.items()) if n}


@dataclass(frozen=True, slots=True)
class LineCounts:
    """`ours`: requests at our seats; `theirs`: at the seats of the line itself.

    `handed_over`: calls that its seats handed to us, as we saw them (MRG-03).
    """

    arrived: int = 0
    ours: Counts = field(default_factory=Counts)
    theirs: Counts = field(default_factory=Counts)
    tickets: int = 0
    moves: Moves = field(default_factory=Moves)
    handed_over: int = 0

    def __add__(self, other: "LineCounts") -> "LineCounts":
        return LineCounts(
            arrived=self.arrived + other.arrived,
            ours=self.ours + other.ours,
            theirs=self.theirs + other.theirs,
            tickets=self.tickets + other.tickets,
            moves=self.moves + other.moves,
            handed_over=self.handed_over + other.handed_over,
        )

    def __sub__(self, other: "LineCounts") -> "LineCounts":
        """What came on top of `other`, an earlier state of the same."""
        return LineCounts(
            arrived=self.arrived - other.arrived,
            ours=self.ours - other.ours,
            theirs=self.theirs - other.theirs,
            tickets=self.tickets - other.tickets,
            moves=self.moves - other.moves,
            handed_over=self.handed_over - other.handed_over,
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "arrived": self.arrived,
            "ours": self.ours.as_json(),
            "theirs": self.theirs.as_json(),
            "tickets": self.tickets,
            "moved": dict(self.moves.done),
            "not_moved": dict(self.moves.failed),
            "handed_over": self.handed_over,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "LineCounts":
        return cls(
            arrived=kept["arrived"],
            ours=Counts.from_json(kept["ours"]),
            theirs=Counts.from_json(kept["theirs"]),
            tickets=kept["tickets"],
            moves=Moves(kept["moved"], kept["not_moved"]),
            handed_over=kept.get("handed_over", 0),
        )
