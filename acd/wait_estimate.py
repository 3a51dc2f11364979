"""How long will he wait? Queue length with abandonment (QLM) and its 80 % interval.

With k callers still ahead, somebody leaves the line at the rate c + k·θ, c = seats / mean holding
time, θ = 1 / mean patience. The wait of who finds Q ahead is a sum of independent exponential
steps: mean Σ 1/(c + kθ), variance Σ 1/(c + kθ)², k = 0..Q. Beyond EXACT_TERMS the sums become
integrals.

Who comes later with a greater advantage in line (priority, head start) goes before him as long as
he has waited less than the difference: the line ahead then shrinks by c + k·θ − λ only, λ being the
rate at which such callers come. Without this, everybody else is told too short a wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, exp, floor, inf, log, sqrt
from typing import Final

EXACT_TERMS: Final = 64
Z_80: Final = 1.2816  # 80 % of a normal distribution lie within so many deviations
DECAY: Final = 0.999  # older measurements fade
RECENT_S: Final = 900.0  # how far back arrivals count, by and by less
LEAST_SEEN: Final = 0.5  # of them, before what is seen is taken for what comes
LEAST_SHARE: Final = 0.1  # of the seats' capacity that is left to who is overtaken

Stream = tuple[float, float]  # advantage in line s, callers per second


@dataclass(frozen=True, slots=True)
class WaitEstimate:
    mean_s: float
    deviation_s: float

    def interval_s(self) -> tuple[float, float]:
        """80 % of such callers wait between these."""
        spread = Z_80 * self.deviation_s
        return max(0.0, self.mean_s - spread), self.mean_s + spread

    def rounded(self, step_s: float) -> tuple[timedelta, timedelta]:
        """The interval rounded outward to multiples of `step_s`."""
        low, high = self.interval_s()
        return (
            timedelta(seconds=floor(low / step_s) * step_s),
            timedelta(seconds=ceil(high / step_s) * step_s),
        )


def qlm(ahead: int, capacity: float, theta: float) -> WaitEstimate:
    """`capacity` = seats per mean holding second (> 0), `theta` per second (>= 0)."""
    assert capacity > 0, "without a seat there is no estimate"
    exact = min(ahead, EXACT_TERMS)
    rates = [capacity + k * theta for k in range(exact + 1)]
    mean = sum(1 / rate for rate in rates)
    variance = sum(1 / rate**2 for rate in rates)
    rest = ahead - exact
    low, high = capacity + (exact + 0.5) * theta, capacity + (ahead + 0.5) * theta
    if theta * rest < 1e-9 * capacity:
        mean += rest / capacity
        variance += rest / capacity**2
    else:
        mean += log(high / low) / theta
        variance += (1 / low - 1 / high) / theta
    return WaitEstimate(mean, sqrt(variance))


def qlm_overtaken(
    ahead: int, capacity: float, theta: float, overtaking: Sequence[Stream]
) -> WaitEstimate:
    """`overtaking`: for so many seconds from now, callers at that rate come before him."""
    assert capacity > 0, "without a seat there is no estimate"
    mean = variance = over = over_until = 0.0
    left, stride, least = ahead + 1.0, max(1.0, ahead / EXACT_TERMS), LEAST_SHARE * capacity
    while left > 0:
        if mean >= over_until:  # fewer come before him from here on
            streams = [(until, rate) for until, rate in overtaking if until > mean]
            over = sum(rate for _, rate in streams)
            over_until = min((until for until, _ in streams), default=inf)
        step = stride if stride < left else left
        served = capacity + (left - 1) * theta  # the last one left stands alone
        net = served - over if served - over > least else least
        mean += step / net
        variance += step * (served + (over if over < served else served)) / net**3
        left -= step
    return WaitEstimate(mean, sqrt(variance))


@dataclass(slots=True)
class Measured:
    """Mean holding time and patience: the policy's values, fading into what is seen.

    Patience is the maximum-likelihood mean: all waits over the number of those who gave up (served
    callers are censored observations; the mean wait of those who gave up is 5 times too short).
    """

    holdings: float
    held_s: float
    abandoned: float
    waited_s: float
    streams: tuple[Stream, ...] = ()  # who comes, by advantage, the smallest first
    came_at: datetime | None = None
    seen_for: float = 0.0  # how much of RECENT_S arrivals have been looked at, 0 to 1

    @classmethod
    def starting_with(cls, holding_s: float, patience_s: float, weight: float) -> "Measured":
        return cls(weight, weight * holding_s, weight, weight * patience_s)

    def held(self, holding: timedelta) -> None:
        self.holdings = self.holdings * DECAY + 1
        self.held_s = self.held_s * DECAY + holding.total_seconds()

    def waited(self, wait: timedelta, *, gave_up: bool) -> None:
        self.abandoned = self.abandoned * DECAY + gave_up
        self.waited_s = self.waited_s * DECAY + wait.total_seconds()

    def came(self, at: datetime, advantage_s: float) -> None:
        """Somebody asked, and stands in line as if he had come so much earlier."""
        since = (at - self.came_at).total_seconds() if self.came_at is not None else 0.0
        fade = exp(-max(0.0, since) / RECENT_S)
        rates = {advantage: rate * fade for advantage, rate in self.streams}
        rates[advantage_s] = rates.get(advantage_s, 0.0) + 1 / RECENT_S
        self.streams, self.came_at = tuple(sorted(rates.items())), at
        self.seen_for = 1 - (1 - self.seen_for) * fade

    @property
    def holding_s(self) -> float:
        return max(1.0, self.held_s / self.holdings)

    @property
    def theta(self) -> float:
        return self.abandoned / max(1.0, self.waited_s)

    def estimate(
        self, ahead: int, serving: int, advantage_s: float | None = None
    ) -> WaitEstimate | None:
        """None while no seat serves the line. `advantage_s`: from his turn to now, so what he has
        of it in line with the time that he has waited; None: nobody overtakes him."""
        if serving < 1:
            return None
        capacity = serving / self.holding_s
        overtaking = [] if advantage_s is None else self._overtaking(advantage_s)
        if not overtaking:
            return qlm(ahead, capacity, self.theta)
        return qlm_overtaken(ahead, capacity, self.theta, overtaking)

    def _overtaking(self, advantage_s: float) -> list[Stream]:
        gaps = ((advantage - advantage_s, rate) for advantage, rate in self.streams)
        seen = max(LEAST_SEEN, self.seen_for)
        return [(gap, rate / seen) for gap, rate in gaps if gap > 0]
