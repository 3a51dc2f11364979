"""What comes in to the floor: wishes of callers, commands of people, news of the network, time.

Commands (`Command`) are ours: in a wrong state they raise an error of `acd/errors.py` before
anything changes. All others are the world's: in a wrong state they are counted and change nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from acd.directory import Directory
from acd.facts import DirectoryChanged, Withdrawal
from acd.order_happenings import LineCommand
from acd.policy import QueuePolicies
from acd.surge_happenings import OverflowReached, SurgeCommand
from kernel.ids import (
    AgentNo,
    CallId,
    DutyId,
    Extension,
    LegId,
    PauseReason,
    QueueName,
    SeatId,
    Skill,
)
from kernel.legs import LegEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatWanted:
    """A caller asks for a person. `needs` are minimum levels 1-5, `priority` 0-3.

    `asked_at` is when this call first asked. `again` says that it comes back to the line (from a
    transfer, from the fallback queue): it keeps its first `asked_at` and its one fate.
    `handed_to` is rung first, whatever his skills: a colleague named him. `back_to` comes next, or
    first if there is nobody else: he sent this caller away in vain.
    """

    call: CallId
    queue: QueueName
    needs: dict[Skill, int]
    priority: int
    asked_at: datetime
    sticky_to: AgentNo | None = None
    again: bool = False
    handed_to: AgentNo | None = None
    back_to: AgentNo | None = None
    stays: bool = False  # came by overflow from another centre: not sent on
    lowered: bool = False  # by a supervisor: `lowered_by_s` later in line (MAL-01)


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """The citizen hung up. Nothing else says so."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallWithdrawn:
    call: CallId
    why: Withdrawal


@dataclass(frozen=True, slots=True)
class AnsweredInFallback:
    """A person took the call in the plain fallback queue while we were away."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class LivedInFallback:
    """A call that is over was in the plain queue while we were away, by Asterisk's own records.

    Also one of which we never heard. It has asked for a person at `asked_at`.
    """

    call: CallId
    asked_at: datetime
    waited: timedelta
    answered: bool


@dataclass(frozen=True, slots=True)
class CallbackTaken:
    """The caller pressed the key of the offer and will be rung back."""

    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackWanted:
    """A call that we owe asks for a seat. `call`: the id under which the citizen will be rung.

    `asked_at`: when the citizen first asked for a person. `spare_until` and `citizen_first` as in
    `CallbackQueued`.
    """

    call: CallId
    duty: DutyId
    queue: QueueName
    needs: dict[Skill, int]
    priority: int
    asked_at: datetime
    spare_until: datetime | None = None
    citizen_first: bool = False


@dataclass(frozen=True, slots=True)
class CallbackOver:
    """It is not to be made (now): settled otherwise, or nobody was reached."""

    call: CallId


@dataclass(frozen=True, slots=True)
class CallBack:
    """An agent makes a callback by hand; it needs no place in the line."""

    agent: AgentNo
    wanted: CallbackWanted


@dataclass(frozen=True, slots=True)
class LendSeat:
    """`by` talks on `call` and asks his colleague `agent`: that one's phone will be rung.

    `leg`: of a supervisor who takes the call over on a leg of his own (telephony's id)."""

    agent: AgentNo
    call: CallId
    by: AgentNo
    leg: LegId | None = None


@dataclass(frozen=True, slots=True)
class BlockCall:
    """A supervisor's measure against a caller in line."""

    call: CallId
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class LegAnswered:
    """`at`: it was heard of late, from Asterisk's own records; None: now."""

    leg: LegId
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LegEnded:
    """`talked`: how long, where it was heard of late; None: from its answer until now."""

    leg: LegId
    why: LegEnd
    talked: timedelta | None = None


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    extension: Extension
    reachable: bool


@dataclass(frozen=True, slots=True)
class SignIn:
    agent: AgentNo
    seat: SeatId


@dataclass(frozen=True, slots=True)
class SignOut:
    agent: AgentNo


@dataclass(frozen=True, slots=True)
class GoAvailable:
    agent: AgentNo


@dataclass(frozen=True, slots=True)
class Pause:
    """In a conversation this is "break after this call": (paused, talking)."""

    agent: AgentNo
    reason: PauseReason


@dataclass(frozen=True, slots=True)
class FinishWrapUp:
    agent: AgentNo


@dataclass(frozen=True, slots=True)
class ExtendWrapUp:
    agent: AgentNo


class ForcedTo(StrEnum):
    AVAILABLE = "available"
    PAUSED = "paused"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True)
class SupervisorForces:
    """`reason` is a sentence for the record; `by` the supervisor's login."""

    by: str
    agent: AgentNo
    to: ForcedTo
    reason: str


@dataclass(frozen=True, slots=True)
class PolicyLoaded:
    policies: QueuePolicies


@dataclass(frozen=True, slots=True)
class DirectoryLoaded:
    """The directory as the database now holds it; `change` (if any) is journaled in this turn."""

    directory: Directory
    change: DirectoryChanged | None = None


@dataclass(frozen=True, slots=True)
class WentDeaf:
    """A start, or the line to the telephone is lost: nobody is rung before `CaughtUp`.

    Who stands in the line may have died with the telephone, and a seat that looks idle may be busy.
    """


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """After a restart or a gap: all that the telephone holds has been told.

    A journal torn amid a turn may have left a caller waiting beside a free seat: all are matched.
    """


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Sent when `Floor.next_deadline()` has come."""


Command = (
    BlockCall
    | CallBack
    | LendSeat
    | SignIn
    | SignOut
    | GoAvailable
    | Pause
    | FinishWrapUp
    | ExtendWrapUp
    | SupervisorForces
    | PolicyLoaded
    | DirectoryLoaded
    | LineCommand
    | SurgeCommand
)
Report = (
    SeatWanted
    | CallerLeft
    | CallWithdrawn
    | AnsweredInFallback
    | LivedInFallback
    | CallbackTaken
    | CallbackWanted
    | CallbackOver
    | LegAnswered
    | LegEnded
    | OverflowReached
    | PhoneSeen
    | WentDeaf
    | CaughtUp
    | TimePassed
)
Happening = Command | Report
