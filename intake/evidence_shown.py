"""A package of evidence as people are shown it (MAL-02)."""

from dataclasses import dataclass
from datetime import datetime

from kernel.ids import CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptOfPolice:
    """Which unit took it, by whose number, when; `noted_at` when that was added."""

    unit: str
    officer_no: str
    handed_at: datetime
    by: str
    noted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    id: str
    sealed_at: datetime
    by: str
    reason: str
    calls: tuple[CallId, ...]
    seal: str  # sha256 of its manifest
    bytes: int
    receipts: tuple[ReceiptOfPolice, ...] = ()
