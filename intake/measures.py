"""The measures that stand against numbers, in memory: asked in a call's path without a wait."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from intake.suspect_facts import MeasureEnded, MeasureKind, MeasureTaken
from kernel.fact import Fact
from kernel.ids import NumberKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """It ends at `until` by itself, whether anybody looks or not."""

    id: str
    number_key: NumberKey
    what: MeasureKind
    reason: str
    taken_at: datetime
    until: datetime
    by: str


class Measures:
    """One at a time against a number. `see` is told each fact, `put_back` what the table says."""

    def __init__(self) -> None:
        self._seen: dict[NumberKey, Measure] = {}
        self._kept: dict[NumberKey, Measure] = {}
        self._over: set[str] = set()

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, MeasureTaken):
                self._seen[fact.number_key] = measure_of(fact)
            elif isinstance(fact, MeasureEnded):
                self._over.add(fact.measure)

    def put_back(self, kept: Iterable[Measure]) -> None:
        """All that the table says now. It may lag behind: what was seen goes before it."""
        self._kept = {measure.number_key: measure for measure in kept}

    def of(self, key: NumberKey | None, now: datetime) -> Measure | None:
        """A withheld number has none."""
        known = self._known(key) if key is not None else None
        return known if known is not None and now < known.until else None

    def standing(self, now: datetime) -> list[Measure]:
        """The one that ends first comes first."""
        stand = [one for one in self._all() if now < one.until]
        return sorted(stand, key=lambda one: (one.until, one.id))

    def expired(self, now: datetime) -> list[Measure]:
        """Whose end is not written down yet."""
        return [one for one in self._all() if one.until <= now]

    def _known(self, key: NumberKey) -> Measure | None:
        for measure in (self._seen.get(key), self._kept.get(key)):
            if measure is not None and measure.id not in self._over:
                return measure
        return None

    def _all(self) -> list[Measure]:
        found = (self._known(key) for key in {**self._kept, **self._seen})
        return [measure for measure in found if measure is not None]

    def lowers(self, key: NumberKey | None, now: datetime) -> bool:
        known = self.of(key, now)
        return known is not None and known.what is MeasureKind.LOWER_PRIORITY

    def announces(self, key: NumberKey | None, now: datetime) -> bool:
        known = self.of(key, now)
        return known is not None and known.what is MeasureKind.ANNOUNCEMENT


def measure_of(fact: MeasureTaken) -> Measure:
    return Measure(
        id=fact.measure,
        number_key=fact.number_key,
        what=fact.what,
        reason=fact.reason,
        taken_at=fact.at,
        until=fact.until,
        by=fact.by,
    )
