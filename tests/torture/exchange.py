"""The telephone exchange of the torture: what is really so, whatever the floor believes.

It does what Asterisk and our dialplan do with calls and legs, and nothing else: `[deliver]` joins a
leg only to a caller who stands in line, a ring ends by its own time, a caller of whom nobody hears
for 15 s falls into the plain queue. Every change is news; whether the desk hears it is not decided
here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from typing import Final

from acd.call_facts import Withdrawal
from acd.happenings import (
    AnsweredInFallback,
    CallerLeft,
    CallWithdrawn,
    LegAnswered,
    LegEnded,
    PhoneSeen,
    Report,
)
from kernel.ids import CallId, Extension, LegId
from kernel.legs import LegEnd
from tests.torture.violation import CHECKED, Violation, demand

SWITCH: Final = timedelta(seconds=15)  # the dead man's switch of the dialplan


class Where(StrEnum):
    LINE = "line"  # music, in our hands
    TALK = "talk"
    AFTER = "after"  # the seat has hung up; he may rate, ask again or go
    FALLBACK = "fallback"  # the plain queue has him
    FALLBACK_TALK = "fallback_talk"  # and a person of it talks with him
    OWED = "owed"  # nobody yet: a call that we owe
    AHEAD = "ahead"  # its seat is there, its citizen is being rung
    DIALLED = "dialled"  # its citizen is being rung, and no seat yet


NOBODY: Final = (Where.OWED, Where.AHEAD, Where.DIALLED)


@dataclass(slots=True)
class Leg:
    phone: Extension
    call: CallId
    talking: bool = False


class Exchange:
    """`news` is what an attentive listener would have heard, in its order."""

    def __init__(self) -> None:
        self.calls: dict[CallId, Where] = {}
        self.legs: dict[LegId, Leg] = {}
        self.records: dict[LegId, LegEnd] = {}  # how each leg ended: as the CDR file keeps it
        self.lived: dict[CallId, bool] = {}  # who left the plain queue: did anybody answer there?
        self.lived_before: dict[CallId, bool] = {}  # that was told once
        self.unread: set[LegId] = set()  # whose answers our process has not read in its sleep
        self.away: set[Extension] = set()
        self.news: list[Report] = []
        self._busy: dict[Extension, LegId] = {}
        self._rings: list[tuple[datetime, LegId]] = []

    @property
    def is_busy(self) -> bool:
        """Is there anybody, not only somebody to whom we owe a call?"""
        return any(where is not Where.OWED for where in self.calls.values())

    # ---- what our deeds do -----------------------------------------------------------------------

    def ring(self, leg: LegId, phone: Extension, call: CallId, until: datetime) -> None:
        if leg in self.legs or leg in self.records:
            raise Violation("I7", f"leg {leg} is rung a second time")
        CHECKED["I7"] += 1
        self.legs[leg] = Leg(phone, call)
        if phone in self.away:
            self._end(leg, LegEnd.UNREACHABLE)
        elif phone in self._busy:
            self._end(leg, LegEnd.BUSY)
        else:
            self._busy[phone] = leg
            heappush(self._rings, (until, leg))

    def drop(self, leg: LegId) -> None:
        """Hung up by us; whoever talked on it is in our hands again."""
        line = self.legs.get(leg)
        if line is None:
            return
        if line.talking:
            demand(leg not in self.unread, "I11", f"{leg} talks and is dropped: we overslept")
            nobody = self.calls.get(line.call) is Where.AHEAD
            self.calls[line.call] = Where.OWED if nobody else Where.LINE
        self._end(leg, LegEnd.HUNG_UP if line.talking else LegEnd.DROPPED)

    # ---- what people do --------------------------------------------------------------------------

    def answer(self, leg: LegId) -> None:
        line = self.legs.get(leg)
        if line is None or line.talking:
            return
        where = self.calls.get(line.call)
        if where not in (Where.LINE, Where.OWED):
            self._end(leg, LegEnd.NOT_JOINED)
            return
        line.talking = True
        self.calls[line.call] = Where.TALK if where is Where.LINE else Where.AHEAD
        self.news.append(LegAnswered(leg))

    def refuse(self, leg: LegId, why: LegEnd) -> None:
        line = self.legs.get(leg)
        if line is not None and not line.talking:
            self._end(leg, why)

    def seat_hangs_up(self, leg: LegId) -> None:
        line = self.legs.get(leg)
        if line is not None and line.talking:
            if self.calls.get(line.call) is Where.AHEAD:
                del self.calls[line.call]
            else:
                self.calls[line.call] = Where.AFTER
            self._end(leg, LegEnd.HUNG_UP)

    def citizen_joins(self, call: CallId) -> None:
        """Whom we rang for a seat that is there."""
        if self.calls.get(call) is Where.AHEAD:
            self.calls[call] = Where.TALK

    def not_reached(self, call: CallId) -> None:
        """Or who is not rung at all; the seat that is there for him has nobody."""
        if self.calls.get(call) not in NOBODY:
            return
        del self.calls[call]
        for leg, line in list(self.legs.items()):
            if line.call == call and line.talking:
                self._end(leg, LegEnd.HUNG_UP)

    def citizen_hangs_up(self, call: CallId) -> None:
        where = self.calls.get(call)
        if where is None or where in NOBODY:
            return
        del self.calls[call]
        if where in (Where.FALLBACK, Where.FALLBACK_TALK):
            self.lived[call] = where is Where.FALLBACK_TALK
        for leg, line in list(self.legs.items()):
            if line.call == call and line.talking:
                self._end(leg, LegEnd.HUNG_UP)
        self.news.append(CallerLeft(call))

    def sent_home(self, call: CallId) -> None:
        """His story says why there is no seat, and hangs up."""
        if self.calls.get(call) is Where.LINE:
            self.citizen_hangs_up(call)

    def fall_back(self, call: CallId) -> None:
        if self.calls.get(call) is Where.LINE:
            self.calls[call] = Where.FALLBACK
            self.news.append(CallWithdrawn(call, Withdrawal.TO_FALLBACK))

    def answer_in_fallback(self, call: CallId) -> None:
        if self.calls.get(call) is Where.FALLBACK:
            self.calls[call] = Where.FALLBACK_TALK
            self.news.append(AnsweredInFallback(call))

    def take_back(self, call: CallId) -> None:
        """Out of the plain queue into our hands; never one who talks there."""
        if self.calls.get(call) is Where.FALLBACK:
            self.calls[call] = Where.LINE

    def records_read(self) -> None:
        """Their reader has gone on; what it has just told it may tell once more."""
        self.lived_before, self.lived = self.lived, {}

    def back_to_line(self, call: CallId) -> None:
        """From a conversation or what follows it; the seat's leg is parted from him."""
        for leg, line in list(self.legs.items()):
            if line.call == call and line.talking:
                self._end(leg, LegEnd.HUNG_UP)
        if self.calls.get(call) in (Where.TALK, Where.AFTER):
            self.calls[call] = Where.LINE

    def phone(self, extension: Extension, reachable: bool) -> None:
        if reachable == (extension not in self.away):
            return
        (self.away.discard if reachable else self.away.add)(extension)
        self.news.append(PhoneSeen(extension, reachable))

    def dies(self) -> None:
        """SIGKILL: calls and legs are gone without a word. What we owe we owe still."""
        for leg in list(self.legs):
            self._end(leg, LegEnd.FAILED)
        self.calls = {call: at for call, at in self.calls.items() if at is Where.OWED}
        self.news.clear()

    # ---- what time does --------------------------------------------------------------------------

    def next_due(self) -> datetime | None:
        while self._rings and not self._rings_still(self._rings[0][1]):
            heappop(self._rings)
        return self._rings[0][0] if self._rings else None

    def time_passed(self, now: datetime) -> None:
        while (due := self.next_due()) is not None and due <= now:
            self._end(heappop(self._rings)[1], LegEnd.NO_ANSWER)

    def _rings_still(self, leg: LegId) -> bool:
        line = self.legs.get(leg)
        return line is not None and not line.talking

    def _end(self, leg: LegId, why: LegEnd) -> None:
        line = self.legs.pop(leg)
        if self._busy.get(line.phone) == leg:
            del self._busy[line.phone]
        self.records[leg] = why
        self.news.append(LegEnded(leg, why))
