"""The malicious callers' side for the console's tests: the real desks over tables in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from console.malicious_port import MaliciousSide
from console.recordings import Recordings
from hotline.desks.evidence import EvidenceDesk
from hotline.desks.malicious import MaliciousDesk
from intake.evidence_shown import Package
from intake.measures import Measure, Measures
from intake.suspects import CallOfCaller, History, SuspectRules, load_malicious
from kernel.clock import Clock
from kernel.ids import NumberKey
from tests.console.fakes import FakeJournal

RULES = load_malicious(Path(__file__).parents[2] / "config" / "malicious.yaml")


class Tables:
    """Fits KnowsHistories and ListsPackages."""

    def __init__(self) -> None:
        self.by_key: dict[NumberKey, History] = {}
        self.calls: dict[NumberKey, list[CallOfCaller]] = {}
        self.kept: list[Measure] = []
        self.sealed: list[Package] = []

    async def history(self, key: NumberKey, now: datetime) -> History | None:
        return self.by_key.get(key)

    async def histories(self, rules: SuspectRules, now: datetime) -> Sequence[History]:
        return list(self.by_key.values())

    async def calls_of(self, key: NumberKey) -> Sequence[CallOfCaller]:
        return self.calls.get(key, [])

    async def measures(self) -> Sequence[Measure]:
        return self.kept

    async def packages(self) -> Sequence[Package]:
        return self.sealed


class FakeMalicious:
    def __init__(self, clock: Clock, journal: FakeJournal, folder: Path) -> None:
        self.tables, self.measures, self.folder = Tables(), Measures(), folder / "sealed"
        self._clock, self._journal = clock, journal
        journal.onlookers.append(self.measures.see)

    def rang(self, key: str, *, calls: int) -> None:
        """So many calls, all on one day."""
        self.tables.by_key[NumberKey(key)] = History(
            number_key=NumberKey(key),
            caller="138****5678",
            last_at=self._clock.now(),
            calls=calls,
            on_busiest_day=calls,
            talked=timedelta(minutes=calls),
            abusive=0,
            without_request=0,
        )

    def desk(self) -> MaliciousDesk:
        return MaliciousDesk(
            store=self.tables,
            measures=self.measures,
            rules=RULES,
            write=self._journal.write,
            clock=self._clock,
        )

    def side(self, recordings: Recordings) -> MaliciousSide:
        evidence = EvidenceDesk(
            store=self.tables,
            folder=self.folder,
            traces=self._journal,
            recordings=recordings,
            write=self._journal.write,
            clock=self._clock,
        )
        return MaliciousSide(callers=self.desk(), evidence=evidence)
