"""Quality inspection (质检) of one conversation: scorecard, steps, totals, calibration. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from typing import Final

from figures.inspection_errors import (
    AppealTooLate,
    BadScores,
    JudgeInOwnCase,
    NotYourInspection,
    WrongInspectionStep,
)
from figures.inspection_rules import Scorecard
from kernel.ids import AgentNo, CallId


class State(StrEnum):
    OPEN = "open"  # 待评分
    SCORED = "scored"  # 已评分
    APPEALED = "appealed"  # 申诉中
    UPHELD = "upheld"  # 维持
    CHANGED = "changed"  # 改判


class Cue(StrEnum):
    SCORE = "score"  # 评分
    APPEAL = "appeal"  # 申诉
    UPHOLD = "uphold"  # 维持原评分
    CHANGE = "change"  # 改判


# Every legal step; an appeal that was decided opens no second one.
STEPS: Final[dict[tuple[State, Cue], State]] = {
    (State.OPEN, Cue.SCORE): State.SCORED,
    (State.SCORED, Cue.APPEAL): State.APPEALED,
    (State.APPEALED, Cue.UPHOLD): State.UPHELD,
    (State.APPEALED, Cue.CHANGE): State.CHANGED,
}


class Why(StrEnum):
    """Why a call was drawn."""

    RANDOM = "random"  # 随机抽样
    LONG_SILENCE = "long_silence"  # 长时间静默
    TOO_LONG = "too_long"  # 通话过长
    TOO_SHORT = "too_short"  # 通话过短
    TALK_OVER = "talk_over"  # 抢话
    NO_GREETING = "no_greeting"  # 未按开头语键
    LOW_RATING = "low_rating"  # 服务评价低
    CHOSEN = "chosen"  # 人工指定


Scores = Mapping[str, int]  # points by the item's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What somebody wrote, and when."""

    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """`inspector` is a login. `calibrates`: scored beside another's word; the agent is not told
    and it counts for nothing but the difference. `first_total` stays when an appeal changes it.
    `pass_mark`: of the day of scoring. `ticket_errors`: wrong fields of its ticket (D-29, 差错);
    None: there is no ticket, or nobody looked."""

    id: str
    call: CallId
    agent: AgentNo
    inspector: str
    why: Why
    calibrates: bool
    opened_at: datetime
    state: State = State.OPEN
    scores: Scores | None = None
    total: int | None = None
    first_total: int | None = None
    pass_mark: int | None = None
    ticket_errors: int | None = None
    scored: Word | None = None
    appeal: Word | None = None
    decision: Word | None = None


def step(state: State, cue: Cue) -> State:
    """The state after `cue`. Raises WrongInspectionStep when the table has no such step."""
    after = STEPS.get((state, cue))
    if after is None:
        raise WrongInspectionStep(
            f"An inspection that is {state} cannot take the step {cue}.",
            remedy="Load it again and choose one of the steps that are left.",
        )
    return after


def total(card: Scorecard, scores: Scores) -> int:
    """The sum of the points; 0 when a fatal item got none.

    Raises BadScores unless each item of the card has its points and nothing else has.
    """
    if scores.keys() != {item.id for item in card.items}:
        raise BadScores(
            f"The scores name {sorted(scores)}, not the items of the scorecard.",
            remedy="Give points to each item of the scorecard, and to nothing else.",
        )
    for item in card.items:
        if not 0 <= scores[item.id] <= item.points:
            raise BadScores(
                f"{item.id} has {scores[item.id]} of 0 to {item.points} points.",
                remedy="Give whole points within the item's range.",
            )
    if any(item.fatal and not scores[item.id] for item in card.items):
        return 0
    return sum(scores.values())


def scored(
    one: Inspection,
    card: Scorecard,
    scores: Scores,
    word: Word,
    ticket_errors: int | None = None,
) -> Inspection:
    """Raises WrongInspectionStep, BadScores, NotYourInspection."""
    if word.by != one.inspector:
        raise NotYourInspection(
            f"The inspection {one.id} was opened by {one.inspector}.",
            remedy="Let its inspector score it, or open one for calibration.",
        )
    state, points = step(one.state, Cue.SCORE), total(card, scores)
    return replace(
        one,
        state=state,
        scored=word,
        scores=dict(scores),
        total=points,
        first_total=points,
        pass_mark=card.pass_mark,
        ticket_errors=ticket_errors,
    )


