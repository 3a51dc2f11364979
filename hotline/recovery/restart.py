"""After a restart: floor and boards from the journal, then what Asterisk has lost is settled.

The journal says what was decided, Asterisk which calls and legs still live. A call that is gone has
left; a leg that is gone has ended. Adoption of those that live is the switchboard's.
"""

from collections import OrderedDict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from acd.desk import AcdDesk
from acd.happenings import CallbackOver, CallerLeft, CaughtUp, LegAnswered, LegEnded
from acd.ports import WritesFacts
from acd.seat import Activity
from acd.surge_happenings import OverflowReached
from hotline.stories.stages import Stage, stage_of
from kernel.fact import Fact
from kernel.ids import CallId, LegId
from kernel.legs import LegEnd
from telephony.call import Phase
from telephony.company import talks_on
from telephony.facts import (
    CallArrived,
    CallHungUp,
    CallTransferred,
    HungUpBy,
    PictureMended,
    RecordingKept,
    RecordingLost,
    RecordingStarted,
    StageEntered,
)
from telephony.mirror import Mirror
from telephony.unheard import served_unheard

REMEMBERED: Final = timedelta(hours=48)  # what the live figures look back on
ENDED_ROOM: Final = 100_000  # calls; what Asterisk's records may tell a second time


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseEndsImage:
    living: list[CallId]
    ended: list[CallId]
    recordings: list[CallId]
    last_at: datetime | None
    sent_away: list[CallId] = field(default_factory=list)


class LooseEnds:
    """What must still come to its end: calls without a hang-up, recordings without a seal.

    `sent_away`: living calls that somebody outside has, as was told; adoption leaves it.
    `last_at` is the newest moment of any fact: records of Asterisk from before it were read.
    """

    def __init__(self) -> None:
        self.living: dict[CallId, None] = {}
        self.ended: OrderedDict[CallId, None] = OrderedDict()
        self.recordings: dict[CallId, None] = {}
        self.sent_away: set[CallId] = set()
        self.last_at: datetime | None = None

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self._see(fact)

    def knows(self, call: CallId) -> bool:
        return call in self.living or call in self.ended

    def image(self) -> LooseEndsImage:
        return LooseEndsImage(
            living=list(self.living),
            ended=list(self.ended),
            recordings=list(self.recordings),
            last_at=self.last_at,
            sent_away=sorted(self.sent_away),
        )

    def put_back(self, image: LooseEndsImage) -> None:
        self.living = dict.fromkeys(image.living)
        self.ended = OrderedDict.fromkeys(image.ended)
        self.recordings = dict.fromkeys(image.recordings)
        self.sent_away = set(image.sent_away)
        self.last_at = image.last_at

    def _see(self, fact: Fact) -> None:
        self.last_at = fact.at if self.last_at is None else max(self.last_at, fact.at)
        match fact:
            case CallArrived() if fact.call not in self.ended:
                self.living[fact.call] = None
            case CallTransferred():
                self.sent_away.add(fact.call)
            case StageEntered():
                self.sent_away.discard(fact.call)  # he came back
            case CallHungUp():
                self.living.pop(fact.call, None)
                self.sent_away.discard(fact.call)
                self.ended[fact.call] = None
                while len(self.ended) > ENDED_ROOM:
                    self.ended.popitem(last=False)
            case RecordingStarted():
                self.recordings[fact.call] = None
            case RecordingKept() | RecordingLost():
                self.recordings.pop(fact.call, None)
            case _:
                return


def settle(
    desk: AcdDesk,
    mirror: Mirror,
    remembered: Iterable[CallId],
    write: WritesFacts,
    now: datetime,
    over: Container[CallId] = frozenset(),
) -> int:
    """Tell what Asterisk does not hold any more; how much that was.

    `remembered` are the calls that lived before us, also those in the fallback queue. That a call
    has hung up is a fact, so boards and figures hear it as the floor does (`hotline/tidings.py`).
    Of a call that is `over` that fact stands in the journal: it is written no second time, but told
    to a floor that has not heard of it (who wrote it may have died before the floor's next turn).
    Those in line go first: a seat that another's end sets free finds nobody who has left (I2).
    At the end the floor's time runs on, and every idle seat chooses anew (I4, I5).
    """
    view = desk.snapshot()
    remembered = set(remembered)
    known = {caller.call for caller in view.waiting} | remembered
    here = [(s.leg, s.call) for s in view.seats] + [(s.lent_leg, s.lent_to) for s in view.seats]
    lost = [(leg, call) for leg, call in here if leg and mirror.legs.get(leg) is None]
    known |= {call for _, call in lost if call is not None}
    known -= _unborn(desk, mirror, remembered)
    in_line = {caller.call for caller in view.waiting}
    gone = [call for call in known - mirror.calls.keys() if call not in over]
    gone.sort(key=lambda call: (call not in in_line, call))
    unheard = _unheard(desk, mirror, over)
    for call in unheard:
        desk.tell(CallerLeft(call))
    write([CallHungUp(at=now, call=call, by=HungUpBy.NETWORK, cause=0) for call in gone])
    write([PictureMended(at=now, call=call, leg=leg, how="leg_lost") for leg, call in lost])
    _tell_of_legs(desk, mirror, lost)
    _tell_of_overflow(desk, mirror)
    desk.tell(CaughtUp())
    return len(unheard) + len(gone) + len(lost)


def _unheard(desk: AcdDesk, mirror: Mirror, over: Container[CallId]) -> list[CallId]:
    """Who is here for the floor only. Of a seat that talks on: `hotline/tidings.py`."""
    left = [call for call in desk.calls_here() if call in over and call not in mirror.calls]
    return [call for call in left if talks_on(mirror.legs, call) is None]


def drop_callbacks(desk: AcdDesk, mirror: Mirror, remembered: Iterable[CallId]) -> None:
    """Those of the process before us, before `settle`: who asked for them is no more.

    Not after a gap in our own life: there they are asked for still.
    """
    for never in sorted(_unborn(desk, mirror, set(remembered))):
        desk.tell(CallbackOver(never))


def _unborn(desk: AcdDesk, mirror: Mirror, remembered: set[CallId]) -> set[CallId]:
    """Callbacks under whose id nobody was rung yet, or nobody answered: they cannot hang up."""
    owed = {row.call for row in desk.snapshot().callbacks}
    return owed - mirror.calls.keys() - remembered


def _tell_of_overflow(desk: AcdDesk, mirror: Mirror) -> None:
    """Whom another centre answered while nobody listened talks there (SRG-02)."""
    for call in list(desk.standing.away):
        found = mirror.calls.get(call)
        if found is not None and found.phase is Phase.AWAY and found.bridge:
            desk.tell(OverflowReached(call))


def _tell_of_legs(
    desk: AcdDesk, mirror: Mirror, lost: Sequence[tuple[LegId, CallId | None]]
) -> None:
    for leg, call in lost:
        talked = served_unheard(mirror, call)
        desk.tell(LegEnded(leg, LegEnd.HUNG_UP if talked else LegEnd.FAILED))
    for seat in desk.snapshot().seats:  # who answered while nobody listened has the caller since
        found = mirror.legs.get(seat.leg) if seat.leg else None
        if seat.activity is Activity.RINGING and found is not None and found.joined:
            desk.tell(LegAnswered(found.id, found.joined_at))
