"""How many seats a load needs: Erlang B, C and exact Erlang A (M/M/n+M). Pure; seconds throughout.

A seat is taken while it rings, talks and wraps up: `aht_s` is the sum of the three. Rule: plan for
answered >= 95 % *and* 95 % within 15 s; the first alone plans fewer seats than the offered load.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, floor, inf, log, sqrt
from typing import Final

from kernel.errors import BadInput

# Gauss and Legendre: distance from the middle, weight
POINTS: Final = (
    (0.1834346424956498, 0.3626837833783620),
    (0.5255324099163290, 0.3137066458778873),
    (0.7966664774136267, 0.2223810344533745),
    (0.9602898564975363, 0.1012285362903763),
)
NEGLIGIBLE: Final = 1e-17  # beside a state of 1: what doubles do not see
MOST: Final = 1e300  # instead of infinity: seats without number for hardly a call
A_HAIR: Final = 1e-9  # of a seat: what rounding of doubles adds or takes
TAIL: Final = 1e-15  # of the density, where the integral begins and ends


class BadLoad(BadInput):
    code = "bad-load"


@dataclass(frozen=True, slots=True)
class Load:
    """`arrivals` calls per second; patience is the mean time after which a caller gives up."""

    arrivals: float
    aht_s: float
    patience_s: float

    def __post_init__(self) -> None:
        sound = 0 <= self.arrivals < inf and 0 < self.aht_s < inf and 0 < self.patience_s < inf
        if not sound:
            raise BadLoad(
                f"No seats can be reckoned for {self.arrivals} calls/s, handling {self.aht_s} s, "
                f"patience {self.patience_s} s.",
                remedy="Give calls of 0 or more, handling and patience above 0.",
            )

    @property
    def erlangs(self) -> float:
        return self.arrivals * self.aht_s


@dataclass(frozen=True, slots=True)
class Service:
    """Shares of all callers; `in_time` are those answered within the time asked about."""

    waits: float
    answered: float
    in_time: float

    @property
    def abandoned(self) -> float:
        return 1 - self.answered


@dataclass(frozen=True, slots=True)
class Chain:
    """The birth-death chain's answer; `mean_wait_s` over all callers, `queue` callers in line."""

    waits: float
    abandoned: float
    queue: float
    mean_wait_s: float


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached. `in_time` None: only the answer rate counts.

    `absent_share` of the seats planned are unmanned for a moment (field: ÷ 0.975); `least` seats
    stand at any hour, so that no hour is without people (CH-01).
    """

    answered: float = 0.95
    in_time: float | None = 0.95
    in_time_s: float = 15.0
    absent_share: float = 0.0
    least: int = 0


def erlang_b(erlangs: float, seats: int) -> float:
    """Share refused where nobody may wait."""
    refused = 1.0
    for k in range(1, seats + 1):
        refused = erlangs * refused / (k + erlangs * refused)
    return refused


def erlang_c(erlangs: float, seats: int) -> float:
    """Share who wait where nobody gives up; 1 when the seats, one or more, cannot carry the load.

    Beyond saturation the formula itself says more than 1.
    """
    refused = erlang_b(erlangs, seats)
    return min(1.0, refused / (1 - (erlangs / seats) * (1 - refused)))


def in_time_c(load: Load, seats: int, within_s: float) -> float:
    """Share answered within so many seconds where nobody gives up; 0 beyond saturation."""
    drain = max(0.0, seats / load.aht_s - load.arrivals)
    return 1 - erlang_c(load.erlangs, seats) * exp(-drain * within_s)


def erlang_a(load: Load, seats: int, within_s: float) -> Service:
    """Exact, with patience: the density of the offered wait V, integrated (Mandelbaum, Zeltyn).

    v(x) = lambda p(n-1) exp(lambda H(x) - n mu x), H(x) = (1 - exp(-theta x)) / theta. Both sums
    are scaled by the largest exponent, so that nothing overflows.
    """
    if load.arrivals == 0:
        return Service(0.0, 1.0, 1.0)
    if seats == 0:
        return Service(1.0, 0.0, 0.0)
    offered, rate, theta = load.arrivals, seats / load.aht_s, 1 / load.patience_s
    peak = log(offered / rate) / theta if offered > rate else 0.0

    def exponent(x: float) -> float:
        return offered * (1 - exp(-theta * x)) / theta - rate * x

    largest = exponent(peak)

    def density(x: float) -> float:
        return exp(exponent(x) - largest)

    width = 1 / max(rate - offered, sqrt(theta * max(rate, offered)), theta)
    start, end = peak, peak + width
    while start > 0 and density(start) > TAIL:
        start = max(0.0, start - width)
    while density(end) > TAIL:
        end += width
    waiting = offered * _integral(density, start, end, width)
    below = min(MOST, _below(load.erlangs, seats) * exp(-largest))
    total = below + waiting

    def answered(limit: float) -> float:
        held = _integral(lambda x: density(x) * exp(-theta * x), start, limit, width)
        return (below + offered * held) / total

    return Service(waiting / total, answered(end), answered(sorted((start, within_s, end))[1]))


def _below(erlangs: float, seats: int) -> float:
    """Sum of the states with a free seat, against the state with one free seat (downwards)."""
    total, term = 0.0, 1.0
    for k in range(seats - 1, -1, -1):
        total += term
        term *= k / erlangs
    return total


def _integral(of: Callable[[float], float], start: float, end: float, width: float) -> float:
    """Gauss and Legendre, eight points to a panel; a panel is no wider than `width`."""
    panels = ceil((end - start) / width) + 1
    half = (end - start) / panels / 2
    total = 0.0
    for n in range(panels):
        middle = start + (2 * n + 1) * half
        total += sum(w * (of(middle - x * half) + of(middle + x * half)) for x, w in POINTS)
    return total * half


def erlang_a_chain(load: Load, seats: int) -> Chain:
    """The same model state by state: leaves k mu with k at seats, n mu + j theta with j in line."""
    if load.arrivals == 0:
        return Chain(0.0, 0.0, 0.0, 0.0)
    mu, theta = 1 / load.aht_s, 1 / load.patience_s
    free, term = 0.0, 1.0
    for k in range(seats, 0, -1):
        term *= k * mu / load.arrivals
        free += term
    lined, weighed, term, j = 0.0, 0.0, 1.0, 0
    while term > NEGLIGIBLE * (1 + lined):
        j += 1
        term *= load.arrivals / (seats * mu + j * theta)
        lined += term
        weighed += j * term
    total = free + 1 + lined
    queue = weighed / total
    return Chain((1 + lined) / total, theta * queue / load.arrivals, queue, queue / load.arrivals)


def meets(load: Load, seats: int, goal: Goal) -> bool:
    got = erlang_a(load, seats, goal.in_time_s)
    return got.answered >= goal.answered and (goal.in_time is None or got.in_time >= goal.in_time)


def seats_needed(load: Load, goal: Goal) -> int:
    """The fewest seats that meet the goal, with people at them: before absences and `least`.

    n seats answer less than n / erlangs of the callers, which bounds the search from below.
    """
    if load.arrivals == 0:
        return 0
    low = floor(goal.answered * load.erlangs + A_HAIR) + 1
    high = low + 1
    while not meets(load, high, goal):
        high += max(1, high - low)
    while low < high:
        middle = (low + high) // 2
        if meets(load, middle, goal):
            high = middle
        else:
            low = middle + 1
    return low


def seats_needed_c(load: Load, in_time: float, within_s: float) -> int:
    """By Erlang C: nobody gives up. For comparison; always more than the load."""
    seats = floor(load.erlangs) + 1
    while in_time_c(load, seats, within_s) < in_time:
        seats += 1
    return seats


def seats_on_duty(load: Load, goal: Goal) -> int:
    """Seats to plan: with the share that is unmanned for a moment, and never fewer than `least`."""
    manned = seats_needed(load, goal)
    # 39 / 0.975 = 40.000000000000004 plans no 41st seat
    return max(goal.least, ceil(manned / (1 - goal.absent_share) - A_HAIR))


def calls_carried(seats: int, aht_s: float, in_time: float, within_s: float) -> int:
    """Calls an hour of which Erlang C answers the share in time (capacity check of F2)."""
    low, high = 0, ceil(seats * 3600 / aht_s)
    while low < high:
        middle = (low + high + 1) // 2
        if in_time_c(Load(middle / 3600, aht_s, 1.0), seats, within_s) >= in_time:
            low = middle
        else:
            high = middle - 1
    return low
