"""One day as every policy meets it: who asks when, how long he talks and waits, who sits where.

Everything is drawn beforehand (common random numbers), so policies differ by what they decide and
by nothing else. Seconds count from the beginning of the day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from acd.policy import QueuePolicies
from kernel.ids import QueueName, Skill

ATTEMPTS: Final = 4  # draws of what a seat does with a ring, per citizen; then they begin anew
WHISPER_S: Final = 0.8  # 自动应答: a seat that takes calls by itself talks after its whisper
HALF_HOUR_S: Final = 1800.0
FOREVER_S: Final = 1e9  # who sits until then does not go home

Spans = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """Callers alike in what they need. `needs`: minimum levels, as the line has them at first."""

    name: str
    queue: QueueName
    needs: Mapping[Skill, int]


@dataclass(frozen=True, slots=True)
class Citizen:
    """`answer_s` and `unanswered` belong to the first, second ... seat that rings for him."""

    asked_s: float
    kind: int
    priority: int
    talk_s: float
    wrap_up_s: float
    patience_s: float
    answer_s: tuple[float, ...]
    unanswered: tuple[bool, ...]

    @property
    def service_s(self) -> float:
        return self.talk_s + self.wrap_up_s


@dataclass(frozen=True, slots=True)
class Place:
    """A seat with its agent: `present` signed in, `away` from it without saying so."""

    skills: Mapping[Skill, int]
    present: Spans
    away: Spans

    def away_until(self, now: float) -> float | None:
        for begins, ends in self.away:
            if begins > now:
                return None
            if now < ends:
                return ends
        return None

    def staffed_s(self, until: float) -> float:
        return sum(max(0.0, min(ends, until) - begins) for begins, ends in self.present)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """`counted`: who asks between these is counted; the first and last minutes are for filling and
    emptying the centre. `back_after_s`: whom a failed ring paused needs at least so long."""

    name: str
    begins: datetime
    length_s: float
    counted: tuple[float, float]
    kinds: tuple[Kind, ...]
    citizens: tuple[Citizen, ...]
    seats: tuple[Place, ...]
    back_after_s: float
    rules: QueuePolicies
    overflow_s: float  # the plain queue sends a caller with a rare skill to all after so long
    seed: int = 0

    def counts(self, citizen: Citizen) -> bool:
        return self.counted[0] <= citizen.asked_s < self.counted[1]

    @property
    def half_hours(self) -> int:
        return max(1, -int(-self.length_s // HALF_HOUR_S))


def auto_answered(day: Day) -> Day:
    """The same callers at seats that take their calls by themselves."""
    at_once, never = (WHISPER_S,) * ATTEMPTS, (False,) * ATTEMPTS
    citizens = tuple(replace(one, answer_s=at_once, unanswered=never) for one in day.citizens)
    return replace(day, citizens=citizens)


def patient(day: Day, every: int) -> tuple[Day, frozenset[int]]:
    """Each so manieth citizen never loses patience: how long he would wait is then seen."""
    chosen = frozenset(range(every // 2, len(day.citizens), every))
    citizens = tuple(
        replace(one, patience_s=1e6) if n in chosen else one for n, one in enumerate(day.citizens)
    )
    return replace(day, citizens=citizens), chosen
