"""How much of an agent's time at work was talk and wrap-up, over a rolling window (D-08, HR-02).

Pure: an onlooker of facts. Breaks are no work; a ring counts as work that waits. After a start of
ours the window begins empty for all, so that nobody is judged by half of it.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from figures import agent_tally
from figures.agent_tally import AgentTally, Doing
from figures.fold import OF_AGENTS
from kernel.fact import Fact
from kernel.ids import AgentNo


@dataclass(frozen=True, slots=True)
class AgentLoad:
    """`busy`: talk, hold, wrap-up; `at_work`: signed in without breaks; both within the window."""

    agent: AgentNo
    busy: timedelta
    at_work: timedelta

    @property
    def occupancy(self) -> float:
        return self.busy / self.at_work if self.at_work else 0.0


@dataclass(frozen=True, slots=True)
class _Piece:
    start: datetime
    end: datetime
    busy: bool


@dataclass(slots=True)
class _Watched:
    tally: AgentTally
    pieces: deque[_Piece] = field(default_factory=deque)  # at work, in order


class Occupancies:
    """`known`: who is signed in already, from now on."""

    def __init__(self, window: timedelta, known: Iterable[AgentTally] = ()) -> None:
        self._window = window
        self._agents = {tally.agent: _Watched(tally) for tally in known}

    def use(self, window: timedelta) -> None:
        """A longer one fills from now on."""
        self._window = window

    def see(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            if isinstance(fact, OF_AGENTS):
                self._take(fact)

    def at(self, now: datetime) -> list[AgentLoad]:
        """Of all who are signed in, by work number."""
        return [self._load(self._agents[agent], now) for agent in sorted(self._agents)]

    def _take(self, fact: Fact) -> None:
        agent: AgentNo = getattr(fact, "agent")  # noqa: B009 - all of them have one
        known = self._agents.get(agent)
        after = agent_tally.advance(known.tally if known is not None else None, fact)
        if after is None:
            self._agents.pop(agent, None)
        elif known is None:
            self._agents[agent] = _Watched(after)
        else:
            self._close(known, fact.at)
            known.tally = replace(after, since=max(after.since, fact.at))

    def _close(self, known: _Watched, until: datetime) -> None:
        """What he did since the last fact is one piece, unless it was a break."""
        tally = known.tally
        if until > tally.since and not _is_break(tally):
            known.pieces.append(_Piece(tally.since, until, tally.doing is not Doing.IDLE))
        while known.pieces and known.pieces[0].end <= until - self._window:
            known.pieces.popleft()

    def _load(self, known: _Watched, now: datetime) -> AgentLoad:
        since, tally = now - self._window, known.tally
        pieces = list(known.pieces)
        if not _is_break(tally) and now > tally.since:
            pieces.append(_Piece(tally.since, now, tally.doing is not Doing.IDLE))
        lengths = [(piece, piece.end - max(piece.start, since)) for piece in pieces]
        inside = [(piece, length) for piece, length in lengths if length > timedelta()]
        busy = sum((length for piece, length in inside if piece.busy), timedelta())
        return AgentLoad(tally.agent, busy, sum((length for _, length in inside), timedelta()))


def _is_break(tally: AgentTally) -> bool:
    return tally.paused and tally.doing is Doing.IDLE
