"""Facts folded into the figures of each line (MRG-08): who came in by it, and what became of him.

Rule: a request counts as it does in the statutory figures (`figures/call_tally.py`). Who is passed
on to a line's own seats asks there: answered when he is joined with them (MRG-03). Pure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, TypeAlias

from figures import call_tally
from figures.call_tally import SHORT, CallTally
from figures.counts import quarter_of
from figures.fold import OF_CALLS
from figures.lines_counts import LineCounts, Moves
from intake.facts import TicketFiled
from kernel.fact import Fact
from kernel.ids import CallId, QueueName, is_out
from telephony import facts as telephony
from telephony.passed_on import LevelAsked

LineQuarter: TypeAlias = tuple[datetime, str]
_BY_A_LINE: Final = "line:"  # begins `why` of whom another line's seats handed over

_OF_LINES: tuple[type[Fact], ...] = (
    *OF_CALLS,
    telephony.CallArrived,
    telephony.WayIn,
    telephony.CallTransferred,
    telephony.TransferFailed,
    LevelAsked,
    TicketFiled,
)
KINDS: Final[frozenset[str]] = frozenset(kind.kind for kind in _OF_LINES)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTally:
    """One call. `ours`: its request at our seats; `theirs`: at the line's own, if passed on."""

    call: CallId
    line: str
    seen_at: datetime
    named: bool = False  # the line by his way in, not only by the number dialled
    arrived: bool = False
    ours: CallTally | None = None
    theirs: CallTally | None = None
    joined_at: datetime | None = None  # with the line's own seats
    tickets: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_passed_on(self) -> bool:
        """Nobody there has answered yet."""
        return self.theirs is not None and self.theirs.fate is None


class LineFigures:
    """Counts by quarter and line. `line_of`: whose number was dialled, until the way in is told."""

    def __init__(
        self, line_of: Callable[[str], str], own: str, calls: Iterable[LineTally] = ()
    ) -> None:
        self._line_of = line_of
        self._own = own
        self.calls: dict[CallId, LineTally] = {tally.call: tally for tally in calls}
        self.quarters: defaultdict[LineQuarter, LineCounts] = defaultdict(LineCounts)

    def take(self, fact: Fact) -> None:
        if not isinstance(fact, _OF_LINES):
            return
        call: CallId = getattr(fact, "call")  # noqa: B009 - all of _OF_LINES have one
        if is_out(call):  # we rang him: he came in by no line
            return
        before = self.calls.get(call)
        known = before or LineTally(call=call, line=self._own, seen_at=fact.at)
        after = self._advance(known, fact)
        if isinstance(fact, telephony.CallTransferred | telephony.TransferFailed):
            self._move(known, fact)
        if isinstance(fact, telephony.WayIn) and not known.named:
            self._hand_over(fact)
        if after != before:
            self._correct(before, after)

    def _advance(self, tally: LineTally, fact: Fact) -> LineTally:
        match fact:
            case telephony.CallArrived():
                line = tally.line if tally.named else self._line_of(fact.dialled)
                return replace(tally, arrived=True, line=line, seen_at=fact.at)
            case telephony.WayIn():
                return _came_in(tally, fact)
            case telephony.CallTransferred() if tally.is_passed_on:
                return _joined(tally, fact.at)
            case telephony.TransferFailed() if tally.is_passed_on:
                return _theirs_ended(tally, "failed", fact.at)
            case LevelAsked() if tally.is_passed_on:  # another level's seats, not the line's
                return replace(tally, theirs=None)
            case TicketFiled():
                return replace(tally, tickets=tally.tickets | {fact.ticket_no})
            case telephony.CallHungUp():
                return _at_our_seats(_gone(tally, fact.at), fact)
            case _:
                return _at_our_seats(tally, fact)

    def _move(self, tally: LineTally, fact: Fact) -> None:
        """Counts where the transfer happened, by the line from which the caller came."""
        assert isinstance(fact, telephony.CallTransferred | telephony.TransferFailed)
        done = isinstance(fact, telephony.CallTransferred)
        moves = Moves.one(fact.to or "", done=done)
        self.quarters[quarter_of(fact.at), tally.line] += LineCounts(moves=moves)

    def _hand_over(self, fact: telephony.WayIn) -> None:
        """His request is one of the line by which he came in; whose seats sent him is noted too."""
        if fact.why.startswith(_BY_A_LINE):
            key = quarter_of(fact.at), fact.why.removeprefix(_BY_A_LINE)
            self.quarters[key] += LineCounts(handed_over=1)

    def _correct(self, before: LineTally | None, after: LineTally) -> None:
        self.calls[after.call] = after
        if before is not None:
            for key, counts in contributions(before):
                self.quarters[key] -= counts
        for key, counts in contributions(after):
            self.quarters[key] += counts


def contributions(tally: LineTally) -> Iterable[tuple[LineQuarter, LineCounts]]:
    """Each request in the quarter in which it asked; arrival and tickets where the call began."""
    seen = LineCounts(arrived=int(tally.arrived), tickets=len(tally.tickets))
    yield (quarter_of(tally.seen_at), tally.line), seen
    if tally.ours is not None:
        ours = LineCounts(ours=call_tally.contribution(tally.ours))
        yield (tally.ours.quarter, tally.line), ours
    if tally.theirs is not None:
        theirs = LineCounts(theirs=call_tally.contribution(tally.theirs))
        yield (tally.theirs.quarter, tally.line), theirs


def _came_in(tally: LineTally, fact: telephony.WayIn) -> LineTally:
    named = replace(tally, line=fact.line, named=True)
    if fact.queue or tally.theirs is not None:
        return named
    asked = CallTally(call=fact.call, queue=QueueName(""), asked_at=fact.at, in_line=True)
    return replace(named, theirs=asked)


def _joined(tally: LineTally, at: datetime) -> LineTally:
    return replace(_theirs_ended(tally, "answered", at), joined_at=at)


def _theirs_ended(tally: LineTally, fate: str, at: datetime) -> LineTally:
    assert tally.theirs is not None, "only who was passed on asks there"
    waited = at - tally.theirs.asked_at
    short = fate == "abandoned" and waited <= SHORT
    return replace(tally, theirs=call_tally.settled(tally.theirs, fate, waited, short=short))


def _gone(tally: LineTally, at: datetime) -> LineTally:
    if tally.is_passed_on:
        return _theirs_ended(tally, "abandoned", at)
    if tally.joined_at is None or tally.theirs is None:
        return tally
    lasted = at - tally.joined_at
    return replace(tally, theirs=call_tally.talked(tally.theirs, lasted), joined_at=None)


def _at_our_seats(tally: LineTally, fact: Fact) -> LineTally:
    """Who could not be passed on asks with us instead: one request, not two (D-01)."""
    ours = call_tally.advance(tally.ours, fact)
    asks_here = ours is not None and tally.ours is None
    unserved = tally.theirs is not None and tally.theirs.fate != "answered"
    kept = None if asks_here and unserved else tally.theirs
    return replace(tally, ours=ours, theirs=kept)
