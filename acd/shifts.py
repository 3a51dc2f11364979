"""Shifts proposed for a day's needs (排班建议): which ones, and how many agents in each. Pure.

The day repeats: who works over midnight covers the early hours of the same pattern. The plain way
is here (most uncovered half hours first, then what is superfluous is taken back); the optimal one
is in `hotline/desks/shift_solver.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from acd.forecast import HALF_HOURS
from acd.roster_errors import NoShiftCovers
from acd.staffing_rules import ShiftType


@dataclass(frozen=True, slots=True)
class ShiftKind:
    """A shift at one start. `covers`: half hours worked (0-47); the break is not among them."""

    name: str
    start: int
    hours: float
    covers: frozenset[int]
    break_start: int | None

    @property
    def label(self) -> str:
        """早班 08:00-16:30"""
        end = self.start + round(2 * self.hours)
        return f"{self.name} {_clock(self.start)}-{_clock(end)}"

    @property
    def worked(self) -> int:
        """Half hours."""
        return len(self.covers)


@dataclass(frozen=True, slots=True)
class Proposal:
    """`agents` by kind, each above 0. `way`: plain, or the solver's word for how good it is."""

    agents: dict[ShiftKind, int]
    needed: tuple[int, ...]
    way: str

    @property
    def covered(self) -> tuple[int, ...]:
        return tuple(
            sum(n for kind, n in self.agents.items() if half in kind.covers)
            for half in range(HALF_HOURS)
        )

    @property
    def heads(self) -> int:
        return sum(self.agents.values())

    @property
    def worked_hours(self) -> float:
        return sum(kind.worked * n for kind, n in self.agents.items()) / 2

    @property
    def needed_hours(self) -> float:
        return sum(self.needed) / 2

    @property
    def surplus(self) -> float:
        """Hours worked beyond the need, against the need; 0.0 is perfect."""
        return self.worked_hours / self.needed_hours - 1 if self.needed_hours else 0.0

    @property
    def holds(self) -> bool:
        return all(have >= need for have, need in zip(self.covered, self.needed, strict=True))


def kinds_of(types: Sequence[ShiftType]) -> list[ShiftKind]:
    return [_kind(one, start.hour * 2 + start.minute // 30) for one in types for start in one.start]


def _kind(one: ShiftType, start: int) -> ShiftKind:
    halves = set(range(start, start + round(2 * one.hours)))
    pause = None
    if one.break_after_h is not None and one.break_h:
        pause = start + round(2 * one.break_after_h)
        halves -= set(range(pause, pause + round(2 * one.break_h)))
    covers = frozenset(half % HALF_HOURS for half in halves)
    return ShiftKind(one.name, start, one.hours, covers, pause)


def propose_plainly(needed: Sequence[int], kinds: Sequence[ShiftKind]) -> Proposal:
    """Every half hour is covered; near the optimum, not at it. Raises NoShiftCovers."""
    check_coverable(needed, kinds)
    lacking, agents = list(needed), dict.fromkeys(kinds, 0)
    while any(lack > 0 for lack in lacking):
        best = max(kinds, key=lambda kind: (_gain(kind, lacking) / kind.worked, -kind.start))
        agents[best] += 1
        for half in best.covers:
            lacking[half] -= 1
    for kind in kinds:
        while agents[kind] and all(lacking[half] < 0 for half in kind.covers):
            agents[kind] -= 1
            for half in kind.covers:
                lacking[half] += 1
    return Proposal({kind: n for kind, n in agents.items() if n}, tuple(needed), "plain")


def _gain(kind: ShiftKind, lacking: Sequence[int]) -> int:
    """Half hours that would be covered; the emptiest count most."""
    return sum(max(0, lacking[half]) for half in kind.covers)


def check_coverable(needed: Sequence[int], kinds: Sequence[ShiftKind]) -> None:
    """Raises NoShiftCovers."""
    uncovered = [h for h in range(HALF_HOURS) if needed[h] and not _some_cover(h, kinds)]
    if uncovered:
        raise NoShiftCovers(
            f"No shift of config/staffing.yaml covers {_clock(uncovered[0])}.",
            remedy="Add a shift that does to shifts.types.",
        )


def _some_cover(half: int, kinds: Sequence[ShiftKind]) -> bool:
    return any(half in kind.covers for kind in kinds)


def _clock(half: int) -> str:
    return f"{half // 2 % 24:02}:{half % 2 * 30:02}"
