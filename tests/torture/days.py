"""Many days, one after another, each by its own seed; what came of them in numbers."""

import gc
import resource
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from tests.torture.citizens import Citizens
from tests.torture.scenes import RULES, SEATS, Scene, scene
from tests.torture.shrink import shrunk, told
from tests.torture.troubles import HARSH, Troubles
from tests.torture.violation import CHECKED, Violation

CALLS_A_DAY: Final = 100
LONG_DAY: Final = 400  # calls; what must be folded after each death grows with the day
LONG_EVERY: Final = 19  # days
BOOK_EVERY: Final = (
    17  # days between two whose facts go through JSON and whose figures are recounted
)
LOOK_EVERY: Final = 25  # turns between two looks at the whole floor
HARSH_EVERY: Final = 8  # each so many days nearly everything goes wrong
CRITICAL: Final = 50
ENDLESS: Final = "endless"
DAY_LIMIT_S: Final = 60.0  # of CPU: a turn of the floor that never ends is a fault, too
MEMORY_LIMIT: Final = 4 << 30  # bytes: such a turn also eats


@dataclass(slots=True)
class Tally:
    """Sums over days. `violations` hold law, what, seed and the trace that shows it."""

    days: int = 0
    calls: int = 0
    turns: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    checks: Counter[str] = field(default_factory=Counter)  # looks at an invariant
    seeds: list[tuple[int, int]] = field(default_factory=list)  # first day, how many
    violations: list[dict[str, Any]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.days += other.days
        self.calls += other.calls
        self.turns += other.turns
        self.seconds += other.seconds
        self.faults += other.faults
        self.fates += other.fates
        self.checks += other.checks
        self.seeds += other.seeds
        self.violations += other.violations


def scene_of(seed: int) -> Scene:
    rules, seats = seed % len(RULES), SEATS[seed // len(RULES) % len(SEATS)]
    return scene(rules, seats, LOOK_EVERY, seed % BOOK_EVERY == 0)


def calls_of(seed: int) -> int:
    return LONG_DAY if seed % LONG_EVERY == 0 else CALLS_A_DAY


def troubles_of(seed: int) -> Troubles:
    return HARSH if seed % HARSH_EVERY == 0 else Troubles()


def live_day(seed: int) -> Tally:
    """One day; a violation ends it and is told with its shortest trace."""
    began = time.perf_counter()
    place = scene_of(seed)
    citizens = Citizens(seed, place, calls_of(seed), troubles_of(seed))
    tally = Tally(days=1)
    CHECKED.clear()
    try:
        signal.setitimer(signal.ITIMER_PROF, DAY_LIMIT_S)
        citizens.live()
    except Violation as broken:
        signal.setitimer(signal.ITIMER_PROF, 0)
        tally.checks = Counter(CHECKED)
        never_ends = broken.law == ENDLESS
        moves = citizens.day.moves
        trace = moves[-1:] if never_ends else shrunk(place, moves)
        tally.violations.append(
            {"law": broken.law, "what": broken.what, "seed": seed, "trace": told(trace)}
        )
    else:
        tally.checks = Counter(CHECKED)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    tally.calls = citizens.day.calls
    tally.turns = citizens.world.turns
    tally.faults = citizens.day.faults
    tally.fates = Counter(citizens.world.laws.counts)
    tally.seconds = time.perf_counter() - began
    return tally


def _never_ends(_signal: int, _frame: object) -> None:
    raise Violation(ENDLESS, f"a day took more than {DAY_LIMIT_S:g} s of CPU")


def live_days(first_seed: int, days: int) -> Tally:
    """These days in this process, without a word in the log."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(CRITICAL))
    signal.signal(signal.SIGPROF, _never_ends)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    gc.disable()
    tally = Tally()
    for seed in range(first_seed, first_seed + days):
        tally.add(live_day(seed))
    tally.seeds = [(first_seed, days)]
    gc.collect()
    return tally


def batches(seed: int, calls: int, days_a_batch: int = 40) -> Iterator[tuple[int, int]]:
    """(first seed, days) until these calls are lived."""
    first = seed
    while calls > 0:
        days = 0
        while calls > 0 and days < days_a_batch:
            calls -= calls_of(first + days)
            days += 1
        yield first, days
        first += days
