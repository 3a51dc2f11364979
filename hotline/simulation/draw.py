"""A scenario and a seed become a day. Each quantity has dice of its own, so that a change of one
leaves the others as they were."""

import math
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np

from acd.policy import QueuePolicies
from acd.seed import load_directory
from hotline.private.places import PROJECT
from hotline.simulation.day import (
    ATTEMPTS,
    FOREVER_S,
    HALF_HOUR_S,
    Citizen,
    Day,
    Kind,
    Place,
    Spans,
)
from hotline.simulation.scenario import Arrivals, Scenario, rules_of
from kernel.ids import QueueName, Skill

CHINA: Final = timezone(timedelta(hours=8))
AFTERWARDS_S: Final = 4000.0  # absences go on while the last callers are served

_ARRIVALS, _KINDS, _TALK, _WRAP_UP, _PATIENCE, _PRIORITY, _ANSWER, _UNANSWERED, _SKILLS, _AWAY = (
    range(10)
)


def dice(seed: int, what: int) -> np.random.Generator:
    return np.random.default_rng([seed, what])


def draw_day(scenario: Scenario, seed: int) -> Day:
    """Raises BadSettings when the rules or the directory cannot be read."""
    rules = rules_of(scenario)
    seats = _skills(scenario, rules, seed)
    length_s = length_of(scenario.arrivals)
    asked = _asked(scenario, len(seats), seed)
    count = scenario.counted
    return Day(
        name=scenario.name_en,
        begins=begins_at(scenario.begins),
        length_s=length_s,
        counted=(count.without_first_s, length_s - count.without_last_s),
        kinds=tuple(_kind(rules, name, kind.queue) for name, kind in scenario.callers.items()),
        citizens=_citizens(scenario, asked, seed),
        seats=_places(scenario, seats, length_s, seed),
        back_after_s=scenario.absences.back_after_s,
        rules=rules,
        overflow_s=scenario.overflow_s,
        seed=seed,
    )


def begins_at(clock: str) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, 11, 21, int(hour), int(minute), tzinfo=CHINA)


def length_of(arrivals: Arrivals) -> float:
    if arrivals.load is not None:
        return arrivals.hours * 3600
    return len(arrivals.half_hours) * HALF_HOUR_S


def _kind(rules: QueuePolicies, name: str, queue: QueueName | None) -> Kind:
    found = queue or QueueName(name)
    return Kind(name, found, {s: int(level) for s, level in rules.of(found).needs.items()})


# ---- callers


def _asked(scenario: Scenario, seats: int, seed: int) -> list[float]:
    chance, arrivals = dice(seed, _ARRIVALS), scenario.arrivals
    if arrivals.load is not None:
        length_s = arrivals.hours * 3600
        n = chance.poisson(seats * arrivals.load / scenario.handling_s * length_s)
        return [float(at) for at in np.sort(chance.uniform(0, length_s, n))]
    whole = sum(arrivals.half_hours)
    factor = 1.0 if arrivals.calls is None else arrivals.calls / whole
    found: list[float] = []
    for half, calls in enumerate(arrivals.half_hours):
        begins = half * HALF_HOUR_S
        n = chance.poisson(calls * factor)
        found += np.sort(chance.uniform(begins, begins + HALF_HOUR_S, n)).tolist()
    return found


def _citizens(scenario: Scenario, asked: Sequence[float], seed: int) -> tuple[Citizen, ...]:
    n, talk = len(asked), scenario.talk
    kinds = scenario.callers.values()
    kind = dice(seed, _KINDS).choice(len(kinds), n, p=[one.calls for one in kinds]).tolist()
    talks = dice(seed, _TALK).lognormal(math.log(talk.mean_s) - talk.sigma**2 / 2, talk.sigma, n)
    wrap_ups = dice(seed, _WRAP_UP).exponential(scenario.wrap_up_s, n)
    patience = dice(seed, _PATIENCE).exponential(scenario.patience_s, n)
    urgent = dice(seed, _PRIORITY).random(n) < scenario.priority.share
    answers, unanswered = ring_draws(scenario, n, seed)
    rest = (talks.tolist(), wrap_ups.tolist(), patience.tolist(), answers, unanswered)
    levels = [scenario.priority.level if one else 0 for one in urgent.tolist()]
    columns = zip(asked, kind, levels, *rest, strict=True)
    return tuple(Citizen(*row) for row in columns)


