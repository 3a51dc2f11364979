"""What the telephone tells, in the floor's words: telephony and acd do not know each other.

Rule: only a hang-up says "caller left". The plain fallback queue taking a caller says "withdrawn":
that is no fate yet; a member of it who answers is one. A seat that talks on with a third party when
its citizen hangs up talks: he is told to have left when it has ended.
"""

from collections.abc import Sequence

from acd import happenings as h
from acd.call_facts import Withdrawal
from acd.desk import AcdDesk
from acd.surge_happenings import OverflowReached
from kernel.fact import Fact
from kernel.ids import CallId, Extension, LegId
from telephony import facts as telephony
from telephony.company import talks_on
from telephony.leg_book import LegBook
from telephony.legs import LegAnswered, LegEnded, LegNews, LegRinging


class LateDesk:
    """The desk, named before it is made: desk and switchboard each need the other.

    `legs` are the switchboard's.
    """

    desk: AcdDesk

    def __init__(self) -> None:
        self.legs = LegBook()


class Tidings:
    """`on_leg` and `on_phone` are the switchboard's ears, `see` is an onlooker of the journal."""

    def __init__(self, late: LateDesk) -> None:
        self._late = late
        self._left: dict[LegId, CallId] = {}  # citizens, by the seat that talks on

    @property
    def _desk(self) -> AcdDesk:
        return self._late.desk

    def on_leg(self, news: LegNews) -> None:
        match news:
            case LegAnswered(leg=leg, at=at):
                self._desk.tell(h.LegAnswered(leg, at))
            case LegEnded(leg=leg, why=why):
                self._desk.tell(h.LegEnded(leg, why))
                if leg in self._left:
                    self._desk.tell(h.CallerLeft(self._left.pop(leg)))
            case LegRinging():
                return  # the floor counted the ring when it asked for it

    def on_phone(self, extension: Extension, reachable: bool) -> None:
        self._desk.tell(h.PhoneSeen(extension, reachable))

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            match fact:
                case telephony.CallHungUp():
                    self._hung_up(fact.call)
                case telephony.CallTransferred():
                    self._desk.tell(OverflowReached(fact.call))
                case telephony.CallFellBack():
                    self._desk.tell(h.CallWithdrawn(fact.call, Withdrawal.TO_FALLBACK))
                case telephony.FallbackTalk():
                    self._desk.tell(h.AnsweredInFallback(fact.call))
                case _:
                    continue

    def _hung_up(self, call: CallId) -> None:
        seat = talks_on(self._late.legs, call)
        if seat is None:
            self._desk.tell(h.CallerLeft(call))
        else:
            self._left[seat] = call
