"""An outcome in figures: whole, by kind of caller, by half hour. Shares are from 0 to 1."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from hotline.simulation.day import HALF_HOUR_S, Citizen, Day
from hotline.simulation.outcome import Fate, Guess, Outcome

WITHIN_S: Final = (15.0, 20.0)
NOTHING: Final = float("nan")


@dataclass(frozen=True, slots=True)
class Figures:
    """Waits are from asking until an agent is there, of those answered; shares are of all who
    asked. `p…_in_line_s`: the same quantile of all, those who gave up too. `occupancy`: of the time
    signed in. `gini`: of the seats' occupancy, 0 means that all worked alike."""

    calls: int
    answered_share: float
    abandoned_share: float
    refused_share: float
    answered_in_15_s: float
    answered_in_20_s: float
    mean_wait_s: float
    p50_wait_s: float
    p95_wait_s: float
    p99_wait_s: float
    mean_in_line_s: float
    occupancy: float
    gini: float
    wasted_ring_s_per_answer: float


def figures(day: Day, outcome: Outcome) -> Figures:
    return _of(day, outcome, day.counts)


def by_kind(day: Day, outcome: Outcome) -> dict[str, Figures]:
    return {
        kind.name: _of(day, outcome, _both(day.counts, _is_kind(n)))
        for n, kind in enumerate(day.kinds)
    }


def by_half_hour(day: Day, outcome: Outcome) -> list[dict[str, float]]:
    """Of each half hour by when its callers asked: calls, 接通率, within 15 s, occupancy, seats."""
    rows = []
    asked: list[list[int]] = [[] for _ in range(day.half_hours)]
    for n, citizen in enumerate(day.citizens):
        asked[min(day.half_hours - 1, int(citizen.asked_s // HALF_HOUR_S))].append(n)
    for half, calls in enumerate(asked):
        begins = half * HALF_HOUR_S
        staffed = sum(_overlap(place.present, begins, begins + HALF_HOUR_S) for place in day.seats)
        answered = [n for n in calls if outcome.fate[n] is Fate.ANSWERED]
        in_15 = sum(outcome.wait_s[n] <= WITHIN_S[0] for n in answered)
        rows.append(
            {
                "begins_s": begins,
                "calls": len(calls),
                "answered_share": len(answered) / len(calls) if calls else NOTHING,
                "answered_in_15_s": in_15 / len(calls) if calls else NOTHING,
                "occupancy": outcome.busy_half_hours[half] / staffed if staffed else NOTHING,
                "seats": staffed / HALF_HOUR_S,
            }
        )
    return rows


def overtakings(day: Day, outcome: Outcome) -> int:
    """Citizens for whom a seat first rang later than for somebody of the same kind and priority who
    asked after them."""
    found = 0
    soonest: dict[tuple[int, int], float] = {}
    for n in range(len(day.citizens) - 1, -1, -1):
        citizen, rung = day.citizens[n], outcome.rung_s[n]
        alike = (citizen.kind, citizen.priority)
        if rung >= 0:
            found += rung > soonest.get(alike, math.inf)
            soonest[alike] = min(soonest.get(alike, math.inf), rung)
    return found


def wait_estimate(guesses: Sequence[Guess], after: int = 0) -> dict[str, float]:
    """How far estimates on entry are from the wait until a ring, root of the mean square."""
    found = guesses[after:]
    if not found:
        return {"callers": 0}

    def rmse(guessed: Callable[[Guess], float]) -> float:
        return math.sqrt(sum((guessed(one) - one.truth_s) ** 2 for one in found) / len(found))

    last = min(rmse(lambda one: one.last_alike_s), rmse(lambda one: one.last_s))
    ours = rmse(lambda one: one.ours_s)
    return {
        "callers": len(found),
        "mean_wait_s": sum(one.truth_s for one in found) / len(found),
        "rmse_s": ours,
        "bias_s": sum(one.ours_s - one.truth_s for one in found) / len(found),
        "rmse_last_to_enter_s": last,
        "ratio": ours / last if last else NOTHING,
        "inside_80": sum(one.low_s <= one.truth_s <= one.high_s for one in found) / len(found),
    }


def gini(values: Iterable[float]) -> float:
    ordered = sorted(values)
    n, whole = len(ordered), sum(ordered)
    ranked = sum((2 * rank - n - 1) * each for rank, each in enumerate(ordered, start=1))
    return ranked / (n * whole) if whole else NOTHING


def plain(found: Figures) -> dict[str, Any]:
    """For JSON: what is not a number is nothing."""
    return {key: _plain(value) for key, value in asdict(found).items()}


def _plain(value: float) -> float | None:
    return None if value != value else round(value, 6)


Counts = Callable[[Citizen], bool]


def _both(one: Counts, other: Counts) -> Counts:
    return lambda citizen: one(citizen) and other(citizen)


def _is_kind(n: int) -> Counts:
    return lambda citizen: citizen.kind == n


def _of(day: Day, outcome: Outcome, counts: Counts) -> Figures:
    chosen = [n for n, citizen in enumerate(day.citizens) if counts(citizen)]
    fates = [outcome.fate[n] for n in chosen]
    waits = sorted(outcome.wait_s[n] for n in chosen if outcome.fate[n] is Fate.ANSWERED)
    staffed = [place.staffed_s(day.length_s) for place in day.seats]
    busy = list(zip(outcome.busy_s, staffed, strict=True))
    all_answered = sum(fate is Fate.ANSWERED for fate in outcome.fate)
    n = max(1, len(chosen))
    return Figures(
        calls=len(chosen),
        answered_share=len(waits) / n,
        abandoned_share=fates.count(Fate.ABANDONED) / n,
        refused_share=fates.count(Fate.REFUSED) / n,
        answered_in_15_s=sum(wait <= WITHIN_S[0] for wait in waits) / n,
        answered_in_20_s=sum(wait <= WITHIN_S[1] for wait in waits) / n,
        mean_wait_s=sum(waits) / len(waits) if waits else NOTHING,
        p50_wait_s=quantile(waits, 0.5),
        p95_wait_s=quantile(waits, 0.95),
        p99_wait_s=quantile(waits, 0.99),
        mean_in_line_s=sum(outcome.wait_s[n] for n in chosen) / n,
        occupancy=sum(outcome.busy_s) / sum(staffed) if sum(staffed) else NOTHING,
        gini=gini(worked / there for worked, there in busy if there),
        wasted_ring_s_per_answer=outcome.wasted_s / max(1, all_answered),
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else NOTHING


def _overlap(spans: Iterable[tuple[float, float]], begins: float, ends: float) -> float:
    return sum(max(0.0, min(ends, until) - max(begins, since)) for since, until in spans)
