"""How long callers are patient (耐心), by maximum likelihood with censoring. Pure.

Who was served, or left the line by our doing, tells only that his patience exceeds his wait. Rule:
mean patience = all waits together / number of those who gave up. The mean wait of those who gave up
is five to six times too small. Relative standard error 1/sqrt(gave up): 100 of them give +-10 %.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final

from acd import facts as f
from kernel.fact import Fact
from kernel.ids import QueueName, is_out

ENOUGH: Final = 30  # gave up: below it the estimate is +-18 % and worse, and is not used

_CENSORED: Final = (
    f.SeatAnswered,
    f.CallOverflowed,
    f.CallbackPromised,
    f.CallBlocked,
    f.CallFailed,
    f.FallbackAnswered,
    f.FallbackLost,
)
KINDS: Final = frozenset(fact.kind for fact in (f.CallAbandoned, *_CENSORED))


@dataclass(frozen=True, slots=True)
class Waits:
    """Of one queue. Seconds together; `gave_up_s` is the part of those who gave up."""

    callers: int = 0
    waited_s: float = 0.0
    gave_up: int = 0
    gave_up_s: float = 0.0

    def __add__(self, other: "Waits") -> "Waits":
        return Waits(
            self.callers + other.callers,
            self.waited_s + other.waited_s,
            self.gave_up + other.gave_up,
            self.gave_up_s + other.gave_up_s,
        )


@dataclass(frozen=True, slots=True)
class Patience:
    """`error_s`: one standard error. `naive_s`: the mean wait of those who gave up, to compare."""

    mean_s: float
    error_s: float
    gave_up: int
    callers: int
    naive_s: float

    @property
    def is_enough(self) -> bool:
        return self.gave_up >= ENOUGH


def patience_of(waits: Waits) -> Patience | None:
    """None while nobody has given up: then the mean has no upper bound."""
    if waits.gave_up == 0:
        return None
    mean = waits.waited_s / waits.gave_up
    return Patience(
        mean_s=mean,
        error_s=mean / sqrt(waits.gave_up),
        gave_up=waits.gave_up,
        callers=waits.callers,
        naive_s=waits.gave_up_s / waits.gave_up,
    )


def wait_of(fact: Fact) -> tuple[QueueName, Waits] | None:
    """What a fact tells of somebody's patience.

    None: nothing; calls that we make, and those who come back to the line, have waited otherwise.
    """
    if isinstance(fact, f.CallAbandoned):
        waited = fact.waited.total_seconds()
        return fact.queue, Waits(1, waited, 1, waited)
    if not isinstance(fact, _CENSORED) or fact.waited is None or is_out(fact.call):
        return None
    if isinstance(fact, f.SeatAnswered) and fact.again:
        return None
    return fact.queue, Waits(1, fact.waited.total_seconds())


def waits_by_queue(facts: Iterable[Fact]) -> dict[QueueName, Waits]:
    found: defaultdict[QueueName, Waits] = defaultdict(Waits)
    for fact in facts:
        told = wait_of(fact)
        if told is not None:
            found[told[0]] += told[1]
    return dict(found)
