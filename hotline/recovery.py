"""After a restart: floor and boards from the journal, then what Asterisk has lost is settled.

The journal says what was decided, Asterisk which calls and legs still live. A call that is gone has
left; a leg that is gone has ended. Adoption of those that live is the switchboard's.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from acd.desk import AcdDesk
from acd.happenings import LegEnded
from acd.ports import WritesFacts
from hotline.stories.stages import Stage, stage_of
from kernel.fact import Fact, FactKinds
from kernel.ids import CallId
from kernel.legs import LegEnd
from storage.journal_file import read
from telephony.facts import CallHungUp, HungUpBy, StageEntered
from telephony.mirror import Mirror

REMEMBERED: Final = timedelta(hours=48)  # what the live figures look back on


def facts_since(folder: Path, kinds: FactKinds, now: datetime) -> Iterator[Fact]:
    """The journal's facts that may still matter. Raises JournalDamaged, UnreadableFact."""
    for entry in read(folder):
        if now - entry.at < REMEMBERED:
            yield kinds.decode(entry.kind, entry.body)


class Stages:
    """The last stage of each call that was live."""

    def __init__(self) -> None:
        self.of: dict[CallId, Stage] = {}

    def see(self, fact: Fact) -> None:
        match fact:
            case StageEntered():
                self.of[fact.call] = stage_of(fact)
            case CallHungUp():
                self.of.pop(fact.call, None)
            case _:
                return


def settle(
    desk: AcdDesk,
    mirror: Mirror,
    remembered: Iterable[CallId],
    write: WritesFacts,
    now: datetime,
) -> int:
    """Tell what Asterisk does not hold any more; how much that was.

    `remembered` are the calls that lived before us, also those in the fallback queue. That a call
    has hung up is a fact, so boards and figures hear it as the floor does (`hotline/tidings.py`).
    """
    view = desk.snapshot()
    known = {caller.call for caller in view.waiting} | set(remembered)
    known |= {seat.call for seat in view.seats if seat.call is not None and seat.leg is not None}
    gone = sorted(known - mirror.calls.keys())
    write([CallHungUp(at=now, call=call, by=HungUpBy.NETWORK, cause=0) for call in gone])
    lost = [s.leg for s in view.seats if s.leg is not None and mirror.legs.get(s.leg) is None]
    for leg in lost:
        desk.tell(LegEnded(leg, LegEnd.FAILED))
    return len(gone) + len(lost)