def ring_draws(
    scenario: Scenario, n: int, seed: int
) -> tuple[list[tuple[float, ...]], list[tuple[bool, ...]]]:
    """Per citizen, what the first, second ... seat that is rung for him does."""
    least, mean = scenario.answering.at_least_s, scenario.answering.mean_s
    more = dice(seed, _ANSWER).exponential(max(1e-9, mean - least), (n, ATTEMPTS))
    let_ring = dice(seed, _UNANSWERED).random((n, ATTEMPTS)) < scenario.absences.unanswered
    return [tuple(row) for row in (least + more).tolist()], [
        tuple(row) for row in let_ring.tolist()
    ]


# ---- seats


def _skills(scenario: Scenario, rules: QueuePolicies, seed: int) -> list[dict[Skill, int]]:
    if scenario.directory is not None:
        path = scenario.directory
        found = load_directory(path if path.is_absolute() or path.exists() else PROJECT / path)
        people = [agent for agent in found.agents.values() if agent.active]
        return [dict(agent.skills) for agent in people[: len(found.seats)]]
    assert scenario.seats is not None, "the scenario was checked"
    chance = dice(seed, _SKILLS)
    every = {skill: int(level) for skill, level in scenario.general.items()}
    seats = [dict(every) for _ in range(scenario.seats)]
    for name, kind in scenario.callers.items():
        needs = rules.of(kind.queue or QueueName(name)).needs
        for seat, drawn in zip(seats, chance.random(len(seats)).tolist(), strict=True):
            if drawn < kind.seats:
                seat.update({s: max(int(level), seat.get(s, 0)) for s, level in needs.items()})
    return seats


def _places(
    scenario: Scenario, seats: Sequence[dict[Skill, int]], length_s: float, seed: int
) -> tuple[Place, ...]:
    present = _present(scenario.roster, len(seats))
    away = _away(scenario, length_s, len(seats), seed)
    return tuple(Place(*row) for row in zip(seats, present, away, strict=True))


def _present(roster: Sequence[int], seats: int) -> list[Spans]:
    """Shifts: who has been at work longest goes home first, who was at home longest comes."""
    if not roster:
        return [((0.0, FOREVER_S),)] * seats
    spans: list[list[tuple[float, float]]] = [[] for _ in range(seats)]
    at_home, at_work = deque(range(seats)), deque[tuple[int, float]]()
    for half, (before, wanted) in enumerate(pairwise((0, *roster))):
        now = half * HALF_HOUR_S
        for _ in range(before, min(wanted, seats)):
            at_work.append((at_home.popleft(), now))
        for _ in range(min(wanted, seats), min(before, seats)):
            seat, since = at_work.popleft()
            spans[seat].append((since, now))
            at_home.append(seat)
    for seat, since in at_work:
        spans[seat].append((since, FOREVER_S))
    return [tuple(one) for one in spans]


def _away(scenario: Scenario, length_s: float, seats: int, seed: int) -> list[Spans]:
    rules = scenario.absences
    if rules.every_s is None:
        return [()] * seats
    chance = dice(seed, _AWAY)
    until = length_s + AFTERWARDS_S
    return [
        away_spans(partial(chance.exponential, rules.every_s), rules.mean_s, until, chance)
        for _ in range(seats)
    ]


def away_spans(
    gap: "partial[float]", mean_s: float, until: float, chance: np.random.Generator
) -> Spans:
    spans = []
    begins = gap()
    while begins < until:
        ends = begins + chance.exponential(mean_s)
        spans.append((begins, ends))
        begins = ends + gap()
    return tuple(spans)
