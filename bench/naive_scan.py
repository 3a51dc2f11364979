"""The baseline of the floor bench: look at every seat for a caller, at every caller for a seat.

Same tie rules as the floor (longest idle seat, earliest turn), no relaxation, no facts, no time.
"""

from dataclasses import dataclass, field
from typing import Final

from acd.matching import fits
from kernel.ids import Skill

Signature = dict[Skill, int]
NEVER: Final = -1


@dataclass(slots=True)
class ScannedSeat:
    skills: Signature
    idle_since: int = NEVER  # NEVER: busy


@dataclass(slots=True)
class NaiveScan:
    seats: list[ScannedSeat]
    waiting: list[tuple[float, Signature]] = field(default_factory=list)  # turn, needs; no order
    ticks: int = 0

    def arrive(self, needs: Signature, boost: float) -> ScannedSeat | None:
        """The longest idle seat that fits, now busy; or the caller stands in line."""
        self.ticks += 1
        best: ScannedSeat | None = None
        for seat in self.seats:
            if seat.idle_since == NEVER or (best and seat.idle_since >= best.idle_since):
                continue
            if fits(seat.skills, needs):
                best = seat
        if best is None:
            self.waiting.append((self.ticks - boost, needs))
        else:
            best.idle_since = NEVER
        return best

    def free(self, seat: ScannedSeat) -> Signature | None:
        """The caller whose turn it is; or the seat is idle."""
        self.ticks += 1
        best = NEVER
        for place, (turn, needs) in enumerate(self.waiting):
            earlier = best == NEVER or turn < self.waiting[best][0]
            if earlier and fits(seat.skills, needs):
                best = place
        if best == NEVER:
            seat.idle_since = self.ticks
            return None
        return self.waiting.pop(best)[1]
