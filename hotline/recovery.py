"""After a restart: floor and boards from the journal, then what Asterisk has lost is settled.

The journal says what was decided, Asterisk which calls and legs still live. A call that is gone has
left; a leg that is gone has ended. Adoption of those that live is the switchboard's.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from acd.desk import AcdDesk
from acd.happenings import CallerLeft, LegEnded
from hotline.stories.stages import Stage, stage_of
from kernel.fact import Fact, FactKinds
from kernel.ids import CallId
from kernel.legs import LegEnd
from storage.journal_file import read
from telephony.facts import CallHungUp, StageEntered
from telephony.switchboard import Switchboard

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


def settle(desk: AcdDesk, switchboard: Switchboard) -> int:
    """Tell the floor what Asterisk does not hold any more; how much that was."""
    view = desk.snapshot()
    waiting = {caller.call for caller in view.waiting}
    talking = {seat.call for seat in view.seats if seat.call is not None and seat.leg is not None}
    settled = 0
    for call in sorted(waiting | talking):
        if call not in switchboard.mirror.calls:
            desk.tell(CallerLeft(call))
            settled += 1
    for seat in view.seats:
        if seat.leg is not None and switchboard.mirror.legs.get(seat.leg) is None:
            desk.tell(LegEnded(seat.leg, LegEnd.FAILED))
            settled += 1
    return settled
