"""What one call contributes to its quarter: the life of a call, as far as it is counted. Pure.

Rules: the first fate is the only one; a re-entry changes neither queue nor quarter; the call counts
for the queue it first asked for.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from acd import facts as acd
from figures.counts import Counts, ms_of, quarter_of
from kernel.fact import Fact
from kernel.ids import CallId, QueueName
from telephony import facts as telephony

ANSWER_WITHIN: Final = timedelta(seconds=15)  # D-04
SHORT: Final = timedelta(seconds=5)  # D-05b, where no queue of ours says it

# fate fact -> the counter it raises
FATE: Final[dict[type[Fact], str]] = {
    acd.SeatAnswered: "answered",
    acd.CallAbandoned: "abandoned",
    acd.CallOverflowed: "overflowed",
    acd.CallbackPromised: "callback_promised",
    acd.CallBlocked: "blocked",
    acd.CallFailed: "failed",
    acd.FallbackAnswered: "fallback_answered",
    acd.FallbackLost: "fallback_lost",
}
assert set(FATE) == set(acd.FATES), "every fate is counted somewhere"

_Fate = (
    acd.SeatAnswered
    | acd.CallAbandoned
    | acd.CallOverflowed
    | acd.CallbackPromised
    | acd.CallBlocked
    | acd.CallFailed
    | acd.FallbackAnswered
    | acd.FallbackLost
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTally:
    """One call that asked for a person. `waited_ms` None: not settled, or by the fallback queue."""

    call: CallId
    queue: QueueName
    asked_at: datetime
    in_line: bool
    fate: str | None = None
    waited_ms: int | None = None
    in_15s: bool = False
    short: bool = False
    talked_ms: int = 0
    held_ms: int = 0
    held_since: datetime | None = None
    wrap_up_ms: int = 0

    @property
    def quarter(self) -> datetime:
        return quarter_of(self.asked_at)


def contribution(tally: CallTally) -> Counts:
    """To the counts of its queue in its quarter."""
    waited = tally.waited_ms or 0
    answered = tally.fate == "answered"
    fates = {} if tally.fate is None else {tally.fate: 1}
    return Counts(
        offered=1,
        **fates,
        answered_in_15s=int(tally.in_15s),
        abandoned_short=int(tally.short),
        waited_ms=waited if answered else 0,
        longest_wait_ms=waited,
        talked_ms=tally.talked_ms,
        held_ms=tally.held_ms,
        wrap_up_ms=tally.wrap_up_ms,
    )


def advance(tally: CallTally | None, fact: Fact) -> CallTally | None:
    """The tally after this fact; None while the call has not asked for a person."""
    match fact:
        case acd.CallQueued():
            return _queued(tally, fact)
        case (
            acd.SeatAnswered(again=True)
            | acd.ReentryEnded()
            | acd.CallSentToFallback()
            | acd.CallSentOver()
        ):
            return tally and replace(tally, in_line=False)
        case (
            acd.SeatAnswered()
            | acd.CallAbandoned()
            | acd.CallOverflowed()
            | acd.CallbackPromised()
            | acd.CallBlocked()
            | acd.CallFailed()
            | acd.FallbackAnswered()
            | acd.FallbackLost()
        ):
            return _settled(tally, fact)
        case _:
            return tally and _handled(tally, fact)


def _queued(tally: CallTally | None, fact: acd.CallQueued) -> CallTally:
    if tally is not None:
        return replace(tally, in_line=True)
    return CallTally(call=fact.call, queue=fact.queue, asked_at=fact.asked_at, in_line=True)


def _settled(tally: CallTally | None, fact: _Fate) -> CallTally:
    if tally is None:  # its CallQueued lies before what we were told
        asked_at = fact.at - (fact.waited or timedelta())
        tally = CallTally(call=fact.call, queue=fact.queue, asked_at=asked_at, in_line=False)
    waited = None if isinstance(fact, acd.FallbackAnswered) else fact.waited
    short = isinstance(fact, acd.CallAbandoned) and fact.short
    return settled(tally, FATE[type(fact)], waited, short=short)


def settled(tally: CallTally, fate: str, waited: timedelta | None, *, short: bool) -> CallTally:
    """Its first fate, a name of `FATE`'s counters; a later one changes nothing."""
    if tally.fate is not None:
        return replace(tally, in_line=False)
    return replace(
        tally,
        in_line=False,
        fate=fate,
        waited_ms=None if waited is None else ms_of(waited),
        in_15s=fate == "answered" and waited is not None and waited <= ANSWER_WITHIN,
        short=short,
    )


def _handled(tally: CallTally, fact: Fact) -> CallTally:
    match fact:
        case acd.TalkEnded():
            return talked(_resumed(tally, fact.at), fact.talked)
        case telephony.CallHeld() if tally.held_since is None:
            return replace(tally, held_since=fact.at)
        case telephony.CallResumed():
            return _resumed(tally, fact.at)
        case telephony.CallHungUp():
            return replace(_resumed(tally, fact.at), in_line=False)
        case _:
            return tally


def _resumed(tally: CallTally, at: datetime) -> CallTally:
    if tally.held_since is None:
        return tally
    held = max(at - tally.held_since, timedelta())
    return replace(tally, held_since=None, held_ms=tally.held_ms + ms_of(held))


def talked(tally: CallTally, lasted: timedelta) -> CallTally:
    return replace(tally, talked_ms=tally.talked_ms + ms_of(lasted))


def wrapped_up(tally: CallTally, lasted: timedelta) -> CallTally:
    return replace(tally, wrap_up_ms=tally.wrap_up_ms + ms_of(lasted))
