"""The phones at the seats, by hand: what was rung, what was dropped."""

from dataclasses import dataclass
from datetime import timedelta

from kernel.ids import CallId, Extension, LegId


@dataclass(frozen=True, slots=True)
class Ring:
    leg: LegId
    phone: Extension
    caller: CallId
    ring_for: timedelta
    auto_answer: bool
    whisper: tuple[str, ...]


class FakeRings:
    """Fits `acd.ports.RingsSeats`. A dropped leg is no longer in `ringing`."""

    def __init__(self) -> None:
        self.rung: list[Ring] = []
        self.dropped: list[LegId] = []
        self.ringing: dict[LegId, Ring] = {}

    def ring(
        self,
        leg: LegId,
        phone: Extension,
        caller: CallId,
        *,
        ring_for: timedelta,
        auto_answer: bool,
        whisper: tuple[str, ...],
    ) -> None:
        ring = Ring(leg, phone, caller, ring_for, auto_answer, whisper)
        self.rung.append(ring)
        self.ringing[leg] = ring

    def drop(self, leg: LegId) -> None:
        self.dropped.append(leg)
        self.ringing.pop(leg, None)
