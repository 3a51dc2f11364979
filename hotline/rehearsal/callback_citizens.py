"""Citizens who give up in the line, and what they do when they are rung back. Pure."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hotline.rehearsal.sip_phone import Answer, Habit, LetItRing, Reject


class Way(StrEnum):
    ANSWERS = "answers"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    POWERED_OFF = "powered_off"
    RINGS_AGAIN = "rings_again"  # and is answered: nothing is owed any more  再次来电已接听


_HABITS: Final[Mapping[Way, Habit]] = {
    Way.ANSWERS: Answer(after=0.5),
    Way.BUSY: Reject(486, after=0.3),
    Way.NO_ANSWER: LetItRing(),
    Way.POWERED_OFF: Reject(480, after=0.2),
    Way.RINGS_AGAIN: Answer(after=0.5),
}
# way -> (state of the duty, outcomes of its attempts)
_STORED: Final[Mapping[Way, tuple[str, list[str]]]] = {
    Way.ANSWERS: ("closed", ["reached"]),
    Way.BUSY: ("unreached", ["busy"]),
    Way.NO_ANSWER: ("unreached", ["no_answer"]),
    Way.POWERED_OFF: ("unreached", ["powered_off"]),
    Way.RINGS_AGAIN: ("self_resolved", []),
}


@dataclass(frozen=True, slots=True)
class MissedCitizen:
    number: str
    way: Way

    @property
    def habit(self) -> Habit:
        return _HABITS[self.way]

    @property
    def stored(self) -> tuple[str, list[str]]:
        return _STORED[self.way]

    @property
    def shown(self) -> str:
        return f"{self.number[:3]}****{self.number[-4:]}"


def draw_missed(count: int, seed: int) -> list[MissedCitizen]:
    """Their masked numbers differ; each way comes once before the rest is drawn."""
    chance = random.Random(f"missed-{seed}")  # noqa: S311  # repeatable, not secret
    ways = [*list(Way)[:count], *chance.choices(list(Way), k=max(count - len(Way), 0))]
    chance.shuffle(ways)
    endings = chance.sample(range(10_000), count)
    return [
        MissedCitizen(f"1990555{ending:04}", way) for ending, way in zip(endings, ways, strict=True)
    ]
