"""The short rating after an agent's call (接听服务, SAT-01), by month and agent. Pure.

Levels are 5 非常满意 to 1 非常不满意; who pressed nothing was asked, and is never satisfied.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from zoneinfo import ZoneInfo

from figures.definitions import Ratio
from figures.surveys import SATISFIED, STRICTLY, Month, month_of
from kernel.fact import Fact
from telephony.facts import ServiceRated


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCounts:
    asked: int = 0
    rated: int = 0
    satisfied: int = 0
    strictly: int = 0

    def __add__(self, other: "ServiceCounts") -> "ServiceCounts":
        both = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return ServiceCounts(**both)

    @property
    def response(self) -> Ratio:
        return Ratio(self.rated, self.asked)

    @property
    def satisfaction(self) -> Ratio:
        return Ratio(self.satisfied, self.rated)


ByAgent = dict[tuple[Month, str], ServiceCounts]


def counts_of(level: int | None) -> ServiceCounts:
    """Of one answer."""
    stars = level or 0
    return ServiceCounts(
        asked=1,
        rated=int(level is not None),
        satisfied=int(stars >= SATISFIED),
        strictly=int(stars >= STRICTLY),
    )


def fold_service(facts: Iterable[Fact], zone: ZoneInfo) -> ByAgent:
    """(month, work number) -> counts; "" is nobody's. A call that is told twice counts once."""
    last = {fact.call: fact for fact in facts if isinstance(fact, ServiceRated)}
    found: ByAgent = {}
    for fact in last.values():
        key = month_of(fact.at, zone), fact.agent or ""
        found[key] = found.get(key, ServiceCounts()) + counts_of(fact.level)
    return found
