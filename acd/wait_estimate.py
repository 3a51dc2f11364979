"""How long will he wait? Queue length with abandonment (QLM) and its 80 % interval.

With k callers still ahead, somebody leaves the line at the rate c + k·θ, c = seats / mean holding
time, θ = 1 / mean patience. The wait of who finds Q ahead is a sum of independent exponential
steps: mean Σ 1/(c + kθ), variance Σ 1/(c + kθ)², k = 0..Q. Beyond EXACT_TERMS the sums become
integrals.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, floor, log, sqrt
from typing import Final

EXACT_TERMS: Final = 64
Z_80: Final = 1.2816  # 80 % of a normal distribution lie within so many deviations
DECAY: Final = 0.999  # older measurements fade


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

    @classmethod
    def starting_with(cls, holding_s: float, patience_s: float, weight: float) -> "Measured":
        return cls(weight, weight * holding_s, weight, weight * patience_s)

    def held(self, holding: timedelta) -> None:
        self.holdings = self.holdings * DECAY + 1
        self.held_s = self.held_s * DECAY + holding.total_seconds()

    def waited(self, wait: timedelta, *, gave_up: bool) -> None:
        self.abandoned = self.abandoned * DECAY + gave_up
        self.waited_s = self.waited_s * DECAY + wait.total_seconds()

    @property
    def holding_s(self) -> float:
        return max(1.0, self.held_s / self.holdings)

    @property
    def theta(self) -> float:
        return self.abandoned / max(1.0, self.waited_s)

    def estimate(self, ahead: int, serving: int) -> WaitEstimate | None:
        """None while no seat serves the line."""
        if serving < 1:
            return None
        return qlm(ahead, serving / self.holding_s, self.theta)
