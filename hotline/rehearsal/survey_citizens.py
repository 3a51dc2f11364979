"""What each surveyed citizen will do, drawn from a seed, and what must then be stored. Pure.

What must be stored is written down here by hand, from the shipped survey (config/surveys); nothing
of the program's own walk is used, so that the two can differ.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hotline.rehearsal.sip_phone import Answer, Habit, LetItRing, Reject


class Way(StrEnum):
    RATES = "rates"  # answers by key  按键作答
    SPEAKS = (
        "speaks"  # says how satisfied he is, and presses the key if that was not enough  语音作答
    )
    COMPLAINS = "complains"  # not satisfied, and says why  不满意并说明原因
    HANGS_UP = "hangs_up"  # in the middle  中途挂机
    RATES_AND_GOES = "rates_and_goes"  # hangs up after the rating  评价后挂机
    BUSY = "busy"
    REJECTS = "rejects"
    NO_ANSWER = "no_answer"
    POWERED_OFF = "powered_off"  # 关机
    NO_NUMBER = "no_number"  # 空号
    MAILBOX = "mailbox"  # answers and says nothing  语音信箱
    WRONG_PERSON = "wrong_person"  # 非本人
    NOT_NOW = "not_now"  # 现在不方便
    NEVER_AGAIN = "never_again"  # 不再接受回访
    WANTS_PERSON = "wants_person"  # 0
    CONFIDENTIAL = "confidential"  # flagged before it is closed: never on the list  保密
    FLAGGED_LATER = "flagged_later"  # flagged before it is dialled: withdrawn  后标保密


MIX: Final[dict[Way, int]] = {
    Way.RATES: 26,
    Way.SPEAKS: 8,
    Way.COMPLAINS: 12,
    Way.HANGS_UP: 6,
    Way.RATES_AND_GOES: 4,
    Way.BUSY: 6,
    Way.REJECTS: 4,
    Way.NO_ANSWER: 6,
    Way.POWERED_OFF: 3,
    Way.NO_NUMBER: 3,
    Way.MAILBOX: 3,
    Way.WRONG_PERSON: 3,
    Way.NOT_NOW: 3,
    Way.NEVER_AGAIN: 4,
    Way.WANTS_PERSON: 5,
    Way.CONFIDENTIAL: 2,
    Way.FLAGGED_LATER: 2,
}
_CONTACTED: Final = {"1": "yes", "2": "no"}
_SOLVED: Final = {"1": "yes", "2": "partly", "3": "no"}
_LEVELS: Final = {"1": 5, "2": 4, "3": 3, "4": 2, "5": 1}
_REASONS: Final = {
    "1": "not_contacted", "2": "not_solved", "3": "too_slow", "4": "manners", "5": "other",
}  # fmt: skip
_HABITS: Final[dict[Way, Habit]] = {
    Way.BUSY: Reject(486, after=0.5),
    Way.REJECTS: Reject(603, after=0.5),
    Way.POWERED_OFF: Reject(480, after=0.2),
    Way.NO_NUMBER: Reject(404),
    Way.NO_ANSWER: LetItRing(),
}
_OUTCOMES: Final[dict[Way, str]] = {
    Way.BUSY: "busy",
    Way.REJECTS: "rejected",
    Way.NO_ANSWER: "no_answer",
    Way.POWERED_OFF: "powered_off",
    Way.NO_NUMBER: "empty_number",
    Way.MAILBOX: "voicemail",
    Way.WRONG_PERSON: "wrong_person",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the system must say of the survey. `outcome` of its one attempt; "" for no attempt."""

    state: str
    outcome: str = ""
    result: str | None = None
    ending: str | None = None  # None: no record
    contacted: str | None = None
    solved: str | None = None
    level: int | None = None
    reason: str | None = None


NEVER_LISTED: Final = Stored(state="")


