"""What the console needs against malicious callers (MAL-01, MAL-02); `hotline/desks/malicious.py`
and `hotline/desks/evidence.py` fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol

from intake.evidence_shown import Package, ReceiptOfPolice
from intake.measures import Measure
from intake.suspect_facts import MeasureKind
from intake.suspects import CallOfCaller, Ground, History
from kernel.errors import BadInput, Conflict, NotFound
from kernel.ids import CallId, NumberKey


class UnknownCaller(NotFound):
    """This number has not rung in the last seven days."""

    code: ClassVar[str] = "unknown-caller"


class MeasureStands(Conflict):
    code: ClassVar[str] = "measure-stands"


class NoMeasure(NotFound):
    code: ClassVar[str] = "no-measure"


class BadUntil(BadInput):
    """In the past, or too far away."""

    code: ClassVar[str] = "bad-until"


class NoSuchEvidence(NotFound):
    code: ClassVar[str] = "no-such-evidence"


class RecordingAltered(Conflict):
    """The file is not what was recorded: nothing is sealed with it."""

    code: ClassVar[str] = "recording-altered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """`grounds` empty: only a measure stands against him."""

    history: History
    grounds: tuple[Ground, ...]
    measure: Measure | None


class WatchesCallers(Protocol):
    async def suspects(self) -> Sequence[Suspect]:
        """Raises Unavailable."""
        ...

    async def calls_of(self, key: NumberKey) -> Sequence[CallOfCaller]:
        """Of the last weeks, the newest first. Raises Unavailable."""
        ...

    def standing(self) -> Sequence[Measure]: ...

    async def take(
        self, key: NumberKey, what: MeasureKind, until: datetime, *, by: str, reason: str
    ) -> Measure:
        """Raises BadUntil, MeasureStands, UnknownCaller, Unavailable."""
        ...

    def end(self, key: NumberKey, *, by: str) -> None:
        """Raises NoMeasure."""
        ...

    async def run(self) -> None:
        """Remember, and write down ends. Ends only by cancellation."""
        ...


class KeepsEvidence(Protocol):
    async def packages(self) -> Sequence[Package]:
        """Raises Unavailable."""
        ...

    async def seal(self, calls: Sequence[CallId], *, by: str, reason: str, notes: str) -> Package:
        """Raises NoSuchCall, RecordingAltered, Unavailable."""
        ...

    def open_file(self, package: str, *, by: str) -> Path:
        """Written down before it is given. Raises NoSuchEvidence."""
        ...

    def hand_over(
        self, package: str, unit: str, officer_no: str, handed_at: datetime, *, by: str
    ) -> ReceiptOfPolice:
        """Raises NoSuchEvidence."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MaliciousSide:
    callers: WatchesCallers
    evidence: KeepsEvidence
