"""What one agent's time is spent on, split at the borders of quarters (D-08). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from acd import facts as acd
from figures.counts import QUARTER, SeatCounts, ms_of, quarter_of
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId


class Doing(StrEnum):
    IDLE = "idle"  # ringing included
    TALKING = "talking"
    WRAP_UP = "wrap_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentTally:
    """A signed-in agent. Time before `since` has been counted."""

    agent: AgentNo
    since: datetime
    paused: bool
    doing: Doing = Doing.IDLE
    doing_since: datetime
    wrap_up_of: CallId | None = None


def advance(tally: AgentTally | None, fact: Fact) -> AgentTally | None:
    """The tally after this fact; None: signed out. Time is counted by `spent` beforehand."""
    if isinstance(fact, acd.AgentSignedIn):
        return AgentTally(agent=fact.agent, since=fact.at, paused=True, doing_since=fact.at)
    if tally is None or isinstance(fact, acd.AgentSignedOut):
        return None
    counted = replace(tally, since=max(tally.since, fact.at))
    match fact:
        case acd.AgentPaused() | acd.BreakBegan():
            return replace(counted, paused=True)
        case acd.AgentAvailable():
            return replace(counted, paused=False)
        case acd.SeatAnswered():
            return _does(counted, Doing.TALKING, fact.at)
        case acd.TalkEnded() | acd.WrapUpEnded():
            return _does(counted, Doing.IDLE, fact.at)
        case acd.WrapUpStarted():
            return replace(_does(counted, Doing.WRAP_UP, fact.at), wrap_up_of=fact.call)
        case _:
            return counted


def _does(tally: AgentTally, doing: Doing, at: datetime) -> AgentTally:
    return replace(tally, doing=doing, doing_since=at, wrap_up_of=None)


def spent(tally: AgentTally, until: datetime) -> Iterator[tuple[datetime, SeatCounts]]:
    """(quarter, time in it) from `tally.since` to `until`."""
    start = tally.since
    while start < until:
        quarter = quarter_of(start)
        end = min(until, quarter + QUARTER)
        # differences of the two moments' milliseconds, so that pieces add up to the whole
        yield quarter, _in_state(tally, ms_of(end - quarter) - ms_of(start - quarter))
        start = end


def _in_state(tally: AgentTally, ms: int) -> SeatCounts:
    return SeatCounts(
        signed_in_ms=ms,
        break_ms=ms if tally.paused and tally.doing is Doing.IDLE else 0,
        talking_ms=ms if tally.doing is Doing.TALKING else 0,
        wrap_up_ms=ms if tally.doing is Doing.WRAP_UP else 0,
    )
