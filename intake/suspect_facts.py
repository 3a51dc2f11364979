"""Facts about malicious callers: a supervisor's measures (MAL-01), sealed evidence (MAL-02).

A measure names a number's key and no call. What a supervisor typed holds no numbers of persons.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from kernel.fact import Fact
from kernel.ids import CallId, NumberKey


class MeasureKind(StrEnum):
    ANNOUNCEMENT = "announcement"
    LOWER_PRIORITY = "lower_priority"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureTaken(Fact, kind="measure-taken"):
    measure: str
    number_key: NumberKey
    what: MeasureKind
    reason: str
    until: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureEnded(Fact, kind="measure-ended"):
    """`by` empty: its time was over."""

    measure: str
    number_key: NumberKey
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSealed(Fact, kind="evidence-sealed"):
    """`seal`: sha256 of the archive's manifest."""

    package: str
    calls: tuple[CallId, ...]
    reason: str
    seal: str
    bytes: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRead(Fact, kind="evidence-read"):
    """Somebody was given the archive; written before its first byte."""

    package: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceHandedOver(Fact, kind="evidence-handed-over"):
    """The receipt of the police unit, added to the record; the archive stays as it is."""

    package: str
    unit: str
    officer_no: str
    handed_at: datetime
    by: str


FACTS: Final[tuple[type[Fact], ...]] = (
    MeasureTaken,
    MeasureEnded,
    EvidenceSealed,
    EvidenceRead,
    EvidenceHandedOver,
)
