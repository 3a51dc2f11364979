"""Which conversations of a day are to be inspected: a share of each agent's, and by rules. Pure.

A draw orders an agent's talks of the day by a hash of seed, day, agent and leg: the same talks
give the same draw, whenever and wherever it is asked for, and nobody chooses.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from figures.inspection import Why
from figures.inspection_rules import Sampling
from kernel.ids import AgentNo, CallId, LegId


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One agent's conversation. `silence`: the longest in its call's recording; `talk_over`: for
    how long its agents talked into the citizen's words; None: not heard (yet). `greeted`: from the
    answer to his greeting key; None: not pressed. `inspected`: an inspection was opened."""

    leg: LegId
    call: CallId
    agent: AgentNo
    ended_at: datetime
    talked: timedelta
    rated: int | None = None
    silence: timedelta | None = None
    talk_over: timedelta | None = None
    greeted: timedelta | None = None
    inspected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    talk: Talk
    why: tuple[Why, ...]


def draw(talks: Iterable[Talk], day: date, rules: Sampling) -> list[Sample]:
    """Those of one day, by agent and time; each with all that speaks for it."""
    by_agent: defaultdict[AgentNo, list[Talk]] = defaultdict(list)
    for talk in talks:
        by_agent[talk.agent].append(talk)
    found = []
    for agent, his in sorted(by_agent.items()):
        by_chance = by_lot(his, day, agent, rules)
        for talk in sorted(his, key=lambda one: (one.ended_at, one.leg)):
            why = ((Why.RANDOM,) if talk.leg in by_chance else ()) + by_rule(talk, rules)
            if why:
                found.append(Sample(talk=talk, why=why))
    return found


def by_lot(talks: Sequence[Talk], day: date, agent: AgentNo, rules: Sampling) -> frozenset[LegId]:
    wanted = max(rules.at_least, math.ceil(rules.share * len(talks)))
    ordered = sorted(
        (talk.leg for talk in talks), key=lambda leg: _lot(rules.seed, day, agent, leg)
    )
    return frozenset(ordered[:wanted])


def by_rule(talk: Talk, rules: Sampling) -> tuple[Why, ...]:
    seconds = talk.talked.total_seconds()
    silence = talk.silence.total_seconds() if talk.silence is not None else 0.0
    over = talk.talk_over.total_seconds() if talk.talk_over is not None else 0.0
    holds = {
        Why.LONG_SILENCE: silence >= rules.silence_s,
        Why.TALK_OVER: over >= rules.talk_over_s,
        Why.TOO_LONG: seconds > rules.too_long_s,
        Why.TOO_SHORT: seconds < rules.too_short_s,
        Why.NO_GREETING: _no_greeting(talk, rules.greeting_within_s),
        Why.LOW_RATING: talk.rated is not None and talk.rated <= rules.low_rating,
    }
    return tuple(why for why, so in holds.items() if so)


def _no_greeting(talk: Talk, within_s: float | None) -> bool:
    if within_s is None:
        return False
    return talk.greeted is None or talk.greeted.total_seconds() > within_s


def _lot(seed: str, day: date, agent: AgentNo, leg: LegId) -> bytes:
    return hashlib.sha256(f"{seed}|{day}|{agent}|{leg}".encode()).digest()