@dataclass(frozen=True, slots=True)
class SurveyCitizen:
    """`keys` are pressed one after the other. "~": he talks a while; "v": he says the next key's
    meaning, and presses it only if he is asked again.
    """

    number: str
    way: Way
    keys: str
    hangs_up: bool
    waits: float  # seconds before each key

    @property
    def habit(self) -> Habit:
        return _HABITS.get(self.way, Answer(after=1.0))

    @property
    def is_rung(self) -> bool:
        return self.way not in (Way.CONFIDENTIAL, Way.FLAGGED_LATER)

    def stored(self) -> Stored:
        """By the shipped survey: identity, contacted, solved, satisfaction, reason, comment."""
        keys = self.keys.rstrip("~#0*").replace("v", "")
        said = Stored(
            state="closed",
            outcome="reached",
            contacted=_CONTACTED[keys[1]] if len(keys) > 1 else None,
            solved=_SOLVED[keys[2]] if len(keys) > 2 else None,
            level=_LEVELS[keys[3]] if len(keys) > 3 else None,
            reason=_REASONS[keys[4]] if len(keys) > 4 else None,
        )
        match self.way:
            case Way.CONFIDENTIAL:
                return NEVER_LISTED
            case Way.FLAGGED_LATER:
                return Stored(state="withdrawn")
            case Way.NO_NUMBER:
                return Stored(state="unreached_exhausted", outcome=_OUTCOMES[self.way])
            case way if way in _OUTCOMES:
                return Stored(state="unreached", outcome=_OUTCOMES[way])
            case Way.NOT_NOW:
                return Stored(
                    state="refused", outcome="reached", result="refused", ending="refused"
                )
            case _:
                return _spoken(self.way, said)


def _spoken(way: Way, said: Stored) -> Stored:
    complete = said.level is not None and said.solved is not None
    state, result, ending = "closed", "complete", "complete"
    if way is Way.NEVER_AGAIN:
        state, result, ending = "refused", "never_again", "never_again"
    elif way is Way.WANTS_PERSON:
        result, ending = "handed_over", "complete" if complete else "handed_over"
    elif way is Way.HANGS_UP:
        result, ending = "broken_off", "broken_off"
    return Stored(
        state=state, outcome=said.outcome, result=result, ending=ending,
        contacted=said.contacted, solved=said.solved, level=said.level, reason=said.reason,
    )  # fmt: skip


def draw_citizens(
    numbers: Sequence[str], seed: int, mix: Mapping[Way, int] = MIX
) -> list[SurveyCitizen]:
    """One a number. Each way that the mix names comes once, before the rest is drawn."""
    chance = random.Random(f"surveys-{seed}")  # noqa: S311  # repeatable, not secret
    ways = list(_ways(chance, len(numbers), mix))
    chance.shuffle(ways)
    return [_citizen(number, way, chance) for number, way in zip(numbers, ways, strict=True)]


def _ways(chance: random.Random, count: int, mix: Mapping[Way, int]) -> Iterator[Way]:
    known = list(mix)
    yield from known[:count]
    weights = [mix[way] for way in known]
    yield from chance.choices(known, weights, k=max(count - len(known), 0))


def _citizen(number: str, way: Way, chance: random.Random) -> SurveyCitizen:
    good, bad = chance.choice("123"), chance.choice("45")
    first = "1" + chance.choice("12") + chance.choice("123")
    keys = {
        Way.RATES: first + good,
        Way.SPEAKS: first + "v" + good,
        Way.COMPLAINS: first + bad + chance.choice("12345") + "~#",
        Way.HANGS_UP: first[: chance.choice((1, 2, 3))],
        Way.RATES_AND_GOES: first + bad,
        Way.WRONG_PERSON: "2",
        Way.NOT_NOW: "3",
        Way.NEVER_AGAIN: first[: chance.choice((0, 2))] + "*",
        Way.WANTS_PERSON: (first + bad)[: chance.choice((0, 1, 4))] + "0",
    }.get(way, "")
    leaves = way in (Way.HANGS_UP, Way.RATES_AND_GOES)
    return SurveyCitizen(number, way, keys, leaves, chance.uniform(2.5, 4.5))
