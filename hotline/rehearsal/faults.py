"""Faults of a rehearsal: drawn from a seed, and the windows of time in which they held. Pure.

Whatever a verdict forgives is asked here, by the recorded window of a fault that touches the call:
outside of such a window nothing is forgiven.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class FaultKind(StrEnum):
    KILL = "kill"  # SIGKILL of hotline; the keeper starts it again
    FREEZE = "freeze"  # SIGSTOP of hotline, SIGCONT some seconds later
    AMI_CUT = "ami-cut"  # Asterisk ends hotline's AMI connection
    PG_STOP = "pg-stop"  # PostgreSQL ends, and is away for some seconds
    VALKEY_STOP = "valkey-stop"  # Valkey likewise
    ASTERISK_RESTART = "asterisk-restart"  # SIGKILL of Asterisk: all calls die


# Seconds that a fault is held before the world may mend it; the others mend themselves at once.
HELD: Final[Mapping[FaultKind, tuple[float, float]]] = {
    FaultKind.FREEZE: (1.0, 4.0),
    FaultKind.PG_STOP: (1.0, 3.0),
    FaultKind.VALKEY_STOP: (1.0, 3.0),
}
# While these hold, hotline neither hears of the telephone nor moves it. A database or a Valkey that
# is away touches no call at all, so neither of them excuses anything.
BLINDING: Final = frozenset(
    {FaultKind.KILL, FaultKind.FREEZE, FaultKind.AMI_CUT, FaultKind.ASTERISK_RESTART}
)
BACK: Final = timedelta(seconds=0.5)  # ready again, and in hand what Asterisk held meanwhile
# An absent leg or call is final only after two looks a second apart (architecture, legs).
SETTLED: Final = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Fault:
    """One to come: seconds after the first citizen rang, and for how many seconds it is held."""

    kind: FaultKind
    after: float
    held: float = 0.0


@dataclass(frozen=True, slots=True)
class Struck:
    """One that happened: from the blow until hotline said that it is ready. Aware, UTC.

    `by_itself`: nobody struck; so far only Asterisk's death is noticed in that way.
    """

    kind: FaultKind
    begun: datetime
    over: datetime
    by_itself: bool = False

    @property
    def name(self) -> str:
        """As the report shows it."""
        return f"{self.kind} 自行 by itself" if self.by_itself else self.kind


def faults_of(text: str) -> dict[FaultKind, int]:
    """`kill:20,freeze:5` as numbers; ValueError with the word that is none."""
    wanted: dict[FaultKind, int] = {}
    for word in text.split(","):
        name, _, count = word.strip().partition(":")
        if name not in list(FaultKind) or not count.isdecimal():
            raise ValueError(word)
        wanted[FaultKind(name)] = int(count)
    return wanted


def draw_faults(wanted: Mapping[FaultKind, int], span: float, seed: int) -> list[Fault]:
    """All of them at moments of chance within `span` seconds, in order; same seed, same faults."""
    chance = random.Random(f"faults-{seed}")  # noqa: S311  # a rehearsal must be repeatable
    drawn = [
        Fault(kind, chance.uniform(0, span), chance.uniform(*HELD.get(kind, (0.0, 0.0))))
        for kind in sorted(wanted)
        for _ in range(wanted[kind])
    ]
    return sorted(drawn, key=lambda fault: fault.after)


@dataclass(frozen=True, slots=True)
class Upheaval:
    """All that struck in one rehearsal, and what each question of a verdict gets for answer."""

    struck: Sequence[Struck] = ()

    def was_blind(self, begin: datetime | None, end: datetime | None) -> bool:
        """Whether hotline could not hear or move calls at some moment between the two."""
        if begin is None or end is None:
            return False
        return any(one.begun <= end and begin <= one.over + BACK for one in self._blinding())

    def told_by(self, at: datetime) -> datetime:
        """By when the system must have learned what happened at `at`; `at` itself when it saw."""
        late = at
        for one in sorted(self._blinding(), key=lambda one: one.begun):
            if one.begun <= late and at <= one.over + SETTLED:
                late = max(late, one.over + SETTLED)
        return late

    def died(self, begin: datetime | None, end: datetime | None) -> datetime | None:
        """When Asterisk took a call with it that lived from `begin` to `end` (None: no end)."""
        if begin is None:
            return None
        deaths = sorted(o.begun for o in self.struck if o.kind is FaultKind.ASTERISK_RESTART)
        return next((at for at in deaths if begin <= at and (end is None or at < end)), None)

    def _blinding(self) -> list[Struck]:
        return [one for one in self.struck if one.kind in BLINDING]


CALM: Final = Upheaval()