def appealed(one: Inspection, word: Word, agent: AgentNo, within: timedelta) -> Inspection:
    """The agent's appeal, once. Raises NotYourInspection, WrongInspectionStep, AppealTooLate."""
    if one.agent != agent or one.calibrates:
        raise NotYourInspection(
            f"The inspection {one.id} is not one of agent {agent}'s calls.",
            remedy="Load the list of your own inspections.",
        )
    state = step(one.state, Cue.APPEAL)
    assert one.scored is not None, "whatever may be appealed against was scored"
    if word.at - one.scored.at > within:
        raise AppealTooLate(
            f"The inspection {one.id} was scored more than {within.days} days ago.",
            remedy="Speak with your supervisor.",
        )
    return replace(one, state=state, appeal=word)


def decided(
    one: Inspection, card: Scorecard, scores: Scores | None, word: Word, agent: AgentNo | None
) -> Inspection:
    """`scores` None: upheld. `agent`: the one behind the login that decides.

    Raises WrongInspectionStep, JudgeInOwnCase, BadScores.
    """
    state = step(one.state, Cue.UPHOLD if scores is None else Cue.CHANGE)
    if word.by == one.inspector or agent == one.agent:
        raise JudgeInOwnCase(
            f"{word.by} has part in the inspection {one.id}.",
            remedy="Let a supervisor decide who neither scored the call nor took it.",
        )
    if scores is None:
        return replace(one, state=state, decision=word)
    points = total(card, scores)
    return replace(one, state=state, decision=word, scores=dict(scores), total=points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two inspectors' words on one conversation; differences are the second's less the first's.

    `blind`: the second had taken it before the first scored it; from then on the first's word was
    hidden from him (`figures/inspection_blind.py`).
    """

    call: CallId
    agent: AgentNo
    first: str
    second: str
    blind: bool
    by_item: Mapping[str, int]
    of_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`apart`: mean absolute difference in points, by item, over the blind pairs alone."""

    pairs: tuple[Compared, ...]
    apart: Mapping[str, float]


def calibrate(inspections: Iterable[Inspection]) -> Calibration:
    """Each pair of inspectors who scored the same conversation, by the time of scoring.

    One that an appeal changed is left out: its points are no inspector's any more.
    """
    talks: defaultdict[tuple[CallId, AgentNo], list[Inspection]] = defaultdict(list)
    for one in inspections:
        if one.scores is not None and one.state is not State.CHANGED:
            talks[one.call, one.agent].append(one)
    pairs = [
        _compared(first, second)
        for same in talks.values()
        for first, second in combinations(sorted(same, key=_scored_at), 2)
        if first.inspector != second.inspector
    ]
    return calibration_of(pairs)


def calibration_of(pairs: Iterable[Compared]) -> Calibration:
    pairs = tuple(pairs)
    apart: defaultdict[str, list[int]] = defaultdict(list)
    for pair in (pair for pair in pairs if pair.blind):
        for item, difference in pair.by_item.items():
            apart[item].append(abs(difference))
    return Calibration(pairs=pairs, apart={item: sum(of) / len(of) for item, of in apart.items()})


def _scored_at(one: Inspection) -> tuple[datetime, str]:
    assert one.scored is not None, "it has scores"
    return one.scored.at, one.id


def _compared(first: Inspection, second: Inspection) -> Compared:
    assert first.scores is not None and second.scores is not None, "both are scored"
    assert first.total is not None and second.total is not None, "both are scored"
    assert first.scored is not None, "both are scored"
    common = [item for item in first.scores if item in second.scores]
    return Compared(
        call=first.call,
        agent=first.agent,
        first=first.inspector,
        second=second.inspector,
        blind=second.opened_at <= first.scored.at,
        by_item={item: second.scores[item] - first.scores[item] for item in common},
        of_total=second.total - first.total,
    )
