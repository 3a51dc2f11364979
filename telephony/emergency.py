"""The steps of one hand-off to an emergency line (EMG-01, B6): a table. Pure.

    asked -> ringing -> joined -> over            the agent is with the citizen all the while
    asked_alone -> ringing_alone -> joined_alone  the agent has left, or there was none

What Asterisk's dialplan tells moves it (`telephony/emergency_book.py`); it goes on without us. A
cue that does not fit changes nothing: AMI owes us no order, and what is over stays over.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from kernel.ids import AgentNo, CallId
from telephony.errors import WrongPhase

SLOW: Final = timedelta(seconds=5)  # from the key to the far end's ringing: an alarm (EMG-01)


class State(StrEnum):
    ASKED = "asked"  # the key was pressed; agent and citizen hear ringing  已请求
    RINGING = "ringing"  # the emergency line rings  振铃
    JOINED = "joined"  # three talk  三方通话
    ASKED_ALONE = "asked_alone"
    RINGING_ALONE = "ringing_alone"  # the citizen hears ringing, no agent is with him
    JOINED_ALONE = "joined_alone"  # citizen and emergency line talk on
    WITH_AGENT = "with_agent"  # over: the agent has him  话务员继续
    IN_LINE = "in_line"  # over: first in line for an agent  优先排队
    LEFT = "left"  # over: the citizen has hung up


class Cue(StrEnum):
    RANG = "rang"  # the far end rings
    TRIED = "tried"  # in vain by one trunk: the next one
    ANSWERED = "answered"
    NOT_OURS = "not_ours"  # it says that the matter is not its own  不属对方
    FAR_GONE = "far_gone"  # not reached by any trunk, or it has hung up
    AGENT_LEFT = "agent_left"
    CITIZEN_LEFT = "citizen_left"


_S, _C = State, Cue
ALONE: Final = {
    _S.ASKED: _S.ASKED_ALONE,
    _S.RINGING: _S.RINGING_ALONE,
    _S.JOINED: _S.JOINED_ALONE,
}
_WITH: Final = tuple(ALONE)
_OPEN: Final = (*ALONE.keys(), *ALONE.values())

STEPS: Final[dict[tuple[State, Cue], State]] = {
    (_S.ASKED, _C.RANG): _S.RINGING,
    (_S.ASKED, _C.ANSWERED): _S.JOINED,
    (_S.ASKED, _C.TRIED): _S.ASKED,
    (_S.RINGING, _C.ANSWERED): _S.JOINED,
    (_S.RINGING, _C.TRIED): _S.ASKED,
    (_S.JOINED, _C.NOT_OURS): _S.JOINED,  # three talk on: they agree whose it is
    (_S.ASKED_ALONE, _C.RANG): _S.RINGING_ALONE,
    (_S.ASKED_ALONE, _C.ANSWERED): _S.JOINED_ALONE,
    (_S.ASKED_ALONE, _C.TRIED): _S.ASKED_ALONE,
    (_S.RINGING_ALONE, _C.ANSWERED): _S.JOINED_ALONE,
    (_S.RINGING_ALONE, _C.TRIED): _S.ASKED_ALONE,
    **{(state, _C.AGENT_LEFT): alone for state, alone in ALONE.items()},
    **{(state, _C.FAR_GONE): _S.WITH_AGENT for state in _WITH},
    **{(state, _C.FAR_GONE): _S.IN_LINE for state in ALONE.values()},
    **{(state, _C.CITIZEN_LEFT): _S.LEFT for state in _OPEN},
}


class Command(StrEnum):
    """What an agent asks for in a hand-off."""

    LEAVE = "leave"
    NOT_OURS = "not_ours"
    LET_GO = "let_go"  # the emergency line is hung up, agent and citizen stay


PERMITTED: Final[dict[Command, frozenset[State]]] = {
    Command.LEAVE: frozenset(_WITH),
    Command.NOT_OURS: frozenset({_S.JOINED}),
    Command.LET_GO: frozenset(_WITH),
}


class Owner(StrEnum):
    """Whose matter it is, as the two agreed (B6: 12号)."""

    US = "us"
    THEM = "them"
    NONE = "none"  # not agreed: whoever had it first keeps it

    @property
    def keeper(self) -> str:
        """Who has to take it on: without an agreement the first receiver, which is us."""
        return "them" if self is Owner.THEM else "us"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOff:
    """One attempt to hand a citizen to an emergency line."""

    id: str  # of our leg to it: "<epoch>-e<n>"
    call: CallId
    code: str  # 110
    agent: AgentNo | None  # None: he was in nobody's hands
    asked_at: datetime
    state: State
    trunk: str = ""
    rung_at: datetime | None = None
    answered_at: datetime | None = None
    over_at: datetime | None = None
    why: str = ""  # of the last trunk that failed, in Asterisk's words: BUSY/17
    owner: Owner | None = None

    @property
    def is_over(self) -> bool:
        return self.state not in _OPEN

    @property
    def has_agent(self) -> bool:
        return self.state in _WITH or self.state is State.WITH_AGENT

    @property
    def is_slow(self) -> bool:
        """The far end rang too late after the key (EMG-01)."""
        return self.rung_at is not None and self.rung_at - self.asked_at > SLOW


def advance(hand_off: HandOff, cue: Cue, now: datetime, *, why: str = "") -> HandOff | None:
    """The hand-off after the cue; None where it does not fit."""
    state = STEPS.get((hand_off.state, cue))
    if state is None:
        return None
    after = replace(hand_off, state=state, why=why or hand_off.why)
    match cue:
        case Cue.RANG:
            return replace(after, rung_at=hand_off.rung_at or now)
        case Cue.ANSWERED:
            rung_at = hand_off.rung_at or now
            return replace(after, rung_at=rung_at, answered_at=now, why="")
        case Cue.FAR_GONE | Cue.CITIZEN_LEFT:
            return replace(after, over_at=now)
        case _:
            return after


def permit(hand_off: HandOff, command: Command) -> None:
    """Raise WrongPhase where our command does not fit."""
    if hand_off.state not in PERMITTED[command]:
        fitting = ", ".join(sorted(PERMITTED[command]))
        raise WrongPhase(
            f"Hand-off {hand_off.id} is {hand_off.state}: {command} does not fit.",
            remedy=f"It can be done while the hand-off is {fitting}.",
        )
