"""What happens in one hand-off of many, drawn by a seed; what must have come of it. Pure."""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Far(StrEnum):
    ANSWERS = "answers"
    RINGS = "rings for ever"
    BUSY = "busy"
    REFUSES = "refuses"
    DROPS = "answers and drops"


class Start(StrEnum):
    TALKING = "talking"
    HELD = "held"
    IN_LINE = "in line"


RING_S: Final = 2  # on each trunk
CODES: Final = ("110", "119", "120", "122")
_FAR: Final = (Far.ANSWERS, Far.ANSWERS, Far.RINGS, Far.BUSY, Far.REFUSES, Far.DROPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Times in seconds: `answers_after` of its ringing, the others of the key."""

    n: int
    code: str
    start: Start
    far: Far
    second: Far
    answers_after: float
    drops_after: float  # of its answer
    agent_leaves: float | None
    citizen_leaves: float | None

    @property
    def number(self) -> str:
        """The citizen's own: the far end knows its call by it."""
        return f"138{self.n:08d}"

    @property
    def over_after(self) -> float:
        """Until all of it has happened, whatever it was."""
        return 2 * RING_S + self.answers_after + self.drops_after + 1.5


def drawn(hand_offs: int, seed: int) -> list[Case]:
    chance = random.Random(seed)
    return [_case(n, chance) for n in range(1, hand_offs + 1)]


def _case(n: int, chance: random.Random) -> Case:
    start = chance.choice((Start.TALKING, Start.TALKING, Start.TALKING, Start.HELD, Start.IN_LINE))
    has_agent = start is not Start.IN_LINE
    return Case(
        n=n,
        code=chance.choice(CODES),
        start=start,
        far=chance.choice(_FAR),
        second=chance.choice(_FAR),
        answers_after=chance.uniform(0, 1.5),
        drops_after=chance.uniform(0.3, 2.5),
        agent_leaves=chance.uniform(0, 5) if has_agent and chance.random() < 0.4 else None,
        citizen_leaves=chance.uniform(0, 6) if chance.random() < 0.25 else None,
    )


def reached_by(case: Case) -> Far | None:
    """The one that answers at last; None: nobody does."""
    for far in (case.far, case.second):
        if far in (Far.ANSWERS, Far.DROPS):
            return far
    return None


def expected_sounds(case: Case) -> frozenset[str]:
    """Whom a citizen who stays hears in the end: police, agent, line (music)."""
    agent = case.start is not Start.IN_LINE and case.agent_leaves is None
    if reached_by(case) is Far.ANSWERS:
        return frozenset({"police", "agent"} if agent else {"police"})
    return frozenset({"agent"} if agent else {"line"})
