"""What the floor decided and what happened on it. Kinds and fields are never renamed.

A call that asked for a person has exactly one fate fact (`FATES`; of SeatAnswered only that with
again=False). What becomes of an answered call that comes back to the line is told by
SeatAnswered(again=True) or ReentryEnded, which are never fates. Facts in `Deed` ask the desk to do
something.
`waited` runs from `asked_at` (the call's first wish for a person) and includes the ring (D-04).
"""

from acd.call_facts import (
    AnnouncementDue,
    AnnounceReason,
    CallAbandoned,
    CallbackOffered,
    CallbackPromised,
    CallBlocked,
    CallFailed,
    CallMoved,
    CallOverflowed,
    CallQueued,
    CallSentToFallback,
    DropReason,
    FallbackAnswered,
    FallbackLost,
    LegDropped,
    Limit,
    NeedsRelaxed,
    ReentryEnded,
    SeatAnswered,
    SeatLetItRing,
    SeatRung,
    StickyGraceOver,
    TalkEnded,
    Withdrawal,
)
from acd.callback_facts import (
    CALLBACK_KINDS,
    CallbackDropped,
    CallbackEnd,
    CallbackNearDue,
    CallbackQueued,
    CallbackTurn,
)
from acd.lending_facts import LENDING_KINDS, LoanEnded, SeatLent
from acd.order_facts import ORDER_KINDS, CallMovedByOrder, CallPrioritised
from acd.seat_facts import (
    AgentAvailable,
    AgentPaused,
    AgentSignedIn,
    AgentSignedOut,
    AgentSkillsChanged,
    BreakBegan,
    BreakOverrun,
    DirectoryChanged,
    DirectoryTable,
    PhoneReachability,
    SeatModeChanged,
    Who,
    WrapUpEnded,
    WrapUpExtended,
    WrapUpStarted,
)
from acd.surge_facts import SURGE_KINDS, CallSentOver
from kernel.fact import Fact

__all__ = [
    "FACTS",
    "FATES",
    "AgentAvailable",
    "AgentPaused",
    "AgentSignedIn",
    "AgentSignedOut",
    "AgentSkillsChanged",
    "AnnounceReason",
    "AnnouncementDue",
    "BreakBegan",
    "BreakOverrun",
    "CallAbandoned",
    "CallBlocked",
    "CallFailed",
    "CallMoved",
    "CallMovedByOrder",
    "CallOverflowed",
    "CallPrioritised",
    "CallQueued",
    "CallSentOver",
    "CallSentToFallback",
    "CallbackDropped",
    "CallbackEnd",
    "CallbackNearDue",
    "CallbackOffered",
    "CallbackPromised",
    "CallbackQueued",
    "CallbackTurn",
    "Deed",
    "DirectoryChanged",
    "DirectoryTable",
    "DropReason",
    "FallbackAnswered",
    "FallbackLost",
    "LegDropped",
    "Limit",
    "LoanEnded",
    "NeedsRelaxed",
    "PhoneReachability",
    "ReentryEnded",
    "SeatAnswered",
    "SeatLent",
    "SeatLetItRing",
    "SeatModeChanged",
    "SeatRung",
    "StickyGraceOver",
    "TalkEnded",
    "Who",
    "Withdrawal",
    "WrapUpEnded",
    "WrapUpExtended",
    "WrapUpStarted",
]

FATES: tuple[type[Fact], ...] = (
    SeatAnswered,
    CallAbandoned,
    CallOverflowed,
    CallbackPromised,
    CallBlocked,
    CallFailed,
    FallbackAnswered,
    FallbackLost,
)
# Facts that end a caller's wait, or ask for a deed: the desk handles each with `match`.
Deed = (
    SeatRung
    | LegDropped
    | AnnouncementDue
    | CallbackOffered
    | SeatAnswered
    | CallAbandoned
    | CallOverflowed
    | CallSentOver
    | CallbackPromised
    | CallBlocked
    | CallFailed
    | CallSentToFallback
    | FallbackAnswered
    | FallbackLost
    | ReentryEnded
    | CallbackTurn
    | CallbackDropped
)
FACTS: tuple[type[Fact], ...] = (
    CallQueued,
    CallMoved,
    NeedsRelaxed,
    StickyGraceOver,
    SeatRung,
    SeatAnswered,
    SeatLetItRing,
    LegDropped,
    TalkEnded,
    CallAbandoned,
    CallOverflowed,
    CallbackOffered,
    CallbackPromised,
    CallBlocked,
    CallFailed,
    CallSentToFallback,
    FallbackAnswered,
    FallbackLost,
    ReentryEnded,
    AnnouncementDue,
    WrapUpStarted,
    WrapUpExtended,
    WrapUpEnded,
    AgentSignedIn,
    AgentSignedOut,
    AgentAvailable,
    AgentPaused,
    BreakBegan,
    BreakOverrun,
    AgentSkillsChanged,
    SeatModeChanged,
    PhoneReachability,
    DirectoryChanged,
    *CALLBACK_KINDS,
    *LENDING_KINDS,
    *ORDER_KINDS,
    *SURGE_KINDS,
)
