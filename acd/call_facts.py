"""Facts about calls in line and their rings; `acd/facts.py` says the rules and lists them all."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.fact import Fact
from kernel.ids import AgentNo, CallId, Extension, LegId, QueueName, SeatId, Skill
from kernel.legs import LegEnd


class Withdrawal(StrEnum):
    TO_FALLBACK = "to_fallback"  # the plain Queue() has him: not yet a fate
    TRANSFERRED_AWAY = "transferred_away"  # e.g. to 110 while he waited
    FAILED = "failed"


class Limit(StrEnum):
    """Which limit of the queue's policy was met."""

    LINE_FULL = "line_full"
    WAIT_TOO_LONG = "wait_too_long"
    NO_AGENTS = "no_agents"  # nobody signed in could ever take it
    SURGE = "surge"  # a surge plan has opened overflow
    TRANSFERRED_AWAY = "transferred_away"
    FAILED = "failed"


class DropReason(StrEnum):
    CALLER_LEFT = "caller_left"
    CALL_WITHDRAWN = "call_withdrawn"
    CALLBACK_TAKEN = "callback_taken"
    CALL_BLOCKED = "call_blocked"
    WAIT_TOO_LONG = "wait_too_long"
    RING_LIMIT = "ring_limit"  # nothing was heard of the leg by its deadline (I4)
    LATE_ANSWER = "late_answer"  # it answered after we had given it up
    SEAT_PAUSED = "seat_paused"
    SEAT_SIGNED_OUT = "seat_signed_out"


class AnnounceReason(StrEnum):
    ENTRY = "entry"
    MOVED = "moved"
    SEATS_LEFT = "seats_left"  # the only two reasons for a longer wait than told before
    OVERTAKEN = "overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallQueued(Fact, kind="call-queued"):
    """`turn_at` orders the line: asked_at less the boost of the priority.

    `back_to`: who handed him to a colleague, and gets him back if that one does not take him.
    `stays`: he came by overflow and is not sent over again.
    `lowered`: a supervisor's measure puts his turn later (MAL-01); `asked_at` stays as it was.
    """

    call: CallId
    queue: QueueName
    needs: dict[Skill, int]
    priority: int
    again: bool
    asked_at: datetime
    turn_at: datetime
    sticky_to: AgentNo | None = None
    sticky_until: datetime | None = None
    back_to: AgentNo | None = None
    stays: bool | None = None
    lowered: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoved(Fact, kind="call-moved"):
    """Overflow into another queue of this centre: same wait, no fate."""

    call: CallId
    queue: QueueName
    to: QueueName
    needs: dict[Skill, int]
    turn_at: datetime
    why: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsRelaxed(Fact, kind="needs-relaxed"):
    call: CallId
    stage: int
    needs: dict[Skill, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StickyGraceOver(Fact, kind="sticky-grace-over"):
    call: CallId


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRung(Fact, kind="seat-rung"):
    leg: LegId
    seat: SeatId
    agent: AgentNo
    call: CallId
    queue: QueueName
    phone: Extension
    ring_for_s: float
    auto_answer: bool
    whisper: tuple[str, ...]
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAnswered(Fact, kind="seat-answered"):
    leg: LegId
    seat: SeatId
    agent: AgentNo
    call: CallId
    queue: QueueName
    waited: timedelta
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLetItRing(Fact, kind="seat-let-it-ring"):
    """The ring brought no conversation; `why` tells no answer, busy, rejected etc. apart."""

    leg: LegId
    seat: SeatId
    agent: AgentNo
    call: CallId
    why: LegEnd
    excluded_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LegDropped(Fact, kind="leg-dropped"):
    """Deed: hang this leg up. `seat` and `call` are None when the leg was not a current ring."""

    leg: LegId
    why: DropReason
    seat: SeatId | None = None
    call: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkEnded(Fact, kind="talk-ended"):
    leg: LegId
    seat: SeatId
    agent: AgentNo
    call: CallId
    talked: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAbandoned(Fact, kind="call-abandoned"):
    call: CallId
    queue: QueueName
    waited: timedelta
    short: bool
    while_ringing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOverflowed(Fact, kind="call-overflowed"):
    """Answered at another centre. `to` is the target's name (config/surge.yaml, site.toml), or
    "transferred"."""

    call: CallId
    queue: QueueName
    to: str
    why: Limit
    waited: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackOffered(Fact, kind="callback-offered"):
    call: CallId
    queue: QueueName
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackPromised(Fact, kind="callback-promised"):
    call: CallId
    queue: QueueName
    waited: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBlocked(Fact, kind="call-blocked"):
    call: CallId
    queue: QueueName
    by: str
    reason: str
    waited: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFailed(Fact, kind="call-failed"):
    """Turned away by a limit (line full, waited too long, no agents), or lost to a fault."""

    call: CallId
    queue: QueueName
    why: Limit
    waited: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSentToFallback(Fact, kind="call-sent-to-fallback"):
    call: CallId
    queue: QueueName


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackAnswered(Fact, kind="fallback-answered"):
    """`waited` None: in journals of before it was told."""

    call: CallId
    queue: QueueName
    waited: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FallbackLost(Fact, kind="fallback-lost"):
    call: CallId
    queue: QueueName
    waited: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ReentryEnded(Fact, kind="reentry-ended"):
    """An answered call that had come back left the line again: not a fate.

    `how` is the kind the fate would have had ("callback-promised" still owes a callback); `to` is
    set for "call-overflowed", `why` for limits.
    """

    call: CallId
    queue: QueueName
    how: str
    to: str = ""
    why: Limit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncementDue(Fact, kind="announcement-due"):
    """Deed: tell the caller. `low` and `high` bound the wait from now (80 %), None when unknown."""

    call: CallId
    position: int
    low: timedelta | None
    high: timedelta | None
    reason: AnnounceReason
    serving: int
