"""Facts folded into figures. Pure: same facts, same figures, to the bit (I10).

The live board and the stored quarters are this one fold. A later fact of a call corrects the
quarter in which the call asked for a person; nothing is lost at a border.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

from acd import facts as acd
from figures import agent_tally, call_tally
from figures.agent_tally import AgentTally
from figures.call_tally import CallTally
from figures.counts import Counts, SeatCounts, quarter_of
from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, QueueName, is_out
from telephony import facts as telephony

QuarterKey: TypeAlias = tuple[datetime, QueueName]

NO_QUEUE = QueueName("")  # calls that arrived, before they asked for anybody

OF_CALLS: tuple[type[Fact], ...] = (
    *acd.FATES,
    acd.CallQueued,
    acd.CallSentToFallback,
    acd.CallSentOver,
    acd.ReentryEnded,
    acd.TalkEnded,
    telephony.CallHeld,
    telephony.CallResumed,
    telephony.CallHungUp,
)
OF_AGENTS: tuple[type[Fact], ...] = (
    acd.AgentSignedIn,
    acd.AgentSignedOut,
    acd.AgentAvailable,
    acd.AgentPaused,
    acd.BreakBegan,
    acd.SeatAnswered,
    acd.TalkEnded,
    acd.WrapUpStarted,
    acd.WrapUpEnded,
)
_COUNTED: tuple[type[Fact], ...] = (telephony.CallArrived, *OF_CALLS, *OF_AGENTS)
KINDS: frozenset[str] = frozenset(kind.kind for kind in _COUNTED)


class Figures:
    """Counts by quarter and queue, and by quarter for the seats. One site."""

    def __init__(self, calls: Iterable[CallTally] = (), agents: Iterable[AgentTally] = ()) -> None:
        """Empty, or going on with calls and agents that were known before."""
        self.calls: dict[CallId, CallTally] = {tally.call: tally for tally in calls}
        self.agents: dict[AgentNo, AgentTally] = {tally.agent: tally for tally in agents}
        self.queues: defaultdict[QuarterKey, Counts] = defaultdict(Counts)
        self.seats: defaultdict[datetime, SeatCounts] = defaultdict(SeatCounts)

    def take(self, fact: Fact) -> None:
        if isinstance(fact, telephony.CallArrived) and not is_out(fact.call):
            self.queues[quarter_of(fact.at), NO_QUEUE] += Counts(arrived=1)
        if isinstance(fact, acd.WrapUpEnded | acd.AgentSignedOut | acd.AgentSignedIn):
            self._end_wrap_up(fact.agent, fact.at)
        if isinstance(fact, OF_CALLS):
            self._take_call(fact)
        if isinstance(fact, OF_AGENTS):
            self._take_agent(fact)

    def waiting(self) -> list[CallTally]:
        """Calls in line now, longest first."""
        return sorted(
            (tally for tally in self.calls.values() if tally.in_line),
            key=lambda tally: (tally.asked_at, tally.call),
        )

    def seats_until(self, now: datetime) -> dict[datetime, SeatCounts]:
        """The seats' quarters, with the time that is still running."""
        running = defaultdict(SeatCounts, self.seats)
        for tally in self.agents.values():
            for quarter, counts in agent_tally.spent(tally, now):
                running[quarter] += counts
        return dict(running)

    def forget(self, before: datetime) -> None:
        """Drops quarters before it, and their calls unless they are still in line."""
        for key in [key for key in self.queues if key[0] < before]:
            del self.queues[key]
        for quarter in [quarter for quarter in self.seats if quarter < before]:
            del self.seats[quarter]
        old = [t.call for t in self.calls.values() if t.quarter < before and not t.in_line]
        for call in old:
            del self.calls[call]

    def _take_call(self, fact: Fact) -> None:
        call: CallId = getattr(fact, "call")  # noqa: B009 - all of OF_CALLS have one
        if is_out(call):  # we rang him: no request of his (D-01)
            return
        before = self.calls.get(call)
        after = call_tally.advance(before, fact)
        if after is not None:
            self._correct(before, after)

    def _correct(self, before: CallTally | None, after: CallTally) -> None:
        known = Counts() if before is None else call_tally.contribution(before)
        self.calls[after.call] = after
        if after != before:
            self.queues[after.quarter, after.queue] += call_tally.contribution(after) - known

    def _take_agent(self, fact: Fact) -> None:
        agent: AgentNo = getattr(fact, "agent")  # noqa: B009 - all of OF_AGENTS have one
        before = self.agents.get(agent)
        if before is not None:
            for quarter, counts in agent_tally.spent(before, fact.at):
                self.seats[quarter] += counts
        after = agent_tally.advance(before, fact)
        if after is None:
            self.agents.pop(agent, None)
        else:
            self.agents[agent] = after

    def _end_wrap_up(self, agent: AgentNo, at: datetime) -> None:
        tally = self.agents.get(agent)
        call = self.calls.get(tally.wrap_up_of) if tally and tally.wrap_up_of else None
        if tally is not None and call is not None:
            lasted = max(at - tally.doing_since, timedelta())
            self._correct(call, call_tally.wrapped_up(call, lasted))
