"""Which calls back are owed, reckoned again from the outside's verdicts alone (MISS-01). Pure.

Written apart from `callbacks/` on purpose: two reckonings that agree are worth something.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hotline.rehearsal.verdicts import Fate, Verdict

# By day seats that nobody waits for ring the missed citizens back, who are all busy
# (`hotline/rehearsal/cast.py`): such a duty is open still, whatever its way so far.
STILL_OPEN: Final = frozenset({"open", "claimed", "assigned", "dialling", "unreached"})


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty. `calls`: Call-IDs of the missed calls that share it, in order."""

    calls: tuple[str, ...]
    state: str  # open | self_resolved | uncallable

    def allows(self, state: str) -> bool:
        """Is this what the system may say of it?"""
        return state in STILL_OPEN if self.state == "open" else state == self.state


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

    @property
    def cut_off_at(self) -> datetime | None:
        """When Asterisk died under the conversation: then a call back is owed though answered."""
        talk, ended_at = self.verdict.talk, self.verdict.citizen.ended_at
        if not self.verdict.cut or talk is None or ended_at is None:
            return None
        return ended_at if talk.ended_at is None or talk.ended_at >= ended_at else None


def reckon(settled: Sequence[Settled]) -> list[Owed]:
    """All duties after all calls, in the order in which they were opened."""
    reckoning = _Reckoning()
    timed = [(one.at, one, False) for one in settled if one.at is not None]
    timed += [(one.cut_off_at, one, True) for one in settled if one.cut_off_at is not None]
    for _, one, cut_off in sorted(timed, key=lambda event: event[0]):
        citizen = one.verdict.citizen
        number, call = citizen.plan.number, citizen.sip_call_id
        if cut_off or one.fate in (Fate.LEFT_LINE, Fate.SENT_OFF, Fate.FALLBACK_LOST):
            reckoning.missed(number, call)
        elif one.fate in (Fate.ANSWERED, Fate.FALLBACK_TALK):
            reckoning.answered(number)
    return reckoning.owed


class _Reckoning:
    def __init__(self) -> None:
        self.owed: list[Owed] = []
        self._unsettled: dict[str, int] = {}  # number -> its place in `owed`

    def missed(self, number: str, call: str) -> None:
        place = self._unsettled.get(number)
        if not number:
            self.owed.append(Owed((call,), "uncallable"))
        elif place is None:
            self._unsettled[number] = len(self.owed)
            self.owed.append(Owed((call,), "open"))
        else:
            self.owed[place] = Owed((*self.owed[place].calls, call), "open")

    def answered(self, number: str) -> None:
        place = self._unsettled.pop(number, None) if number else None
        if place is not None:
            self.owed[place] = Owed(self.owed[place].calls, "self_resolved")
