"""Which calls back are owed, reckoned again from the outside's verdicts alone (MISS-01). Pure.

Written apart from `callbacks/` on purpose: two reckonings that agree are worth something.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hotline.rehearsal.verdicts import Fate, Verdict


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty. `calls`: Call-IDs of the missed calls that share it, in order."""

    calls: tuple[str, ...]
    state: str  # open | self_resolved | uncallable


@dataclass(frozen=True, slots=True)
class Settled:
    """A verdict with its one fate (a photo finish is settled by what the system says)."""

    verdict: Verdict
    fate: Fate

    @property
    def at(self) -> datetime | None:
        """When the fate fell."""
        if self.fate in (Fate.ANSWERED, Fate.FALLBACK_TALK) and self.verdict.talk is not None:
            return self.verdict.talk.answered_at
        return self.verdict.citizen.ended_at


def reckon(settled: Sequence[Settled]) -> list[Owed]:
    """All duties after all calls, in the order in which they were opened."""
    owed: list[Owed] = []
    unsettled: dict[str, int] = {}  # number -> its place in `owed`
    timed = [(one.at, one) for one in settled if one.at is not None]
    for _, one in sorted(timed, key=lambda pair: pair[0]):
        citizen = one.verdict.citizen
        number, call = citizen.plan.number, citizen.sip_call_id
        place = unsettled.get(number)
        if one.fate in (Fate.ANSWERED, Fate.FALLBACK_TALK):
            if place is not None and number:
                owed[place] = Owed(owed[place].calls, "self_resolved")
                del unsettled[number]
        elif one.fate in (Fate.LEFT_LINE, Fate.SENT_OFF, Fate.FALLBACK_LOST):
            if not number:
                owed.append(Owed((call,), "uncallable"))
            elif place is None:
                unsettled[number] = len(owed)
                owed.append(Owed((call,), "open"))
            else:
                owed[place] = Owed((*owed[place].calls, call), "open")
    return owed
